// A side of a comparison between processes: the command line in one process or under a launcher, as a user would start it, and what its
// events say of its speed.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BenchNetwork, trainOptions } from '../networks.js';

export type Launcher = 'openmpi' | 'mpich';

export interface Side {
  readonly name: string;
  readonly launcher?: Launcher;
  /** Command that stands before `node`, in place of the usual one of its launcher. */
  readonly command?: readonly string[];
  readonly ranks: number;
  /** Of each rank. */
  readonly workers: number;
  readonly across?: string;
}

export interface Trained {
  readonly samplesPerSecond: number;
  readonly weightsSha256: string;
}

const COMMANDS: Readonly<Record<Launcher, readonly string[]>> = {
  openmpi: ['mpirun.openmpi', '--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'],
  mpich: ['mpirun.mpich'],
};

const PROGRAM = new URL('../../src/cli/main.js', import.meta.url).pathname;
/** Milliseconds that a run may take. */
const LIMIT = 300_000;
const run = promisify(execFile);

/** Those that are installed. */
export async function findLaunchers(): Promise<readonly Launcher[]> {
  const names = Object.keys(COMMANDS) as Launcher[];
  const works = await Promise.all(
    names.map((name) =>
      run(COMMANDS[name][0], ['--version']).then(
        () => true,
        () => false,
      ),
    ),
  );
  return names.filter((_, k) => works[k]);
}

/** Trains in whole epochs on about so many samples. @throws where the run fails */
export async function trainAs(side: Side, network: BenchNetwork, { data, samples }: { data: string; samples: number }): Promise<Trained> {
  const { layers, batch, eta, activation, output, cost } = trainOptions(network);
  const epochs = Math.max(2, Math.round(samples / (data === 'mnist' ? 8000 : 60_000)));
  const flags = { data, layers, batch, eta, activation, output, cost, epochs, workers: side.workers, across: side.across };
  const args = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
  const before = side.command ?? (side.launcher ? [...COMMANDS[side.launcher], '-n', String(side.ranks)] : []);
  const folder = mkdtempSync(join(tmpdir(), 'nabla-ranks-'));
  const [command, ...rest] = [...before, process.execPath, PROGRAM, 'train', '--format', 'json', '--checkpoint-every', 'never', ...args];
  try {
    const { stdout } = await run(command, rest, { cwd: folder, timeout: LIMIT, maxBuffer: 2 ** 26 });
    return ratesOf(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first epoch finds cold code: its rate is left out. */
function ratesOf(stdout: string): Trained {
  const events = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const epochs = events.filter(({ event }) => event === 'epoch').slice(1);
  const done = events.find(({ event }) => event === 'done');
  if (!done || epochs.length === 0) throw new Error(`A run has not come to its end: ${stdout.slice(-300)}`);
  const seconds = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  const samples = epochs.reduce((sum, { seconds, samplesPerSecond }) => sum + seconds * samplesPerSecond, 0);
  return { samplesPerSecond: samples / seconds, weightsSha256: done.weightsSha256 };
}
