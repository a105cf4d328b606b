// Small IDX files for tests: a file's bytes from its dimensions and values, and a temporary folder with the four files of a
// data set, plain or gzipped, any of which a test may replace by something broken or leave out.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What the four files are called; `.gz` is added where they are gzipped. */
export const IDX_NAMES = {
  trainingImages: 'train-images-idx3-ubyte',
  trainingLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;
export type IdxPart = keyof typeof IDX_NAMES;

/** Two zero bytes, the type, the number of dimensions, each size as a big-endian 32-bit number, the values. */
export function idxBytes(dimensions: readonly number[], values: ArrayLike<number>, type = 8): Buffer {
  const head = Buffer.alloc(4 + 4 * dimensions.length);
  head.set([0, 0, type, dimensions.length]);
  dimensions.forEach((size, d) => {
    head.writeUInt32BE(size, 4 + 4 * d);
  });
  return Buffer.concat([head, Uint8Array.from(values)]);
}

/** `count` images of rows × columns bytes that all differ, their values starting at `first`. */
export function images(count: number, rows = 3, columns = 2, first = 0): Buffer {
  return idxBytes(
    [count, rows, columns],
    Array.from({ length: count * rows * columns }, (_, k) => (first + 7 * k) % 251),
  );
}

/** `count` labels 0, 1, … classes - 1, 0, 1, … */
export function labels(count: number, classes = 4): Buffer {
  return idxBytes(
    [count],
    Array.from({ length: count }, (_, k) => k % classes),
  );
}

/** A temporary folder, removed by whoever asked for it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'nabla-test-'));
}

/** Writes a sound data set into `folder`: 24 training and 8 test images of 3 × 2 pixels in 4 classes, but for what `changed` says. */
export function writeIdxFolder(folder: string, changed: Partial<Record<IdxPart, Buffer | undefined>> = {}, gzipped = false): void {
  const sound = { trainingImages: images(24), trainingLabels: labels(24), testImages: images(8, 3, 2, 100), testLabels: labels(8) };
  for (const [part, bytes] of Object.entries({ ...sound, ...changed }) as [IdxPart, Buffer | undefined][]) {
    if (bytes) writeFileSync(join(folder, gzipped ? `${IDX_NAMES[part]}.gz` : IDX_NAMES[part]), gzipped ? gzipSync(bytes) : bytes);
  }
}
