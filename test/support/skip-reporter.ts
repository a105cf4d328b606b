// The last lines of a test run: what was skipped, and why, each reason once. A test that is skipped without a reason (needs.ts)
// makes the run fail, so that nothing is left out silently; also what `.only` elsewhere in a file leaves out.

import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

export interface SkippedTest {
  readonly file: string;
  readonly name: string;
  /** Undefined where the test gives none. */
  readonly reason: string | undefined;
}

/** The lines that say what was skipped, the most frequent reason first; tests without a reason are named one by one. */
export function skipLines(skipped: readonly SkippedTest[]): string[] {
  const reasons = [...new Set(skipped.flatMap(({ reason }) => reason ?? []))];
  const lines = reasons
    .map((reason) => ({ reason, tests: skipped.filter((test) => test.reason === reason) }))
    .sort((a, b) => b.tests.length - a.tests.length)
    .map(
      ({ reason, tests }) => `skipped: ${count(tests.length, 'test')} in ${count(new Set(tests.map(({ file }) => file)).size, 'file')}: ${reason}`,
    );
  const silent = skipped.filter(({ reason }) => reason === undefined);
  return [...lines, ...silent.map(({ file, name }) => `error: skipped without a reason (test/support/needs.ts gives one): ${file}: ${name}`)];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** What a finished test run skipped. */
function skippedIn(modules: readonly TestModule[], root: string): SkippedTest[] {
  return modules.flatMap((module) =>
    [...module.children.allTests('skipped')].map((test) => ({ file: relative(root, module.moduleId), name: test.fullName, reason: reasonOf(test) })),
  );
}

/** That of the options, or what the test said when it skipped itself. */
function reasonOf(test: TestCase): string | undefined {
  const result = test.result();
  return test.meta().skipped ?? (result.state === 'skipped' ? result.note : undefined);
}

export default class SkipReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const { config } = this.#vitest as Vitest;
    const skipped = skippedIn(modules, config.root);
    // A filter on names or tags leaves out most tests, and is no reason that they have.
    const filtered = config.testNamePattern !== undefined || (config.tagsFilter ?? []).length > 0;
    const told = filtered ? skipped.filter(({ reason }) => reason !== undefined) : skipped;
    for (const line of skipLines(told)) console.log(line);
    if (told.some(({ reason }) => reason === undefined)) process.exitCode = 1;
  }
}
