// Whether bytes are text in UTF-8, and if not, where that begins to show.

import { isUtf8 } from 'node:buffer';

const LINE_FEED = 0x0a;

/** Where the first line begins that holds bytes which are no UTF-8; undefined where all of them are. */
export function lineOutsideUtf8(bytes: Uint8Array): number | undefined {
  if (isUtf8(bytes)) return undefined;
  // Up to `good` all is text, and up to `bad` it is not; halved at ends of lines, because a character must not be cut.
  let [good, bad] = [0, bytes.length];
  while (true) {
    const half = bytes.indexOf(LINE_FEED, Math.floor((good + bad) / 2)) + 1;
    const next = half > good && half < bad ? half : bytes.indexOf(LINE_FEED, good) + 1;
    if (next <= good || next >= bad) return good;
    if (isUtf8(bytes.subarray(good, next))) good = next;
    else bad = next;
  }
}
