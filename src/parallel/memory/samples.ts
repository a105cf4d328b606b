// The samples of a session: in its shared memory, where the arena's plan says, training, validation and test one after another,
// dense or as records of what is not zero; or, dense and too many for that, outside, where a data set has them or in shared
// buffers that they are copied to (see Samples in model/input.ts).

import { countSamples, type Dataset, isRegression, SPLITS, type Split } from '../../data/dataset.js';
import { rowBlocks } from '../../data/row-blocks.js';
import { type InputFormat, type OutsideSplit, SparseInput } from '../../model/input.js';
import { sharedBuffer } from '../../system/shared-memory.js';
import type { HeldSamples } from './arena.js';

/** Bytes that an input value takes. */
export function valueBytes(data: Dataset): 1 | 4 {
  return data.training.values instanceof Uint8Array ? 1 : 4;
}

/** Bytes that all records of a data set take; none over dense inputs. */
export function recordBytes(data: Dataset, input: InputFormat): number {
  return input === 'dense' ? 0 : SPLITS.reduce((sum, split) => sum + splitBytes(data, split), 0);
}

function splitBytes(data: Dataset, split: Split): number {
  const { inputs } = data;
  const size = valueBytes(data);
  let bytes = 0;
  for (const values of rowBlocks(data[split].values, inputs)) {
    for (let begin = 0; begin < values.length; begin += inputs) {
      let count = 0;
      for (let i = begin; i < begin + inputs; i++) if (values[i] !== 0) count++;
      bytes += SparseInput.recordBytes(count, size);
    }
  }
  return bytes;
}

/** Bytes that a data set's values take in buffers of their own: those that threads cannot share where they are. */
export function bytesToShare(data: Dataset): number {
  return SPLITS.reduce((sum, split) => sum + (isShared(data[split].values) ? 0 : data[split].values.byteLength), 0);
}

/** The values of all splits in memory that threads share: as they are where they lie in it, else as a copy. */
export function outsideSplits(data: Dataset): OutsideSplit[] {
  return SPLITS.map((split) => {
    const { values } = data[split];
    const { buffer, byteOffset } = isShared(values) ? values : sharedCopy(values);
    return { buffer: buffer as SharedArrayBuffer, byteOffset, samples: countSamples(data, split) };
  });
}

const isShared = ({ buffer }: Uint8Array | Float32Array): boolean => buffer instanceof SharedArrayBuffer;

function sharedCopy(values: Uint8Array | Float32Array): Uint8Array | Float32Array {
  const buffer = sharedBuffer(values.byteLength);
  const copy = values instanceof Uint8Array ? new Uint8Array(buffer) : new Float32Array(buffer);
  copy.set(values);
  return copy;
}

/** Writes inputs, unless they stay outside, and labels of all samples. */
export function copySamples(data: Dataset, input: InputFormat, outside: boolean, held: HeldSamples, { buffer }: WebAssembly.Memory): void {
  if (input === 'sparse') copyRecords(data, held, buffer);
  else if (!outside) copyValues(data, held, buffer);
  concatenate(
    new Uint16Array(buffer, held.labels),
    SPLITS.map((split) => data[split].labels),
  );
  if (isRegression(data)) {
    concatenate(
      new Float32Array(buffer, held.targets),
      SPLITS.map((split) => data[split].targets ?? []),
    );
  }
}

function copyValues(data: Dataset, held: HeldSamples, buffer: ArrayBufferLike): void {
  const to = valueBytes(data) === 1 ? new Uint8Array(buffer, held.values) : new Float32Array(buffer, held.values);
  concatenate(
    to,
    SPLITS.map((split) => data[split].values),
  );
}

/** Writes lists of numbers one after another. */
function concatenate(to: Uint8Array | Uint16Array | Float32Array, lists: readonly ArrayLike<number>[]): void {
  let at = 0;
  for (const list of lists) {
    to.set(list, at);
    at += list.length;
  }
}

/** The inputs that are not zero, sample after sample: count, numbers, values. */
function copyRecords(data: Dataset, held: HeldSamples, buffer: ArrayBufferLike): void {
  const starts = new Uint32Array(buffer, held.starts);
  const size = valueBytes(data);
  let sample = 0;
  let at = 0;
  for (const split of SPLITS) {
    for (const values of rowBlocks(data[split].values, data.inputs)) {
      const write = recordWriter(buffer, held.values + at, size);
      const first = at;
      for (let begin = 0; begin < values.length; begin += data.inputs) {
        starts[sample++] = at;
        at += write(values, begin, begin + data.inputs, at - first);
      }
    }
  }
}

/** Writes the record of the inputs begin to end of `values`, so many bytes after an address; returns how many it takes. */
function recordWriter(buffer: ArrayBufferLike, address: number, size: 1 | 4) {
  const counts = new Uint32Array(buffer, address);
  const numbers = new Uint16Array(buffer, address);
  const bytes = new Uint8Array(buffer, address);
  const floats = new DataView(buffer, address);
  return (values: Uint8Array | Float32Array, begin: number, end: number, at: number): number => {
    let count = 0;
    for (let i = begin; i < end; i++) if (values[i] !== 0) numbers[(at + 4) / 2 + count++] = i - begin;
    counts[at / 4] = count;
    const to = at + 4 + 2 * count;
    for (let entry = 0; entry < count; entry++) {
      const value = values[begin + numbers[(at + 4) / 2 + entry]];
      if (size === 1) bytes[to + entry] = value;
      else floats.setFloat32(to + 4 * entry, value, true);
    }
    return SparseInput.recordBytes(count, size);
  };
}
