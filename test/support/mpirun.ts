// The command line, or a script, as several processes that a launcher of MPI has started: under Open MPI's and MPICH's, where they are
// installed. Every start has a time limit, after which what it has left is killed: its processes are known by a variable that no other has.

import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { TestOptions } from 'vitest';
import type { MpiFamily } from '#src/mpi/launcher.js';
import { jsonLines, MAIN, type Outcome } from './command.js';
import { needs } from './needs.js';

export const FAMILIES = ['openmpi', 'mpich'] as const satisfies readonly MpiFamily[];

interface Row {
  readonly names: readonly string[];
  /** What `--version` says. */
  readonly says: RegExp;
  /** Ranks may be more than cores, and any of them takes any core. */
  readonly flags: readonly string[];
  readonly packages: string;
}

const ROWS: Readonly<Record<MpiFamily, Row>> = {
  openmpi: {
    names: ['mpirun.openmpi', 'mpirun', 'mpiexec'],
    says: /Open MPI|OpenRTE/,
    flags: ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'],
    packages: 'openmpi-bin libopenmpi3',
  },
  mpich: { names: ['mpirun.mpich', 'mpirun', 'mpiexec'], says: /HYDRA/, flags: [], packages: 'mpich libmpich12' },
};

/** The library as nabla finds it, in a process of its own: what is loaded here stays loaded. */
const FIND = `import('#src/mpi/library.js').then(({ findMpi }) => { process.exitCode = 'refused' in findMpi(process.argv[1]) ? 1 : 0; })`;

function launcherOf(family: MpiFamily): string | undefined {
  const { names, says } = ROWS[family];
  const command = names.find((name) => says.test(spawnSync(name, ['--version'], { encoding: 'utf8', timeout: 20_000 }).stdout ?? ''));
  if (command === undefined) return undefined;
  const found = spawnSync(process.execPath, ['-e', FIND, family], { cwd: import.meta.dirname, stdio: 'ignore', timeout: 20_000 });
  return found.status === 0 ? command : undefined;
}

const LAUNCHERS: Readonly<Record<MpiFamily, string | undefined>> = { openmpi: launcherOf('openmpi'), mpich: launcherOf('mpich') };

/** The options of tests that run under a launcher. */
export const needsMpi = (family: MpiFamily): TestOptions =>
  needs(LAUNCHERS[family], `no launcher and library of ${family === 'openmpi' ? 'Open MPI' : 'MPICH'} (apt install ${ROWS[family].packages})`);

/** The same of one that `npm test` leaves out, if it is slow. */
export const needsMpiAndTime = (family: MpiFamily, isSlow: boolean): TestOptions => {
  const mpi = needsMpi(family);
  return isSlow && !mpi.skip ? { tags: ['slow'] } : mpi;
};

/** The program of some ranks. */
export interface RankProgram {
  readonly ranks: number;
  readonly args: readonly string[];
  /** Where it runs; else where the launcher does. */
  readonly cwd?: string;
  /** Options of Node. */
  readonly node?: readonly string[];
  /** In place of nabla's own. */
  readonly main?: string;
}

export interface StartOptions {
  readonly cwd: string;
  /** Milliseconds. */
  readonly limit?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A command before the launcher's, such as taskset. */
  readonly before?: readonly string[];
  /** Options of the launcher in place of the usual ones. */
  readonly flags?: readonly string[];
}

export interface MpiOutcome extends Outcome {
  /** Seconds from the start to the end of the launcher. */
  readonly seconds: number;
  /** What nabla has said of errors, line by line: without the words of the launcher. */
  readonly errors: readonly string[];
}

export interface MpiRunning {
  /** The launcher. */
  readonly pid: number;
  readonly outcome: Promise<MpiOutcome>;
  /** Resolves as soon as standard output contains `text`; rejects where the launcher ends without it. */
  seen(text: string): Promise<void>;
  /** Processes of this start that are there now, the launcher among them. */
  processes(): number[];
}

/** Starts programs together, ranks in their order. */
export function startRanks(
  family: MpiFamily,
  programs: readonly RankProgram[],
  { cwd, limit = 40_000, env, before = [], flags }: StartOptions,
): MpiRunning {
  const launcher = LAUNCHERS[family];
  if (launcher === undefined) throw new Error(`There is no launcher of ${family} here.`);
  const parts = programs.map(({ ranks, args, cwd: folder, node = [], main = MAIN }) => [
    ...['-n', String(ranks)],
    ...(folder === undefined ? [] : ['-wdir', folder]),
    ...[process.execPath, ...node, main, ...args],
  ]);
  const words = [...before, launcher, ...(flags ?? ROWS[family].flags), ...parts.flatMap((part, k) => (k === 0 ? part : [':', ...part]))];
  const mark = `NABLA_TEST_START=${randomUUID()}`;
  const { FORCE_COLOR, ...rest } = process.env;
  const begin = performance.now();
  const child = spawn(words[0], words.slice(1), {
    cwd,
    env: { ...rest, ...env, NABLA_TEST_START: mark.slice(mark.indexOf('=') + 1) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const looks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    // Open MPI's ranks write to terminals.
    stdout += text.replaceAll('\r', '');
    for (const look of looks) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text.replaceAll('\r', '');
  });
  const killer = setTimeout(() => {
    for (const pid of withMark(mark)) kill(pid);
  }, limit);
  const outcome = new Promise<MpiOutcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(killer);
      const errors = stderr.split('\n').filter((line) => /^(error|warning|Stopped)\b/.test(line));
      resolve({ code, stdout, stderr, errors, seconds: (performance.now() - begin) / 1000 });
    });
  });
  const seen = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve();
      };
      looks.add(look);
      look();
      outcome.then(({ code }) => reject(new Error(`The launcher ended (${code}) without ${text}:\n${stdout}${stderr}`)), reject);
    });
  return { pid: child.pid as number, outcome, seen, processes: () => withMark(mark) };
}

/** Starts programs together, to their end; none may be left then. */
export async function runRanks(family: MpiFamily, programs: readonly RankProgram[], options: StartOptions): Promise<MpiOutcome> {
  const running = startRanks(family, programs, options);
  const outcome = await running.outcome;
  const left = await leftOf(running);
  for (const pid of left) kill(pid);
  if (left.length > 0) throw new Error(`${left.length} processes were left behind (code ${outcome.code}):\n${outcome.stdout}${outcome.stderr}`);
  return outcome;
}

/** What is left of a start a moment after its end. */
export async function leftOf({ processes }: MpiRunning): Promise<number[]> {
  for (let looks = 0; looks < 40 && processes().length > 0; looks++) await new Promise((resolve) => setTimeout(resolve, 50));
  return processes();
}

/** `nabla …` as so many ranks. */
export const mpiNabla = (family: MpiFamily, ranks: number, args: readonly string[], options: StartOptions): Promise<MpiOutcome> =>
  runRanks(family, [{ ranks, args }], options);

/** The events of a run: a launcher may write lines of its own among them. */
export const eventsIn = (stdout: string): Record<string, unknown>[] =>
  jsonLines(
    stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => `${line}\n`)
      .join(''),
  );

/** Processes with this in their environment, zombies not among them. */
function withMark(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
      } catch {
        // It has ended, or is not ours.
        return false;
      }
    })
    .map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
