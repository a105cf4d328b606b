// The first look at a piece of a file that is cut anywhere: how many rows end in it. Whether it begins within quotes is known only when
// the pieces before it have been looked at, by another thread perhaps; so both are counted, as ParaText and Arrow do. In a sound file
// every quote opens a field, closes one, or is one of two within: an odd number of them before a line end says that it stands in quotes.

import { LINE_FEED, QUOTE, RETURN } from './bytes.js';

/** What is known of a piece if it begins outside quotes ([0]), or within them ([1]). */
export interface Counts {
  readonly isOdd: boolean;
  /** Lines that end in it, in quotes or not. */
  readonly lines: number;
  readonly cases: readonly [RowCount, RowCount];
}

interface RowCount {
  /** The byte behind the first end of a row, and the lines that have ended by then; -1 and 0 where no row ends. */
  readonly first: number;
  readonly firstLines: number;
  /** Rows that end after that one. An empty line is none, one of blanks is counted: there are so many rows or fewer. */
  readonly rows: number;
}

/** @param bytes of the piece up to `end`; behind it the byte that follows in the file, or any but a line feed */
export function countRows(bytes: Uint8Array, end: number): Counts {
  const first = [-1, -1];
  const firstLines = [0, 0];
  const last = [-1, -1];
  const rows = [0, 0];
  let [inside, lines] = [0, 0];
  for (let at = 0; at < end; at++) {
    const byte = bytes[at];
    if (byte > QUOTE) continue;
    if (byte === QUOTE) {
      inside ^= 1;
      continue;
    }
    if (byte !== LINE_FEED && (byte !== RETURN || bytes[at + 1] === LINE_FEED)) continue;
    lines++;
    if (first[inside] < 0) {
      first[inside] = at + 1;
      firstLines[inside] = lines;
    } else {
      const length = at - last[inside] - (byte === LINE_FEED && bytes[at - 1] === RETURN ? 1 : 0);
      if (length > 0) rows[inside]++;
    }
    last[inside] = at + 1;
  }
  const of = (k: 0 | 1): RowCount => ({ first: first[k], firstLines: firstLines[k], rows: rows[k] });
  return { isOdd: inside === 1, lines, cases: [of(0), of(1)] };
}
