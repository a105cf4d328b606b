// What the reports make of a scaling measurement: tables, charts, CSV and page of made-up measurements, and the comparison
// of two of them.

import { expect, test } from 'vitest';
import { compareScaling } from '#src/report/data/compare-scaling.js';
import { csvText } from '#src/report/data/csv.js';
import { parseScalingReport } from '#src/report/data/parse-scaling.js';
import { scalingCsv } from '#src/report/data/scaling-csv.js';
import { isWorthAChart } from '#src/report/data/speed-up-axes.js';
import { keptApart } from '#src/report/markup/svg.js';
import { scalingPage } from '#src/report/pages/scaling-page.js';
import { wrap } from '#src/report/terminal/columns.js';
import { comparisonText } from '#src/report/terminal/comparison-table.js';
import { scalingTable } from '#src/report/terminal/scaling-table.js';
import { terminalChart } from '#src/report/terminal/terminal-chart.js';
import { lawInWords, planInWords, predictedSpeedUp, speedUpsInWords, verdictsInWords } from '#src/report/words.js';
import { fitGrowing, fitLaw, type Law, speedUpOf } from '#src/scaling/laws.js';
import type { Plan } from '#src/scaling/plan.js';
import { BENCH_FORMAT, type ScalingCurve, type ScalingPoint, type ScalingReport, type WorkerTime } from '#src/scaling/results.js';
import { summarise } from '#src/scaling/statistics.js';
import { verdictsOf } from '#src/scaling/verdict.js';
import { unbalanced } from '../support/page-markup.js';

const ONE_WORKER = 175_740;

/** A point whose rounds lie 5 % below and 4 % above the median. */
function point(workers: number, batch: number, speedUp: number, predicted?: number): ScalingPoint {
  const rate = ONE_WORKER * speedUp;
  const step = (batch / rate) * 1e6;
  const time = Array.from({ length: workers }, (_, i): WorkerTime => {
    const wait = workers === 1 ? 0 : step * (0.1 + (0.2 * i) / workers);
    const busy = step - wait;
    return { gather: busy * 0.05, forward: busy * 0.35, backward: busy * 0.1, update: busy * 0.5, wait };
  });
  return {
    workers,
    batch,
    samplesPerSecond: summarise([rate * 0.95, rate, rate * 1.04]),
    speedUp: workers === 1 ? summarise([1]) : summarise([speedUp * 0.95, speedUp, speedUp * 1.04]),
    efficiency: speedUp / workers,
    step,
    time,
    imbalance: workers === 1 ? 0 : 0.01 * workers,
    ...(predicted === undefined ? {} : { predicted }),
  };
}

const STRONG: Law = { name: 'universal', sigma: 0.04, kappa: 0.005 };
const WEAK: Law = { name: 'Gustafson', sigma: 0.12, kappa: 0 };

function curve(mode: ScalingCurve['mode'], batch: number, counts: readonly number[], predicted: boolean): ScalingCurve {
  const points = counts.map((workers) => {
    const speedUp = speedUpOf(mode === 'strong' ? STRONG : WEAK, workers);
    return point(workers, mode === 'strong' ? batch : batch * workers, speedUp, predicted ? ONE_WORKER * speedUp * 1.1 : undefined);
  });
  const medians = points.map(({ workers, speedUp }) => ({ workers, speedUp: speedUp.median }));
  const law = mode === 'strong' ? fitLaw(medians) : fitGrowing(medians);
  return { mode, batch, points, ...(law ? { law } : {}) };
}

/** A report of strong scaling, with predictions, and weak scaling over these worker counts. */
function reportOf(counts: readonly number[], changes: Partial<ScalingReport> = {}): ScalingReport {
  return {
    format: BENCH_FORMAT,
    created: '2030-01-02T03:04:05.000Z',
    version: '0.1.0',
    machine: { cpu: 'Some CPU', usable: 8, machine: 16, platform: 'linux x64', node: '22.1.0' },
    subject: {
      layers: [784, 100, 10],
      activations: ['sigmoid', 'sigmoid'],
      cost: 'cross-entropy',
      data: 'mnist',
      samples: 8000,
      gradient: 'owned',
      kernels: 'relaxed',
      input: 'sparse',
    },
    rounds: 3,
    seconds: 1.5,
    curves: [curve('strong', 10, counts, true), curve('weak', 10, counts, false)],
    ...changes,
  };
}

const EIGHT = reportOf([1, 2, 4, 8]);
const TWO = reportOf([1, 2]);

/** The same report with a ceiling of 0.9 a worker, 1 at least, at every point of up to `upTo` workers. */
function withCeiling(report: ScalingReport, upTo = Number.POSITIVE_INFINITY): ScalingReport {
  const add = (p: ScalingPoint): ScalingPoint => {
    const ceiling = Math.max(1, 0.9 * p.workers);
    if (p.workers > upTo) return p;
    return { ...p, ceiling: summarise([0.98 * ceiling, ceiling, 1.01 * ceiling]), efficiencyOfCeiling: p.speedUp.median / ceiling };
  };
  const ceilingNote = 'No ceiling from 8 workers on: 8 separate runs of this network take up to 9,000 MB, and may take half of what is free.';
  const all = report.curves.every(({ points }) => points.every(({ workers }) => workers <= upTo));
  return { ...report, curves: report.curves.map((c) => ({ ...c, points: c.points.map(add) })), ...(all ? {} : { ceilingNote }) };
}

/** A report whose point of strong scaling with `workers` workers has other rates. */
function withRates(report: ScalingReport, workers: number, rates: readonly number[]): ScalingReport {
  const [strong, ...others] = report.curves;
  const points = strong.points.map((p) => (p.workers === workers ? { ...p, samplesPerSecond: summarise(rates) } : p));
  return { ...report, curves: [{ ...strong, points }, ...others] };
}

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));

test.each([
  ['eight workers', EIGHT],
  ['two workers', TWO],
  ['one worker', reportOf([1])],
  ['many workers', reportOf([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128])],
  ['huge rates', withRates(EIGHT, 8, [1e9, 1.5e9, 2e9])],
  ['a ceiling', withCeiling(EIGHT)],
  ['a ceiling for some', withCeiling(reportOf([1, 4, 128]), 4)],
])('tables, charts and comparisons of %s fit into 80 columns', (_, report) => {
  const other = { ...report, machine: { ...report.machine, cpu: 'x'.repeat(200) } };
  for (const text of [scalingTable(report), terminalChart(report), comparisonText(compareScaling(report, other, 0.1))]) {
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).not.toMatch(/ \n|NaN|undefined|Infinity/);
  }
});

test('the tables have every figure and the laws in words', () => {
  const text = scalingTable(EIGHT);
  expect(text).toContain('strong scaling, mini-batch 10\n');
  expect(text).toContain('weak scaling, 10 samples a worker\n');
  expect(text).toMatch(/^ +4 +595,729 +565,942 to 619,558 +3\.39 +3\.22 to 3\.53 +85 +16\.79$/m);
  expect(text).toMatch(/^ +2 +1 +1\.34 +9\.41 +2\.69 +13\.44 +2\.99 +2\.0$/m);
  expect(text).toMatch(/^ +4 +595,729 +655,302 +-9\.1 % +3\.39 +3\.39$/m);
  expect(text).toContain('universal law: 4.0 % not shared out, 0.5 % a pair\n');
  expect(text).toContain("Gustafson's law: 12.0 % not shared out; each further worker adds 0.88 of one\n");
  expect(scalingTable(reportOf([1, 4, 8, 32]))).toContain('0.5 % a pair; fastest with about 14 workers\n');
  expect(text.replaceAll('\n', ' ')).toContain('A speed-up is the rate over that of one worker in the same round. Its median');
  // One number of two counts is no law.
  expect(scalingTable(TWO)).not.toMatch(/law|NaN/);
});

test('the ceiling is told where it was measured, with the efficiency of it, and why it is not where it was not', () => {
  const text = scalingTable(withCeiling(EIGHT, 4));
  expect(text).toContain('what the machine gives (separate one-worker runs side by side, over one alone)\n');
  // 3.39 of 3.6 times
  expect(text).toMatch(/^ +4 +3\.60 +3\.53 to 3\.64 +3\.39 +94 %$/m);
  expect(text).toMatch(/^ +1 +1\.00 +0\.98 to 1\.01 +1\.00 +100 %$/m);
  expect(text).toMatch(/\n\nNo ceiling from 8 workers on: [^\n]+\n[^\n]+\n$/);
  expect(scalingTable(EIGHT)).not.toContain('ceiling');

  const chart = terminalChart(withCeiling(EIGHT, 4));
  expect(chart).toContain(' ⠒⠂  ceiling: separate one-worker runs side by side, 3.60 with 4 workers\n');
  expect(chart.split('\n').slice(0, 15)).not.toEqual(terminalChart(EIGHT).split('\n').slice(0, 15));

  const page = scalingPage(withCeiling(EIGHT, 4));
  expect(unbalanced(page)).toEqual([]);
  expect(page).toContain('<td>3.60 (3.53 to 3.64)</td><td>94.2 %</td>');
  expect(page).toContain('<td>–</td><td>–</td>');
  expect(page).toContain('>ceiling: separate one-worker runs side by side<');
  expect(page).toContain('<p>No ceiling from 8 workers on: ');
  expect(scalingPage(withCeiling(EIGHT))).toContain('>ceiling 7.20<');
  expect(scalingPage(EIGHT)).not.toContain('ceiling');

  const [header, ...rows] = scalingCsv(withCeiling(EIGHT, 4)).trimEnd().split('\r\n');
  expect(header).toMatch(/,ceiling_median,ceiling_min,ceiling_max,efficiency_of_ceiling$/);
  expect(rows[0]).toMatch(/,1,0\.98,1\.01,1$/);
  expect(rows[3]).toMatch(/,,,,$/);
});

test.each<[Law, string]>([
  [{ name: 'universal', sigma: 0, kappa: 0.4, best: 1.2 }, 'universal law: 0.0 % not shared out, 40 % a pair; fastest with one worker'],
  [{ name: 'universal', sigma: 0.1, kappa: 2e-6 }, 'universal law: 10.0 % not shared out, less than 0.001 % a pair'],
  [{ name: 'Amdahl', sigma: 0.1, kappa: 0 }, "Amdahl's law: 10.0 % not shared out"],
])('%j in words', (law, words) => {
  expect(lawInWords(law)).toBe(words);
});

/** A report of two workers on a busy machine, as it was measured once: slower than one, which was twice as fast as predicted. */
const BUSY = ((): ScalingReport => {
  const [strong] = TWO.curves;
  const [one, two] = strong.points;
  const slow: ScalingPoint = { ...two, speedUp: summarise([0.18, 0.21, 0.25]), efficiency: 0.1, predicted: ONE_WORKER * 0.8 };
  return {
    ...TWO,
    curves: [
      { mode: 'strong', batch: 10, points: [{ ...one, predicted: ONE_WORKER * 0.51 }, slow] },
      { ...strong, batch: 100 },
    ],
  };
})();

test('the verdict comes first: on a terminal, on the page, and as figures', () => {
  const verdicts = verdictsOf(BUSY.curves);
  expect(verdicts.map(({ batch, workers, more }) => [batch, workers, more?.workers])).toEqual([
    [10, 1, 2],
    [100, 2, undefined],
  ]);
  const [first, second] = [
    'Mini-batch 10: use 1 worker; 2 workers: 0.21 times as fast as one (0.18 to 0.25).',
    'Mini-batch 100: use 2 workers: 1.90 times as fast as one (1.81 to 1.98).',
  ];
  expect(verdictsInWords(verdicts)).toEqual([first, second]);
  expect(scalingTable(BUSY).replaceAll('\n', ' ')).toMatch(new RegExp(`^${first} ${second} {2}`.replace(/[().]/g, '\\$&')));
  expect(scalingPage(BUSY).indexOf(first)).toBeLessThan(scalingPage(BUSY).indexOf('<dl'));
  expect(parseScalingReport(JSON.stringify({ ...BUSY, verdicts }), 'a.json').verdicts).toEqual(verdicts);
  const unsure = {
    ...TWO.curves[0],
    points: TWO.curves[0].points.map((p) => ({ ...p, speedUp: summarise(p.workers === 1 ? [1] : [0.07, 0.24, 1.47]) })),
  };
  expect(verdictsInWords(verdictsOf([unsure]))).toEqual([
    'Mini-batch 10: use 1 worker; 2 workers: 0.24 times as fast as one (0.07 to 1.47). The rounds do not agree: measure again where less else runs.',
  ]);
  // A little more is not worth a core; weak scaling is no setting to choose; nor is one count alone.
  const little = { ...TWO.curves[0], points: TWO.curves[0].points.map((p) => ({ ...p, speedUp: summarise([p.workers === 1 ? 1 : 1.02]) })) };
  expect(verdictsOf([little, TWO.curves[1], reportOf([1]).curves[0]]).map(({ workers }) => workers)).toEqual([1]);
});

test('a plan begins with what to use, and from which mini-batch on more workers pay, or these do', () => {
  const best = { workers: 1, gradient: 'owned', samplesPerSecond: 576_978 } as Plan['best'];
  const use = 'Use 1 worker (--workers 1 --gradient owned), for about 576,978 samples/s';
  expect(planInWords({ best, batch: 10 })).toBe(`${use}.`);
  expect(planInWords({ best, batch: 10, pays: { workers: 2, than: 1, batch: 80 } })).toBe(`${use}; 2 pay from a mini-batch of about 80 on.`);
  const most = { ...best, workers: 2 };
  expect(planInWords({ best: most, batch: 100, pays: { workers: 2, than: 1, batch: 25 } })).toMatch(
    /^Use 2 workers \(--workers 2 .*; they pay from a mini-batch of about 25 on\.$/,
  );
  expect(planInWords({ best: most, batch: 100, pays: { workers: 2, than: 1, batch: 100 } })).toMatch(/samples\/s\.$/);
});

test('what is predicted of speed-ups is over the prediction for one worker, which is 1 of itself', () => {
  const [one, two] = BUSY.curves[0].points;
  expect([one, two].map((point) => predictedSpeedUp(point, BUSY.curves[0]))).toEqual([1, expect.closeTo(0.8 / 0.51, 12)]);
  expect(scalingTable(BUSY)).toMatch(/^ +1 +175,740 +89,627 +\+96\.1 % +1\.00 +1\.00$/m);
  expect(scalingTable(BUSY)).toMatch(/^ +2 +[\d,]+ +140,592 +\+\d+\.\d % +0\.21 +1\.57$/m);
  expect(scalingPage(EIGHT)).toContain('1 worker: predicted 1.00<');
});

test('two worker counts have a sentence, not a chart of two points', () => {
  expect([TWO, reportOf([1]), EIGHT].map(({ curves }) => isWorthAChart(curves))).toEqual([false, false, true]);
  expect(speedUpsInWords(withCeiling(TWO).curves[0])).toBe('2 workers: 1.90 times as fast as one (1.81 to 1.98); 2 separate runs: 1.80.');
  const page = scalingPage(TWO);
  expect(page.match(/<svg /g)?.length).toBe(2);
  expect(page).toContain('<p>2 workers: 1.90 times as fast as one (1.81 to 1.98).</p>');
  expect(scalingPage(reportOf([1]))).toContain('<p>Only one worker was measured.</p>');
});

test('the chart has titles, numbers at the worker counts only, both curves, the ideal line and a legend', () => {
  const lines = terminalChart(EIGHT).split('\n');
  expect(lines[0]).toBe('speed-up over one worker');
  expect(lines.slice(1, 15).every((line) => /^[ 0-9] [┤│]/.test(line))).toBe(true);
  expect(lines.filter((line) => line.includes('┤')).map((line) => line[0])).toEqual(['8', '6', '4', '2', '0']);
  expect(lines[15]).toMatch(/^ {2}└─+┬─+┬─+┬─+┬─+$/);
  expect(lines[16].trim().split(/ +/)).toEqual(['1', '2', '4', '8']);
  expect([...lines[15]].flatMap((char, i) => (char === '┬' ? [lines[16][i]] : [])).join('')).toBe('1248');
  expect(lines[17].trim()).toBe('workers');
  const picture = lines.slice(1, 15).join('');
  expect([picture.split('●').length, picture.split('◆').length]).toEqual([5, 5]);
  expect(lines[1].trimEnd()).toMatch(/[\u2801-\u28ff]$/);
  expect(lines.slice(19)).toEqual([
    '  ●  strong scaling, mini-batch 10: 5.13 with 8 workers',
    '  ◆  weak scaling, 10 samples a worker: 7.16 with 8 workers',
    ' ⡀⠐⠁ ideal: as many times the speed as workers',
    '',
  ]);
});

test('the chart of two workers has two numbers; width, height and colour are as asked', () => {
  expect(terminalChart(TWO).split('\n')[16].trim().split(/ +/)).toEqual(['1', '2']);
  const small = terminalChart(TWO, { width: 50, height: 10, paint: (colour, text) => (colour === 'cyan' ? `<${text}>` : text) });
  expect(widest(small.replace(/[<>]/g, ''))).toBeLessThanOrEqual(50);
  expect(small.split('\n').indexOf('')).toBe(10);
  expect(small).toContain('<●>');
  expect(small).not.toContain('<◆>');
});

test('the CSV has every point in full, and quotes as RFC 4180 has it', () => {
  const [header, ...rows] = scalingCsv(EIGHT)
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  expect(rows.length).toBe(8);
  const records = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
  const p = EIGHT.curves[0].points[2];
  expect(records[2]).toMatchObject({ mode: 'strong', batch: '10', workers: '4', samples_per_step: '10', imbalance: '0.04' });
  expect(Number(records[2].samples_per_second_median)).toBe(p.samplesPerSecond.median);
  expect(Number(records[2].samples_per_second_min)).toBe(p.samplesPerSecond.minimum);
  expect(Number(records[2].speed_up_max)).toBe(p.speedUp.maximum);
  expect(Number(records[2].wait_us)).toBeCloseTo((p.time[0].wait + p.time[1].wait + p.time[2].wait + p.time[3].wait) / 4, 9);
  expect(Number(records[2].predicted_samples_per_second)).toBe(p.predicted);
  expect(records[7]).toMatchObject({ mode: 'weak', batch: '10', workers: '8', samples_per_step: '80', predicted_samples_per_second: '' });
  expect(csvText([['a,b', 'say "x"', 'two\nlines', 1.5]])).toBe('"a,b","say ""x""","two\nlines",1.5\r\n');
});

test('the page is one well-formed file that loads nothing and runs nothing', () => {
  for (const report of [EIGHT, TWO, reportOf([1])]) {
    const page = scalingPage(report);
    expect(unbalanced(page)).toEqual([]);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|<script|<link|<img|@import|url\((?!#)|\son\w+=|NaN|undefined/,
    );
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const used = [...page.matchAll(/url\(#([^)]+)\)|aria-labelledby="([^" ]+) ([^"]+)"/g)].flatMap((m) => m.slice(1).filter(Boolean));
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
  }
});

test('the page has charts, laws with their sources, and every figure', () => {
  const page = scalingPage(EIGHT);
  expect(page.match(/<svg /g)?.length).toBe(4);
  expect(page).toContain('<h1>Scaling of 784-100-10 on Some CPU</h1>');
  expect(page).toMatch(/<html lang="en">/);
  expect(page).toContain('Gunther, Guerrilla Capacity Planning');
  expect(page).toContain('Universal law: 4.0 % not shared out, 0.5 % a pair.');
  for (const text of [
    '>ideal 8.00<',
    '>measured 5.13<',
    '>universal 5.13<',
    '>predicted 5.13<',
    '>speed-up over one worker (times)<',
    '>µs a step<',
  ]) {
    expect(page).toContain(text);
  }
  for (const figure of ['595,729', '565,942 to 619,558', '3.22 to 3.53', '84.7 %', '16.79', '655,302', '-9.1 %', '13.44']) {
    expect(page).toContain(`<td>${figure}</td>`);
  }
});

test('names in a report are text on the page, not markup', () => {
  const name = `<script>alert("1")</script>&'`;
  const page = scalingPage({ ...EIGHT, machine: { ...EIGHT.machine, cpu: name }, subject: { ...EIGHT.subject, data: name } });
  expect(page).not.toContain('<script');
  expect(page).toContain('<dd>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;, 8,000 samples, sparse input</dd>');
  expect(unbalanced(page)).toEqual([]);
});

test('labels keep apart within their bounds, and long words are cut', () => {
  const labels = [95, 50, 52, 97].map((y) => ({ y, text: String(y) }));
  expect(keptApart(labels, 10, 0, 100).map(({ y, text }) => [y, text])).toEqual([
    [50, '50'],
    [60, '52'],
    [90, '95'],
    [100, '97'],
  ]);
  expect(wrap('ab abcdefghij\u001b[1m x', 4)).toEqual(['ab', 'abcd', 'efgh', 'ij?[', '1m x']);
});

test('a report compared with itself has no regression and no warning', () => {
  const comparison = compareScaling(EIGHT, EIGHT, 0);
  expect(comparison.points.length).toBe(8);
  expect(comparison.points.every(({ ratio, regression }) => ratio === 1 && !regression)).toBe(true);
  expect([comparison.onlyOlder, comparison.onlyNewer, comparison.warnings]).toEqual([[], [], []]);
  // Nor with figures from before there was a ceiling.
  expect(compareScaling(EIGHT, withCeiling(EIGHT), 0)).toEqual(comparison);
  expect(comparisonText(comparison)).toContain('none of 8 points slower by more than 0.0 %');
});

test('a median lower by more than the threshold is a regression, unless the best round still reaches the old one', () => {
  const [older, regressions] = [
    withRates(EIGHT, 4, [90, 100, 110]),
    (rates: readonly number[]): number[] =>
      compareScaling(withRates(EIGHT, 4, [90, 100, 110]), withRates(EIGHT, 4, rates), 0.1).points.flatMap((p) => (p.regression ? [p.workers] : [])),
  ];
  expect(regressions([65, 70, 75])).toEqual([4]);
  expect(regressions([65, 70, 101])).toEqual([]);
  expect(regressions([91, 91, 91])).toEqual([]);
  expect(regressions([89, 89, 89])).toEqual([4]);
  expect(regressions([130, 140, 150])).toEqual([]);
  const text = comparisonText(compareScaling(older, withRates(EIGHT, 4, [65, 70, 75]), 0.1));
  expect(text).toMatch(/^ +4 +100 +70 +65 to 75 +-30\.0 % +regression$/m);
  expect(text).toContain('1 of 8 points slower by more than 10.0 %');
});

test('points of one report only are listed, another machine or network is a warning, another length is not', () => {
  const { machine, subject } = EIGHT;
  const newer = {
    ...reportOf([1, 2, 3]),
    machine: { ...machine, cpu: 'Other CPU', usable: 4, node: 'v24.0.1' },
    subject: { ...subject, layers: [784, 30, 10], kernels: 'simd' as const, step: 'adam, dropout', samples: 9 },
  };
  const comparison = compareScaling(EIGHT, newer, 0.1);
  expect(comparison.points.map(({ mode, workers }) => `${mode} ${workers}`)).toEqual(['strong 1', 'strong 2', 'weak 1', 'weak 2']);
  expect(comparison.onlyOlder.map(({ workers }) => workers)).toEqual([4, 8, 4, 8]);
  expect(comparison.onlyNewer).toEqual([
    { mode: 'strong', batch: 10, workers: 3 },
    { mode: 'weak', batch: 10, workers: 3 },
  ]);
  expect(comparison.warnings).toEqual([
    'another machine: processor Other CPU, was Some CPU',
    'another machine: usable cores 4, was 8',
    'another Node 24, was 22',
    'another network: layers 784-30-10, was 784-100-10',
    'other steps adam, dropout, was sgd',
    'other kernels simd, was relaxed',
  ]);
  const text = comparisonText(comparison);
  expect(text).toContain('only in the older report: strong scaling, mini-batch 10: 4, 8 workers\n');
  expect(text).toContain('warning: another Node 24, was 22\n');
  expect(compareScaling(EIGHT, { ...EIGHT, machine: { ...machine, node: '22.9.9' }, subject: { ...subject, samples: 9 } }, 0.1).warnings).toEqual([]);
});

test('a threshold that is no share is refused', () => {
  expect(() => compareScaling(EIGHT, EIGHT, '10' as unknown as number)).toThrow(TypeError);
  for (const threshold of [-0.1, 1, 10, Number.NaN]) expect(() => compareScaling(EIGHT, EIGHT, threshold)).toThrow(RangeError);
});

test('a report comes back from its JSON', () => {
  for (const report of [EIGHT, TWO, reportOf([1]), withCeiling(EIGHT), withCeiling(EIGHT, 4)]) {
    expect(parseScalingReport(JSON.stringify(report), 'a.json')).toEqual(report);
  }
  // a law without a top has no best count, and its JSON no such field
  const law = { ...EIGHT.curves[0].law, best: undefined };
  const text = JSON.stringify({ ...EIGHT, curves: [{ ...EIGHT.curves[0], law }] });
  expect(parseScalingReport(text, 'a.json').curves[0].law?.best).toBeUndefined();
});

/** The same, as several ranks would have measured it. */
function withExchange(report: ScalingReport): ScalingReport {
  const shared = (point: ScalingPoint): ScalingPoint => ({ ...point, time: point.time.map((time) => ({ ...time, exchange: point.step / 8 })) });
  return { ...report, curves: report.curves.map((curve) => ({ ...curve, points: curve.points.map(shared) })) };
}

test('the exchange of several ranks is a phase of its own, on the page, in the table and as figures; else there is no trace of it', () => {
  const report = withExchange(TWO);
  const shown = (of: ScalingReport): string[] => [scalingTable(of), scalingPage(of), scalingCsv(of)];
  for (const text of shown(TWO)) expect(text).not.toContain('exchange');
  const [table, page, csv] = shown(report);
  expect(table).toMatch(/worker +gather +forward +backward +update +wait +exchange/);
  expect(page).toMatch(/<th scope="col">wait<\/th><th scope="col">exchange<\/th>/);
  expect(unbalanced(page)).toEqual([]);
  expect(page).not.toMatch(/NaN|undefined/);
  const [header, first] = csv.split('\r\n').map((line) => line.split(','));
  expect(header.indexOf('exchange_us')).toBe(header.indexOf('wait_us') + 1);
  expect(Number(first[header.indexOf('exchange_us')])).toBeCloseTo(TWO.curves[0].points[0].step / 8, 9);
  expect(parseScalingReport(JSON.stringify(report), 'a.json')).toEqual(report);
  // The names in the legend keep apart, and within the chart of 500.
  const legend = [...page.matchAll(/y="8" width="12".*?<text x="([\d.]+)" y="21">(\w+)<\/text>/g)].map(([, x, name]) => ({ x: Number(x), name }));
  const [one] = legend
    .map(({ name }) => name)
    .join(' ')
    .split(' gather');
  expect(one).toBe('gather forward backward update wait exchange');
  for (const [k, { x, name }] of legend.slice(0, 6).entries())
    expect(x + 8.5 * name.length).toBeLessThan(legend[k + 1]?.x > x ? legend[k + 1].x - 18 : 500);
});

const [STRONG_CURVE] = EIGHT.curves;
const curves = (changes: object): object => ({ curves: [{ ...STRONG_CURVE, ...changes }] });

test('several processes are named with their hosts, and each point beside what one of them does by itself', () => {
  const hosts = ['a', 'b', '<c>', 'd', 'e'].map((name) => ({ name, ranks: 2 }));
  const ranks = { ranks: 10, hosts, library: 'MPICH 4', latency: 41, bandwidth: 1.25e9, sliced: [true, false] };
  const plain = reportOf([1, 2]);
  const [strong] = plain.curves;
  const points = strong.points.map((point) => ({ ...point, alone: point.samplesPerSecond.median / 1.5 }));
  const report = reportOf([1, 2], { ranks, curves: [{ ...strong, points }] });
  expect(parseScalingReport(JSON.stringify(report), 'file')).toEqual(report);
  const table = scalingTable(report).replace(/\s+/g, ' ');
  expect(table).toContain('10 processes share each step on 5 hosts (a, b, <c> and 2 more), and workers are those of each');
  expect(table).toContain(
    '1 of 2 layers are sliced among them. MPICH 4: a collective of next to nothing takes 41 µs, a megabyte travels at 1.25 GB/s.',
  );
  expect(table).toMatch(
    /one process by itself \(samples\/s\), and how many times that all of them do workers by itself measured predicted 1 117,160 1\.50 1\.65 2 /,
  );
  expect(scalingPage(report)).toContain('10 processes share each step on 5 hosts (a, b, &lt;c&gt; and 2 more)');
  expect(compareScaling(plain, report, 0.1).warnings).toEqual(['other processes: 10 on 5 hosts, was 1 on 1 host']);
  expect(scalingTable(plain)).not.toMatch(/process/);
});

test.each<[message: string, changes: object | string]>([
  ["expected a report as JSON ('nabla-bench/1'); line 1, column 1: expected a value, got an empty file.", ''],
  ["expected a report as JSON ('nabla-bench/1'); line 1, column 1: expected a value, got 'not'.", 'not\njson'],
  ['format: expected a value, got nothing.', '[1]'],
  ['expected an object, got 7.', '7'],
  [`format: expected 'nabla-bench/1', got "nabla-bench/9".`, { format: 'nabla-bench/9' }],
  ['machine: expected a value, got nothing.', { machine: undefined }],
  ['machine.usable: expected a whole number of at least 1, got "two".', { machine: { ...EIGHT.machine, usable: 'two' } }],
  [`subject.layers: expected a list, got "${'x'.repeat(39)}….`, { subject: { ...EIGHT.subject, layers: 'x'.repeat(99) } }],
  ['subject.kernels: expected one of scalar, simd, relaxed, wide, blas, got "gpu".', { subject: { ...EIGHT.subject, kernels: 'gpu' } }],
  ['created: expected a time as ISO 8601 has it, got "yesterday".', { created: 'yesterday' }],
  ['curves: expected a list of at least 1, got [].', { curves: [] }],
  ['curves.0.mode: expected one of strong, weak, got "odd".', curves({ mode: 'odd' })],
  ['curves.0.points.0.step: expected a number above 0, got 0.', curves({ points: [{ ...STRONG_CURVE.points[0], step: 0 }] })],
  ['curves.0.points.0.time.0.gather: expected a value, got nothing.', curves({ points: [{ ...STRONG_CURVE.points[0], time: [{}] }] })],
  ['curves.0.points.0.ceiling: expected an object, got 2.', curves({ points: [{ ...STRONG_CURVE.points[0], ceiling: 2 }] })],
  ['curves.0.points: expected a first point with one worker, got ', curves({ points: STRONG_CURVE.points.slice(1) })],
  [
    'curves.0.points: expected points by workers, ascending, got ',
    curves({ points: [STRONG_CURVE.points[0], ...STRONG_CURVE.points.slice(1).reverse()] }),
  ],
])('a report is refused in one line: %s', (message, changes) => {
  const text = typeof changes === 'string' ? changes : JSON.stringify({ ...EIGHT, ...changes });
  const parse = (): ScalingReport => parseScalingReport(text, 'old.json');
  expect(parse).toThrow(expect.objectContaining({ name: 'NablaError', code: 'BAD_DATA', message: expect.stringMatching(/^old\.json: [^\n]*\.$/) }));
  expect(parse).toThrow(message);
});
