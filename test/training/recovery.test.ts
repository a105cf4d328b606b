// Workers that are lost in the middle of a run: ended by force, ended by themselves, out of memory, stuck, or throwing. Each is
// named with step and phase, all are replaced, and the run ends with the bits of one that lost no worker; after three in a row it
// ends, with a checkpoint from which it can go on.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Dataset, NablaError, type TrainEvent, type TrainOptions, train } from '#src/index.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { seeded } from '../support/bound-kernels.js';
import { inFolder, jsonLines, nabla } from '../support/command.js';
import { images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { SLOW } from '../support/slow.js';

/** In the slow part of the suite as many as the project promises. */
const KILLS = SLOW ? 50 : 2;

const random = seeded('recovery');
const DATA: Dataset = (() => {
  const samples = (n: number): Dataset['training'] => ({
    values: Uint8Array.from({ length: n * 40 }, () => (random.below(3) === 0 ? random.below(256) : 0)),
    labels: Uint16Array.from({ length: n }, () => random.below(3)),
  });
  return { name: 'random', inputs: 40, classes: 3, scale: 1 / 255, training: samples(2000), validation: samples(300), test: samples(300) };
})();

const OPTIONS: TrainOptions = { data: DATA, layers: [40, 20, 3], epochs: 8, lambda: 2, seed: 5, timeout: 1500, workers: 3 };

async function run(options: TrainOptions): Promise<{ hash: string; costs: unknown[]; losses: TrainEvent[] }> {
  const events: TrainEvent[] = [];
  const { weightsSha256 } = await train({ ...OPTIONS, ...options, onEvent: (event) => events.push(event) });
  const costs = events.flatMap((e) => (e.event === 'epoch' ? [[e.epoch, e.trainingCost, e.validationCost, e.testAccuracy]] : []));
  return { hash: weightsSha256, costs, losses: events.filter(({ event }) => event === 'recovery') };
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Ends a random thread at a random moment of the call of this number, counted over all pools. */
function killIn(method: 'runEpoch' | 'evaluate', call: number): void {
  let calls = 0;
  const real = WorkerPool.prototype[method] as (this: WorkerPool, options: never) => Promise<never>;
  vi.spyOn(WorkerPool.prototype, method).mockImplementation(async function (this: WorkerPool, options: never) {
    const running = real.call(this, options);
    if (++calls === call) {
      const thread = random.below(this.threads);
      setTimeout(() => this.endThread(thread), random.below(4));
    }
    return running;
  } as never);
}

describe.each([
  { gradient: 'owned', optimiser: 'sgd' },
  { gradient: 'partial', shards: 4, optimiser: 'adam', eta: 0.01 },
] as const)('$gradient, $optimiser', { tags: ['longer'] }, (options) => {
  const expected = run({ ...options, workers: 2 });
  let lost = 0;

  test.each(Array.from({ length: KILLS }, (_, k) => k))('a thread ended by force, %i', async (k) => {
    const { hash, costs } = await expected;
    killIn(k % 4 === 3 ? 'evaluate' : 'runEpoch', 1 + random.below(8));
    const seen = await run(options);
    // One that ended in the last moment of the run was not needed any more.
    for (const loss of seen.losses) {
      expect(loss).toMatchObject({
        code: 'WORKER_LOST',
        attempt: 1,
        text: expect.stringMatching(/^Worker \d of 3 was lost at step \d+, [a-z ]+: .+\.$/),
      });
    }
    lost += seen.losses.length;
    expect(seen).toMatchObject({ hash, costs });
  });

  test('most of them were missed', () => {
    expect(lost).toBeGreaterThanOrEqual(KILLS / 2);
  });
});

test('a thread that ends in an evaluation, and one that ends while others are being started', async () => {
  const { hash, costs } = await run({ workers: 1 });
  killIn('evaluate', 3);
  const real = WorkerPool.prototype.attach;
  let attached = 0;
  vi.spyOn(WorkerPool.prototype, 'attach').mockImplementation(async function (this: WorkerPool, ...args: Parameters<typeof real>) {
    if (++attached === 2) await this.endThread(1);
    return real.apply(this, args);
  });
  const seen = await run({});
  expect(seen.losses.map((loss) => loss.event === 'recovery' && loss.attempt)).toEqual([1, 2]);
  expect(seen).toMatchObject({ hash, costs });
});

/** A sigmoid that does its worst in a worker, as often as there are files 1, 2, … in the folder. */
function faultyModule(folder: string, fault: string): string {
  const path = join(folder, 'faulty.mjs');
  writeFileSync(
    path,
    `import { unlinkSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
let calls = 0;
function worst() {
  for (const file of [1, 2, 3, 4, 5, 6]) {
    try { unlinkSync(${JSON.stringify(folder)} + '/' + file); } catch { continue; }
    ${fault}
  }
}
const f = (z) => {
  if (!isMainThread && ++calls % 5000 === 0) worst();
  return 1 / (1 + Math.exp(-z));
};
export const activations = { faulty: { f, derivative: (z) => Math.exp(-z) / (1 + Math.exp(-z)) ** 2 } };
`,
  );
  return path;
}

const FAULTS: [what: string, code: string, fault: string, text: RegExp][] = [
  [
    'throws',
    'WORKER_LOST',
    "queueMicrotask(() => { throw new Error('no such number'); });",
    /^Worker \d of 2 was lost at step \d+, [a-z ]+: no such number\.$/,
  ],
  [
    'throws in f',
    'WORKER_FAILED',
    "throw new Error('no such number');",
    /^Worker \d of 2 failed at step \d+, [a-z ]+: functions: .*: 'f' of 'faulty' failed for [-\d.e]+: no such number\.$/,
  ],
  ['ends', 'WORKER_LOST', 'process.exit(3);', /^Worker \d of 2 was lost at step \d+, [a-z ]+: .*3.*\.$/],
  [
    'runs out of memory',
    'WORKER_LOST',
    'for (const all = []; ; ) all.push(new Array(1e5).fill(0));',
    /^Worker \d of 2 was lost at step \d+, [a-z ]+: it ran out of memory for JavaScript, .*--max-old-space-size=\d+\.$/,
  ],
  ['is stuck', 'TIMED_OUT', 'for (;;);', /^Worker \d waited 3 s at step \d+, .* for worker \d \(step \d+, .*\)\.$/],
];

/** A data set of 1,200 pictures. */
let pictures: string;
beforeAll(() => {
  pictures = temporaryFolder();
  writeIdxFolder(pictures, {
    trainingImages: images(1200, 28, 28),
    trainingLabels: labels(1200, 10),
    testImages: images(100, 28, 28),
    testLabels: labels(100, 10),
  });
});
afterAll(() => rmSync(pictures, { recursive: true }));

const ARGS = (run: string, module: string, timeout = 3): string[] =>
  `train --data ${pictures} --layers 784,20,10 --activation faulty --functions ${module} --epochs 2 --batch 10 --seed 2 --timeout ${timeout} --workers 2 --format json --run ${run}`.split(
    ' ',
  );

/** The weights of a run that lost nobody: the same whatever would be the fault. */
let sound: Promise<unknown> | undefined;
function soundHash(): Promise<unknown> {
  sound ??= inFolder(async (folder) => hashOf((await nabla(ARGS('sound', faultyModule(folder, '')), folder)).stdout));
  return sound;
}
const hashOf = (stdout: string): unknown => jsonLines(stdout).at(-1)?.weightsSha256;

/** Long enough for every limit on the way to run out. */
const NATIVE = "execSync('sleep 120');";

// Much of these is waiting: they run at once.
test.concurrent('a worker that is stuck in code that nothing can end: all is saved, and the process ends itself', {
  timeout: 110_000,
  tags: ['slow'],
}, async () => {
  await inFolder(async (folder) => {
    const module = faultyModule(folder, NATIVE);
    writeFileSync(module, `import { execSync } from 'node:child_process';\n${readFileSync(module, 'utf8')}`);
    writeFileSync(join(folder, '1'), '');
    const { code, stderr } = await nabla(ARGS('hurt', module, 1), folder);
    // 137 to a shell. Without it the process would last as long as the command that it waits for, and this test is not that patient.
    expect(code).toBeNull();
    expect(stderr).toMatch(/^error: A thread of a lost worker does not end[^\n]*go on with: nabla train --resume hurt\n$/);
    const again = await nabla('train --resume hurt --format json'.split(' '), folder);
    expect(hashOf(again.stdout)).toBe(await soundHash());
  });
});

test.concurrent('threads that cannot boot end the command with one line', async () => {
  await inFolder(async (folder) => {
    const preload = join(folder, 'preload.mjs');
    writeFileSync(preload, "import { isMainThread } from 'node:worker_threads';\nif (!isMainThread) throw new Error('no threads today');\n");
    const { code, stderr } = await nabla(`train --data ${pictures} --epochs 1 --workers 2 --run kept`.split(' '), folder, {
      NODE_OPTIONS: `--import=${preload}`,
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: Worker \d of 2 did not start \(it loads dist\/workers\/gradient\.js\): no threads today\.\n$/),
    ]);
  });
});

describe.concurrent('a worker that', { tags: ['longer'] }, () => {
  // Those that end the thread, fail in it, and hold it up; the long version has the other ways to end it.
  test.each(FAULTS.filter(([what]) => SLOW || ['throws in f', 'ends', 'is stuck'].includes(what)))(
    '%s is named and replaced, and the bits are those of a run without',
    async (what, code, fault, text) => {
      // Out of memory is out of breath first.
      const timeout = what === 'runs out of memory' ? 30 : 3;
      await inFolder(async (folder) => {
        const module = faultyModule(folder, fault);
        writeFileSync(join(folder, '1'), '');
        const { code: exit, stdout, stderr } = await nabla(ARGS('hurt', module, timeout), folder, { NODE_OPTIONS: '--max-old-space-size=100' });
        const events = jsonLines(stdout);
        expect(stderr).toBe('');
        expect(exit).toBe(0);
        expect(events.filter(({ event }) => event === 'recovery')).toEqual([
          expect.objectContaining({ code, attempt: 1, epoch: 1, text: expect.stringMatching(text) }),
        ]);
        expect(hashOf(stdout)).toBe(await soundHash());
      });
    },
    120_000,
  );

  test('fails three times in a row ends the run with exit code 1, one line, and a checkpoint to go on from', async () => {
    await inFolder(async (folder) => {
      const module = faultyModule(folder, 'process.exit(3);');
      // Both workers may take one in the same attempt.
      const files = ['1', '2', '3', '4', '5', '6'].map((file) => join(folder, file));
      for (const file of files) writeFileSync(file, '');
      const { code, stdout, stderr } = await nabla(ARGS('hurt', module), folder);
      expect(code).toBe(1);
      expect(jsonLines(stdout).filter(({ event }) => event === 'recovery')).toHaveLength(2);
      expect(stderr).toMatch(/^error: Worker \d of 2 was lost at [^\n]* third time in a row\. [^\n]*go on with: nabla train --resume hurt\n$/);
      expect(existsSync(join(folder, 'hurt', 'weights.safetensors'))).toBe(true);
      for (const file of files) rmSync(file, { force: true });
      const again = await nabla('train --resume hurt --workers 1 --format json'.split(' '), folder);
      expect(hashOf(again.stdout)).toBe(await soundHash());
    });
  }, 120_000);
});

test.each(['start', 'progress', 'epoch', 'done'] as const)('a listener that throws at %s ends the run with its own error', async (at) => {
  const onEvent = ({ event }: TrainEvent): void => {
    if (event === at) throw new Error('mine');
  };
  // An epoch that lasts: progress is told every tenth of a second.
  const long: TrainOptions = at === 'progress' ? { layers: [40, 300, 300, 3], batch: 1 } : {};
  const error = await train({ ...OPTIONS, ...long, epochs: 2, onEvent }).catch((thrown) => thrown);
  expect(error).toMatchObject({ message: 'mine' });
  expect(error).not.toBeInstanceOf(NablaError);
});
