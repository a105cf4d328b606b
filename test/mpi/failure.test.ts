// A run of several processes in which something fails: a rank or the launcher is killed, a rank stops answering, a cable is cut, a worker
// thread dies, somebody asks it to stop. Each time all of its processes are gone within ten seconds, what was saved stands, and another
// number of ranks goes on to the bits of a run that nothing happened to. bench/ranks-failures.ts does it hundreds of times.

import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, nabla } from '../support/command.js';
import { Hosts, type Library, mpirun } from '../support/hosts.js';
import { images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { type Blow, GONE, Job, type JobEnd } from '../support/job.js';
import { FAMILIES, needsMpi } from '../support/mpirun.js';
import { needs } from '../support/needs.js';

/**
 * Epochs of some tens of milliseconds and a checkpoint every second one, to more of them than any machine trains before it is struck. They
 * say little: Open MPI's launcher reads nothing any more once it is asked to end, and a process that writes would wait for it.
 */
const OPTIONS = ['--layers', '64,20,10', '--batch', '4', '--optimiser', 'adam', '--eta', '0.003', '--dropout', '0.1', '--seed', '3'];
const WAYS = ['--epochs', '20000', '--workers', '1', '--checkpoint-every', '2e'];

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
  const samples = { trainingImages: images(1500, 8, 8), trainingLabels: labels(1500, 10) };
  writeIdxFolder(folder, { ...samples, testImages: images(30, 8, 8, 100), testLabels: labels(30, 10) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const training = (run: string, more: readonly string[]): string[] => ['train', '--data', folder, '--run', run, ...OPTIONS, ...WAYS, ...more];

const hashIn = (stdout: string): string | undefined => /"weightsSha256":"(\w+)"/.exec(stdout)?.[1];

/** Lines in which nabla itself says how a run ended. */
const said = ({ stderr }: Pick<JobEnd, 'stderr'>): string[] => stderr.split(/\r?\n/).filter((line) => /^(error|Stopped)/.test(line));

/** As many ranks go on from what was saved, to an end some epochs later, with the bits of a run that was never struck. */
async function expectToGoOn(library: Library, run: string, ranks: number, before: string): Promise<void> {
  const seen = Array.from(before.matchAll(/epoch +(\d+)\/20000/g), ([, epoch]) => Number(epoch));
  const epochs = String(Math.max(...seen) + 5);
  const program = [process.execPath, MAIN, 'train', '--resume', run, '--epochs', epochs, '--format', 'json'];
  const { code, stdout, stderr } = await new Job(mpirun(library, ranks, program), folder).end;
  expect({ code, errors: said({ stderr }) }).toEqual({ code: 0, errors: [] });
  expect(Number(/"resumed":\{"epoch":(\d+)/.exec(stdout)?.[1])).toBeGreaterThan(2);
  const plain = await nabla(['train', '--data', folder, ...OPTIONS, '--epochs', epochs, '--workers', '1', '--format', 'json'], folder);
  expect(hashIn(stdout)).toBe(hashIn(plain.stdout));
}

const hasCheckpoint = (run: string): boolean => {
  try {
    return readdirSync(join(run, 'checkpoints')).some((name) => /^step-\d+\.safetensors$/.test(name));
  } catch {
    return false;
  }
};

interface Struck {
  readonly rank?: number;
  readonly hosts?: Hosts;
  /** Options of the run besides. */
  readonly more?: readonly string[];
  /** What stands between the launcher and nabla. */
  readonly between?: readonly string[];
}

/** Strikes two ranks once they have a checkpoint, and sees all of them gone. */
async function struck(library: Library, run: string, blow: Blow, { rank = 0, hosts, more = [], between = [] }: Struck = {}): Promise<JobEnd> {
  const program = [...between, process.execPath, MAIN, ...training(run, more)];
  const job = new Job(hosts ? hosts.mpirun(library, 2, program) : mpirun(library, 2, program), folder);
  try {
    await job.until(() => hasCheckpoint(run));
    expect(job.strike(blow, rank, hosts)).toBe(true);
    expect(await job.gone(GONE)).toBeLessThan(GONE);
    return await job.end;
  } finally {
    job.kill();
  }
}

/** Lets a shell stand where npx does. */
const SHELL = ['sh', '-c', '"$@"; exit $?', 'sh'];
/** A rank that does not answer is given up after two seconds. */
const SOON = ['--timeout', '2'];
const LINUX = needs(process.platform === 'linux', "processes are found by Linux's /proc");
const hostsMayBe = process.platform === 'linux' && Hosts.canBeMade;
const NEEDS_HOSTS = needs(hostsMayBe, 'no hosts can be made here: that takes root, iproute2 and util-linux');

describe.each(FAMILIES)('%s', { ...LINUX }, (library) => {
  const run = (): string => join(folder, `${library}-${++runs}`);
  const other: Library = library === 'mpich' ? 'openmpi' : 'mpich';
  const NEEDS_ALL = { ...needsMpi('mpich'), ...needsMpi('openmpi'), ...NEEDS_HOSTS };
  /** Which of the two libraries has a case in npm test; the other one has it in the long version. */
  const turn = (mine: Library) => ({ ...needsMpi(library), ...(mine === library ? {} : { tags: ['slow'] }) });

  test('rank 0 is killed, and three ranks go on', turn('mpich'), async () => {
    const path = run();
    const { stdout, code } = await struck(library, path, 'rank');
    expect(code).not.toBe(0);
    await expectToGoOn(library, path, 3, stdout);
  });

  test('SIGTERM asks to stop: it saves first, and one process goes on', { ...needsMpi(library), tags: ['slow'] }, async () => {
    const path = run();
    const end = await struck(library, path, 'SIGTERM');
    expect(said(end)).toEqual([expect.stringMatching(/^Stopped in epoch \d+.* All so far is kept; go on with: .*--resume /)]);
    await expectToGoOn(library, path, 1, end.stdout);
  });

  test('SIGUSR1 asks for the same', { ...needsMpi(library), tags: ['slow'] }, async () => {
    const end = await struck(library, run(), 'SIGUSR1');
    expect(said(end)).toEqual([expect.stringMatching(/^Stopped in epoch \d+.* All so far is kept; go on with: .*--resume /)]);
  });

  test('a rank stops answering, and rank 0 says which', { ...needsMpi(library), tags: ['slow'] }, async () => {
    const end = await struck(library, run(), 'stopped', { rank: 1, more: SOON });
    expect(said(end)[0]).toMatch(/^error: Waited 2 s .*rank 1 on \S+: .* does not answer.* is kept; go on with: .*--resume /);
  });

  test("the launcher's helper is killed, and a shell stands between it and the ranks", { ...needsMpi(library), tags: ['slow'] }, async () => {
    const end = await struck(library, run(), library === 'mpich' ? 'proxy' : 'launcher', { between: SHELL });
    expect(end.code).not.toBe(0);
  });

  test('a worker of rank 1 ends, which says how the run goes on', { ...needsMpi(library), tags: ['slow'] }, async () => {
    const module = join(folder, 'faulty.mjs');
    writeFileSync(module, FAULTY);
    const path = run();
    const program = [process.execPath, MAIN, ...training(path, ['--functions', module, '--activation', 'faulty'])];
    const job = new Job(mpirun(library, 2, program), folder);
    await job.until(() => hasCheckpoint(path));
    writeFileSync(join(folder, 'now'), '');
    expect(await job.gone(GONE)).toBeLessThan(GONE);
    rmSync(join(folder, 'now'));
    const lost = /^error: rank 1 on \S+: Worker 1 of 1 was lost at step \d+, .+ What rank 0 has saved is as it was; .* train --resume /;
    expect(said(await job.end)[0]).toMatch(lost);
  });

  test('the cable between two hosts is cut', { ...turn('mpich'), ...NEEDS_HOSTS }, async () => {
    const hosts = Hosts.open();
    try {
      await struck(library, run(), 'silent', { hosts, more: library === 'mpich' ? SOON : [] });
    } finally {
      hosts.close();
    }
  });

  test('a rank whose main thread is busy for longer than an exchange may take is not lost', { ...needsMpi(library), tags: ['slow'] }, async () => {
    const module = join(folder, 'busy.mjs');
    writeFileSync(module, BUSY);
    const more = ['--functions', module, '--activation', 'slow', ...SOON];
    const { code, stdout, stderr } = await new Job(
      mpirun(library, 2, [process.execPath, MAIN, ...training(run(), [...more, '--epochs', '2'])]),
      folder,
    ).end;
    expect({ code, errors: said({ stderr }) }).toEqual({ code: 0, errors: [] });
    expect(stdout).toContain('done');
  });

  const kills = [
    { blow: 'rank', rank: 1 },
    { blow: 'launcher', rank: 0 },
    { blow: 'stopped', rank: 0 },
  ] as const;
  test.each(kills)('$blow, rank $rank', { ...needsMpi(library), tags: ['slow'] }, async ({ blow, rank }) => {
    const path = run();
    const { stdout } = await struck(library, path, blow, { rank });
    await expectToGoOn(library, path, 3, stdout);
  });

  const blows = ['down', 'silent'] as const;
  test.each(blows)('four ranks of the other library go on from one whose cable is %s', { ...NEEDS_ALL, tags: ['slow'] }, async (blow) => {
    const hosts = Hosts.open();
    try {
      const path = run();
      const { stdout } = await struck(library, path, blow, { hosts });
      await expectToGoOn(other, path, 4, stdout);
    } finally {
      hosts.close();
    }
  });

  test('stopped as a whole, for longer than a rank may be silent, it goes on', { ...needsMpi(library), tags: ['slow'] }, async () => {
    const path = run();
    const job = new Job(mpirun(library, 2, [process.execPath, MAIN, ...training(path, [])]), folder);
    try {
      await job.until(() => hasCheckpoint(path));
      const all = job.processes.map(({ pid }) => pid);
      for (const pid of all) process.kill(pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      const before = job.stdout.length;
      for (const pid of all) process.kill(pid, 'SIGCONT');
      await job.until(() => job.stdout.length > before + 500);
      expect(job.strike('SIGTERM', 0)).toBe(true);
      expect(said(await job.end)).toEqual([expect.stringContaining('All so far is kept')]);
    } finally {
      job.kill();
    }
  });
});

let runs = 0;

/** A sigmoid that takes four seconds to load on rank 1, in which nothing else goes on there. */
const BUSY = `import { isMainThread } from 'node:worker_threads';
const rank = process.env.PMI_RANK ?? process.env.OMPI_COMM_WORLD_RANK;
if (isMainThread && rank === '1') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
const f = (z) => 1 / (1 + Math.exp(-z));
export const activations = { slow: { f, derivative: (z) => Math.exp(-z) / (1 + Math.exp(-z)) ** 2 } };
`;

/** A sigmoid whose worker ends on rank 1, as soon as there is a file. */
const FAULTY = `import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
const rank = process.env.PMI_RANK ?? process.env.OMPI_COMM_WORLD_RANK;
const now = fileURLToPath(new URL('now', import.meta.url));
let calls = 0;
const f = (z) => {
  if (!isMainThread && rank === '1' && ++calls % 5000 === 0 && existsSync(now)) process.exit(3);
  return 1 / (1 + Math.exp(-z));
};
export const activations = { faulty: { f, derivative: (z) => Math.exp(-z) / (1 + Math.exp(-z)) ** 2 } };
`;
