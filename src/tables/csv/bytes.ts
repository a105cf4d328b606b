// The bytes of a text in UTF-8 that mean something to CSV, and blanks, which String.prototype.trim and csv-parse take away as well.

export const LINE_FEED = 0x0a;
export const RETURN = 0x0d;
export const QUOTE = 0x22;
export const SPACE = 0x20;
export const TAB = 0x09;

/** Blanks of one byte: tab, vertical tab, form feed, space. Line ends are none. */
export const isNarrowBlank = (byte: number): boolean => byte === SPACE || byte === TAB || byte === 0x0b || byte === 0x0c;

/** Bytes of the blank beyond ASCII that begins at `at`; 0 where there is none. */
export function wideBlank(bytes: Uint8Array, at: number): number {
  const [first, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (first === 0xc2) return second === 0xa0 ? 2 : 0;
  if (first === 0xe1) return second === 0x9a && third === 0x80 ? 3 : 0;
  if (first === 0xe2) return isGeneralBlank(second, third) ? 3 : 0;
  if (first === 0xe3) return second === 0x80 && third === 0x80 ? 3 : 0;
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

/** U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F. */
function isGeneralBlank(second: number, third: number): boolean {
  if (second === 0x81) return third === 0x9f;
  return second === 0x80 && ((third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf);
}

/** The byte order mark, which a text in UTF-8 may begin with. */
export const markLength = (bytes: Uint8Array): number => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);

/** Lines that end in the bytes from `from` to `to`: with \n, \r\n or \r. */
export function lineEnds(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === LINE_FEED || (byte === RETURN && bytes[at + 1] !== LINE_FEED)) lines++;
  }
  return lines;
}
