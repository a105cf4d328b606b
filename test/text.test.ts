// Words and figures of messages: what each form looks like, and that what a message repeats of a file stays short and in one line.

import { describe, expect, test } from 'vitest';
import { beginning, count, duration, fixed, listed, megabytes, noun, percent, plural, printable, printableAscii, secondsText } from '#src/text.js';

test.each([
  [plural(1, 'epoch'), '1 epoch'],
  [plural(0, 'class', 'classes'), '0 classes'],
  [noun(2, 'layer'), 'layers'],
  [listed([]), ''],
  [listed(['a']), 'a'],
  [listed(['a', 'b']), 'a and b'],
  [listed(['a', 'b', 'c'], 'or'), 'a, b or c'],
  [count(12_345.5), '12,346'],
  [count(10n ** 20n), '100,000,000,000,000,000,000'],
  [fixed(1234.5, 2), '1,234.50'],
  [percent(0.9745), '97.5 %'],
  [percent(0.9745, 2), '97.45 %'],
  [percent(-0.0215), '-2.2 %'],
  [megabytes(2 ** 30), '1,024 MB'],
  [megabytes(1), '1 MB'],
  [secondsText(0.0432), '0.043 s'],
  [secondsText(3.26), '3.3 s'],
  [duration(99.4), '100 s'],
  [duration(99.5), '2 min'],
  [duration(9000), '2.5 h'],
])('%s', (text, expected) => expect(text).toBe(expected));

describe('of a file', () => {
  test('a long text is cut, and says so', () => {
    expect([beginning('abc', 3), beginning('abcd', 3)]).toEqual(['abc', 'abc…']);
  });

  test.each(['\u001b[31m', '\u0007', '\u200b', '\n', '\u009b', '\ud800'])('nothing that steers a terminal is repeated: %j', (steering) => {
    for (const show of [printable, printableAscii]) {
      expect(show(`a${steering}`, 60)).not.toMatch(/\p{C}/u);
      expect(show(`${'x'.repeat(99)}${steering}`, 10).length).toBeLessThan(12);
    }
  });

  test('letters of any language stay where the file is UTF-8, and are left out where nobody knows', () => {
    expect([printable('né→', 9), printableAscii('né→', 9)]).toEqual(['né→', 'n??']);
  });
});
