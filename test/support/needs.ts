// What a test needs that is not part of the project: a browser, a shell, a data set, a system. Where it is missing the test is
// skipped, and the last lines of the run say how many were and why (skip-reporter.ts). A test that is skipped in any other way,
// without a reason, makes the whole run fail.
//
//   it('is read by Chromium', needs(chromiumPath, 'no Chromium: apt install chromium'), async () => …

import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test is skipped. */
    skipped?: string;
  }
}

/** The options of a test, or of a group of tests, that is skipped with this reason where `found` is undefined or false. */
export function needs(found: unknown, otherwise: string): TestOptions {
  return found === undefined || found === false ? { skip: true, meta: { skipped: otherwise } } : {};
}
