// The benchmark pages: what they make of records, and that README.md and bench/results/README.md say what the newest
// records in bench/results/ say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { deviationOf, summarise } from '#bench/measure.js';
import { withBenchmarks } from '#bench/page/readme.js';
import { newestRecords, type Records } from '#bench/page/records.js';
import { resultsPage } from '#bench/page/results.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const head = {
  date: '2030-01-02',
  machine: { cpu: 'Some CPU', cores: 2, platform: 'linux x64', node: '22.1.0', load: 0.5 },
  settings: { rounds: 3 },
};
const network = { id: 'N1', layers: [784, 30, 10], batch: 10, hidden: 'sigmoid', output: 'sigmoid', cost: 'quadratic', eta: 3 } as const;
const side = (id: string, ...rounds: number[]) => ({ id, state: 'measured' as const, rounds, summary: summarise(rounds), peakMegabytes: 99.6 });
const ratio = (of: string, against: string[], ...rounds: number[]) => ({ of, against, rounds, ...summarise(rounds) });

const recipe = (id: string, dropout: number) =>
  ({ id, layers: [784, 512, 10], batch: 128, optimiser: 'adam', eta: 0.003, dropout, lambda: 0, epochs: 4 }) as const;
const marksOf = (id: string, ...seconds: (number | null)[][]) =>
  [0.97, 0.98, 0.984].map((mark, k) => ({ mark, recipe: recipe(id, k / 10), seconds: seconds[k], best: [0.9712, 0.9849], chosenBy: [4, null] }));

const records: Records = {
  race: {
    bench: 'race',
    ...head,
    results: [
      { side: 'nabla', what: 'nabla, kernels wide', marks: marksOf('a512', [1, 2, 3], [3, null, 4], [null, null, null]) },
      { side: 'tfjs', reason: 'unavailable: not there', marks: [] },
    ],
  },
  choice: {
    bench: 'choice',
    ...head,
    results: [
      {
        side: 'torch',
        trials: [
          { recipe: recipe('fast', 0), seconds: [[2], [5], [null]], best: [0.9812] },
          { recipe: recipe('slow', 0.3), seconds: [[3], [6], [9]], best: [0.985] },
        ],
      },
      { side: 'sklearn', reason: 'unavailable: no Python', trials: [] },
    ],
  },
  peers: {
    bench: 'peers',
    ...head,
    results: [
      {
        network,
        peers: [
          side('nabla-1', 400_000, 500_000, 450_000),
          side('nabla-2', 700_000, 800_000, 900_000),
          { id: 'nabla-blas-2', state: 'unavailable', reason: 'no BLAS: none there' },
          side('numpy-1', 100_000, 90_000, 110_000),
          side('numpy-2', 120_000, 130_000, 140_000),
        ],
        ratios: [
          ratio('nabla-1', ['numpy-1', 'numpy-2'], 3, 4, 5),
          ratio('nabla-2', ['numpy-1', 'numpy-2'], 5, 6, 8),
          ratio('nabla-2', ['tfjs-wasm'], 90, 91, 92),
        ],
      },
    ],
  },
  step: {
    bench: 'step',
    ...head,
    results: [
      {
        network: 'N1',
        kernels: 'relaxed',
        ways: [
          { input: 'sparse', matrix: summarise([500]), samples: summarise([250]), ratio: summarise([2]), difference: 1e-6 },
          { input: 'dense', matrix: summarise([200]), samples: summarise([50]), ratio: summarise([4]), difference: 1e-6 },
        ],
        shares: [
          { input: 'dense', library: 'libblas', speed: summarise([1234]), step: summarise([63]), bare: summarise([70]), share: summarise([0.9]) },
        ],
        profiles: [{ kernels: 'relaxed', input: 'sparse', phases: [{ name: 'gather', microseconds: 1.25 }] }],
      },
    ],
  },
  kernels: {
    bench: 'kernels',
    ...head,
    results: [
      { S: 10, I: 784, O: 30, product: 'forward', kernels: 'relaxed', gflops: summarise([30]) },
      { S: 10, I: 784, O: 30, product: 'forward', kernels: 'blas', gflops: summarise([40]) },
    ],
  },
  scaling: {
    bench: 'scaling',
    ...head,
    results: [
      {
        network: 'N1',
        sides: [
          { workers: 1, gradient: 'owned', kernels: 'relaxed', speed: summarise([500]), speedUp: summarise([1]) },
          { workers: 2, gradient: 'owned', kernels: 'relaxed', speed: summarise([700]), speedUp: summarise([1.4]) },
          { workers: 2, gradient: 'partial', kernels: 'relaxed', speed: summarise([800]), speedUp: summarise([1.6]) },
        ],
      },
    ],
  },
  barrier: {
    bench: 'barrier',
    ...head,
    results: [
      { workers: 2, spins: 20_000, microseconds: summarise([0.25]), bound: 1 },
      { workers: 2, spins: 20_000, microseconds: summarise([40]), busy: 1 },
    ],
  },
  phases: { bench: 'phases', ...head, results: [{ network: 'N1', workers: 2, sum: summarise([0.99]), cost: summarise([1.004]) }] },
  plan: {
    bench: 'plan',
    ...head,
    results: [
      { network: 'N1', workers: 1, batch: 10, measured: summarise([500]), predicted: summarise([550]), error: 0.1 },
      { network: 'N1', workers: 2, batch: 10, measured: summarise([800]), predicted: summarise([640]), error: -0.2 },
    ],
  },
  tune: {
    bench: 'tune',
    ...head,
    results: [
      {
        network: 'N1',
        sweep: [{ setting: '2 owned relaxed sparse', samplesPerSecond: summarise([900]) }],
        tuned: { setting: '1 owned relaxed sparse', seconds: 5, share: summarise([0.97]) },
        auto: { workers: 2, why: 'measured', share: summarise([1]), overOne: summarise([1.2]) },
      },
    ],
  },
  auto: {
    bench: 'auto',
    ...head,
    results: [
      {
        network: 'N1',
        stages: [
          {
            busy: 1,
            fixed: [
              { workers: 1, samplesPerSecond: summarise([400_000]) },
              { workers: 2, samplesPerSecond: summarise([90_000]) },
            ],
            auto: summarise([380_000, 390_000]),
            ratio: summarise([0.95, 0.97]),
            chosen: [1, 1],
          },
        ],
      },
    ],
  },
  checkpoint: {
    bench: 'checkpoint',
    ...head,
    results: [{ network: 'N4', workers: 2, seconds: summarise([0.3, 0.6, -0.3]), checkpoints: summarise([5]) }],
  },
  soak: {
    bench: 'soak',
    ...head,
    results: [{ workers: 2, minutes: 10, epochs: 70_123, rss: { middle: 130.5, end: 131, slope: 12.4 }, heap: { middle: 20.1, end: 20, slope: -3 } }],
  },
  sharing: {
    bench: 'sharing',
    ...head,
    results: (['neighbours', 'panels'] as const).map((layout) => ({
      ...{ trial: 'update', what: 'an update', lines: 2, layout, trained: layout === 'panels', alone: summarise([9]) },
      ratio: summarise(layout === 'panels' ? [1.02] : [1.5, 1.7, 1.6]),
    })),
  },
  epochs: {
    bench: 'epochs',
    ...head,
    results: [
      {
        network: 'N2-adam',
        kernels: 'relaxed',
        epochs: [31_000, 11_500, 11_400].map((rate) => summarise([rate])),
        deviation: deviationOf([31, 11.5, 11.4]),
      },
    ],
  },
  large: {
    bench: 'large',
    ...head,
    results: [
      {
        ...{ gib: 6, samples: 1_600_612, workers: 2, making: 9.3, starting: 2.4, samplesPerSecond: 151_234, testAccuracy: 0.9321, peak: 6.27 },
        places: { gib: 1, inside: summarise([150_001]), outside: summarise([140_002]), ratio: summarise([0.93, 0.94]) },
      },
    ],
  },
  many: {
    bench: 'many',
    ...head,
    results: [
      {
        speeds: [
          {
            ...{ network: 'N1', runs: 16, epochs: 20, lanes: 2, one: summarise([8]), several: summarise([4.2]) },
            ...{ ratio: summarise([1.9]), whole: summarise([1.8]), ceiling: summarise([1.96]), share: summarise([0.97]) },
          },
        ],
        memory: [{ runs: 8, peak: summarise([300]), shared: 44.8, samples: 28.5 }],
      },
    ],
  },
  search: {
    bench: 'search',
    ...head,
    results: [
      {
        rungs: [
          { runs: 9, epochs: 1 },
          { runs: 3, epochs: 3 },
        ],
        sides: [{ side: 'nabla', seconds: summarise([5]), validation: summarise([97.5]), test: summarise([97.12]), epochs: 15 }],
        ratio: summarise([4.4]),
        book: [{ seed: 1, runs: 81, seconds: 7.1, eta: 0.25, lambda: 4.5, validation: 96.98, test: 96.66, book: 96.49 }],
      },
    ],
  },
  start: { bench: 'start', ...head, results: [{ name: 'first step', seconds: summarise([0.7]) }] },
};

const larger: Records = {
  scaling: {
    bench: 'scaling',
    ...head,
    machine: { ...head.machine, cores: 16 },
    results: [
      {
        network: 'N3',
        sides: [
          { workers: 1, gradient: 'owned', kernels: 'relaxed', speed: summarise([1000]), speedUp: summarise([1]) },
          { workers: 1, gradient: 'partial', kernels: 'relaxed', speed: summarise([900]), speedUp: summarise([1]) },
          { workers: 16, gradient: 'partial', kernels: 'relaxed', speed: summarise([7100]), speedUp: summarise([7.9]) },
        ],
      },
    ],
  },
};
const fixture = [{ records }, { cores: 16, records: larger }] as const;

test('bench/results/README.md has every figure of the records', () => {
  const page = resultsPage(fixture);
  expect(page).toContain('2030-01-02; Some CPU, 2 cores, linux x64, Node 22.1.0; load when it began 0.50; rounds 3.');
  expect(page).toContain('| nabla-2 | 800,000 | 700,000 | 900,000 | 25 % | 100 |');
  expect(page).toContain(
    '| nabla | nabla, kernels wide | 98 % | 4.0 (3.0 to –), 2 of 3 | 97.12 | 784-512-10, adam, η 0.003, mini-batch 128, dropout 0.1, 4 epochs | – (4.0 to –), 1 of 2 |',
  );
  expect(page).toContain('- tfjs unavailable: not there');
  expect(page).toContain('| torch | fast | 784-512-10, adam, η 0.003, mini-batch 128, 4 epochs | **2.0** | **5.0** | not reached | 98.12 |');
  expect(page).toContain('mini-batch 128, dropout 0.3, 4 epochs | 3.0 | 6.0 | **9.0** | 98.50 |');
  expect(page).toContain('- sklearn unavailable: no Python');
  expect(page).toContain('- nabla-blas-2 unavailable: no BLAS: none there');
  expect(page).toContain('- nabla-2 / fastest of tfjs-wasm: 91.00 (90.00 to 92.00)');
  expect(page).toContain('| sparse | 500 | 250 | 2.00 (2.00 to 2.00) |');
  expect(page).toContain('| dense | 1,234 | 63.0 (63.0 to 63.0) | 70.0 (70.0 to 70.0) | 0.90 (0.90 to 0.90) |');
  expect(page).toContain('on one core: N1 2.0 times (dense input 4.0).');
  expect(page).toContain('Two workers instead of one: N1 1.40 times.');
  expect(page).toContain('| gather | 1.3 |');
  expect(page).toContain('| 10 × 784 × 30 forward | 30.0 (30.0 to 30.0) | 40.0 (40.0 to 40.0) | 0.75 |');
  expect(page).toContain('| 2 | relaxed | partial | **800** | 800 | 800 | 1.60 (1.60 to 1.60) |');
  expect(page).toContain('| 2 | relaxed | owned | 700 |');
  expect(page.indexOf('## Workers (`npm run bench:scaling`), 16 cores\n')).toBeGreaterThan(page.indexOf('## Workers (`npm run bench:scaling`)\n'));
  expect(page).toContain('| 16 | relaxed | partial | **7,100** |');
  expect(page).toContain('| 2 | 20000 | 0.25 (0.25 to 0.25) | 1 |');
  expect(page).toContain('| 1 | 2 | 20000 | 40.00 (40.00 to 40.00) |');
  expect(page).toContain('| N1 | 1 | 400,000 | 90,000 | 385,000 | 1 1 | 0.96 (0.95 to 0.97) |');
  expect(page).toContain('| N4 | 2 | 5 | 0.30 (-0.30 to 0.60) | 0.50 (-0.50 to 1.00) |');
  expect(page).toContain('70,123 epochs in 10 minutes, 2 workers.');
  expect(page).toContain('6 GiB of float32, 1,600,612 samples, made in 9.3 s; one epoch with 2 workers at 151,234 samples/s, 2.4 s after the call.');
  expect(page).toContain('Test accuracy 93.21 %, peak memory 6.27 GiB.');
  expect(page).toContain('| outside | 140002 (140002 to 140002) |\n| outside to inside | 0.94 (0.93 to 0.94) |');
  expect(page).toContain('| resident | 130.5 | 131.0 | 12 |');
  expect(page).toContain('| an update | 2 + 2 | 1.60 (1.50 to 1.70) |  | **1.02 (1.02 to 1.02)** |');
  expect(page).toContain('| N2-adam | 31,000 | 11,500 | 11,400 | 170 % |');
  expect(page).toContain(
    '| N1 | 16 of 20 | 8.00 (8.00 to 8.00) | 2 | 4.20 (4.20 to 4.20) | 1.90 (1.90 to 1.90) | 1.80 (1.80 to 1.80) | 1.96 (1.96 to 1.96) | 0.97 (0.97 to 0.97) |',
  );
  expect(page).toContain('| 8 | 300 (300 to 300) | 44.8 | 28.5 |');
  expect(page).toContain('runs for epochs: 9 for 1, 3 for 3. It takes 4.40 (4.40 to 4.40) times as long.');
  expect(page).toContain('| nabla | 15 | 5.00 (5.00 to 5.00) | 97.50 (97.50 to 97.50) | 97.12 (97.12 to 97.12) |');
  expect(page).toContain('| 1 | 81 | 7.1 | 0.25 | 4.5 | 96.98 | 96.66 | 96.49 |');
  expect(page).toContain('| first step | 0.70 (0.70 to 0.70) |');
  expect(page).toContain('| N1 | 2 | 0.990 (0.990 to 0.990) | 1.004 (1.004 to 1.004) |');
  expect(page).toContain('| N1 | 2 | 10 | 800 (800 to 800) | 640 (640 to 640) | -20.0 % |\n\nError: median 15.0 %, worst 20.0 %.');
  expect(page).toContain(
    '| N1 | 2 owned relaxed sparse: 900 | 1 owned relaxed sparse | 0.97 (0.97 to 0.97) | 2 | 1.00 (1.00 to 1.00) | 1.20 (1.20 to 1.20) |',
  );
});

test("the README's table of the race has a line for each side that ran, and its recipes below", () => {
  const readme = withBenchmarks('<!-- bench:begin --><!-- bench:end -->', fixture);
  expect(readme).toContain('| nabla | 2.0 (1.0 to 3.0) `a512` | 4.0 (3.0 to –), 2 of 3 `a512` | not reached `a512` |');
  expect(readme).toContain('`a512`: 784-512-10, adam,');
  expect(readme).not.toContain('TensorFlow.js |\n| not');
});

test("the README's table names each network's best sides; what was not measured is a dash", () => {
  const readme = withBenchmarks('before <!-- bench:begin -->old<!-- bench:end --> after', fixture);
  expect(readme).toMatch(/^before <!-- bench:begin -->\n/);
  expect(readme).toMatch(/<!-- bench:end --> after$/);
  expect(readme).not.toContain('old');
  expect(readme).toContain('| N1: 784-30-10, 10 | 450,000 | 800,000 | – | 130,000 | – | – | 6.00 (5.00 to 8.00) | 6.00 (5.00 to 8.00) |');
  expect(readme).toContain('16 cores (2030-01-02, Some CPU, 16 cores, Node 22.1.0):');
  expect(readme).toContain('| N3 | 1,000 | 7,100 | 16 × partial, relaxed | 7.1 |');
});

test('a benchmark without a record is left out, and a README without its markers refused', () => {
  expect(resultsPage([{ records: { start: records.start } }])).not.toContain('barrier');
  expect(() => withBenchmarks('nothing', fixture)).toThrow('<!-- bench:begin -->');
});

test('both pages say what the newest records say (npm run bench:page)', () => {
  const results = join(root, 'bench/results');
  const sizes = newestRecords(results);
  expect(Object.keys(sizes[0].records).length).toBeGreaterThan(0);
  expect(readFileSync(join(results, 'README.md'), 'utf8')).toBe(resultsPage(sizes));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(readme).toBe(withBenchmarks(readme, sizes));
});
