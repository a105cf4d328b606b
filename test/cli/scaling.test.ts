// `nabla bench`, `plan` and `tune` as a user runs them, on a data set of a few samples: what they print and write, what a
// comparison makes of older figures, and how a profile steers `nabla train`, or fails to.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configure } from '#src/options/options.js';
import type { Plan } from '#src/scaling/plan.js';
import { bestFor, type RankedSetting, withSetting } from '#src/scaling/profile.js';
import type { ScalingReport } from '#src/scaling/results.js';
import { countCores } from '#src/system/cores.js';
import { inFolder, jsonLines, type Outcome, quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';

const BENCH = 'bench --data . --layers 6,5,4 --workers 1,2 --batch 4 --rounds 2 --seconds 0.02';

/** Runs a command in a folder with the small data set, the cache of profiles in it too. */
async function run(folder: string, command: string, cache = join(folder, 'cache')) {
  return quickNabla(command.split(' '), folder, { XDG_CACHE_HOME: cache });
}

const inDataFolder = <T>(use: (folder: string) => Promise<T>): Promise<T> =>
  inFolder(async (folder) => {
    writeIdxFolder(folder);
    return use(folder);
  });

describe('nabla bench', () => {
  it('writes JSON, CSV and a page, prints a table and a chart, and finds itself unchanged', async () => {
    await inDataFolder(async (folder) => {
      const text = await run(folder, `${BENCH} --save old.json --html page.html`);
      expect([text.code, text.stderr]).toEqual([0, '']);
      expect(text.stdout).toContain('strong scaling, mini-batch 4');
      expect(text.stdout).toContain('weak scaling, 4 samples a worker');
      expect(text.stdout).toMatch(/^Mini-batch 4: use (1 worker; )?2 workers: \d\.\d\d times as fast as one/);
      expect(text.stdout).not.toMatch(/speed-up over one worker|law/);
      const report = JSON.parse(readFileSync(join(folder, 'old.json'), 'utf8')) as ScalingReport;
      expect(report.curves.map(({ mode, points }) => [mode, points.map(({ workers, batch }) => [workers, batch])])).toEqual([
        [
          'strong',
          [
            [1, 4],
            [2, 4],
          ],
        ],
        [
          'weak',
          [
            [1, 4],
            [2, 8],
          ],
        ],
      ]);
      expect(text.stdout).toContain('what the machine gives');
      for (const { points } of report.curves) {
        for (const { workers, time, samplesPerSecond, ceiling, efficiencyOfCeiling } of points) {
          expect(workers === 1 ? ceiling?.median === 1 : (ceiling?.median ?? 0) > 0).toBe(true);
          expect(efficiencyOfCeiling).toBeGreaterThan(0);
          expect(time).toHaveLength(workers);
          expect(samplesPerSecond.minimum).toBeGreaterThan(0);
        }
      }
      expect(readFileSync(join(folder, 'page.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<svg/i);

      // Older figures a thousand times slower, from before there was a ceiling: nothing has become slower since.
      const withoutCeiling = (key: string, value: unknown): unknown => (/ceiling/i.test(key) ? undefined : value);
      writeFileSync(join(folder, 'slow.json'), JSON.stringify(scaled(report, 1e-3), withoutCeiling));
      const better = await run(folder, `${BENCH} --mode strong --compare slow.json --format json`);
      expect([better.code, jsonLines(better.stdout).map(({ event }) => event)]).toEqual([0, ['scaling', 'comparison']]);
      // And a thousand times faster ones: a regression, exit 1.
      writeFileSync(join(folder, 'fast.json'), JSON.stringify({ ...scaled(report, 1e3), machine: { ...report.machine, cpu: 'another' } }));
      const worse = await run(folder, `${BENCH} --mode strong --compare fast.json`);
      expect(worse.code).toBe(1);
      expect(worse.stdout).toMatch(/another/);
    });
  });

  it('--format csv: one row a point', { tags: ['slow'] }, async () => {
    await inDataFolder(async (folder) => {
      const { code, stdout } = await run(folder, `${BENCH} --mode strong --format csv`);
      const [head, ...rows] = stdout.trim().split(/\r?\n/);
      expect([code, rows.length]).toEqual([0, 2]);
      expect(head).toMatch(/^mode,batch,workers,.*,efficiency_of_ceiling$/);
    });
  });
});

describe('nabla plan', () => {
  it('predicts each worker count, and says what is extrapolated', async () => {
    await inDataFolder(async (folder) => {
      const { code, stdout, stderr } = await run(folder, 'plan --data . --layers 6,5,4 --batch 4 --cores 64');
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Use \d+ workers? \(--workers\s\d+\s--gradient\s(owned|partial)\)/);
      expect(stdout).toContain('extrapolated');
      const json = await run(folder, 'plan --data . --layers 6,5,4 --batch 4 --gradient owned --cores 4 --format json');
      const [plan] = jsonLines(json.stdout) as unknown as Plan[];
      expect(plan.predictions.map(({ gradient, workers }) => [gradient, workers])).toEqual([
        ['owned', 1],
        ['owned', 2],
        ['owned', 4],
      ]);
      for (const { workers, extrapolated, step, work, contention, barriers, moving } of plan.predictions) {
        expect(extrapolated).toBe(workers > countCores().usable);
        expect((work + contention + barriers + moving) / step).toBeCloseTo(1, 9);
      }
      // What was measured, and nothing else, tells what the workers lose to each other.
      expect(plan.company.map(({ workers }) => workers)).toEqual([1, 2, 4].filter((n) => n <= countCores().usable));
      for (const { workers, crossing, slowdown, line } of plan.company) {
        if (workers === 1) expect([crossing, slowdown, line]).toEqual([0, 1, 0]);
        else expect([crossing > 0, slowdown >= 1, line >= 0]).toEqual([true, true, true]);
      }
    });
  });
});

describe('nabla plan --hosts', () => {
  const PLAN = 'plan --data . --layers 6,5,4 --batch 4 --gradient owned';

  it('predicts both ways for each number of hosts, and says what it assumes', async () => {
    await inDataFolder(async (folder) => {
      const { code, stdout, stderr } = await run(folder, `${PLAN} --hosts 4,2 --network 25`);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^2 hosts (do not )?pay: with a mini-batch of 4 they are\s\d+\.\d\d times/m);
      expect(stdout).toMatch(/Assumed, not measured: .*\s+25 Gbit\/s/);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
      const json = await run(folder, `${PLAN} --hosts 4,2 --format json`);
      const [{ hosts, best }] = jsonLines(json.stdout) as unknown as Plan[];
      expect(hosts?.predictions.map(({ hosts: n, way }) => [n, way])).toEqual([
        [2, 'replicated'],
        [2, 'sliced'],
        [4, 'replicated'],
        [4, 'sliced'],
      ]);
      expect(hosts?.link).toEqual({ latency: 4e-5, bandwidth: 1e9, gigabits: 10 });
      for (const { hosts: n, exchange, step, samplesPerSecond } of hosts?.predictions ?? []) {
        expect([exchange >= 40, exchange < step, samplesPerSecond < 4e6 / 40, n > 1]).toEqual([true, true, true, true]);
      }
      expect(hosts?.samplesPerSecond).toBeCloseTo(best.samplesPerSecond, 6);
      // On a machine that is busy with other things a step may be so slow that hosts seem to pay.
      expect(hosts?.verdicts.map(({ hosts: n, pays, times }) => [n, pays === times >= 1.1])).toEqual([
        [2, true],
        [4, true],
      ]);
    });
  });

  it('says nothing of hosts where none are asked for', async () => {
    await inDataFolder(async (folder) => {
      const [plan] = jsonLines((await run(folder, `${PLAN} --format json`)).stdout);
      expect(Object.keys(plan)).not.toContain('hosts');
    });
  });

  it.each([
    ['--hosts 0', 'hosts: expected a whole number from 1 to 4096, got 0.'],
    ['--hosts two', "hosts: expected a number, got 'two'."],
    ['--hosts 2,', "hosts: expected a number, got ''."],
    ['--hosts 5', 'hosts: expected at most 4, one for each sample of a mini-batch, got 5. Plan with a larger one: --batch.'],
    ['--hosts 2 --network -1', 'network: expected a finite number above 0, got -1.'],
    ['--hosts 2 --network 0', 'network: expected a finite number above 0, got 0.'],
    ['--network 10', 'network: expected none without --hosts, got 10. How many hosts: --hosts 2.'],
    ['--hosts 2 --gradient partial', "gradient: expected 'owned' or 'tree' for several hosts, got 'partial'."],
    ['--machines 3', "unknown option '--machines'. nabla calls it --hosts 3."],
    ['--bandwidth 10', "unknown option '--bandwidth'. nabla calls it --network: Gbit/s, such as 10."],
  ])('refuses %s in one line', async (flags, line) => {
    await inDataFolder(async (folder) => {
      const { code, stdout, stderr } = await run(folder, `plan --data . --layers 6,5,4 --batch 4 ${flags}`);
      expect([code, stdout, stderr]).toEqual([2, '', `error: ${line}\n`]);
    });
  });
});

describe('nabla tune', () => {
  const TUNE = 'tune --data . --layers 6,5,4 --batch 4';
  const TRAIN = 'train --data . --layers 6,5,4 --batch 4 --epochs 2 --format json';
  const startOf = (stdout: string): Record<string, unknown> => jsonLines(stdout)[0];
  const profileIn = (folder: string): string => join(folder, 'cache/nabla', readdirSync(join(folder, 'cache/nabla'))[0]);

  // Tuned once, for what train makes of a profile.
  let folder: string;
  let tuned: Outcome;
  beforeAll(async () => {
    folder = temporaryFolder();
    writeIdxFolder(folder);
    tuned = await run(folder, `${TUNE} --format json`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps a ranking, which train then follows as far as its options leave it open', async () => {
    expect([tuned.code, tuned.stderr]).toEqual([0, '']);
    const [{ ranking }] = jsonLines(tuned.stdout) as unknown as { ranking: RankedSetting[] }[];
    // Workers × gradients × kernels × inputs, every one of them measured.
    expect(ranking.length).toBeGreaterThanOrEqual(4);
    expect(ranking.every(({ samplesPerSecond }) => samplesPerSecond > 0)).toBe(true);
    // The profile is made to say what no default would be.
    const path = profileIn(folder);
    const strange = { workers: 1, shards: 1, gradient: 'partial', kernels: 'scalar', input: 'dense', samplesPerSecond: 1 };
    const plain = { ...strange, gradient: 'owned', kernels: 'simd', input: 'sparse' };
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ranking: [strange, plain] }));
    const followed = await run(folder, `${TRAIN} --run a`);
    expect(startOf(followed.stdout)).toMatchObject({
      workers: 1,
      gradient: 'partial',
      kernels: 'scalar',
      input: 'dense',
      workersWhy: expect.stringContaining('nabla tune'),
    });
    const fixed = await run(folder, `${TRAIN} --run b --gradient owned`);
    expect(startOf(fixed.stdout)).toMatchObject({ workers: 1, gradient: 'owned', kernels: 'simd', input: 'sparse' });
    // Another kind of step is another profile, and there is none of it; η changes nothing of the work.
    expect(startOf((await run(folder, `${TRAIN} --run d --optimiser adam`)).stdout)).toMatchObject({
      gradient: 'owned',
      kernels: expect.not.stringContaining('scalar'),
    });
    expect(startOf((await run(folder, `${TRAIN} --run e --eta 0.25`)).stdout)).toMatchObject({ gradient: 'partial', kernels: 'scalar' });
    // Nothing in the profile agrees: as if there were none.
    const other = await run(folder, `${TRAIN} --run c --gradient owned --input dense --workers 2`);
    expect(startOf(other.stdout)).toMatchObject({ workers: 2, gradient: 'owned', input: 'dense' });
  });

  it('a profile with half a file, another format, or nonsense in it is ignored with one warning', async () => {
    for (const text of [
      '{"format":"nabla-profile/1","ran',
      '{"format":"nabla-profile/0","created":"","ranking":[]}',
      '{"format":"nabla-profile/1","created":"","ranking":[{"workers":"many"}]}',
    ]) {
      writeFileSync(profileIn(folder), text);
      const { code, stdout, stderr } = await run(folder, TRAIN);
      expect([code, stderr]).toEqual([0, '']);
      expect(startOf(stdout)).toMatchObject({
        gradient: 'owned',
        warnings: [expect.stringMatching(/^The profile \S+ is ignored \([^\n]+\); tuning the network again makes a new one\.$/)],
      });
    }
  });

  it('a cache that cannot be written: the ranking is printed, with a warning, and training goes on', { tags: ['slow'] }, async () => {
    await inDataFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '');
      const unkept = await run(folder, `${TUNE} --workers 1 --kernels simd --gradient owned --input dense`, join(folder, 'file'));
      expect(unkept.code).toBe(0);
      expect(unkept.stderr).toMatch(/^warning: The profile was not kept: [^\n]+\n$/);
      expect(unkept.stdout).toContain('fastest');
      expect((await run(folder, TRAIN, join(folder, 'file'))).code).toBe(0);
    });
  });

  it('train --trace writes a trace and says so', async () => {
    await inDataFolder(async (folder) => {
      const { code, stdout } = await run(folder, `${TRAIN} --workers 2 --trace trace.json --trace-steps 3`);
      expect([code, jsonLines(stdout).at(-1)]).toEqual([0, expect.objectContaining({ event: 'done', trace: 'trace.json' })]);
      const { traceEvents } = JSON.parse(readFileSync(join(folder, 'trace.json'), 'utf8'));
      const steps = traceEvents.filter(({ ph }: { ph: string }) => ph === 'X').map(({ args }: { args: { step: number } }) => args.step);
      expect(new Set(steps)).toEqual(new Set([1, 2, 3]));
    });
  });
});

describe('a profile’s best for given options', () => {
  const setting = (changed: Partial<RankedSetting>): RankedSetting => ({
    workers: 2,
    shards: 2,
    gradient: 'owned',
    kernels: 'relaxed',
    input: 'sparse',
    samplesPerSecond: 1,
    ...changed,
  });
  const ranking = [
    setting({ kernels: 'blas', blas: '/a.so' }),
    setting({ gradient: 'partial', shards: 4, workers: 4 }),
    setting({ workers: 1 }),
    setting({ kernels: 'simd', input: 'dense' }),
  ];
  it.each([
    [{}, 0],
    [{ workers: 'auto' as const }, 0],
    [{ kernels: 'auto' as const }, 1],
    [{ gradient: 'owned' as const, kernels: 'relaxed' as const }, 2],
    [{ gradient: 'owned' as const, kernels: 'wide' as const }, 2],
    [{ gradient: 'owned' as const, kernels: 'simd' as const }, 3],
    [{ shards: 4 }, 1],
    [{ reproducible: true }, 3],
    [{ input: 'dense' as const }, 3],
    [{ blas: '/b.so' }, -1],
    [{ gradient: 'partial' as const, shards: 2 }, -1],
  ])('%o: entry %i', (options, index) => {
    expect(bestFor(options, ranking, 4)).toBe(ranking[index]);
  });

  it.each([
    ['auto', 'relaxed', 'auto'],
    ['auto', 'wide', 'auto'],
    ['relaxed', 'wide', 'relaxed'],
    ['wide', 'relaxed', 'wide'],
    ['auto', 'simd', 'simd'],
    ['auto', 'blas', 'blas'],
  ] as const)('kernels %s with a setting of %s: %s', (asked, measured, taken) => {
    const samples = { values: new Uint8Array(6), labels: new Uint16Array(1) };
    const data = { name: 'dark', inputs: 6, classes: 4, scale: 1, training: samples, validation: samples, test: samples };
    const configuration = configure({ layers: [6, 4], kernels: asked, workers: 1 }, data);
    expect(withSetting(configuration, setting({ kernels: measured }))).toMatchObject({ kernels: taken, workers: 2 });
  });

  it('never takes more workers than there are cores', () => {
    expect(bestFor({ gradient: 'partial' }, ranking, 2)).toBeUndefined();
  });
});

/** The same figures, so many times as fast. */
function scaled(report: ScalingReport, by: number): ScalingReport {
  const times = ({ minimum, median, maximum, spread }: ScalingReport['curves'][number]['points'][number]['samplesPerSecond']) => ({
    minimum: minimum * by,
    median: median * by,
    maximum: maximum * by,
    spread,
  });
  return {
    ...report,
    curves: report.curves.map((curve) => ({ ...curve, points: curve.points.map((p) => ({ ...p, samplesPerSecond: times(p.samplesPerSecond) })) })),
  };
}
