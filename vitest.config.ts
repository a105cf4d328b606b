// How the tests run. They import what ships: dist/, through the package's `#src/…` imports, because Node 20 cannot load TypeScript in
// a worker thread. test/README.md says how they are arranged.

import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { SLOW } from './test/support/slow.js';

/** Files whose tests start more threads than there are cores, or go by the clock: one at a time, when nothing else runs. */
const ALONE = [
  'test/parallel/**/*.test.ts',
  'test/mpi/**/*.test.ts',
  'test/browser/play.test.ts',
  'test/browser/train.test.ts',
  'test/scaling/auto.test.ts',
  'test/scaling/under-mpirun.test.ts',
  'test/cli/scaling.test.ts',
  'test/mpi/failure.test.ts',
];

/** A group of files; groups run one after the other. */
const group = (name: string, order: number, maxWorkers: number, files: { include: string[]; exclude?: string[] }): TestProjectConfiguration => ({
  extends: true,
  test: { name, ...files, maxWorkers, sequence: { groupOrder: order } },
});

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/skip-reporter.ts'],
    // No profile that `nabla tune` left on this machine steers a test.
    env: { XDG_CACHE_HOME: '/nowhere/nabla-tests' },
    testTimeout: 60_000,
    tags: [
      {
        name: 'slow',
        description: 'Takes too long for npm test; npm run test:slow runs it.',
        skip: !SLOW,
        meta: { skipped: 'slow: npm run test:slow runs them' },
        timeout: 600_000,
      },
      { name: 'longer', description: 'Tries more cases in npm run test:slow.', ...(SLOW && { timeout: 600_000 }) },
    ],
    server: { deps: { external: [/\/dist\//] } },
    projects: [group('side by side', 1, 2, { include: ['test/**/*.test.ts'], exclude: ALONE }), group('alone', 2, 1, { include: ALONE })],
  },
});
