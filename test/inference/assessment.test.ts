// What lies behind an accuracy: figures counted by hand and by the definitions, outputs beside the reference and hits beside
// the workers', for every input format and kernel set that runs here; and the tables in a terminal.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { assess, evaluate, type Fit, isBadInput, type TrainOptions, train } from '#src/index.js';
import { type Assessment, Tally } from '#src/inference/assessment.js';
import { Forward } from '#src/inference/forward.js';
import { loadKernels } from '#src/kernels/load.js';
import { INPUT_FORMATS } from '#src/model/input.js';
import { classNamed, probabilitiesOf } from '#src/model/probabilities.js';
import { feedForward, parametersFrom } from '#src/model/reference.js';
import { specifyNetwork } from '#src/model/specification.js';
import { assessmentTable } from '#src/report/terminal/assessment-table.js';
import { inFolder, jsonLines, nabla, quickNabla } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';

/** An assessment of samples with these labels, of which each is named as `named` says, its output the surer the later. */
function assessed(K: number, labels: readonly number[], named: readonly number[], most = 10): Assessment {
  const tally = new Tally(specifyNetwork({ layers: [1, K] }), labels.length, { mistakes: most });
  labels.forEach((label, s) => {
    const outputs = new Float32Array(K).fill(0.125);
    outputs[named[s]] = 0.5 + s / 1024;
    tally.add(s, [label], outputs);
  });
  return tally.assessment;
}

describe('figures', () => {
  it('of a small example, as scikit-learn gives them', () => {
    // precision_recall_fscore_support([0,0,0,1,1,2,2,2], [0,0,1,1,1,0,2,1], average=None and 'macro')
    const { confusion, classes, macro, samples, correct } = assessed(4, [0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 1, 1, 1, 0, 2, 1]);
    expect(confusion).toEqual([
      [2, 1, 0, 0],
      [0, 2, 0, 0],
      [1, 1, 1, 0],
      [0, 0, 0, 0],
    ]);
    expect([samples, correct]).toEqual([8, 5]);
    expect(classes.map(({ precision }) => precision)).toEqual([2 / 3, 0.5, 1, null]);
    expect(classes.map(({ recall }) => recall)).toEqual([2 / 3, 1, 1 / 3, null]);
    expect(classes.map(({ f1 }) => f1)).toEqual([2 / 3, 2 / 3, 0.5, null]);
    expect(macro.precision).toBeCloseTo(0.7222222, 6);
    expect(macro.recall).toBeCloseTo(0.6666667, 6);
    expect(macro.f1).toBeCloseTo(0.6111111, 6);
  });

  it('a class that is never named has no precision, one without samples no recall; both count as 0 in the mean', () => {
    const { classes, macro } = assessed(2, [0, 0], [1, 1]);
    expect(classes).toEqual([
      { label: 0, samples: 2, named: 0, precision: null, recall: 0, f1: 0 },
      { label: 1, samples: 0, named: 2, precision: 0, recall: null, f1: 0 },
    ]);
    expect(macro).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  it('the surest mistakes first, with both outputs, and no more than asked for', () => {
    const { mistakes } = assessed(3, [0, 1, 2, 0], [1, 1, 0, 2], 2);
    expect(mistakes).toEqual([
      { index: 3, label: 0, named: 2, confidence: 0.5 + 3 / 1024, right: 0.125 },
      { index: 2, label: 2, named: 0, confidence: 0.5 + 2 / 1024, right: 0.125 },
    ]);
    expect(assessed(3, [0, 1], [1, 1], 0).mistakes).toEqual([]);
  });

  it('follow their definitions', () => {
    const samples = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(samples, (pairs) => {
        const { classes, confusion, correct, mistakes } = assessed(
          5,
          pairs.map(([label]) => label),
          pairs.map(([, named]) => named),
        );
        const times = (wanted: (label: number, named: number) => boolean): number => pairs.filter(([l, n]) => wanted(l, n)).length;
        expect(correct).toBe(times((l, n) => l === n));
        expect(mistakes.length).toBe(Math.min(10, pairs.length - correct));
        for (const { label: c, samples, named, precision, recall, f1 } of classes) {
          expect([samples, named]).toEqual([times((l) => l === c), times((_, n) => n === c)]);
          for (let n = 0; n < 5; n++) expect(confusion[c][n]).toBe(times((l, k) => l === c && k === n));
          if (precision !== null && recall !== null) {
            expect(precision * named).toBeCloseTo(recall * samples, 9);
            expect(f1).toBeCloseTo(precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall), 9);
          } else expect(samples * named).toBe(0);
        }
      }),
    );
  });
});

describe('probabilities', () => {
  const network = (output: string, cost: string, more = {}) => specifyNetwork({ layers: [2, 3], output, cost, ...more });
  it.each([
    ['softmax: as they are', network('softmax', 'log-likelihood'), [0.5, 0.25, 0.25], [0.5, 0.25, 0.25]],
    ['sigmoid: shares of the sum', network('sigmoid', 'cross-entropy'), [0.9, 0.6, 0], [0.6, 0.4, 0]],
    ['sigmoids that are all zero: nothing is known', network('sigmoid', 'cross-entropy'), [0, 0, 0], [1 / 3, 1 / 3, 1 / 3]],
    ['linear: as a softmax', network('linear', 'quadratic'), [Math.log(2), 0, Math.log(5)], [0.25, 0.125, 0.625]],
    ['linear, far out', network('linear', 'quadratic'), [1e30, 0, Number.POSITIVE_INFINITY], [0, 0, 1]],
    [
      'one of them another f: as a softmax',
      network('sigmoid', 'quadratic', { neurons: [{ layer: 2, neuron: 1, f: 'linear' }] }),
      [0, 0, 0],
      [1 / 3, 1 / 3, 1 / 3],
    ],
  ])('%s', (_, spec, outputs, expected) => {
    const found = probabilitiesOf(spec, outputs);
    found.forEach((p, j) => {
      expect(p).toBeCloseTo(expected[j], 12);
    });
    expect(found.length).toBe(expected.length);
  });

  it('keep the class that is named', () => {
    const outputs = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(outputs, fc.constantFrom(network('sigmoid', 'quadratic'), network('tanh', 'quadratic')), (a, spec) => {
        const p = probabilitiesOf(spec, a);
        expect(p[classNamed(a)]).toBe(Math.max(...p));
        expect(p.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('the first of equal outputs is named', () => expect(classNamed([0, 3, 1, 3, 9], 1, 3)).toBe(0));
});

/** Networks of every kind, over bytes and floats. */
const TRAINED: [what: string, options: TrainOptions, bytes: boolean][] = [
  ['sigmoid over bytes', {}, true],
  ['softmax over floats', { cost: 'log-likelihood', output: 'softmax', activation: 'relu' }, false],
  ['single neurons with another f', { neurons: [{ layer: 2, neuron: 2, f: 'tanh' }] }, true],
  ['more outputs than classes', { layers: [7, 6] }, false],
];
const data = (bytes: boolean): Dataset => smallData({ count: 300, bytes });

describe.each(TRAINED)('%s', (_, options, bytes) => {
  it.each(INPUT_FORMATS)('outputs are those of the reference: %s', async (input) => {
    const { network, parameters } = await train({ data: data(bytes), layers: [7, 5, 4], epochs: 3, ...options, workers: 1 });
    const { test, scale } = data(bytes);
    const forward = await Forward.open({ network, parameters, values: { bytes, scale }, input, kernels: await loadKernels('auto') });
    const reference = parametersFrom(network, parameters);
    const K = network.layers.at(-1) as number;
    // Twice, with fewer samples the second time: nothing is left of the first.
    for (const [from, S] of [
      [0, Forward.rows],
      [Forward.rows, 7],
    ]) {
      const outputs = forward.outputs(test.values.subarray(from * 7, (from + S) * 7));
      expect(outputs.length).toBe(S * K);
      for (let s = 0; s < S; s++) {
        const x = Array.from(test.values.subarray((from + s) * 7, (from + s + 1) * 7), (v) => v * scale);
        const expected = feedForward(network, reference, x).activations.at(-1) as number[];
        for (let j = 0; j < K; j++) expect(outputs[s * K + j]).toBeCloseTo(expected[j], 5);
      }
    }
  });

  it.each(['test', 'training'] as const)('hits are those of the workers: %s', (split) =>
    inFolder(async (folder) => {
      const run = join(folder, 'run');
      await train({ data: data(bytes), layers: [7, 5, 4], epochs: 3, ...options, run, workers: 2 });
      const { assessment, correct, samples } = await evaluate({ run, data: data(bytes), split, mistakes: 1000 });
      expect([assessment?.samples, assessment?.correct, assessment?.mistakes.length]).toEqual([samples, correct, samples - (correct ?? 0)]);
      for (const { index, label, named } of assessment?.mistakes ?? []) {
        expect(data(bytes)[split].labels[index]).toBe(label);
        expect(named).not.toBe(label);
      }
    }),
  );
});

it('has nothing to say of targets that are numbers', async () => {
  const targets = (n: number) => Float32Array.from({ length: n * 4 }, (_, k) => k % 3);
  const { training, ...rest } = smallData();
  const numbers = { ...rest, training: { ...training, labels: new Uint16Array(0), targets: targets(12) } };
  const regression = { ...numbers, validation: numbers.training, test: numbers.training };
  await inFolder(async (folder) => {
    const run = join(folder, 'run');
    const { network, parameters, testFigures } = await train({ data: regression, layers: [7, 4], epochs: 1, run });
    const evaluated = await evaluate({ run, data: regression });
    expect(evaluated).toMatchObject({ accuracy: null, assessment: null });
    const { r2, rmse, mae } = evaluated.fit as Fit;
    // What the run has kept of its end.
    expect(testFigures).toEqual({ r2, rmse, mae });
    expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')).outcome.testFigures).toEqual({ r2, rmse, mae });
    await expect(evaluate({ run, data: regression, top: 2 })).rejects.toThrow('top: expected none for targets that are numbers, got 2.');
    const refused = await assess(network, parameters, regression, 'test').catch((error) => error);
    expect([isBadInput(refused), refused.message]).toEqual([true, "data: expected classes as targets, got 'numbers'."]);
  });
});

describe('in a terminal', () => {
  /** K classes, `per` samples of each, every third of which is taken for the next class. */
  const made = (K: number, per: number): Assessment => {
    const labels = Array.from({ length: K * per }, (_, s) => s % K);
    return assessed(
      K,
      labels,
      labels.map((label, s) => (s % 3 === 0 ? (label + 1) % K : label)),
    );
  };

  it.each([
    ['ten classes', made(10, 20), /columns/, ['rows', 'mean']],
    ['fifteen classes', made(15, 10), /columns/, ['rows']],
    ['fifteen classes of many samples, too wide', made(15, 30_000), /most confused/, ['taken for', '30,000']],
    ['sixteen classes', made(16, 10), /most confused/, ['taken for', 'precision']],
    ['a hundred classes', made(100, 6), /most confused of \d+ pairs/, ['The 30 of 100 classes with the lowest F1']],
    ['more than there is a matrix for', made(1001, 2), /too many classes/, ['lowest F1']],
    ['no mistakes', assessed(16, [0, 1], [0, 1]), /No class was taken for another/, []],
  ])('%s: lines of 80 characters, or 59', (_, assessment, says, parts) => {
    const text = assessmentTable(assessment);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(says);
    for (const part of parts) expect(text).toContain(part);
    expect(text.includes('mistakes')).toBe(assessment.mistakes.length > 0);
    const narrow = assessmentTable(assessment, 59);
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(59);
  });

  it('on 60 columns, ten classes of two thousand samples each keep their matrix: its columns are closer', () => {
    const table = (width: number) => assessmentTable(made(10, 2000), width);
    expect(table(80)).toMatch(/^ {6}0 {5}1 {5}2/m);
    expect(table(59)).toMatch(/^ {5}0 {4}1 {4}2/m);
    expect(table(40)).toContain('The most confused of');
  });

  it('a matrix shows rows, columns and dots for zeros; mistakes count from 1', () => {
    const text = assessmentTable(assessed(3, [0, 0, 1, 2], [0, 1, 1, 1], 1));
    expect(text).toContain('   0  1  2\n0  1  1  ·\n1  ·  1  ·\n2  ·  1  ·\n');
    expect(text).toContain('    0        2      1     1.0000  0.5000  0.6667\n');
    expect(text).toContain('    mean                     0.4444  0.5000  0.3889\nweighted                     0.5833  0.5000  0.4583\n');
    expect(text).toMatch(
      /The surest 1 of 2 mistakes\n\nsample {2}class {2}named {2}output {2}of the right class\n {5}4 {6}2 {6}1 {2}0\.5029 {14}0\.1250\n/,
    );
  });

  it('what the sizes of the outputs say stands in a line, and why there is no probability in another', () => {
    const of = (output: string, cost: string): Assessment => {
      const tally = new Tally(specifyNetwork({ layers: [1, 2], output, cost }), 2, { mistakes: 0, names: ['no', 'yes'] });
      tally.add(0, [0, 1], Float32Array.from([0.75, 0.25, 0.25, 0.75]));
      return tally.assessment;
    };
    expect(assessmentTable(of('softmax', 'log-likelihood'))).toContain(
      '\n\nLog-loss 0.2877, ROC AUC 1.0000 of class yes, calibration error 0.2500\n',
    );
    expect(assessmentTable(of('linear', 'quadratic'))).toContain(
      '\n\nROC AUC 1.0000 of class yes\nNo log-loss, no calibration: nothing has fitted linear outputs to be\nprobabilities.\n',
    );
  });

  it('nabla evaluate says all of it, or writes it as JSON; --mistakes says how many', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      await nabla('train --data . --epochs 1 --layers 6,5,4 --run kept --format json'.split(' '), folder);
      const text = await nabla('evaluate kept --mistakes 2'.split(' '), folder);
      expect([text.code, text.stderr]).toEqual([0, '']);
      expect(text.stdout).toMatch(/^kept: 6-5-4 on 8 test .*\n\nSamples of each class/);
      expect(text.stdout).toMatch(/The surest 2 of \d mistakes/);
      const { stdout } = await nabla('evaluate kept --mistakes 3 --format json'.split(' '), folder);
      const [event] = jsonLines(stdout) as { event: string; correct: number; assessment: Assessment }[];
      expect(event).toMatchObject({ event: 'evaluation', samples: 8, assessment: { samples: 8, correct: event.correct } });
      expect(event.assessment.confusion.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([2, 2, 2, 2]);
      expect(event.assessment.classes.length).toBe(4);
      expect(event.assessment.mistakes.length).toBe(3);
      expect(text.stdout).toMatch(/weighted +\d\.\d{4} .*\n\nLog-loss \d\.\d{4}, calibration error \d\.\d{4}\n/);
      const top = await quickNabla('evaluate kept --top 2'.split(' '), folder);
      expect(top.stdout).toMatch(/\nTop-2 accuracy \d+\.\d\d %, log-loss/);
      const refused = await nabla('evaluate kept --mistakes -1'.split(' '), folder);
      expect([refused.code, refused.stdout, refused.stderr]).toEqual([2, '', 'error: mistakes: expected a whole number of at least 0, got -1.\n']);
    }));
});
