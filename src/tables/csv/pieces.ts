// Where the fast reader has its bytes from: a file that is open, or blocks in shared memory that hold what was unpacked or came from a
// pipe. Any thread reads any part of them, into a buffer of its own.

import { readSync } from 'node:fs';

export type Pieces = { readonly file: number } | { readonly blocks: readonly SharedArrayBuffer[] };

/** Bytes of a block; the last one may be shorter. */
export const BLOCK = 1 << 20;

/**
 * Reads bytes `from` to `to` into a buffer.
 * @returns how many there were: fewer only where the file ends
 */
export function readPiece(pieces: Pieces, from: number, to: number, into: Uint8Array): number {
  return 'file' in pieces ? readFile(pieces.file, from, to, into) : readBlocks(pieces.blocks, from, to, into);
}

function readFile(file: number, from: number, to: number, into: Uint8Array): number {
  let length = 0;
  while (length < to - from) {
    const read = readSync(file, into, length, to - from - length, from + length);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function readBlocks(blocks: readonly SharedArrayBuffer[], from: number, to: number, into: Uint8Array): number {
  let at = from;
  while (at < to) {
    const block = blocks[Math.floor(at / BLOCK)];
    if (block === undefined) break;
    const begin = at % BLOCK;
    const part = new Uint8Array(block, begin, Math.min(block.byteLength - begin, to - at));
    if (part.length === 0) break;
    into.set(part, at - from);
    at += part.length;
  }
  return at - from;
}
