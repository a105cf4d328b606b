// Tests import what ships: dist/, through the package's `#src/…` imports. Node 20 cannot load TypeScript in a worker thread.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    // One file at a time: the tests of threads start as many as there are cores, and more.
    fileParallelism: false,
    // No profile that `nabla tune` left on this machine steers a test.
    env: { XDG_CACHE_HOME: '/nowhere/nabla-tests' },
    testTimeout: 60_000,
    server: { deps: { external: [/\/dist\//] } },
  },
});
