// Bad input on the command line: what every command must do with it.

import { expect } from 'vitest';
import { contents, quickNabla } from './command.js';

/** Code 2, one line that says what is wrong, nothing on standard output, and nothing written. */
export async function expectRefused(args: readonly string[], folder: string, says: RegExp): Promise<void> {
  const before = contents(folder);
  const { code, stdout, stderr } = await quickNabla(args, folder);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain('    at ');
  expect([code, stdout]).toEqual([2, '']);
  expect(contents(folder)).toEqual(before);
}
