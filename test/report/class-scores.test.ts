// The figures beside an accuracy on a page: those of the assessment, a ROC curve and a calibration chart whose points lie where they say,
// with all of it in tables; and what has no value is left out, or said.

import { expect, it } from 'vitest';
import { Tally } from '#src/inference/assessment.js';
import { specifyNetwork } from '#src/model/specification.js';
import type { Assessed } from '#src/report/data/run-report.js';
import { classScores } from '#src/report/pages/class-scores.js';
import { seeded } from '../support/bound-kernels.js';
import { curvesOf, unbalanced } from '../support/page-markup.js';

const COSTS: Readonly<Record<string, string>> = { softmax: 'log-likelihood', linear: 'quadratic' };

/** 90 samples of K classes; the probability of each one's class is drawn. */
function assessed(K: number, output = 'softmax', labelled = (s: number): number => s % K): Assessed {
  const random = seeded('scores', K);
  const tally = new Tally(specifyNetwork({ layers: [1, K], output, cost: COSTS[output] }), 90, { mistakes: 0, names: undefined });
  for (let s = 0; s < 90; s++) {
    const p = random.uniform();
    tally.add(
      s,
      [labelled(s)],
      Float32Array.from({ length: K }, (_, j) => (j === labelled(s) ? p : (1 - p) / (K - 1))),
    );
  }
  return { ...tally.assessment, data: 'digits', split: 'test', pictures: [] };
}

const factsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*)<\/dd>/g)].map(([, name, value]) => [name, value]));

it('of two classes: figures, both curves where their points lie, bars, and tables', () => {
  // Twice as many of the second class.
  const of = assessed(2, 'softmax', (s) => Math.min(1, s % 3));
  const { text } = classScores(of, 'net', 'run-1');
  expect(unbalanced(text)).toEqual([]);
  expect(factsOf(text)).toEqual({
    accuracy: `${(100 * (of.accuracy as number)).toFixed(2)} %`,
    'log-loss': of.logLoss?.toFixed(4),
    'ROC AUC of class 1': of.roc?.auc.toFixed(4),
    'calibration error, ten bins': of.calibration?.error.toFixed(4),
  });
  /** Whether a line goes through these points, each a share across and one up. */
  const expectDrawn = (chart: string, points: readonly (readonly [across: number, up: number])[] = []): void => {
    const line = curvesOf(text, `run-1-${chart}`)[0];
    expect(line.length).toBe(points.length);
    for (const [k, [across, up]] of points.entries()) {
      expect(line[k][0] / 1000).toBeCloseTo(across, 3);
      expect(1 - line[k][1] / 260).toBeCloseTo(up, 3);
    }
  };
  expectDrawn(
    'roc',
    of.roc?.curve.map(({ falsePositives, truePositives }) => [falsePositives, truePositives]),
  );
  const bins = of.calibration?.bins.filter(({ samples }) => samples > 0) ?? [];
  expect(bins.length).toBeGreaterThan(5);
  expectDrawn(
    'calibration',
    bins.map(({ predicted, observed }) => [predicted as number, observed as number]),
  );
  const [, first] = /fill-opacity="0.16" d="M0,260V([\d.]+)H100V260"/.exec(text) ?? [];
  expect(Number(first)).toBeCloseTo(260 * (1 - bins[0].samples / 90), 1);
  expect(text).toContain('<caption>ROC curve of class 1, net, test data of digits</caption>');
  expect(text).toContain('<caption>Calibration of the probability of class 1, net, test data of digits</caption>');
  for (const [row, figures] of [
    ['plain', of.macro],
    ['weighted', of.weighted],
  ] as const) {
    const { precision, recall, f1 } = figures;
    expect(text).toContain(`<th scope="row">${row}</th>${[precision, recall, f1].map((value) => `<td>${value.toFixed(4)}</td>`).join('')}`);
  }
});

it('of several classes: calibration of the class named, and no ROC', () => {
  const { text } = classScores(assessed(6), 'net', 'run-1');
  expect(Object.keys(factsOf(text))).toEqual(['accuracy', 'top-3 accuracy', 'log-loss', 'calibration error, ten bins']);
  expect(text).toContain('probability of the class named');
  expect(text).not.toContain('ROC');
});

it('what has no value is left out: no log-loss where outputs are no probabilities, no ROC where one class is absent', () => {
  const linear = classScores(assessed(2, 'linear'), 'net', 'run-1').text;
  expect(linear).toContain('No log-loss and no calibration: nothing has fitted linear outputs to be probabilities.');
  expect(linear).toContain('id="run-1-roc-title"');
  expect(linear).not.toContain('id="run-1-calibration');
  const one = classScores(
    assessed(2, 'softmax', () => 1),
    'net',
    'run-1',
  ).text;
  expect(one).not.toContain('ROC');
  expect(one).toContain('id="run-1-calibration-title"');
  expect(`${linear}${one}`).not.toMatch(/NaN|undefined|Infinity/);
});
