// The page about runs: the figures of a real run are on it, its pictures hold the samples and the weights, what a run's folder
// says is text on it and never markup, its colours can be read, and what is not there is left out and said.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { type DiagnosisEvent, type EpochEvent, evaluate, isBadInput, reportPage, type StartEvent, type TrainEvent, train } from '#src/index.js';
import { assess } from '#src/inference/assessment.js';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { CELL_OPACITY } from '#src/report/charts/confusion-map.js';
import { LiveRun } from '#src/report/data/live-run.js';
import { collectRun, type RunReport } from '#src/report/data/run-report.js';
import { PALETTE } from '#src/report/markup/page.js';
import { partsMessage, progressMessage } from '#src/report/pages/live-page.js';
import { runPage } from '#src/report/pages/run-page.js';
import { stateText } from '#src/report/pages/run-tables.js';
import { readSavedNetwork } from '#src/runs/saved-network.js';
import { SavedRun } from '#src/runs/saved-run.js';
import { contents, inFolder, jsonLines, nabla, quickNabla } from '../support/command.js';
import { smallData } from '../support/insight-data.js';
import { curvesOf, readPng, unbalanced } from '../support/page-markup.js';
import { expectRefused } from '../support/refused.js';

/** Pictures of 8 × 8 in four classes that cannot be told apart: there is something of everything, mistakes above all. */
const DATA = smallData({ count: 80, inputs: 64, classes: 4, bytes: true });

let folder: string;
let run: string;
let second: string;
let epochs: EpochEvent[];
let report: RunReport;
let page: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-test-'));
  [run, second] = ['first', 'second'].map((name) => join(folder, name));
  const events: TrainEvent[] = [];
  const options = { data: DATA, layers: [64, 6, 5, 4], epochs: 5, seed: 3, workers: 1 };
  await train({ ...options, run, diagnose: true, onEvent: (event) => events.push(event) });
  await train({ ...options, run: second, eta: 0.25, epochs: 2, cost: 'quadratic' });
  epochs = events.filter((event) => event.event === 'epoch');
  report = await collectRun(run, { data: DATA });
  page = runPage([report]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the run whose files are changed. */
function changed(name: string, change: (folder: string) => void): string {
  const copy = join(folder, name);
  cpSync(run, copy, { recursive: true });
  change(copy);
  return copy;
}

const edit = (name: string, change: (text: string) => string) => (of: string) => {
  writeFileSync(join(of, name), change(readFileSync(join(of, name), 'utf8')));
};
const editRecord = (change: (record: Record<string, unknown>) => object) =>
  edit('run.json', (text) => {
    const record = JSON.parse(text);
    return JSON.stringify({ ...record, ...change(record) });
  });

/** A run of other data. */
const recordOfData = (change: Record<string, unknown>) => editRecord(({ data }) => ({ data: { ...(data as object), ...change } }));

/** The body rows of the table with this caption, as texts. */
function tableOf(text: string, caption: string): string[][] {
  const table = text.slice(text.indexOf(`<caption>${caption}`)).split('</table>')[0];
  const rows = [...table.split('<tbody>')[1].matchAll(/<tr>(.*?)<\/tr>/gs)];
  return rows.map(([, row]) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell));
}

describe('the page of a run', () => {
  it('is one well-formed file that loads nothing and runs nothing', () => {
    expect(unbalanced(page)).toEqual([]);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|<script|<link|@import|url\((?!#)|\son\w+=|NaN|undefined|Infinity|<img src="(?!data:image\/png;base64,)/,
    );
    expect(page).toContain(
      `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
  });

  it('has each id once, and every reference leads to one', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const used = [...page.matchAll(/url\(#([^)]+)\)|aria-labelledby="([^" ]+) ([^"]+)"|href="#([^"]+)"/g)].flatMap((m) => m.slice(1).filter(Boolean));
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('has the figures of every epoch', () => {
    const rows = tableOf(page, 'Epochs of first');
    expect(rows.map(([epoch]) => epoch)).toEqual(['1', '2', '3', '4', '5']);
    for (const [i, e] of epochs.entries()) {
      expect(rows[i].slice(1, 4).map(Number)).toEqual(
        [e.trainingCost, e.validationCost, e.testCost].map((cost) => Number((cost as number).toPrecision(4))),
      );
      expect(rows[i].slice(4, 7)).toEqual(
        [e.trainingAccuracy, e.validationAccuracy, e.testAccuracy].map((share) => (100 * (share as number)).toFixed(2)),
      );
      expect(rows[i].at(-1)).toBe(Math.round(e.samplesPerSecond).toLocaleString('en'));
    }
    expect(page).toContain(`<dt>test accuracy</dt><dd>${(100 * (epochs[4].testAccuracy as number)).toFixed(2)} %</dd>`);
    expect(page).toContain('<dt>state</dt><dd>done, 5 of 5 epochs</dd>');
    const best = epochs.reduce((a, b) => ((b.validationAccuracy as number) > (a.validationAccuracy as number) ? b : a));
    const share = `${(100 * (best.validationAccuracy as number)).toFixed(2)} %`;
    expect(page).toContain(`<dt>best validation accuracy, epoch ${best.epoch}</dt><dd>${share}</dd>`);
    expect(page).toContain(`>best ${share}, epoch ${best.epoch}</text>`);
  });

  it.each<[chart: string, line: number, of: (e: EpochEvent) => number | null]>([
    ['curve-cost', 0, (e) => e.trainingCost],
    ['curve-cost', 1, (e) => e.validationCost],
    ['curve-cost', 2, (e) => e.testCost],
    ['curve-accuracy', 0, (e) => e.trainingAccuracy],
    ['curve-accuracy', 1, (e) => e.validationAccuracy],
    ['curve-accuracy', 2, (e) => e.testAccuracy],
    ['throughput', 0, (e) => e.samplesPerSecond],
  ])('the points of %s, line %i, lie as far apart as its values', (chart, line, of) => {
    const lines = curvesOf(page, chart);
    const points = lines[line];
    expect(points.length).toBe(5);
    // One linear axis for all lines of a chart: heights are a line of the values, through the first and the last point of all.
    const scale = axisOf(page, chart);
    const values = epochs.map((e) => of(e) as number);
    for (const [i, [, y]] of points.entries())
      expect(scale(y)).toBeCloseTo(chart === 'curve-accuracy' ? 100 * values[i] : values[i], chart === 'throughput' ? -4 : 2);
    expect(points.map(([x]) => x)).toEqual([...points.map(([x]) => x)].sort((a, b) => a - b));
  });

  it('has the confusion matrix, whose numbers are those of an assessment, and the commonest confusions', async () => {
    const { network, parameters } = await readSavedNetwork(run);
    const { confusion, correct, classes } = await assess(network, parameters, DATA, 'test');
    const rows = tableOf(page, 'Confusion matrix of first, test data of small');
    expect(rows.map(([, ...cells]) => cells.map(Number))).toEqual(confusion);
    expect(page).toContain(`<p>${correct} of 80 samples right, on the test data of small.</p>`);
    const cells = [...page.matchAll(/<title>(\d), named (\d): (\d+) of (\d+)(, right)?<\/title>/g)];
    expect(cells.length).toBe(confusion.flat().filter((times) => times > 0).length);
    for (const [, j, k, times, of, right] of cells) {
      expect([Number(times), Number(of), right === ', right']).toEqual([confusion[Number(j)][Number(k)], classes[Number(j)].samples, j === k]);
    }
    // Rows are classes, columns names: from cell to cell as far down, and across, as their numbers differ.
    const drawn = cells.map(({ index }) => /x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/.exec(page.slice(index))!.slice(1).map(Number));
    const [x0, y0, size] = drawn[0];
    for (const [i, [, j, k]] of cells.entries()) {
      const [across, down] = [Number(k) - Number(cells[0][2]), Number(j) - Number(cells[0][1])];
      expect([drawn[i][0] - x0, drawn[i][1] - y0].map((d) => Math.round(d / size))).toEqual([across, down]);
    }
    const [, j, k, times] = /<li>(\d) named (\d): (\d+) times<\/li>/.exec(page)!;
    const wrong = confusion.flatMap((row, a) => row.filter((_, b) => a !== b));
    expect([Number(times), confusion[Number(j)][Number(k)]]).toEqual([Math.max(...wrong), Math.max(...wrong)]);
  });

  it('shows the surest mistakes as pictures of those samples', async () => {
    const { mistakes } = await assess(...(await saved()), DATA, 'test', { mistakes: 24 });
    const gallery = page.slice(page.indexOf('<section id="mistakes">'), page.indexOf('<section id="weights">'));
    const pictures = [...gallery.matchAll(/<img src="([^"]+)".*?alt="test sample (\d+): a (\d), named (\d) with an output of ([\d.]+)/g)];
    expect(pictures.length).toBe(24);
    for (const [i, [, url, sample, label, named, output]] of pictures.entries()) {
      const { index, confidence } = mistakes[i];
      expect([Number(sample), Number(label), Number(named), output]).toEqual([
        index + 1,
        mistakes[i].label,
        mistakes[i].named,
        confidence.toFixed(3),
      ]);
      expect(readPng(url)).toEqual({ width: 8, height: 8, type: 0, pixels: [...DATA.test.values.subarray(64 * index, 64 * index + 64)] });
    }
  });

  it('shows the weights of the first layer, negative ones blue, the strongest the larger they are', async () => {
    const [, parameters] = await saved();
    const shown = page.slice(page.indexOf('<section id="weights">'), page.indexOf('<section id="layers">'));
    const pictures = [...shown.matchAll(/<img src="([^"]+)".*?alt="weights into neuron (\d)/g)];
    expect(pictures.map(([, , neuron]) => neuron)).toEqual(['1', '2', '3', '4', '5', '6']);
    for (const [j, [, url]] of pictures.entries()) {
      const { width, type, pixels } = readPng(url);
      expect([width, type]).toEqual([8, 6]);
      const weights = [...parameters.subarray(64 * j, 64 * j + 64)];
      const levels = weights.map((_, k) => {
        const [red, , blue, opacity] = pixels.slice(4 * k, 4 * k + 4);
        return blue > red ? -opacity : opacity;
      });
      // What rounds to zero may have either sign.
      expect(levels.every((level, k) => level === 0 || level > 0 === weights[k] > 0)).toBe(true);
      const order = weights.map((_, k) => k).sort((a, b) => weights[a] - weights[b]);
      expect(order.every((k, i) => i === 0 || levels[k] >= levels[order[i - 1]])).toBe(true);
      expect(new Set(levels).size).toBeGreaterThan(10);
    }
  });

  it('shows the speeds of the layers that --diagnose has measured, from before the first epoch on', () => {
    expect(curvesOf(page, 'run-1-layers').map((points) => points.length)).toEqual([6, 6, 6]);
    const last = report.diagnoses.at(-1)!;
    const rows = tableOf(page, 'Layers of first after epoch 5');
    expect(rows.map(([layer, neurons]) => `${layer}: ${neurons}`)).toEqual(['2: 6', '3: 5', '4: 4']);
    for (const [l, row] of rows.entries()) expect(Number(row[3])).toBeCloseTo(last.layers[l].speed, 3);
  });

  it('has every setting that the run read, by its option, with the kernels that it ran with; and the machine in words', () => {
    const { environment, data } = report.record;
    expect(tableOf(page, 'All settings')).toEqual([
      ['data', 'small, which a program brought'],
      ['layers', '64, 6, 5, 4'],
      ['activation', 'sigmoid, sigmoid'],
      ['output', 'sigmoid'],
      ['cost', 'cross-entropy'],
      ['init', 'scaled'],
      ['epochs', '5'],
      ['batch', '10'],
      ['restore-best', 'false'],
      ['optimiser', 'sgd'],
      ['eta', '0.5'],
      ['lambda', '0'],
      ['l1', '0'],
      ['dropout', '0, 0'],
      ['smooth', '0'],
      ['schedule', 'constant'],
      ['seed', '3'],
      ['workers', '1'],
      ['gradient', 'owned'],
      ['input', 'dense'],
      ['kernels', environment.kernels],
      ['checkpoint-every', '30s'],
      ['keep-checkpoints', '2'],
      ['diagnose', 'true'],
      ['timeout', '60 s'],
      ['workers in the end', '1'],
      ['SHA-256 of the data', data.sha256],
    ]);
    expect(environment.kernels).toBeOneOf([...KERNEL_NAMES]);
    expect(tableOf(page, 'Machine')).toEqual([
      ['processor', environment.cpu],
      ['cores usable', String(environment.usable)],
      ['cores of the machine', String(environment.machine)],
      ['system', environment.platform],
      ['Node.js', process.versions.node],
    ]);
  });

  it('has what else a run was told, and of one that has ended its workers', async () => {
    const told = join(folder, 'told');
    const schedule = { kind: 'step', every: 3, factor: 0.5 } as const;
    const options = { optimiser: 'adam', beta1: 0.8, gradient: 'partial', workers: 2, schedule, maxNorm: 3, patience: 4 } as const;
    await train({ data: DATA, layers: [64, 4], epochs: 1, neurons: [{ layer: 2, neuron: 1, f: 'sigmoid' }], ...options, run: told });
    const rows = Object.fromEntries(tableOf(await reportPage([told]), 'All settings'));
    expect(rows).toMatchObject({ optimiser: 'adam', beta1: '0.8', gradient: 'partial', shards: '2', schedule: 'step:3,0.5', 'max-norm': '3' });
    expect(rows).toMatchObject({ neuron: '2:1=sigmoid', patience: '4', workers: '2', 'workers in the end': '2' });
    expect(Object.keys(rows)).not.toContain('momentum');
    editRecord(() => ({ outcome: undefined }))(told);
    expect(Object.keys(Object.fromEntries(tableOf(await reportPage([told]), 'All settings')))).not.toContain('workers in the end');
  });
});

/** Network, parameters of the run. */
async function saved() {
  const { network, parameters } = await readSavedNetwork(run);
  return [network, parameters] as const;
}

/** From a height in a chart to the value there, by two numbers of its left axis. */
function axisOf(text: string, id: string): (y: number) => number {
  const chart = text.slice(text.indexOf(`aria-labelledby="${id}-title`)).split('</svg>')[0];
  const ticks = [...chart.matchAll(/<text class="tick end" x="-9" y="([\d.]+)">([\d.,]+)<\/text>/g)];
  const at = ticks.map(([, y, label]) => [Number(y) - 5, Number(label.replaceAll(',', ''))]);
  const [[y0, v0], [y1, v1]] = [at[0], at[at.length - 1]];
  return (y) => v0 + ((v1 - v0) * (y - y0)) / (y1 - y0);
}

/** The rows of the table of several runs, as texts. */
function rankingOf(text: string): string[][] {
  const body = /<table class="ranking">.*?<tbody>(.*?)<\/tbody>/s.exec(text)?.[1] ?? '';
  const cells = (row: string): string[] => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell.replace(/<[^>]*>/g, ''));
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => cells(row));
}

describe('several runs', () => {
  it('lie over one another, with a legend, their differences, and a word about costs that differ', async () => {
    const both = await reportPage([run, second], { data: DATA });
    expect(unbalanced(both)).toEqual([]);
    expect(curvesOf(both, 'curve-cost').map((points) => points.length)).toEqual([5, 5, 2, 2]);
    expect(curvesOf(both, 'curve-accuracy').map((points) => points.length)).toEqual([5, 5, 2, 2]);
    expect(both).toMatch(/<ul class="legend">\n<li><svg class="key".*?<span>first<\/span><\/li>\n<li><svg.*?<span>second<\/span>/s);
    const [, heads] = /<table class="ranking">.*?<thead>(.*?)<\/thead>/s.exec(both) ?? [];
    expect([...heads.matchAll(/<th[^>]*>(.*?)<\/th>/g)].map(([, head]) => head)).toEqual('run test best cost init eta epochs time'.split(' '));
    expect(
      rankingOf(both)
        .map((cells) => [cells[0], ...cells.slice(3, 7)])
        .toSorted(),
    ).toEqual([
      ['first', 'cross-entropy', 'scaled', '0.5', '5'],
      ['second', 'quadratic', 'normal', '0.25', '2'],
    ]);
    expect(both).toContain('different costs');
    expect(page).not.toContain('different costs');
  });

  it('stand the best first: which it is, by what and by how much; unfinished ones below; the rest is folded away', async () => {
    const accurate = (name: string, right: number, more: object = {}, idle?: object) =>
      changed(
        name,
        editRecord(({ outcome }) => ({ outcome: { ...(outcome as object), testAccuracy: right, nothingLearnt: idle }, ...more })),
      );
    const runs = [accurate('good', 0.9), accurate('stopped', 0.99, { state: 'interrupted' }), accurate('better', 0.925)];
    const text = await reportPage(runs, { data: DATA });
    expect(rankingOf(text).map(([name]) => name)).toEqual(['better', 'good', 'stopped']);
    expect(text).toContain('<dt>test accuracy of better</dt><dd>92.50 %</dd>');
    expect(text).toContain('better is the best of 3 runs by test accuracy, 2.50 points ahead of good, with the same settings.');
    expect(text).toContain('One of them is not done, and stands below.');
    const folded = [...text.matchAll(/<section id="(\w+)"><details class="fold"><summary><h2>/g)].map(([, id]) => id);
    expect(folded).toEqual('runs epochs speed figures confusions mistakes weights layers settings machine'.split(' '));
    expect(curvesOf(text, 'curve-accuracy').map((points) => points.length)).toEqual([5, 5, 5]);
    const even = await reportPage([runs[0], accurate('even', 0.9)], { data: DATA });
    expect(even).toContain('good and even are the best of 2 runs by test accuracy, one as good as the other; they have the same settings.');
    expect(even).not.toContain('ahead of');
    const idle = accurate('idle', 0.25, {}, { text: 'It has learnt nothing.' });
    const three = await reportPage([...runs.slice(0, 2), idle], { data: DATA });
    expect(curvesOf(three, 'curve-accuracy').length).toBe(4);
    expect(three).toContain('those that have learnt nothing, or stand far down, have none');
  });

  it('have charts and tables that are told apart by their names, and no column without one', async () => {
    const both = await reportPage([run, second], { data: DATA });
    const regions = [...both.matchAll(/role="region" aria-label="([^"]+)"/g)].map(([, name]) => name);
    expect(regions.length).toBeGreaterThan(15);
    expect(regions.filter((name, i) => regions.indexOf(name) !== i)).toEqual([]);
    for (const text of [both, page]) expect(text).not.toMatch(/<th[^>]*>\s*<\/th>/);
  });

  it('whose names are alike have as much of their paths as tells them apart', async () => {
    const other = join(folder, 'elsewhere', 'first');
    cpSync(run, other, { recursive: true });
    const both = await reportPage([run, other], { data: DATA });
    expect(both).toContain(`<span>${basename(folder)}/first</span>`);
    expect(both).toContain('<span>elsewhere/first</span>');
    expect(both).not.toContain(folder);
  });
});

describe('what is not there is left out, and the page says so', () => {
  const CASES: [what: string, change: (of: string) => void, says: RegExp, sections: string, data?: Dataset | string][] = [
    [
      'weights',
      (of) => {
        rmSync(join(of, 'weights.safetensors'));
        rmSync(join(of, 'checkpoints'), { recursive: true });
      },
      /Its weights are not there/,
      'outcome curves speed layers settings machine',
      DATA,
    ],
    [
      'data that a file holds',
      () => undefined,
      /Nothing that needs the data: [^<]*: a program brought &#39;small&#39; to this run/,
      'outcome curves speed weights layers settings machine',
    ],
    [
      'data where they were',
      recordOfData({ brought: false }),
      /Nothing that needs the data: small: there is no such file or folder/,
      'outcome curves speed weights layers settings machine',
    ],
    [
      'data of that kind',
      recordOfData({ source: 'mnist', brought: false, sha256: undefined }),
      /Nothing that needs the data: [^<]*: &#39;mnist&#39; has 784 inputs and 10 classes, which does not fit 64-6-5-4/,
      'outcome curves speed weights layers settings machine',
    ],
    [
      'the data as they were',
      recordOfData({ source: 'mnist', brought: false }),
      /Nothing that needs the data: [^<]*: &#39;mnist&#39; no longer holds the samples/,
      'outcome curves speed weights layers settings machine',
    ],
    [
      'a line',
      edit('metrics.jsonl', (text) => text.replace('{', '')),
      /1 of the lines of metrics\.jsonl could not be read/,
      'outcome curves speed figures confusions mistakes weights layers settings machine',
      DATA,
    ],
    [
      'times of steps',
      edit('metrics.jsonl', (text) => text.replaceAll('"phases"', '"untold"')),
      /No chart of where the time of a step went: no step was timed/,
      'outcome curves speed figures confusions mistakes weights layers settings machine',
      DATA,
    ],
    [
      'any metrics',
      (of) => rmSync(join(of, 'metrics.jsonl')),
      /No epoch has ended yet/,
      'outcome curves figures confusions mistakes weights layers settings machine',
      DATA,
    ],
  ];
  it.each(CASES)('%s', async (what, change, says, sections, data) => {
    const text = await reportPage([changed(`without ${what}`, change)], { data });
    expect(text).toMatch(says);
    expect([...text.matchAll(/<section id="(\w+)">/g)].map(([, id]) => id).join(' ')).toBe(sections);
    expect(unbalanced(text)).toEqual([]);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each([
    ['running', undefined, 'running, or ended without a word: 5 of 5 epochs so far'],
    ['interrupted', { error: 'Stopped in epoch 6.' }, 'interrupted after 5 of 5 epochs: Stopped in epoch 6.'],
    ['diverged', { error: 'A <cost> became infinite.' }, 'diverged after 5 of 5 epochs: A &lt;cost&gt; became infinite.'],
    ['done', { stopped: 'no better validation' }, 'done, 5 of 5 epochs: no better validation'],
  ])('a run that is %s says so at the top', async (state, outcome, says) => {
    const text = await reportPage(
      [
        changed(
          state,
          editRecord(() => ({ state, outcome })),
        ),
      ],
      { data: DATA },
    );
    expect(text.slice(0, text.indexOf('<section id="curves">'))).toContain(`<dd>${says}</dd>`);
  });

  it('settings that an older version wrote, or nobody', async () => {
    const old = editRecord(({ configuration }) => ({ configuration: { ...(configuration as object), learning: undefined } }));
    const text = await reportPage([changed('old', old)], { data: DATA });
    expect(tableOf(text, 'All settings')).toEqual([['settings', 'of another version of nabla: run.json has them']]);
  });

  it('weights that are no longer numbers', async () => {
    const broken = changed('infinite', (of) => {
      const file = readFileSync(join(of, 'weights.safetensors'));
      file.writeFloatLE(Number.POSITIVE_INFINITY, file.length - 4);
      writeFileSync(join(of, 'weights.safetensors'), file);
    });
    expect((await collectRun(broken, { data: DATA })).missing).toEqual(['Its weights are not there: a weight or bias is infinite or NaN.']);
  });

  it('classes, where the targets are numbers; the layers are looked at all the same', async () => {
    const targets = (n: number) => Float32Array.from({ length: n }, (_, k) => Math.sin(k));
    const split = (n: number) => ({ values: targets(64 * n), labels: new Uint16Array(0), targets: targets(n) });
    const data = { name: 'waves', inputs: 64, classes: 1, scale: 1, training: split(40), validation: split(8), test: split(8) };
    const path = join(folder, 'regression');
    await train({ data, layers: [64, 5, 1], epochs: 2, run: path, workers: 1, eta: 0.01 });
    const text = await reportPage([path], { data });
    expect(text).not.toContain('curve-accuracy');
    expect(curvesOf(text, 'curve-cost').length).toBe(3);
    const [first, second] = (await collectRun(path, { data })).epochs;
    const costText = (cost: number | null) => String(Number((cost as number).toPrecision((cost as number) < 0.01 ? 3 : 4)));
    const best = (second.validationCost as number) < (first.validationCost as number) ? second : first;
    expect(text).toContain(`<dt>test cost</dt><dd>${costText(second.testCost)}</dd>`);
    expect(text).toContain(`<dt>best validation cost, epoch ${best.epoch}</dt><dd>${Number((best.validationCost as number).toPrecision(3))}</dd>`);
    expect(text.match(/<span class="name">layer \d, \d neurons?<\/span>/g)).toEqual(
      ['layer 2, 5 neurons', 'layer 3, 1 neuron'].map((name) => `<span class="name">${name}</span>`),
    );
    const { regression } = await collectRun(path, { data });
    const { r2, rmse, mae } = regression as NonNullable<typeof regression>;
    expect(text).toContain(
      `R² ${(r2 as number).toFixed(4).replace('-', '-')}, RMSE ${Number(rmse.toPrecision(4))}, MAE ${Number(mae.toPrecision(4))}, on the test data of waves, 8 samples.`,
    );
    expect(text).toMatch(/<path class="blue spots" d="(M\d+,[\d.]+h0){8}"\/>/);
    expect(tableOf(text, 'Farthest predictions of regression').length).toBe(8);
    expect((await evaluate({ run: path, data, workers: 1 })).fit).toMatchObject({ r2, rmse, mae, samples: 8 });
  });

  it('pictures, where there is one input; and one of anything is said as one', async () => {
    const split = { values: new Float32Array(20), labels: new Uint16Array(0), targets: new Float32Array(20) };
    const data = { name: 'flat', inputs: 1, classes: 1, scale: 1, training: split, validation: split, test: split };
    const path = join(folder, 'one input');
    let learning: string | undefined;
    const onEvent = (event: TrainEvent) => {
      if (event.event === 'start') learning = event.learning;
    };
    await train({ data, layers: [1, 1], epochs: 1, run: path, workers: 1, patience: 1, schedule: { kind: 'halve', patience: 1 }, onEvent });
    expect(learning).toBe(
      'η halved after 1 epoch without a better validation cost; ends after 1 epoch without a better validation cost; ends with the network of the best epoch',
    );
    expect(readFileSync(join(path, 'log.txt'), 'utf8')).toMatch(
      /flat; 1 worker, kernels [^\n]*\n.*done after 1 epoch; best [\d.e-]+ after epoch 1 \(validation cost\); weights/s,
    );
    const { missing, ...one } = await collectRun(path, { data });
    expect(missing).toContain('No pictures of the first layer: 1 input cannot be a square picture.');
    expect(stateText(one)).toBe('done, 1 of 1 epoch');
    await expect(collectRun(path, { data: DATA })).rejects.toThrow("'small' has 64 inputs and 4 classes, which does not fit 1-1.");
  });

  it('a line of an epoch that was trained again counts once, the later one; a line being written does not count', () => {
    const again = changed(
      'again',
      edit('metrics.jsonl', (text) => {
        const line = text.split('\n').find((l) => l.includes('"event":"epoch","epoch":2'))!;
        return `${text}${JSON.stringify({ ...JSON.parse(line), trainingCost: 42 })}\n{"event":"epoch","ep`;
      }),
    );
    const log = SavedRun.openFolder(again).log();
    expect(log.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(log.epochs[1].trainingCost).toBe(42);
    expect(log.unread).toBe(0);
  });

  it.each<[what: string, runs: () => readonly string[], says: RegExp]>([
    ['no folder', () => [join(folder, 'none')], /none: there is no such folder\. Name the folder of a run\.$/],
    [
      'a record that is none',
      () => [
        changed(
          'null',
          edit('run.json', () => 'null'),
        ),
      ],
      /run\.json: expected a run of format 1/,
    ],
    [
      'a record cut short',
      () => [
        changed(
          'cut',
          edit('run.json', (text) => text.slice(0, 99)),
        ),
      ],
      /run\.json: .*JSON/,
    ],
    ['no runs', () => [], /runs: expected 1 to 8 folders, got 0/],
    ['too many', () => Array.from({ length: 9 }, () => run), /runs: expected 1 to 8 folders, got 9/],
    ['the same twice', () => [run, `${run}/`], /runs: expected each folder once/],
  ])('refuses %s', async (_, runs, says) => {
    const error = await reportPage(runs()).catch((thrown) => thrown);
    expect(isBadInput(error)).toBe(true);
    expect(error.message).toMatch(says);
  });
});

it('what a folder is called and what its files say is text on the page, not markup', async () => {
  const hostile = `<script>alert(1)<&>"'--><img src=x onerror=alert(2)>`;
  const name = hostile.replaceAll('/', '');
  const path = changed(
    name,
    editRecord(({ configuration, environment }) => ({
      state: hostile,
      outcome: { error: hostile },
      created: hostile,
      configuration: { ...(configuration as object), blas: hostile, [hostile]: hostile },
      data: { source: hostile, name: hostile },
      environment: { ...(environment as object), cpu: hostile },
    })),
  );
  const text = await reportPage([path]);
  expect(unbalanced(text)).toEqual([]);
  expect(text).not.toMatch(/<script|<img src=x|-->/);
  expect(text.split('&lt;script&gt;alert(1)&lt;&amp;&gt;&quot;&#39;--&gt;&lt;img src=x onerror=alert(2)&gt;').length).toBeGreaterThan(8);
});

/** An epoch with these figures. */
const epochOf = (epoch: number, figures: Partial<EpochEvent> = {}): EpochEvent => ({
  event: 'epoch',
  epoch,
  epochs: 300,
  eta: 0.5,
  seconds: 0.01,
  samplesPerSecond: 8e5,
  trainingAccuracy: 0.9,
  trainingCost: 1 / epoch,
  validationCost: 0.5,
  validationAccuracy: 0.9,
  testCost: 0.4,
  testAccuracy: 0.95,
  secondsLeft: 0,
  ...figures,
});

describe('charts', () => {
  it('of one epoch are bars, of 300 lines of as many points and no more strips than can be pointed at', () => {
    for (const count of [1, 300]) {
      const text = runPage([{ ...report, epochs: Array.from({ length: count }, (_, i) => epochOf(i + 1)) }]);
      expect(curvesOf(text, 'curve-cost').map((points) => points.length)).toEqual(count === 1 ? [] : [count, count, count]);
      expect(tableOf(text, 'Epochs of first').length).toBe(count);
      const strips = (text.split('id="curve-accuracy-title"')[1] ?? '').split('</div>')[0].split('class="strip"').length - 1;
      expect(strips).toBe(count === 1 ? 0 : 151);
      const bars = [...text.matchAll(/<span class="name">(\w+)<\/span>.*?width:([\d.]+)%.*?<span class="figure">([^<]+)</g)].map((found) =>
        found.slice(1),
      );
      const shown = [
        ['training', '90', '90.00 %'],
        ['validation', '90', '90.00 %'],
        ['test', '95', '95.00 %'],
        ['training', '100', '1'],
        ['validation', '50', '0.5'],
        ['test', '40', '0.4'],
      ];
      expect(bars).toEqual(count === 1 ? shown : []);
    }
  });

  /** Where the marks of a chart stand, and what they are drawn as, by colour. */
  const marksOf = (text: string, id: string, colour: string): { x: number; shape: string }[] => {
    const chart = text.slice(text.indexOf(`aria-labelledby="${id}-title`)).split('</div>')[0];
    const marks = chart.matchAll(new RegExp(`<svg x="([\\d.]+)%" y="[\\d.]+"><path class="${colour} fill" d="([^"]+)"`, 'g'));
    return [...marks].map(([, x, shape]) => ({ x: Number(x), shape }));
  };

  it.each([1, 20, 21, 300])('of %i epochs have marks along each line, the last at its end: by them runs of one colour are told apart', (count) => {
    const epochs = Array.from({ length: count }, (_, i) => epochOf(i + 1));
    const text = runPage(Array.from({ length: 6 }, (_, k) => ({ ...report, path: `run ${k}`, epochs })));
    const lines = curvesOf(text, 'throughput');
    const marks = marksOf(text, 'throughput', 'blue');
    const shapes = [...new Set(marks.map(({ shape }) => shape))];
    expect(shapes.length).toBe(2);
    for (const shape of shapes) {
      const across = marks.filter((mark) => mark.shape === shape).map(({ x }) => x);
      expect(across.length).toBe(count <= 20 ? count : Math.ceil(count / Math.ceil(count / 20)));
      expect(10 * (across.at(-1) as number)).toBe(lines[0].at(-1)?.[0]);
    }
  });

  it('of runs that did not count how many training samples were right have no such line, nor a word of it', async () => {
    const old = changed(
      'uncounted',
      edit('metrics.jsonl', (text) => text.replaceAll('"trainingAccuracy"', '"untold"')),
    );
    const [alone, beside] = [await reportPage([old], { data: DATA }), await reportPage([old, second], { data: DATA })];
    const legends = (text: string) =>
      [...text.matchAll(/<ul class="legend">(.*?)<\/ul>/gs)].map(([, list]) => list.match(/(?<=<span>)\w+/g)?.join(' '));
    expect(curvesOf(alone, 'curve-accuracy').length).toBe(2);
    expect(legends(alone).slice(0, 2)).toEqual(['validation test', 'training validation test']);
    expect(alone).not.toContain('training accuracy');
    expect(curvesOf(beside, 'curve-accuracy').map((points) => points.length)).toEqual([5, 2, 2]);
    expect(legends(beside).slice(0, 2)).toEqual(['uncounted second', 'training validation']);
    expect(legends(page).slice(0, 2)).toEqual(['training validation test', 'training validation test']);
  });

  it('say when a training figure is of, beside those after the epoch', () => {
    expect(page).toMatch(/<p class="note">A training figure is a mean over an epoch, .*validation and test are measured after the epoch\.<\/p>/);
    expect(page).toContain('>Cost by epoch</title>');
  });

  it('have ticks enough on a logarithmic axis: of up to three decades at 1, 2 and 5', () => {
    const text = runPage([
      { ...report, epochs: [2.3, 0.3, 0.038].map((cost, i) => epochOf(i + 1, { trainingCost: cost, validationCost: cost, testCost: cost })) },
    ]);
    const chart = text.slice(text.indexOf('aria-labelledby="curve-cost-title')).split('</svg>')[0];
    expect([...chart.matchAll(/<text class="tick end"[^>]*>([\d.]+)</g)].map(([, label]) => label)).toEqual('0.02 0.05 0.1 0.2 0.5 1 2 5'.split(' '));
  });

  it('have the figure of each split in its own line', () => {
    const figures = { trainingCost: 1, validationCost: 2, testCost: 3, trainingAccuracy: 0.7, validationAccuracy: 0.8, testAccuracy: 0.9 };
    const text = runPage([{ ...report, epochs: [epochOf(1, figures)] }]);
    const heights = (id: string): number[] => curvesOf(text, id).map(([[, y]]) => axisOf(text, id)(y));
    for (const [i, value] of heights('curve-cost').entries()) expect(value).toBeCloseTo(i + 1, 2);
    for (const [i, value] of heights('curve-accuracy').entries()) expect(value).toBeCloseTo([70, 80, 90][i], 1);
  });

  it('of thousands of epochs thin out their table, and say so', () => {
    const text = runPage([{ ...report, epochs: Array.from({ length: 3001 }, (_, i) => epochOf(i + 1)) }]);
    expect(curvesOf(text, 'curve-cost')[0].length).toBe(3001);
    expect(text).toContain('<caption>Epochs of first, one in 11 and the last</caption>');
    expect(tableOf(text, 'Epochs of first').at(-1)?.[0]).toBe('3001');
  });

  it('a cost that falls by more than a decade has a logarithmic axis: equal factors, equal heights', () => {
    const text = runPage([
      { ...report, epochs: [1, 2, 3].map((e) => epochOf(e, { trainingCost: 10 ** (1 - e), validationCost: null, testCost: null })) },
    ]);
    expect(text).toContain('<strong>Cost by epoch</strong> <span>logarithmic</span>');
    const [[, a], [, b], [, c]] = curvesOf(text, 'curve-cost')[0];
    expect(b - a).toBeCloseTo(c - b, 1);
    expect(b - a).toBeGreaterThan(50);
  });

  it('have a line where the run was resumed, within its epoch; a run that goes on has room for its epochs to come', () => {
    const at = (change: Partial<RunReport>): { last: number | undefined; resumed: string[] } => {
      const text = runPage([{ ...report, epochs: [1, 2, 3].map((e) => epochOf(e)), ...change }]);
      const chart = text.split('aria-labelledby="curve-accuracy-title')[1].split('</div>')[0];
      const resumed = [...chart.matchAll(/<line class="occasion" x1="([\d.]+%)".*?<title>([^<]+)</g)].map(([, x, says]) => `${x} ${says}`);
      return { last: curvesOf(text, 'curve-accuracy')[0].at(-1)?.[0], resumed };
    };
    expect(at({})).toEqual({ last: 1000, resumed: [] });
    const resumptions = [{ epoch: 3, samples: 20, of: 40 }];
    expect(at({ resumptions })).toEqual({ last: 1000, resumed: ['75% resumed in epoch 3, after 20 of 40 samples'] });
    expect(at({ goingOn: { epochs: 5 } }).last).toBe(500);
  });

  it('of cost are linear where the validation does not fall by a decade, however far the training falls', () => {
    const heights = (validation: number): number[] => {
      const text = runPage([
        { ...report, epochs: [1, 2, 3].map((e) => epochOf(e, { trainingCost: 100 ** (1 - e), validationCost: 1 / validation ** e })) },
      ]);
      return curvesOf(text, 'curve-cost')[0].map(([, y]) => y);
    };
    const [[a, b, c], [d, e, f]] = [heights(1.1), heights(10)];
    expect(b - a).toBeGreaterThan(50 * (c - b));
    expect(e - d).toBeCloseTo(f - e, 1);
  });

  it('phases are as high as their shares', () => {
    const phases = { gather: 0.1, forward: 0.4, backward: 0.25, update: 0.2, wait: 0.05 };
    const text = runPage([{ ...report, epochs: [epochOf(1, { phases }), epochOf(2, { phases }), epochOf(3)] }]);
    const heights = [...text.matchAll(/url\(#run-1-phases-(\w+)\)" x="[\d.]+%?" y="[\d.]+" width="[\d.]+%?" height="([\d.]+)"/g)];
    expect(heights.length).toBe(2 * 5 + 5);
    const drawn = heights.filter(([, , height]) => height !== '12').slice(0, 5);
    for (const [, phase, height] of drawn) expect(Number(height) / 250).toBeCloseTo(phases[phase as keyof typeof phases], 3);
    expect(text).toContain('<title>epoch 2: gather 10.0 %, forward 40.0 %, backward 25.0 %, update 20.0 %, wait 5.0 %</title>');
    expect(runPage([{ ...report, epochs: [epochOf(1)] }])).not.toContain('run-1-phases');
    // Waiting is pale, and not the colour of the page.
    expect(text).toMatch(/<pattern id="run-1-phases-wait" class="neutral"[^>]*><rect class="fill" width="8" height="8" opacity="0\.2"\/>/);
    expect(text).toMatch(/<rect class="frame" width="100%" height="250"\/>\n<\/svg>/);
  });

  it('of any figures are well-formed and have finite coordinates', () => {
    const cost = fc.oneof(fc.constant(null), fc.double({ min: 1e-300, max: 1e300, noNaN: true }), fc.constantFrom(0, 1, 1e-9));
    const share = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, noNaN: true }));
    const figures = fc.record({
      trainingCost: cost.map((c) => c ?? Number.NaN),
      trainingAccuracy: share,
      validationCost: cost,
      testCost: cost,
      validationAccuracy: share,
      testAccuracy: share,
    });
    const property = fc.property(fc.array(figures, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 500 }), (rows, first) => {
      const text = runPage([{ ...report, epochs: rows.map((row, i) => epochOf(first + i, row)) }]);
      expect(unbalanced(text)).toEqual([]);
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
    });
    const tiny = (trainingCost: number) => ({
      trainingCost,
      trainingAccuracy: 0,
      validationCost: null,
      testCost: 0,
      validationAccuracy: null,
      testAccuracy: null,
    });
    // Steps of an axis may be smaller than any number of decimals that a format takes.
    const examples = [1e-300, 5e-324, 1e-7, 3e-5].map((cost): [ReturnType<typeof tiny>[], number] => [[tiny(cost), tiny(cost)], 1]);
    fc.assert(property, { numRuns: 60, examples });
  });
});

describe('a run of several ranks', () => {
  const RANKS = {
    size: 4,
    hosts: [
      { name: 'alpha', ranks: 2, workers: 4 },
      { name: 'beta<b>', ranks: 2, workers: 4 },
    ],
    mpi: 'MPICH 4.0.2',
  };
  const inRanks = editRecord(({ environment }) => ({ environment: { ...(environment as object), ranks: RANKS } }));
  const resumedBy = (line: string) =>
    edit('log.txt', (text) => `${text}2030-01-02T03:04:05.678Z resumed in epoch 3, after 0 of 80 samples; ${line}\n`);
  const exchange = (share: number, bytesPerStep: number) => ({ share, bytesPerStep, microsecondsPerStep: 10 });

  it('says on its page who they are, who went on, and what their exchange took', async () => {
    const of = changed('ranks', (of) => {
      inRanks(of);
      resumedBy('2 ranks × 1 worker on host gamma, Open MPI 4.1.4')(of);
      resumedBy('3 workers')(of);
      edit('metrics.jsonl', (text) =>
        text.replace(/"seconds":[\d.]+/g, '"seconds":2').replace(/,"secondsLeft"/, `,"exchange":${JSON.stringify(exchange(0.3, 4000))}$&`),
      )(of);
    });
    const read = await collectRun(of, { data: DATA });
    // The later line is of the same place.
    expect(read.resumptions).toEqual([{ epoch: 3, samples: 0, of: 80, by: '3 workers' }]);
    const text = runPage([read]);
    expect(tableOf(text, 'Machine').slice(5)).toEqual([
      ['processes', '4 ranks × 2 workers on 2 hosts (alpha and beta&lt;b&gt;), MPICH 4.0.2'],
      ['processes from epoch 3 on', 'one, with 3 workers'],
    ]);
    expect(unbalanced(text)).toEqual([]);
    expect(text).toContain('<dt>exchange</dt><dd>30.0 % of the time, 4.0 kB a step and rank</dd>');
    expect(
      partsMessage(new LiveRun({ event: 'start', run: of, epochs: 10 } as StartEvent).report, '')
        .parts.map(({ html }) => html)
        .join(''),
    ).toContain('4 ranks × 2 workers on 2 hosts (alpha');
  });

  it('that began as one process says who went on', async () => {
    const by = '2 ranks × 1 worker on host gamma, Open MPI 4.1.4';
    const read = await collectRun(changed('began alone', resumedBy(by)), { data: DATA });
    const text = runPage([read]);
    expect(tableOf(text, 'Machine').slice(5)).toEqual([
      ['processes', 'one'],
      ['processes from epoch 3 on', by],
    ]);
    expect(text).toContain(`<title>resumed in epoch 3, after 0 of 80 samples, with ${by}<`);
  });

  it('has the mean of the epochs in which there were several, and their phases', () => {
    const phases = { gather: 0.1, forward: 0.3, backward: 0.2, update: 0.2, wait: 0.05 };
    const all = [
      epochOf(1, { seconds: 3, exchange: exchange(0.2, 1000), phases: { ...phases, exchange: 0.15 } }),
      epochOf(2, { seconds: 1, exchange: exchange(0.6, 3000), phases: { ...phases, exchange: 0.15 } }),
      epochOf(3, { seconds: 50, phases: { ...phases, forward: 0.45 } }),
    ];
    const text = runPage([{ ...report, epochs: all }]);
    expect(text).toContain('<dd>30.0 % of the time, 1.5 kB a step and rank</dd>');
    expect(text).toContain('<title>epoch 1: gather 10.0 %, forward 30.0 %, backward 20.0 %, update 20.0 %, wait 5.0 %, exchange 15.0 %</title>');
    expect(text).toContain('wait 5.0 %, exchange 0.0 %</title>');
    const heights = [...text.matchAll(/url\(#run-1-phases-exchange\)" x="[\d.]+%?" y="[\d.]+" width="[\d.]+%?" height="([\d.]+)"/g)];
    expect(heights.map(([, height]) => Number(height))).toEqual([12, 37.5, 37.5, 0]);
  });

  it('whose record or metrics hold something else has a page yet; a run of one process has no word of this', async () => {
    const read = await collectRun(
      changed('damaged ranks', (of) => {
        editRecord(({ environment }) => ({ environment: { ...(environment as object), ranks: { size: 'two' } } }))(of);
        edit('metrics.jsonl', (text) => text.replaceAll(',"secondsLeft"', ',"exchange":{"share":"x"},"secondsLeft"'))(of);
      }),
      { data: DATA },
    );
    expect(read.epochs.map(({ exchange }) => exchange)).toEqual(read.epochs.map(() => undefined));
    const plain = runPage([await collectRun(changed('plain', resumedBy('3 workers')), { data: DATA })]);
    for (const text of [runPage([read]), plain, page]) {
      expect(text).not.toMatch(/exchange|processes/);
      expect(tableOf(text, 'Machine')).toHaveLength(5);
    }
    expect(plain).toContain('<title>resumed in epoch 3, after 0 of 80 samples<');
  });
});

describe('a run that goes on', () => {
  /** The run's own start, as it was told. */
  const startOf = (path: string): StartEvent => ({ event: 'start', run: path, epochs: 10 }) as StartEvent;
  const progressOf = (epoch: number, samples: number): TrainEvent => ({ event: 'progress', epoch, epochs: 10, samples, of: 80, seconds: 0.5 });

  it('has what its folder had when it began, and every epoch and diagnosis since', () => {
    const live = new LiveRun(startOf(run));
    const last = report.diagnoses.at(-1) as DiagnosisEvent;
    for (const epoch of [6, 7, 8]) {
      live.hear(progressOf(epoch, 40));
      live.hear(epochOf(epoch));
      live.hear({ ...last, epoch });
    }
    expect(live.report.epochs).toEqual([...report.epochs, epochOf(6), epochOf(7), epochOf(8)]);
    expect(live.report.diagnoses.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(stateText(live.report)).toBe('running, 8 of 10 epochs so far');
  });

  it('says how far it is: within an epoch, and between two, where it never goes back', () => {
    const live = new LiveRun(startOf(changed('begun', (of) => rmSync(join(of, 'metrics.jsonl')))));
    const told = (event?: TrainEvent) => {
      if (event) live.hear(event);
      return progressMessage(live.progress, live.secondsLeft);
    };
    expect(told()).toEqual({ text: '', share: 0 });
    expect(told(progressOf(1, 20))).toEqual({ text: 'epoch 1 of 10: 25 %, 40 samples/s, 20 s left', share: 0.025 });
    expect(told(epochOf(1, { epochs: 10, seconds: 1, samplesPerSecond: 80, secondsLeft: 18 }))).toEqual({
      text: 'epoch 1 of 10: 100 %, 80 samples/s, 18 s left',
      share: 0.1,
    });
    expect(told(progressOf(2, 40))).toEqual({ text: 'epoch 2 of 10: 50 %, 80 samples/s, 17 s left', share: 0.15 });
  });

  it('that goes on for more epochs counts them, whatever the lines of its first part say', () => {
    const live = new LiveRun(startOf(run));
    expect(report.epochs.at(-1)?.epochs).toBe(5);
    expect(progressMessage(live.progress)).toMatchObject({ text: expect.stringMatching(/^epoch 5 of 10: 100 %/), share: 0.5 });
  });
});

describe('colours', () => {
  const schemes = PALETTE.split('@media').map((scheme) =>
    Object.fromEntries([...scheme.matchAll(/--(\w+): (#\w{6})/g)].map(([, name, colour]) => [name, colour])),
  );
  const channels = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const over = (colour: string, ground: string, opacity: number): number[] =>
    channels(colour).map((c, i) => opacity * c + (1 - opacity) * channels(ground)[i]);
  /** Contrast as WCAG 2.2 defines it. */
  const contrast = (a: number[], b: number[]): number => {
    const light = (colour: number[]): number => {
      const [r, g, bl] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
    };
    const [dark, bright] = [light(a), light(b)].sort((x, y) => x - y);
    return (bright + 0.05) / (dark + 0.05);
  };

  it('are dark on a screen only: paper is white', () =>
    expect(PALETTE.match(/@media.*/g)).toEqual(['@media screen and (prefers-color-scheme: dark) {']));

  it.each(['light', 'dark'])('%s: text stands out by 4.5 to 1, also in the colours of lines, numbers in the heat map too', (scheme) => {
    const colours = schemes[scheme === 'light' ? 0 : 1];
    expect(Object.keys(colours).length).toBe(9);
    for (const ground of ['ground', 'band']) {
      // Links and summaries are blue text.
      for (const text of ['ink', 'soft', 'blue']) expect(contrast(channels(colours[text]), channels(colours[ground]))).toBeGreaterThanOrEqual(4.5);
    }
    // The value at the end of a line is text in its colour.
    for (const line of ['blue', 'vermilion', 'green', 'purple', 'soft'])
      expect(contrast(channels(colours[line]), channels(colours.ground))).toBeGreaterThanOrEqual(4.5);
    for (const fill of ['blue', 'vermilion']) {
      for (const opacity of CELL_OPACITY)
        expect(contrast(channels(colours.ink), over(colours[fill], colours.ground, opacity))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('nabla report', () => {
  it('writes the page and says what it holds', () =>
    inFolder(async (work) => {
      const json = await nabla(['report', run, second, '--out', 'page.html', '--format', 'json'], work);
      expect([json.code, json.stderr]).toEqual([0, '']);
      const [line] = jsonLines(json.stdout);
      const text = readFileSync(join(work, 'page.html'), 'utf8');
      expect(line).toMatchObject({
        event: 'report',
        out: 'page.html',
        bytes: Buffer.byteLength(text),
        runs: [
          { run, state: 'done', epochs: 5 },
          { run: second, epochs: 2 },
        ],
      });
      expect(text).toContain('<h1>2 runs beside one another</h1>');
      const plain = await nabla(['report', run, '--out', 'page.html'], work);
      expect(plain.stdout).toMatch(
        /^page\.html: 1 run, \d+ kB\nleft out {2}.*Nothing that needs the data: .*: a program brought 'small' to this run/,
      );
    }));

  it('calls it after the runs where no file is named, and replaces none', () =>
    inFolder(async (work) => {
      const [one, two] = [`${basename(run)}.html`, `${basename(run)}-and-1-more.html`];
      const { code, stdout } = await quickNabla(['report', run], work);
      expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${one}: 1 run, `))]);
      expect((await quickNabla(['report', run, second], work)).stdout).toContain(`${two}: 2 runs, `);
      writeFileSync(join(work, one), 'the page before');
      await expectRefused(['report', run], work, new RegExp(`${one}: there is such a file already\\. To replace it, say so: --out ${one}\\.`));
      expect((await quickNabla(['report', run, '--out', one], work)).code).toBe(0);
    }));

  it.each([
    ['a folder as --out', () => [run, '--out', '.'], /out: expected a file, not a folder/],
    ['a folder that is not there', () => [run, '--out', 'none/page.html'], /out: expected a file in a folder that exists/],
    ['a run that is none', () => ['.', '--out', 'page.html'], /holds no run/],
    ['no run', () => ['--out', 'page.html'], /missing required argument/],
    ['data that are not there', () => [run, '--data', 'none', '--out', 'old.html'], /^error: none: there is no such file or folder/],
    ['data of another kind', () => [second, '--data', 'mnist', '--out', 'old.html'], /second: 'mnist' has 784 inputs.*does not fit 64-6-5-4/],
  ])('refuses %s: one line, code 2, nothing written', (_, args, says) =>
    inFolder(async (work) => {
      writeFileSync(join(work, 'old.html'), 'the page before');
      await expectRefused(['report', ...args()], work, says);
    }),
  );

  it.each(['text', 'json'])('of several folders, those that hold no run are named, and the others shown: code 1 (%s)', (format) =>
    inFolder(async (work) => {
      const args = ['report', 'none', run, '.', '--out', 'page.html', '--format', format];
      const { code, stdout, stderr } = await quickNabla(args, work);
      const says = ['none: there is no such folder. Name the folder of a run.', '.: this folder holds no run: there is no run.json in it.'];
      expect([code, stderr]).toEqual([1, says.map((text) => `error: ${text}\n`).join('')]);
      expect(readFileSync(join(work, 'page.html'), 'utf8')).toContain(`<h1>Run ${basename(run)}</h1>`);
      if (format === 'text') return expect(stdout).toMatch(/^page\.html: 1 run, /);
      const failed = ['none', '.'].map((of, k) => ({ run: of, message: says[k] }));
      expect(JSON.parse(stdout)).toMatchObject({ event: 'report', runs: [{ run }], failed });
    }),
  );

  it('where none of several holds a run, no page is written: code 2, and what is said of all is said once', () =>
    inFolder(async (work) => {
      const outcome = await quickNabla(['report', run, second, '--data', 'none', '--out', 'page.html'], work);
      expect(outcome).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: none: there is no such (file or )?folder\. [^\n]+\n$/) });
      expect(contents(work)).toEqual({});
    }));

  it('refuses data that do not fit where the weights are gone, too', async () => {
    const copy = changed('neither', (of) => {
      rmSync(join(of, 'weights.safetensors'));
      rmSync(join(of, 'checkpoints'), { recursive: true });
    });
    await expect(reportPage([copy], { data: smallData() })).rejects.toThrow(/'small' has 7 inputs/);
  });
});
