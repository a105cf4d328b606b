// Builds the project before any test runs; a build that fails ends the test run.

import { spawnSync } from 'node:child_process';

export default function setup(): void {
  const { status, error } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The build failed${error ? `: ${error.message}` : ''}.`);
}
