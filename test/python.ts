// A Python with NumPy, where there is one: the other side of some tests. Those tests skip themselves, saying so, where it is
// missing.

import { spawnSync } from 'node:child_process';

/** The command, or undefined where none is installed (Debian: apt install python3-numpy). */
export const python: string | undefined = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import numpy'], { stdio: 'ignore', timeout: 30_000 }).status === 0,
);

/** What such a test says of itself. */
export const NEEDS_NUMPY = python === undefined ? 'skipped: there is no python3 with numpy here' : `by ${python}`;

/** Runs a script to its end; returns what it wrote to standard output. */
export function runPython(args: readonly string[], input = ''): string {
  if (python === undefined) throw new Error('There is no python3 with numpy here.');
  // -B: nothing is left beside the script.
  const { status, stdout, stderr, error } = spawnSync(python, ['-B', ...args], { input, encoding: 'utf8', timeout: 50_000, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`python ended with ${status ?? error}:\n${stdout}${stderr}`);
  return stdout;
}
