// What the page of a run says of it at its top: the sentence by rules over its figures, the best epoch, and where it was resumed.

import { expect, it, test } from 'vitest';
import type { EpochEvent } from '#src/index.js';
import { bestOf } from '#src/options/figure.js';
import { fitCharts } from '#src/report/charts/fit-charts.js';
import type { RunReport } from '#src/report/data/run-report.js';
import { headline } from '#src/report/pages/headline.js';
import { verdict } from '#src/report/pages/verdict.js';
import { logLine } from '#src/runs/log-lines.js';
import { resumptionsIn } from '#src/runs/resumptions.js';

type Figures = Partial<Pick<EpochEvent, 'trainingCost' | 'validationCost' | 'validationAccuracy' | 'testCost' | 'testAccuracy'>>;

const epochsOf = (figures: readonly Figures[]): EpochEvent[] =>
  figures.map((figure, i) => ({
    event: 'epoch',
    epoch: i + 1,
    epochs: figures.length,
    eta: 0.5,
    seconds: 1,
    samplesPerSecond: 100,
    trainingCost: 1,
    trainingAccuracy: null,
    validationCost: null,
    validationAccuracy: null,
    testCost: null,
    testAccuracy: null,
    secondsLeft: 0,
    ...figure,
  }));

interface Case {
  readonly epochs: readonly Figures[];
  readonly state?: string;
  readonly outcome?: object;
  readonly planned?: number;
  readonly more?: Partial<RunReport>;
}

const judged = ({ epochs, state = 'done', outcome = {}, planned = epochs.length, more = {} }: Case): string =>
  verdict({
    record: { state, outcome, configuration: { epochs: planned, network: { layers: [784, 30, 10] } } } as unknown as RunReport['record'],
    epochs: epochsOf(epochs),
    ...more,
  } as RunReport);

/** Lists of figures side by side. */
const together = (trainingCost: number[], validationCost: number[], validationAccuracy?: number[]): Figures[] =>
  trainingCost.map((cost, i) => ({ trainingCost: cost, validationCost: validationCost[i], validationAccuracy: validationAccuracy?.[i] ?? null }));

const FALLING = [1, 0.5, 0.2, 0.1, 0.05, 0.025];
const RISING = [0.5, 0.4, 0.45, 0.5, 0.55, 0.6];
const BETTER = [0.8, 0.85, 0.86, 0.87, 0.88, 0.89];

const assessed = (correct: number, samples: readonly number[]): Partial<RunReport> => ({
  assessed: {
    split: 'test',
    correct,
    samples: samples.reduce((a, b) => a + b),
    classes: samples.map((n, label) => ({ label, samples: n })),
  } as unknown as RunReport['assessed'],
});
const regression = (r2: number | null, samples = 40): Partial<RunReport> => ({
  regression: { split: 'test', samples, r2 } as unknown as RunReport['regression'],
});

const CASES: [says: string, of: Case][] = [
  ['Overfits: validation cost rises from epoch 2 on, 0.4 to 0.6, while training cost falls 20-fold.', { epochs: together(FALLING, RISING) }],
  [
    'Overfits: validation cost rises from epoch 2 on, 0.4 to 0.6, while training cost falls 20-fold; validation accuracy is best after epoch 6.',
    { epochs: together(FALLING, RISING, BETTER) },
  ],
  [
    'Overfits: validation cost rises from epoch 2 on, 0.4 to 0.6, while training cost falls by 40 %.',
    { epochs: together([1, 0.5, 0.45, 0.4, 0.35, 0.3], RISING) },
  ],
  [
    'Overfits: test cost rises from epoch 2 on, 0.4 to 0.6, while training cost falls to 0.',
    { epochs: FALLING.map((cost, i) => ({ trainingCost: i === 5 ? 0 : cost, testCost: RISING[i] })) },
  ],
  // One epoch above the least is noise, and so is a rise of a few per cent; a training's cost that rises too is something else.
  ['Still improving at its end: more epochs may help.', { epochs: together(FALLING, [0.5, 0.4, 0.3, 0.2, 0.15, 0.1], BETTER) }],
  ['The best validation cost is that of epoch 5; 1 epoch since has not been better.', { epochs: together(FALLING, [0.5, 0.4, 0.3, 0.2, 0.1, 0.6]) }],
  [
    'The best validation cost is that of epoch 2; 4 epochs since have not been better.',
    { epochs: together(FALLING, [0.5, 0.4, 0.41, 0.42, 0.42, 0.42]) },
  ],
  ['The best validation cost is that of epoch 2; 4 epochs since have not been better.', { epochs: together([...FALLING].reverse(), RISING) }],
  ['One epoch: too little to say whether more would help.', { epochs: together([1], [1], [0.8]) }],
  ['', { epochs: together([1, 0.5], [1, 0.5], [0.8, 0.9]) }],
  ['No samples were kept back: how it does on others is not known.', { epochs: [{ trainingCost: 1 }, { trainingCost: 0.5 }, { trainingCost: 0.4 }] }],
  ['', { epochs: [1, 0.5, 0.4].map((cost) => ({ trainingCost: cost, testCost: cost })) }],
  ['Interrupted in epoch 4 of 30. It was still improving.', { epochs: together([1, 0.5, 0.2], [3, 2, 1]), state: 'interrupted', planned: 30 }],
  ['Interrupted in epoch 1 of 30. No epoch has ended.', { epochs: [], state: 'interrupted', planned: 30 }],
  [
    'Diverged in epoch 2: the cost of sample 3 became infinite or NaN. One epoch: too little to say whether more would help.',
    {
      epochs: together([1], [1]),
      state: 'diverged',
      outcome: { error: 'Diverged in epoch 2: the cost of sample 3 became infinite or NaN. Try a smaller eta.' },
    },
  ],
  [
    'Stopped early: no improvement in 4 epochs. The best validation cost is that of epoch 2.',
    { epochs: together(FALLING, [0.5, 0.4, 0.41, 0.42, 0.42, 0.42]), outcome: { stopped: 'no improvement in 4 epochs' } },
  ],
  ['Under way, or ended without a word. It was still improving.', { epochs: together([1, 0.5, 0.2], [3, 2, 1]), state: 'running', planned: 9 }],
  ['Still improving.', { epochs: together([1, 0.5, 0.2], [3, 2, 1]), state: 'running', more: { goingOn: { epochs: 9 } } }],
  ['The first epoch is under way.', { epochs: [], state: 'running', more: { goingOn: { epochs: 9 } } }],
  [
    'Has learnt nothing: no better than the commonest class.',
    {
      epochs: together(
        FALLING,
        RISING,
        BETTER.map(() => 0.1),
      ),
    },
  ],
  [
    'Has learnt nothing: on the test samples no better than always saying 1, the commonest class (60.0 %).',
    { epochs: together(FALLING, RISING, BETTER), more: assessed(60, [40, 60]) },
  ],
  ['Still improving at its end: more epochs may help.', { epochs: together([3, 2, 1], [3, 2, 1], [0.8, 0.85, 0.9]), more: assessed(5, [1, 5]) }],
  [
    'It has learnt nothing: so it was told.',
    { epochs: together(FALLING, RISING, BETTER), outcome: { nothingLearnt: { text: 'It has learnt nothing: so it was told.' } } },
  ],
  ['Still improving at its end: more epochs may help.', { epochs: together([3, 2, 1], [3, 2, 1], [0.8, 0.85, 0.9]), more: assessed(61, [40, 60]) }],
  ['Still improving at its end: more epochs may help.', { epochs: together([3, 2, 1], [3, 2, 1], [0.8, 0.85, 0.9]), more: assessed(100, [0, 100]) }],
  [
    'Has learnt nothing: on the test samples no better than always their mean (R² -0.10).',
    { epochs: together([3, 2, 1], [3, 2, 1]), more: regression(-0.1) },
  ],
  ['Still improving at its end: more epochs may help.', { epochs: together([3, 2, 1], [3, 2, 1]), more: regression(-0.1, 6) }],
  ['Still improving at its end: more epochs may help.', { epochs: together([3, 2, 1], [3, 2, 1]), more: regression(0.9) }],
  ['Still improving at its end: more epochs may help.', { epochs: together([3, 2, 1], [3, 2, 1]), more: regression(null) }],
];

test.each(CASES)('a run is judged: %s', (says, of) => {
  expect(judged(of)).toBe(says);
});

it.each<[what: string, figures: Figures[], best: readonly [number, string, number] | undefined]>([
  ['by accuracy, the first of equals', together([1, 1, 1], [3, 2, 1], [0.5, 0.9, 0.9]), [2, 'validation accuracy', 0.9]],
  ['by cost, where targets are numbers', together([1, 2, 3], [3, 1, 2]), [2, 'validation cost', 1]],
  ["by the training's cost without validation", [{ trainingCost: 2 }, { trainingCost: Number.NaN }, { trainingCost: 1 }], [3, 'training cost', 1]],
  ['of no figure there is none', [{ trainingCost: Number.NaN }], undefined],
])('the best epoch is found: %s', (_, figures, best) => {
  const found = bestOf(epochsOf(figures));
  expect(found && [found.epoch, found.by, found.value]).toEqual(best);
});

const resumed = (epoch: number, samples: number): string =>
  `2026-11-28T12:15:59.327Z ${logLine({ event: 'start', resumed: { epoch, samples, steps: 1 }, samples: 80, workers: 2 } as never)}\n`;

it('a log says where its run was resumed; what a later resumption has left behind does not count', () => {
  const at = (log: string): [number, number][] => resumptionsIn(log).map(({ epoch, samples, of }) => [epoch, samples / of]);
  expect(at('')).toEqual([]);
  expect(at(`2026 started: 784-30-10\n${resumed(3, 40)}2026 epoch 3 of 9: cost 1\n${resumed(5, 0)}`)).toEqual([
    [3, 0.5],
    [5, 0],
  ]);
  expect(at(resumed(3, 40) + resumed(5, 0) + resumed(5, 0) + resumed(4, 20))).toEqual([
    [3, 0.5],
    [4, 0.25],
  ]);
  expect(at(`2026 warning: resumed in epoch 3, after 4 of 5 samples\n`)).toEqual([]);
});

test('the headline leaves out a sentence where there is nothing to say, and shows long numbers whole', () => {
  const run = (cost: number): RunReport =>
    ({
      record: { state: 'done', configuration: { epochs: 2, network: { layers: [1, 1] } } },
      epochs: epochsOf([2 * cost, cost].map((one) => ({ trainingCost: one, testCost: one }))),
    }) as unknown as RunReport;
  const figures = [3141.6, 31.416, 3.1416e7].map((cost) => /<dd>(.*?)<\/dd>/.exec(headline(run(cost)).text)?.[1]);
  expect(figures).toEqual(['3,142', '31.4', '3.14e+7']);
  expect(headline(run(1)).text).not.toContain('verdict');
});

test.each([1e8, 1e-9, 3])('numbers beside the charts of predictions stay short: up to %d', (most) => {
  const pairs = Array.from({ length: 20 }, (_, k) => ({ index: k, output: 0, target: (k / 19 - 0.5) * most, predicted: (k / 20 - 0.5) * most }));
  const labels = [...fitCharts({ pairs, rmse: 1, r2: 1 } as never, 'run', 'id').text.matchAll(/<text[^>]*>([−\d.e,-]+)<\/text>/g)].map(
    ([, label]) => label,
  );
  expect(labels.length).toBeGreaterThan(8);
  expect(labels.filter((label) => label.length > 7)).toEqual([]);
});
