// Once before all tests: builds the project (a build that fails ends the test run), and gives the run a folder for its temporary
// files, so that what a test leaves there that was broken off or killed is removed too.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DONE = Symbol.for('nabla: built for tests');

/** vitest loads and calls it for itself and for each of its groups of files. */
export default function setup(): (() => void) | undefined {
  if (Reflect.has(globalThis, DONE)) return;
  Reflect.set(globalThis, DONE, true);
  const { status, error } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The build failed${error ? `: ${error.message}` : ''}.`);
  const folder = mkdtempSync(join(tmpdir(), 'nabla-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
