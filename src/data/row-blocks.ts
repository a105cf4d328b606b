// Passes over large arrays of numbers, block by block. Within a block indices stay small: past 2³¹ elements the engine leaves its
// compiled code, and takes 27 ns an element on Node 24 instead of half a one.

/** Numbers of a block: little beside the caches, much beside what a view costs. */
const BLOCK = 1 << 18;

/** Views of whole rows, one block after another; none of an empty array. @param width numbers of a row */
export function* rowBlocks<T extends Uint8Array | Uint16Array | Float32Array>(values: T, width = 1): Generator<T> {
  const step = Math.max(1, Math.floor(BLOCK / width)) * width;
  for (let from = 0; from < values.length; from += step) yield values.subarray(from, from + step) as T;
}

/** The first number that is not finite, by its index; -1 where all are. */
export function firstNotFinite(values: Float32Array): number {
  let before = 0;
  for (const block of rowBlocks(values)) {
    // A sum of products with zero is NaN as soon as one of them is not finite.
    if (zeroTimes(block) !== 0) return before + block.findIndex((v) => !Number.isFinite(v));
    before += block.length;
  }
  return -1;
}

/** Σ 0·v in four sums: one alone waits for each addition, and takes twice as long. */
function zeroTimes(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let k = 0; k < whole; k += 4) {
    a += values[k] * 0;
    b += values[k + 1] * 0;
    c += values[k + 2] * 0;
    d += values[k + 3] * 0;
  }
  for (let k = whole; k < values.length; k++) a += values[k] * 0;
  return a + b + c + d;
}
