// Whether starts of several processes come to their end: the same short run, started again and again by a launcher of MPI, each time with
// the same weights. MPICH's UCX once made one start of four ranks in ten crash (src/mpi/world.ts says by what, and what keeps it from that).
// Needs Linux with Open MPI or MPICH. Run: npm run bench:ranks-starts

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkInteger, checkOneOf } from '../src/check.js';
import { describeMachine, formatMachine, row, summarise } from './measure.js';
import { endWith, requestOrEnd } from './options.js';

const LAUNCHERS = {
  openmpi: ['mpirun.openmpi', '--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'],
  mpich: ['mpirun.mpich'],
} as const;
type Library = keyof typeof LAUNCHERS;
const LIBRARIES = Object.keys(LAUNCHERS) as Library[];

const HELP = `Whether starts of several processes come to their end, each with the same weights.

  --starts N    with each library (default 200)
  --ranks N     processes of each (default 4)
  --only LIST   of ${LIBRARIES.join(', ')} (default: both)
  --help`;

/** A start that hangs has failed. */
const LIMIT = 60_000;

interface Request {
  readonly starts: number;
  readonly ranks: number;
  readonly libraries: readonly Library[];
}

function readRequest(args: string[]): Request | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { starts: text, ranks: text, only: text, help: { type: 'boolean' } } });
  if (values.help) return undefined;
  return {
    starts: checkInteger('--starts', Number(values.starts ?? 200), 1),
    ranks: checkInteger('--ranks', Number(values.ranks ?? 4), 2),
    libraries: values.only === undefined ? LIBRARIES : values.only.split(',').map((name) => checkOneOf('--only', name, LIBRARIES)),
  };
}

/** This file runs from dist/bench. */
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
/** Columns of words and numbers that are there wherever this file is: its rows are drawn by a rule. */
const ROWS = Array.from({ length: 120 }, (_, k) => `${(k * 7) % 11},${(k * 3) % 13},${k % 3 === 0 ? 'a' : 'b'}`);

interface Start {
  readonly seconds: number;
  /** What went wrong, in a line. */
  readonly failed?: string;
  readonly sha256?: string;
}

function start(library: Library, ranks: number, folder: string): Promise<Start> {
  const [command, ...flags] = LAUNCHERS[library];
  const args = ['train', '--data', 'rows.csv', '--epochs', '2', '--workers', '1', '--format', 'json', '--run', 'kept'];
  rmSync(join(folder, 'kept'), { recursive: true, force: true });
  const begin = performance.now();
  const child = spawn(command, [...flags, '-n', String(ranks), process.execPath, MAIN, ...args], {
    cwd: folder,
    timeout: LIMIT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const seconds = (performance.now() - begin) / 1000;
      const sha256 = /"weightsSha256":"([0-9a-f]{64})"/.exec(stdout)?.[1];
      const words = `${stderr}${stdout.split('\n').slice(-3).join(' ')}`.trim().split('\n')[0];
      resolve(code === 0 && sha256 ? { seconds, sha256 } : { seconds, failed: `${signal ?? `code ${code}`}: ${words}` });
    });
  });
}

const { starts, ranks, libraries } = requestOrEnd(readRequest, HELP);
console.log(formatMachine(describeMachine()));
const folder = mkdtempSync(join(tmpdir(), 'nabla-starts-'));
try {
  writeFileSync(join(folder, 'rows.csv'), `x,y,kind\n${ROWS.join('\n')}\n`);
  console.log(row('', 'starts', 'failed', 'median s', 'max'));
  for (const library of libraries) {
    if (spawnSync(LAUNCHERS[library][0], ['--version']).status !== 0) endWith(`${library}: there is no ${LAUNCHERS[library][0]} here.`, 1);
    const done: Start[] = [];
    while (done.length < starts) done.push(await start(library, ranks, folder));
    const failed = done.flatMap(({ failed }) => failed ?? []);
    const { median, maximum } = summarise(done.map(({ seconds }) => seconds));
    console.log(row(library, String(starts), String(failed.length), median.toFixed(2), maximum.toFixed(2)));
    for (const line of new Set(failed)) console.log(`  ${line}`);
    const hashes = new Set(done.flatMap(({ sha256 }) => sha256 ?? []));
    if (hashes.size > 1) console.log(`  ${hashes.size} different weights`);
    if (failed.length > 0 || hashes.size > 1) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
