// The SHA-256 of pages, against Node's.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '#src/system/sha256.js';

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 95_440])('of %i bytes is that of Node', (length) => {
  const bytes = Uint8Array.from({ length }, (_, k) => 7 * k);
  expect(sha256(bytes)).toBe(expected(bytes));
});

it('of any bytes, also of a part of a memory', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(40), (bytes, from) => {
      const part = bytes.subarray(Math.min(from, bytes.length));
      expect(sha256(part)).toBe(expected(part));
    }),
  );
});
