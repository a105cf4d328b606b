// Whole numbers in Parquet's mixture of runs and packed bits (RLE/bit-packing hybrid): levels, and numbers of entries of a dictionary.
// Never more than are wanted, whatever the runs state.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/

import { varint } from './thrift.js';

/** @param width bits of each @returns as many as are wanted @throws {Error} where there are fewer */
export function runsOf(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const values = new Uint32Array(count);
  if (width === 0) return values;
  if (width > 32) throw new Error(`numbers of ${width} bits`);
  let [done, at] = [0, 0];
  while (done < count) {
    const { value: head, end } = varint(bytes, at);
    const many = Math.floor(head / 2);
    if (head % 2 === 1) {
      const wanted = Math.min(8 * many, count - done);
      if (end + Math.ceil((wanted * width) / 8) > bytes.length) throw new Error('packed numbers that lead behind the end');
      unpack(bytes, end, width, values.subarray(done, done + wanted));
      done += wanted;
      at = end + many * width;
    } else {
      at = end + Math.ceil(width / 8);
      if (at > bytes.length || many === 0) throw new Error('a run that leads behind the end, or of nothing');
      // What is stated beyond those wanted is not filled.
      values.fill(little(bytes, end, at), done, done + many);
      done += many;
    }
  }
  return values;
}

/** Numbers of `width` bits each, the lowest first. */
function unpack(bytes: Uint8Array, from: number, width: number, values: Uint32Array): void {
  // Of 32 bits and more the numbers of bits shifted are no longer what they seem: sums and products then.
  let [held, bits, at] = [0, 0, from];
  const most = 2 ** width;
  for (let k = 0; k < values.length; k++) {
    while (bits < width) {
      held += (bytes[at++] ?? 0) * 2 ** bits;
      bits += 8;
    }
    values[k] = held % most;
    held = Math.floor(held / most);
    bits -= width;
  }
}

function little(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let k = to - 1; k >= from; k--) value = 256 * value + bytes[k];
  return value;
}
