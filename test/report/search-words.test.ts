// What is said of the runs of a search, on a terminal as on a page: figures of each kind, values of any, what parameters explain.

import { describe, expect, it, test } from 'vitest';
import type { SearchRun } from '#src/experiments/search/events.js';
import { importanceText, judgedText, testText, valuesOf } from '#src/report/data/search-words.js';

const run: SearchRun = { number: 3, rung: 1, options: {}, epochs: 2, trainingCost: 0.5, validationCost: 0.25, validationAccuracy: 0.97125 };

describe('a run', () => {
  test.each([
    ['a share', run, 'validation accuracy', '97.13 %'],
    ['a cost', run, 'validation cost', '0.2500'],
    ['a cost that became infinite', { ...run, validationCost: null }, 'validation cost', 'diverged'],
    ['one that diverged', { ...run, failure: { code: 'DIVERGED', text: '' } }, 'validation accuracy', 'diverged'],
    ['one that failed otherwise', { ...run, failure: { code: 'WORKER_FAILED', text: '' } }, 'validation accuracy', 'failed'],
  ] as const)('%s', (_, of, by, says) => {
    expect(judgedText(of, by)).toBe(says);
  });

  it('has its values as texts of one line and of few letters', () => {
    const options = { layers: [784, 30, 10], eta: 0.5, output: 'soft\u001b[31mmax-of-all', schedule: { step: 1 }, 'restore-best': false };
    expect(valuesOf(options, ['layers', 'layers[1]', 'eta', 'output', 'schedule', 'restore-best', 'momentum', 'eta[0]'])).toEqual({
      ...{ layers: '784,30,10', 'layers[1]': '30', eta: '0.5', output: 'soft?[31mmax-…', schedule: '{"step":1}' },
      ...{ 'restore-best': 'false', momentum: 'undefined', 'eta[0]': 'undefined' },
    });
  });
});

test.each([
  [{ accuracy: 0.9653, cost: 0.2 }, '96.53 %'],
  [{ accuracy: null, cost: 0.2, figures: { r2: 0.96287 } as never }, 'R² 0.9629'],
  [{ accuracy: null, cost: 0.23456 }, 'cost 0.2346'],
])('the test of %o', (figures, says) => {
  expect(testText({ samples: 10_000, ...figures })).toBe(`${says} on 10,000 test samples, which no run has seen`);
});

test.each([
  [[0.74, 0.1], 'eta 74 %; no more than chance may: lambda'],
  [[0.74, 0.4], 'eta 74 %, lambda 40 %'],
  [[0.2, 0.1], 'no parameter explains more of the runs than chance may'],
])('parameters that explain %o where chance may 0.25', ([eta, lambda], says) => {
  const found = [
    { parameter: 'eta', share: eta, chance: 0.25 },
    { parameter: 'lambda', share: lambda, chance: 0.25 },
  ];
  expect(importanceText(found)).toBe(says);
});
