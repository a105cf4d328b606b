// A data set in the shared memory of a session: where the arena's plan says, training, validation and test one after another,
// dense or as records of what is not zero (see Samples in model/input.ts).

import { countSamples, type Dataset, isRegression, SPLITS, type Split } from '../../data/dataset.js';
import { type InputFormat, SparseInput } from '../../model/input.js';
import type { Arena } from './arena.js';

/** Bytes that an input value takes. */
export function valueBytes(data: Dataset): 1 | 4 {
  return data.training.values instanceof Uint8Array ? 1 : 4;
}

/** Bytes that all records of a data set take; none over dense inputs. */
export function recordBytes(data: Dataset, input: InputFormat): number {
  return input === 'dense' ? 0 : SPLITS.reduce((sum, split) => sum + splitBytes(data, split), 0);
}

function splitBytes(data: Dataset, split: Split): number {
  const { values } = data[split];
  let bytes = 0;
  for (let k = 0; k < countSamples(data, split); k++) {
    let count = 0;
    for (let i = k * data.inputs; i < (k + 1) * data.inputs; i++) if (values[i] !== 0) count++;
    bytes += SparseInput.recordBytes(count, valueBytes(data));
  }
  return bytes;
}

/** Writes inputs and labels of all samples. */
export function copySamples(data: Dataset, input: InputFormat, arena: Arena, { buffer }: WebAssembly.Memory): void {
  if (input === 'sparse') copyRecords(data, arena, buffer);
  else copyValues(data, arena, buffer);
  concatenate(
    new Uint16Array(buffer, arena.labels),
    SPLITS.map((split) => data[split].labels),
  );
  if (isRegression(data)) {
    concatenate(
      new Float32Array(buffer, arena.targets),
      SPLITS.map((split) => data[split].targets ?? []),
    );
  }
}

function copyValues(data: Dataset, arena: Arena, buffer: ArrayBufferLike): void {
  const to = valueBytes(data) === 1 ? new Uint8Array(buffer, arena.values) : new Float32Array(buffer, arena.values);
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
function copyRecords(data: Dataset, arena: Arena, buffer: ArrayBufferLike): void {
  const starts = new Uint32Array(buffer, arena.starts);
  const counts = new Uint32Array(buffer, arena.values);
  const numbers = new Uint16Array(buffer, arena.values);
  const bytes = new Uint8Array(buffer, arena.values);
  const floats = new DataView(buffer, arena.values);
  const size = valueBytes(data);
  let sample = 0;
  let at = 0;
  for (const split of SPLITS) {
    const { values } = data[split];
    for (let k = 0; k < countSamples(data, split); k++) {
      const [begin, end] = [k * data.inputs, (k + 1) * data.inputs];
      let count = 0;
      for (let i = begin; i < end; i++) if (values[i] !== 0) numbers[(at + 4) / 2 + count++] = i - begin;
      starts[sample++] = at;
      counts[at / 4] = count;
      const to = at + 4 + 2 * count;
      for (let entry = 0; entry < count; entry++) {
        const value = values[begin + numbers[(at + 4) / 2 + entry]];
        if (size === 1) bytes[to + entry] = value;
        else floats.setFloat32(to + 4 * entry, value, true);
      }
      at += SparseInput.recordBytes(count, size);
    }
  }
}
