// The benchmarks of many networks: the runs of bench:many are a search that can be trained; and, where there is time, both programs come to
// their ends on the package's digits. How fast they are, no test says.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { searchOf } from '#bench/many/runs.js';
import { NETWORKS } from '#bench/networks.js';
import { checkSearch } from '#src/experiments/search/search-options.js';

const sample = { values: new Uint8Array(784), labels: Uint16Array.of(0) };
const data = { name: 'one', inputs: 784, classes: 10, scale: 1 / 255, training: sample, validation: sample, test: sample };

test.each(NETWORKS)('the runs of $id are 16 networks that differ in η alone, around its own', (network) => {
  const { space, given } = checkSearch({ ...searchOf(network, data), runs: 16 });
  const rates = space.draw(16, 1).map(({ eta = 0 }) => eta);
  expect(new Set(rates).size).toBe(16);
  expect(Math.max(...rates.map((eta) => Math.abs(eta / network.eta - 1)))).toBeLessThanOrEqual(0.2);
  expect(given.fixed).toMatchObject({ layers: network.layers, batch: network.batch, cost: network.cost });
});

const bench = (...args: string[]): string => {
  const [name, ...options] = args;
  const program = fileURLToPath(new URL(`../../dist/bench/${name}.js`, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...options], { encoding: 'utf8', timeout: 500_000 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
};

test('bench:many comes to its figures', { tags: ['slow'] }, () => {
  const text = bench('many', '--quick', '--only', 'N1,memory');
  expect(text).toMatch(/^16 runs of \d+ epochs.*\n.*\n.*\ntimes as fast: \d/m);
  const [alone, together] = [...text.matchAll(/^([18]) +[\d.]+ +([\d.]+) +([\d.]+)$/gm)].map(([, , shared, samples]) => ({ shared, samples }));
  // The samples are there once, whatever the number of runs.
  expect(together.samples).toBe(alone.samples);
  expect(Number(together.shared)).toBeLessThan(8 * Number(alone.shared));
});

test('bench:search comes to its figures', { tags: ['slow'] }, () => {
  const text = bench('search', '--quick');
  expect(text).toMatch(/^nabla +21 |scikit-learn is left out/m);
  expect(text).toMatch(/^1 +[\d.]+ +[\d.]+ +[\d.]+ +9\d\.\d\d +9\d\.\d\d +96\.49$/m);
});
