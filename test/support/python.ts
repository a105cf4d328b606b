// A Python with the packages that some tests have as their other side, where there is one: NumPy, safetensors. Those tests are
// skipped where it is missing. A virtual environment in .cache/python is looked at first:
//
//   python3 -m venv .cache/python && .cache/python/bin/pip install numpy safetensors

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { needs } from './needs.js';

/** Where a Python is looked for, in this order. */
export const PYTHONS = [fileURLToPath(new URL('../../.cache/python/bin/python3', import.meta.url)), '/usr/bin/python3', 'python3'];

/** A command whose Python has these packages, or undefined where none has. */
function pythonWith(...packages: readonly string[]): string | undefined {
  return PYTHONS.find((command) => spawnSync(command, ['-c', `import ${packages.join(', ')}`], { stdio: 'ignore', timeout: 30_000 }).status === 0);
}

/** The file with which a package begins, without importing it; undefined where no Python has it. */
export function placeOfPythonPackage(name: string): string | undefined {
  const script = `import importlib.util; print(importlib.util.find_spec('${name}').origin)`;
  return PYTHONS.map((command) => spawnSync(command, ['-c', script], { encoding: 'utf8', timeout: 30_000 }))
    .find(({ status }) => status === 0)
    ?.stdout.trim();
}

/** With NumPy (Debian: apt install python3-numpy). */
const python = pythonWith('numpy');
export const NEEDS_NUMPY = needs(python, 'no python3 with numpy (apt install python3-numpy)');

/** With safetensors, which reads into NumPy's arrays (pip install numpy safetensors; Debian 12 has no package of it). */
export const pythonOfTensors = pythonWith('numpy', 'safetensors');
export const NEEDS_SAFETENSORS = needs(pythonOfTensors, 'no python3 with numpy and safetensors (test/support/python.ts says how to get them)');

/** Runs a script to its end; returns what it wrote to standard output. */
export function runPython(args: readonly string[], input = '', command = python): string {
  if (command === undefined) throw new Error('There is no python3 with what this takes here.');
  // -B: nothing is left beside the script.
  const { status, stdout, stderr, error } = spawnSync(command, ['-B', ...args], { input, encoding: 'utf8', timeout: 50_000, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`python ended with ${status ?? error}:\n${stdout}${stderr}`);
  return stdout;
}
