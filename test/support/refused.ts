// Bad input: what every command must do with it, and every reader.

import { expect } from 'vitest';
import { isBadInput } from '#src/errors.js';
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

/** What reading is refused with: bad input, one line. */
export async function refusal(read: () => unknown): Promise<string> {
  try {
    await read();
  } catch (error) {
    expect(isBadInput(error), String((error as Error).stack)).toBe(true);
    expect((error as Error).message).toMatch(/^[^\p{Cc}]+$/u);
    return (error as Error).message;
  }
  return expect.fail('nothing was refused');
}
