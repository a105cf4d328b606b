// Literals of Python, as the header of an .npy file is one: texts, whole numbers, True, False, None, tuples, lists and dictionaries.
// Nothing is carried out.

export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>;

/** Deeper ones are in no header. */
const DEEPEST = 32;
const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y;
const NUMBER = /(-?\d{1,19})L?/y;
const WORDS: readonly (readonly [word: string, value: boolean | null])[] = [
  ['True', true],
  ['False', false],
  ['None', null],
];

/** The value of a text; undefined where it is no literal. */
export function pythonLiteral(text: string): Literal | undefined {
  const reader = { text, at: 0 };
  const value = valueAt(reader, 0);
  pass(reader, '');
  return reader.at === text.length ? value : undefined;
}

interface Reader {
  readonly text: string;
  at: number;
}

/** Passes blanks and, where it comes next, a word. */
function pass(reader: Reader, word: string): boolean {
  while (/[\s\0]/.test(reader.text.charAt(reader.at))) reader.at++;
  const found = reader.text.startsWith(word, reader.at);
  if (found) reader.at += word.length;
  return found;
}

function match(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pass(reader, '');
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found) reader.at = pattern.lastIndex;
  return found;
}

function valueAt(reader: Reader, depth: number): Literal | undefined {
  if (depth > DEEPEST) return undefined;
  const text = match(reader, TEXT);
  if (text) return (text[1] ?? text[2]).replace(/\\(.)/g, '$1');
  const number = match(reader, NUMBER);
  if (number) return Number(number[1]);
  const word = WORDS.find(([one]) => pass(reader, one));
  if (word) return word[1];
  if (pass(reader, '{')) return dictionary(reader, depth);
  const close = pass(reader, '(') ? ')' : pass(reader, '[') ? ']' : undefined;
  return close === undefined ? undefined : entries(reader, close, () => valueAt(reader, depth + 1));
}

function dictionary(reader: Reader, depth: number): Literal | undefined {
  const pairs = entries(reader, '}', () => {
    const key = match(reader, TEXT);
    if (!key || !pass(reader, ':')) return undefined;
    const value = valueAt(reader, depth + 1);
    return value === undefined ? undefined : ([key[1] ?? key[2], value] as const);
  });
  return pairs && new Map(pairs);
}

/** What stands between commas up to the closing bracket; a comma may stand before that. */
function entries<E>(reader: Reader, close: string, entry: () => E | undefined): E[] | undefined {
  const all: E[] = [];
  while (!pass(reader, close)) {
    if (all.length > 0 && !pass(reader, ',')) return undefined;
    if (pass(reader, close)) break;
    const one = entry();
    if (one === undefined) return undefined;
    all.push(one);
  }
  return all;
}
