// Every figure of an assessment beside what scikit-learn gives for the same outputs (scikit-learn/metrics.py, which says what stands in
// metrics.json), and what lies outside of its examples: outputs that are no numbers, no samples, many samples, wrong options.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess, type NetworkSpecification } from '#src/index.js';
import { type Assessment, Tally } from '#src/inference/assessment.js';
import { Foremost } from '#src/inference/foremost.js';
import { fitOf, type TargetUnit } from '#src/inference/regression.js';
import { MOST_POINTS, rocOf } from '#src/inference/roc.js';
import { testFigures } from '#src/inference/test-figures.js';
import { loadKernels } from '#src/kernels/load.js';
import { initialParameters } from '#src/model/initialisers.js';
import { specifyNetwork } from '#src/model/specification.js';
import { smallData } from '../support/insight-data.js';

type Three = [precision: number, recall: number, f1: number];
type Maybe = number | null;

interface ClassExample {
  readonly name: string;
  readonly output: string;
  readonly classes: number;
  readonly k: number;
  readonly labels: number[];
  readonly outputs: string;
  readonly expected: {
    readonly accuracy: number;
    readonly topK: Maybe;
    readonly precision: Maybe[];
    readonly recall: Maybe[];
    readonly f1: Maybe[];
    readonly macro: Three;
    readonly weighted: Three;
    readonly logLoss: Maybe;
    readonly logLossOfFloat32: Maybe;
    readonly roc: { auc: number; falsePositives: number[]; truePositives: number[]; thresholds: Maybe[] } | null;
    readonly calibration: { samples: number[]; observed: number[]; predicted: number[]; error: number } | null;
  };
}

interface NumberExample {
  readonly name: string;
  readonly outputs: number;
  readonly targets: string;
  readonly predicted: string;
  readonly units: TargetUnit[] | null;
  readonly expected: { r2: Maybe; rmse: number; mae: number; each: { r2: Maybe[]; rmse: number[]; mae: number[] } };
}

const EXAMPLES: { classes: ClassExample[]; numbers: NumberExample[] } = JSON.parse(
  readFileSync(fileURLToPath(new URL('scikit-learn/metrics.json', import.meta.url)), 'utf8'),
);

const float32 = (coded: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(coded, 'base64')).buffer);

const COSTS: Readonly<Record<string, string>> = { softmax: 'log-likelihood', sigmoid: 'cross-entropy', linear: 'quadratic' };
const networkOf = (output: string, K: number): NetworkSpecification => specifyNetwork({ layers: [1, K], output, cost: COSTS[output] });

/** In two pieces, as outputs come in. */
function assessed(network: NetworkSpecification, labels: readonly number[], outputs: Float32Array, top?: number): Assessment {
  const K = network.layers[network.layers.length - 1];
  const tally = new Tally(network, labels.length, { mistakes: 0, top });
  const half = labels.length >> 1;
  tally.add(0, labels.slice(0, half), outputs.subarray(0, half * K));
  tally.add(half, labels.slice(half), outputs.subarray(half * K));
  return tally.assessment;
}

/** To 1e-9 of the larger of 1 and the value; null only where the other is. */
function near(found: unknown, expected: unknown, what: string): void {
  if (Array.isArray(expected)) {
    expect((found as unknown[]).length, what).toBe(expected.length);
    for (const [i, value] of expected.entries()) near((found as unknown[])[i], value, `${what}[${i}]`);
  } else if (typeof expected === 'number' && typeof found === 'number') {
    expect(Math.abs(found - expected) / Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`).toBeLessThan(1e-9);
  } else expect(found, what).toBe(expected);
}

describe('as scikit-learn gives them', () => {
  it.each(EXAMPLES.classes)('classes: $name', ({ output, classes: K, k, labels, outputs, expected }) => {
    const network = networkOf(output, K);
    const found = assessed(network, labels, float32(outputs), K > 2 ? k : undefined);
    const three = ({ precision, recall, f1 }: Assessment['macro']): Three => [precision, recall, f1];
    near(found.accuracy, expected.accuracy, 'accuracy');
    near(found.topK?.accuracy ?? null, expected.topK, 'top k');
    for (const of of ['precision', 'recall', 'f1'] as const)
      near(
        found.classes.map((c) => c[of]),
        expected[of],
        of,
      );
    near(three(found.macro), expected.macro, 'macro');
    near(three(found.weighted), expected.weighted, 'weighted');
    near(found.weighted.recall, expected.accuracy, 'the weighted recall is the accuracy');
    near(found.logLoss, expected.logLoss, 'log-loss');
    near(found.roc?.auc ?? null, expected.roc?.auc ?? null, 'AUC');
    near(
      found.roc?.curve.map((p) => p.falsePositives),
      expected.roc?.falsePositives,
      'false positives',
    );
    near(
      found.roc?.curve.map((p) => p.truePositives),
      expected.roc?.truePositives,
      'true positives',
    );
    near(
      found.roc?.curve.map((p) => p.threshold),
      expected.roc?.thresholds,
      'thresholds',
    );
    const bins = found.calibration?.bins.filter(({ samples }) => samples > 0);
    near(
      bins?.map((bin) => bin.observed),
      expected.calibration?.observed,
      'observed',
    );
    near(
      bins?.map((bin) => bin.predicted),
      expected.calibration?.predicted,
      'predicted',
    );
    near(found.calibration?.error ?? null, expected.calibration?.error ?? null, 'calibration error');
    expect(found.calibration?.bins.map((bin) => bin.samples)).toEqual(expected.calibration?.samples);
    // What is null says why, and nothing else does.
    const nulls = (['topK', 'logLoss', 'roc', 'calibration'] as const).filter((name) => found[name] === null);
    expect(Object.keys(found.whyNot).toSorted()).toEqual(nulls.toSorted());
    // Where no probability has to be kept from 0, float32 would have given the same.
    if (expected.logLossOfFloat32 !== null && (expected.logLoss ?? 0) < 2) {
      expect(Math.abs((found.logLoss as number) - expected.logLossOfFloat32)).toBeLessThan(1e-6);
    }
  });

  it.each(EXAMPLES.numbers)('numbers: $name', ({ outputs: K, targets, predicted, units, expected }) => {
    const { r2, rmse, mae, outputs } = fitOf(float32(targets), float32(predicted), K, 0, units ?? undefined);
    near([r2, rmse, mae], [expected.r2, expected.rmse, expected.mae], 'R², RMSE, MAE');
    for (const of of ['r2', 'rmse', 'mae'] as const)
      near(
        outputs.map((o) => o[of]),
        expected.each[of],
        of,
      );
  });
});

describe('in the unit of the targets', () => {
  const units = [
    { mean: 100, deviation: 10 },
    { mean: -1, deviation: 0.5 },
  ];

  it('are the figures, and the pairs that are shown', () => {
    const [targets, predicted] = [
      [0, 0, 1, 2],
      [0, 1, 0.5, 2],
    ].map((values) => Float32Array.from(values));
    const { rmse, mae, farthest, pairs } = fitOf(targets, predicted, 2, 2, units);
    expect(mae).toBe((2.5 + 0.25) / 2);
    expect(rmse).toBe((Math.sqrt(12.5) + Math.sqrt(0.125)) / 2);
    expect(farthest).toEqual([
      { index: 1, output: 0, target: 110, predicted: 105 },
      { index: 0, output: 1, target: -1, predicted: -0.5 },
    ]);
    expect(pairs.map(({ target }) => target)).toEqual([100, -1, 110, 0]);
  });

  it.each([[units.slice(0, 1)], [[...units, ...units]], [[]]])('of another number of outputs are refused: %#', (wrong) => {
    const values = Float32Array.from([1, 2]);
    expect(() => fitOf(values, values, 2, 0, wrong)).toThrow(`units: expected 2, one for each output, got ${wrong.length}.`);
  });
});

describe('what has no value says why', () => {
  const softmax = networkOf('softmax', 2);
  it.each<[string, Assessment, RegExp]>([
    ['an output that is NaN', assessed(softmax, [0, 1], Float32Array.from([0.5, 0.5, Number.NaN, 0.5])), /^an output is not a number$/],
    ['no samples', assessed(softmax, [], new Float32Array(0)), /^there are no samples$/],
  ])('%s', (_, { topK, logLoss, roc, calibration, whyNot }, says) => {
    expect([topK, logLoss, roc, calibration]).toEqual([null, null, null, null]);
    expect(Object.keys(whyNot).length).toBe(4);
    for (const why of Object.values(whyNot)) expect(why).toMatch(says);
  });

  it('outputs that are no probabilities; a single class; too many, or too few', () => {
    const linear = assessed(networkOf('linear', 2), [0, 1], Float32Array.from([3, -4, 0, Number.POSITIVE_INFINITY]));
    expect(linear.whyNot).toMatchObject({ logLoss: 'nothing has fitted linear outputs to be probabilities' });
    expect(linear.roc?.auc).toBe(1);
    expect(assessed(softmax, [1, 1], Float32Array.from([0.5, 0.5, 0, 1])).whyNot.roc).toBe('all samples are of class 1');
    const { whyNot, topK } = assessed(networkOf('softmax', 3), [2], Float32Array.from([0, 0.5, 0.5]));
    expect([topK, whyNot.roc, whyNot.topK]).toEqual([null, 'it is for two classes, and there are 3', 'of 3 classes the first few would say little']);
  });

  it('k is 3 from six classes on, and 5 from twenty on', () => {
    const k = (K: number): number | undefined => assessed(networkOf('softmax', K), [0], new Float32Array(K).fill(1 / K)).topK?.k;
    expect([5, 6, 19, 20].map(k)).toEqual([undefined, 3, 3, 5]);
  });
});

describe('the ROC curve', () => {
  it('has an area that is the chance of a right order, a tie counting half', () => {
    const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(scores, scores, (found, others) => {
        const wins = found.flatMap((a) => others.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
        const { auc, curve } = rocOf(Float64Array.from(found), Float64Array.from(others));
        expect(auc).toBeCloseTo(wins.reduce((a, b) => a + b, 0) / wins.length, 12);
        expect(curve.at(-1)).toMatchObject({ falsePositives: 1, truePositives: 1 });
      }),
      { numRuns: 50 },
    );
  });

  it('of many samples is thinned, and its area is of all of them', () => {
    // Scores i/n of n samples; the others' are the same, less a tenth: the area is 1 - 0.9²/2.
    const n = 100_000;
    const { auc, curve } = rocOf(
      Float64Array.from({ length: n }, (_, i) => i / n),
      Float64Array.from({ length: n }, (_, i) => ((i * 7919) % n) / n - 0.1),
    );
    expect(auc).toBeCloseTo(1 - 0.9 ** 2 / 2, 4);
    expect(curve.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(curve.length).toBeGreaterThan(MOST_POINTS / 2);
    const area = curve
      .slice(1)
      .reduce((sum, p, i) => sum + ((p.falsePositives - curve[i].falsePositives) * (p.truePositives + curve[i].truePositives)) / 2, 0);
    expect(area).toBeCloseTo(auc, 4);
  });
});

it('the first of many are those of a sort', () => {
  const things = fc.uniqueArray(fc.integer(), { minLength: 1200, maxLength: 1300 });
  fc.assert(
    fc.property(things, fc.nat(40), (all, most) => {
      const kept = new Foremost<number>(most, (a, b) => b - a);
      for (const thing of all) kept.add(thing);
      expect(kept.first).toEqual(all.toSorted((a, b) => b - a).slice(0, most));
    }),
    { numRuns: 10 },
  );
});

describe('of a network', () => {
  const data = smallData({ count: 40, classes: 6 });
  const network = specifyNetwork({ layers: [7, 6], output: 'softmax', cost: 'log-likelihood' });
  const parameters = initialParameters(network, 1);

  it('are those that its run keeps, without curves and tables', async () => {
    const way = { kernels: await loadKernels('auto'), input: 'dense' } as const;
    const { macro, weighted, topK, logLoss, calibration } = await assess(network, parameters, data, 'test');
    const kept = await testFigures({ network, parameters }, data, way);
    expect(kept).toEqual({ macroF1: macro.f1, weightedF1: weighted.f1, topK, logLoss, calibrationError: calibration?.error });
    const none = { ...data, test: { values: data.test.values.subarray(0, 0), labels: data.test.labels.subarray(0, 0) } };
    expect(await testFigures({ network, parameters }, none, way)).toBeUndefined();
    // Nor where they would take seconds: that is known before the first of them.
    const many = { ...data, test: { values: new Float32Array(7e6), labels: new Uint16Array(1e6) } };
    expect(await testFigures({ network, parameters }, many, way)).toBeUndefined();
  });

  it.each([
    [0, 'top: expected a whole number from 1 to 5, got 0.'],
    [6, 'top: expected a whole number from 1 to 5, got 6.'],
    [1.5, 'top: expected a whole number'],
  ])('top %d is refused', async (top, says) => {
    await expect(assess(network, parameters, data, 'test', { top })).rejects.toThrow(says);
  });

  it('top is what was asked for', async () => {
    const { topK } = await assess(network, parameters, data, 'test', { top: 5 });
    expect(topK?.k).toBe(5);
  });
});
