// Tensors as a safetensors file: the format that PyTorch, JAX and others read without running code. A network has one tensor
// per weight matrix (`layer2.weight`, [O, I], the book's orientation) and per bias (`layer2.bias`, [O]), float32; its
// specification and what else is needed to use it stand in the header's metadata.
//
// Format: 8 bytes header length (little-endian), the header as JSON, the tensors' bytes.

import { NablaError } from '../../errors.js';
import { layoutOf } from '../../model/layout.js';
import { kindOf } from '../../system/file-kinds.js';
import { parseJson } from '../../system/json-text.js';
import { printable } from '../../text.js';

/** Longest header that is read; a network of a thousand layers takes a tenth. */
export const MAX_HEADER = 1 << 20;

export interface Tensor {
  readonly dtype: 'F32';
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: Uint8Array;
}
export type Tensors = Readonly<Record<string, Tensor>>;

/** The tensors of parameters, or of as many other numbers, [P] in the book's order; their names begin with `prefix`. */
export function parameterTensors(sizes: readonly number[], parameters: Float32Array, prefix = ''): Record<string, Tensor> {
  const bytes = littleEndian(parameters);
  const tensors: Record<string, Tensor> = {};
  let at = 0;
  for (const { name, shape, count } of parameterShapes(sizes, prefix)) {
    tensors[name] = { dtype: 'F32', shape, bytes: bytes.subarray(4 * at, 4 * (at + count)) };
    at += count;
  }
  return tensors;
}

function parameterShapes(sizes: readonly number[], prefix: string): { name: string; shape: number[]; count: number }[] {
  return layoutOf(sizes).layers.flatMap(({ number, I, O }) => [
    { name: `${prefix}layer${number}.weight`, shape: [O, I], count: O * I },
    { name: `${prefix}layer${number}.bias`, shape: [O], count: O },
  ]);
}

/** The file's bytes, in pieces that follow one another: the header, and each tensor's, which are not copied. */
export function encodeTensors(tensors: Tensors, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Padded so that the tensors begin at a multiple of eight.
  const head = new Uint8Array(8 + 8 * Math.ceil(json.length / 8)).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(json, 8);
  return [head, ...Object.values(tensors).map(({ bytes }) => bytes)];
}

/** A network's file. `parameters` [P] in the book's order, which is also the order in the file. */
export function encodeSafetensors(sizes: readonly number[], parameters: Float32Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  return Buffer.concat(encodeTensors(parameterTensors(sizes, parameters), metadata));
}

interface Decoded {
  readonly tensors: Tensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads any file of float32 tensors; these are views of `bytes`.
 * @throws {NablaError} BAD_DATA, naming the byte or the tensor
 */
export function decodeTensors(path: string, bytes: Uint8Array): Decoded {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${path}: ${what}`);
  refuseOther(bytes, bad);
  const { length, metadata, entries } = decodeHeader(bytes, bad);
  const data = bytes.subarray(8 + length);
  const tensors: Record<string, Tensor> = Object.create(null);
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const what = `tensor ${name.slice(0, 80).replace(/\p{Cc}/gu, '?')}`;
    tensors[name] =
      tensorOf(entry, data) ??
      fail(bad(`${what}: expected dtype F32, a shape, and offsets that fit both and the file's ${data.length} bytes of data.`));
    end += tensors[name].bytes.length;
  }
  if (end !== data.length) throw bad(`the tensors take ${end} bytes, the file has ${data.length} for them.`);
  return { tensors, metadata };
}

/**
 * The metadata of a file of which only the beginning is read.
 * @param begin returns so many of its first bytes, or fewer where there are no more
 * @throws {NablaError} BAD_DATA where they are no header
 */
export function readMetadata(path: string, begin: (length: number) => Uint8Array): Decoded['metadata'] {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${path}: ${what}`);
  const length = headerLength(begin(8), bad);
  return decodeHeader(begin(8 + Math.min(length, MAX_HEADER)), bad).metadata;
}

/** Whatever makes the error of a file that is no such file. */
type Bad = (what: string) => NablaError;

function headerLength(bytes: Uint8Array, bad: Bad): number {
  if (bytes.length < 8) throw bad(`a safetensors file has at least 8 bytes, this one ${bytes.length}.`);
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

function decodeHeader(bytes: Uint8Array, bad: Bad): { length: number; metadata: Decoded['metadata']; entries: Record<string, unknown> } {
  const length = headerLength(bytes, bad);
  if (length > MAX_HEADER || 8 + length > bytes.length) throw bad('byte 0: no safetensors header.');
  const header = headerOf(bytes.subarray(8, 8 + length), bad);
  if (!isRecord(header)) throw bad('byte 8: the header is no object.');
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) throw bad('byte 8: metadata that are no texts.');
  return { length, metadata: metadata as Record<string, string>, entries };
}

const SAFETENSORS = 'a safetensors file';

/** A pointer or a page that has taken the file's place. */
function refuseOther(bytes: Uint8Array, bad: Bad): void {
  const kind = kindOf(bytes);
  if (kind && kind.what !== SAFETENSORS) throw bad(`byte 0: expected ${SAFETENSORS}, got ${kind.what}.${kind.next ? ` ${kind.next}` : ''}`);
}

/** The header's value. It is JSON in one line. */
function headerOf(bytes: Uint8Array, bad: Bad): unknown {
  const { value, fault } = parseJson(new TextDecoder().decode(bytes));
  if (fault) throw bad(`byte 8: the header is no JSON: ${printable(fault.text, 100)}.`);
  return value;
}

function fail(error: Error): never {
  throw error;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tensorOf(entry: unknown, data: Uint8Array): Tensor | undefined {
  if (!isRecord(entry)) return undefined;
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') return undefined;
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) return undefined;
  const [begin, end] = offsets;
  const size = shape.reduce((a, b) => a * b, 4);
  if (end - begin !== size || end > data.length) return undefined;
  return { dtype, shape, bytes: data.subarray(begin, end) };
}

const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/**
 * The parameters among the tensors of a file, or other numbers of theirs under `prefix`.
 * @returns [P] in the book's order
 * @throws {NablaError} BAD_DATA where one is missing or has another shape
 */
export function parametersOf(path: string, tensors: Tensors, sizes: readonly number[], prefix = ''): Float32Array<ArrayBuffer> {
  const shapes = parameterShapes(sizes, prefix);
  const parts = shapes.map(({ name, shape }) => {
    const tensor = tensors[name];
    if (String(tensor?.shape) !== String(shape)) {
      const got = tensor ? `[${tensor.shape}]` : 'none';
      throw new NablaError('BAD_DATA', `${path}: tensor ${name}: expected [${shape}] for ${sizes.join('-')}, got ${got}.`);
    }
    return tensor.bytes;
  });
  const parameters = new Float32Array(shapes.reduce((sum, { count }) => sum + count, 0));
  let k = 0;
  for (const bytes of parts) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += 4) parameters[k++] = view.getFloat32(at, true);
  }
  return parameters;
}

/** The bytes of float32 values in little-endian order, whatever this machine's order is. */
export function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) view.setFloat32(k * 4, values[k], true);
  return bytes;
}
