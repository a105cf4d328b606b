// Reads JSON, and says of text that is none where it stops being JSON: in which line and column, what could stand there, and what
// does. Engines say that each in words of its own, often without a place.

import { printable } from '../text.js';

/** A text that is no JSON. */
export interface JsonFault {
  /** Characters before it. */
  readonly at: number;
  /** 'line 3, column 5: expected …, got …', without a full stop. */
  readonly text: string;
}

/** The value of a text, or what is wrong with it. Never throws. */
export function parseJson(text: string): { readonly value?: unknown; readonly fault?: JsonFault } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: faultIn(text) };
  }
}

/** What a text ends with where it is cut short. */
const END = 'the end of the file';
/** Most characters of it that a message repeats. */
const LONGEST = 20;

function faultIn(text: string): JsonFault {
  const { at, expected } = firstFault(text);
  // Other engines may read less than the standard has.
  const [found] = /^(?:[\w.+-]+|.)/su.exec(text.slice(at, at + LONGEST)) ?? [];
  const lines = text.slice(0, at).split('\n');
  const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
  return {
    at,
    text: `${place}: expected ${expected}, got ${text.trim() === '' ? 'an empty file' : found === undefined ? END : quoted(printable(found, LONGEST))}`,
  };
}

const quoted = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`);

/** What can stand at a place: a value, also the end of an empty list; a key, also the end of an empty object; and so on. */
type State = 'value' | 'first' | 'key' | 'firstKey' | 'colon' | 'after';

const SPACE = /[ \t\n\r]*/y;
const SIMPLE = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
/** All of a string but its closing quote: no control characters, but those beyond ASCII. */
const STRING = /"[^"\\\p{Cc}]*(?:(?:[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))[^"\\\p{Cc}]*)*/uy;

/** Walks over the text (RFC 8259) without calling itself: a list may be a million deep. */
function firstFault(text: string): { at: number; expected: string } {
  const closing: string[] = [];
  let state = 'value' as State;
  let at = 0;
  const pass = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    pass(SPACE);
    const next: string | undefined = text[at];
    const close = closing.at(-1);
    if (next === close && close !== undefined && (state === 'after' || state === (close === ']' ? 'first' : 'firstKey'))) {
      closing.pop();
      at++;
      state = 'after';
    } else if (state === 'after') {
      if (close === undefined) return { at, expected: END };
      if (next !== ',') return { at, expected: `a comma or ${close}` };
      at++;
      state = close === ']' ? 'value' : 'key';
    } else if (state === 'colon') {
      if (next !== ':') return { at, expected: 'a colon' };
      at++;
      state = 'value';
    } else if (next === '"') {
      pass(STRING);
      if (text[at] !== '"') return { at, expected: 'the closing " of a text' };
      at++;
      state = state === 'key' || state === 'firstKey' ? 'colon' : 'after';
    } else if (state === 'key' || state === 'firstKey') {
      return { at, expected: state === 'key' ? 'a name in double quotes' : 'a name in double quotes or }' };
    } else if (next === '{' || next === '[') {
      closing.push(next === '{' ? '}' : ']');
      at++;
      state = next === '{' ? 'firstKey' : 'first';
    } else if (pass(SIMPLE)) {
      state = 'after';
    } else return { at, expected: state === 'first' ? 'a value or ]' : 'a value' };
  }
}
