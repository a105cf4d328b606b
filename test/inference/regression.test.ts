// How near predictions come to targets that are numbers, against figures worked out by hand and against the formulas.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitOf, MOST_PAIRS } from '#src/inference/regression.js';
import { fitCharts, fitTables } from '#src/report/charts/fit-charts.js';
import { fitTable } from '#src/report/terminal/fit-table.js';

const floats = (...values: number[]): Float32Array => Float32Array.from(values);

it('R², RMSE and MAE, of each output and of all', () => {
  // Output 1: targets 1, 3, mean 2, spread 2; off by 0 and 1. Output 2: met.
  const fit = fitOf(floats(1, 10, 3, 20), floats(1, 10, 4, 20), 2, 1);
  expect(fit.outputs).toEqual([
    { r2: 0.5, rmse: Math.sqrt(0.5), mae: 0.5 },
    { r2: 1, rmse: 0, mae: 0 },
  ]);
  expect([fit.samples, fit.r2, fit.rmse, fit.mae]).toEqual([2, 0.75, Math.sqrt(0.5) / 2, 0.25]);
  expect(fit.farthest).toEqual([{ index: 1, output: 0, target: 3, predicted: 4 }]);
  expect(fit.pairs.length).toBe(4);
});

it('targets that are all the same have no R², and the mean of the targets has 0', () => {
  expect(fitOf(floats(2, 2), floats(1, 3), 1, 0)).toMatchObject({ r2: null, rmse: 1, mae: 1 });
  expect(fitOf(floats(1, 2, 3), floats(2, 2, 2), 1, 0).r2).toBe(0);
});

it('of many samples some all over the split are shown, and no more than can be drawn', () => {
  const values = Float32Array.from({ length: 3 * 5000 }, (_, k) => k);
  const { pairs } = fitOf(values, values, 3, 0);
  expect(pairs.length).toBeLessThanOrEqual(MOST_PAIRS);
  expect(pairs.length).toBeGreaterThan(MOST_PAIRS / 2);
  expect(pairs.at(-1)?.index).toBeGreaterThan(4900);
});

it('is what the formulas say, for any values', () => {
  const value = fc.float({ min: -100, max: 100, noNaN: true });
  const property = fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 }), (rows) => {
    const [y, a] = [0, 1].map((k) => Float32Array.from(rows, (row) => row[k]));
    const { rmse, mae, r2, farthest } = fitOf(y, a, 1, 3);
    const off = [...a].map((v, k) => v - y[k]);
    const mean = [...y].reduce((sum, v) => sum + v, 0) / y.length;
    const spread = [...y].reduce((sum, v) => sum + (v - mean) ** 2, 0);
    expect(rmse ** 2 * off.length).toBeCloseTo(
      off.reduce((sum, d) => sum + d * d, 0),
      6,
    );
    expect(mae * off.length).toBeCloseTo(
      off.reduce((sum, d) => sum + Math.abs(d), 0),
      6,
    );
    if (r2 !== null) expect((1 - r2) * spread).toBeCloseTo(rmse ** 2 * off.length, 4);
    expect(Math.abs(farthest[0].predicted - farthest[0].target)).toBe(Math.max(...off.map(Math.abs)));
  });
  fc.assert(property, { numRuns: 100 });
});

it('in a terminal several outputs have a table, and their means', () => {
  const text = fitTable(fitOf(floats(1, 10, 3, 20), floats(1, 10, 4, 20), 2, 0));
  expect(text).toBe(
    [
      '',
      'output      R²    RMSE     MAE',
      '     1  0.5000  0.7071  0.5000',
      '     2  1.0000   0.000   0.000',
      '  mean  0.7500  0.3536  0.2500',
      '',
    ].join('\n'),
  );
  expect(fitTable(fitOf(floats(1, 3), floats(1, 3), 1, 0))).toBe('');
  const units = ['price', 'rooms\u001b'].map((name) => ({ name, mean: 0, deviation: 1 }));
  const called = fitOf(floats(1, 10, 3, 20), floats(1, 10, 4, 20), 2, 1, units);
  const names = (of: string): string[] => [...of.matchAll(/(?:price|rooms)\S*/g)].map(([name]) => name);
  expect(names(fitTable(called))).toEqual(['price', 'rooms?']);
  const page = [fitCharts, fitTables].map((part) => part({ ...called, split: 'test', data: 'd' }, 'r', 'r').text);
  expect(page.map((part) => part.includes('price'))).toEqual([true, true]);
});
