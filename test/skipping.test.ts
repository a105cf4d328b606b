// What the last lines of a test run say of tests that were skipped, and that one without a reason makes the run fail.

import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inFolder } from './support/command.js';
import { skipLines } from './support/skip-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));

test('each reason once, with the tests and files that have it, the most frequent first', () => {
  const fish = { file: 'a', name: 'offers', reason: 'fish is not installed' };
  const mnist = { file: 'a', name: 'is read', reason: 'no MNIST' };
  expect(skipLines([fish, mnist, { ...mnist, file: 'b' }])).toEqual([
    'skipped: 2 tests in 2 files: no MNIST',
    'skipped: 1 test in 1 file: fish is not installed',
  ]);
  expect(skipLines([])).toEqual([]);
});

test('tests without a reason are named, after all others', () => {
  const lines = skipLines([
    { file: 'test/a.test.ts', name: 'group > forgotten', reason: undefined },
    { file: 'test/a.test.ts', name: 'is read', reason: 'no MNIST' },
  ]);
  expect(lines).toEqual([
    'skipped: 1 test in 1 file: no MNIST',
    expect.stringMatching(/^error: skipped without a reason \(.*\): test\/a\.test\.ts: group > forgotten$/),
  ]);
});

const NEEDS = "import { describe, it } from 'vitest';\nimport { needs } from '#support/needs.js';\nit('runs', () => {});\n";
const WITH = `${NEEDS}describe('group', needs(undefined, 'no fish'), () => { it.each([1, 2])('%i', () => {}); });\nit('says so itself', ({ skip }) => skip('no sea'));\n`;

// The text of small test files: the skip without a reason in one of them is the fault that the reporter has to see.
test.each([
  ['a reason each', WITH, [], 0, ['skipped: 2 tests in 1 file: no fish', 'skipped: 1 test in 1 file: no sea']],
  ['none', `${NEEDS}it.skip('forgotten', () => {});\n`, [], 1, [expect.stringMatching(/^error: .*: a\.test\.ts: forgotten$/)]],
  ['none, but only some were asked for by name', WITH, ['-t', 'runs'], 0, ['skipped: 2 tests in 1 file: no fish']],
])('vitest with tests that have %s', (_, text, args, code, lines) =>
  inFolder(async (folder) => {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'support'));
    for (const name of ['needs.ts', 'skip-reporter.ts']) symlinkSync(join(root, 'test/support', name), join(folder, 'support', name));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "imports": { "#support/*.js": "./support/*.ts" } }');
    writeFileSync(join(folder, 'a.test.ts'), text);
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=./support/skip-reporter.ts', ...args];
    const { status, stdout } = spawnSync(process.execPath, vitest, { cwd: folder, encoding: 'utf8', timeout: 50_000 });
    expect([status, stdout.split('\n').filter((line) => /^(skipped|error): /.test(line))]).toEqual([code, lines]);
  }),
);
