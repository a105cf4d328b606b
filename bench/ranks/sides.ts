// A side of a comparison between processes: the command line in one process or under a launcher, as a user would start it, and what its
// events say of its speed.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CommandLine } from '../../test/support/hosts.js';
import { type BenchNetwork, trainOptions } from '../networks.js';

export interface Side {
  readonly name: string;
  /** What starts the program. Default: Node itself. */
  readonly command?: Start;
  /** Of each process. */
  readonly workers: number;
  readonly across?: string;
}

type Start = (program: readonly string[]) => CommandLine;

export interface Trained {
  readonly samplesPerSecond: number;
  readonly weightsSha256: string;
}

const PROGRAM = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
/** Milliseconds that a run may take. */
const LIMIT = 300_000;
/** Training samples of the package 'mnist', and of all MNIST. */
const FEW = 8000;
const ALL = 50_000;

const run = promisify(execFile);
const alone: Start = ([file, ...args]) => ({ file, args, env: {} });

type Event = Readonly<Record<string, unknown>> & { readonly event: string };

/** Runs nabla with these arguments, in a folder that is removed. @returns its events. @throws where it fails */
export async function runJson(command: Start, args: readonly string[]): Promise<Event[]> {
  const { file, args: rest, env } = command([process.execPath, PROGRAM, ...args, '--format', 'json']);
  const folder = mkdtempSync(join(tmpdir(), 'nabla-ranks-'));
  try {
    const { stdout } = await run(file, [...rest], { cwd: folder, timeout: LIMIT, maxBuffer: 2 ** 26, env: { ...process.env, ...env } });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Event);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A network as the command line has it. */
export function optionsOf(network: BenchNetwork, data: string): string[] {
  const { layers, batch, eta, activation, output, cost } = trainOptions(network);
  return Object.entries({ data, layers, batch, eta, activation, output, cost }).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Trains in whole epochs on about so many samples. */
export async function trainAs(side: Side, network: BenchNetwork, { data, samples }: { data: string; samples: number }): Promise<Trained> {
  const { command = alone, workers, across } = side;
  const epochs = Math.max(2, Math.round(samples / (data === 'mnist' ? FEW : ALL)) + 1);
  const own = ['--epochs', String(epochs), '--workers', String(workers), '--checkpoint-every', 'never', ...(across ? ['--across', across] : [])];
  return ratesOf(await runJson(command, ['train', ...optionsOf(network, data), ...own]));
}

/** The first epoch finds cold code: its rate is left out. */
function ratesOf(events: readonly Event[]): Trained {
  const epochs = events.filter(({ event }) => event === 'epoch').slice(1) as unknown as { seconds: number; samplesPerSecond: number }[];
  const done = events.find(({ event }) => event === 'done');
  if (!done || epochs.length === 0) throw new Error('A run has not come to its end.');
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const samples = epochs.reduce((sum, epoch) => sum + epoch.seconds * epoch.samplesPerSecond, 0);
  return { samplesPerSecond: samples / seconds, weightsSha256: String(done.weightsSha256) };
}
