// Parameters as a safetensors file: the format that PyTorch, JAX and others read without running code. One tensor per
// weight matrix (`layer2.weight`, [O, I], the book's orientation) and per bias (`layer2.bias`, [O]), float32; the network's
// specification and what else is needed to use it stand in the header's metadata.
//
// Format: 8 bytes header length (little-endian), the header as JSON, the tensors' bytes.

import { NablaError } from '../errors.js';
import { layoutOf } from '../model/layout.js';

/** Longest header that is read; a network of a thousand layers takes a tenth. */
const MAX_HEADER = 1 << 20;

/** The file's bytes. `parameters` [P] in the book's order, which is also the order in the file. */
export function encodeSafetensors(sizes: readonly number[], parameters: Float32Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  const tensor = (name: string, shape: number[]): void => {
    const end = at + shape.reduce((a, b) => a * b, 4);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, end] };
    at = end;
  };
  for (const { number, I, O } of layoutOf(sizes).layers) {
    tensor(`layer${number}.weight`, [O, I]);
    tensor(`layer${number}.bias`, [O]);
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((8 - (text.length % 8)) % 8);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(littleEndian(parameters), 8 + json.length);
  return bytes;
}

/**
 * Reads what encodeSafetensors wrote.
 * @returns [P] in the book's order, and the metadata
 * @throws {NablaError} BAD_DATA where the file is anything else
 */
export function decodeSafetensors(
  path: string,
  bytes: Uint8Array,
  sizes: readonly number[],
): { parameters: Float32Array; metadata: Record<string, string> } {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${path}: ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw bad(`a safetensors file has at least 8 bytes, this one ${bytes.length}.`);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > bytes.length) throw bad('byte 0: no safetensors header.');
  let header: Record<string, { dtype?: string; shape?: number[]; data_offsets?: number[] }> & { __metadata__?: Record<string, string> };
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw bad('byte 8: the header is no JSON.');
  }
  const { layers, parameters: P } = layoutOf(sizes);
  if (bytes.length !== 8 + length + 4 * P)
    throw bad(`${P} parameters of ${sizes.join('-')} take ${8 + length + 4 * P} bytes, the file has ${bytes.length}.`);
  let at = 0;
  for (const { number, I, O } of layers) {
    for (const [name, shape] of [
      [`layer${number}.weight`, [O, I]],
      [`layer${number}.bias`, [O]],
    ] as const) {
      const entry = header[name];
      if (entry?.dtype !== 'F32' || String(entry.shape) !== String(shape) || entry.data_offsets?.[0] !== at) {
        throw bad(`tensor ${name}: expected float32 [${shape}] at ${at}.`);
      }
      at += shape.reduce((a, b) => a * b, 4);
    }
  }
  const parameters = new Float32Array(P);
  for (let k = 0; k < P; k++) parameters[k] = view.getFloat32(8 + length + 4 * k, true);
  return { parameters, metadata: header.__metadata__ ?? {} };
}

/** The bytes of float32 values in little-endian order, whatever this machine's order is. */
export function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) view.setFloat32(k * 4, values[k], true);
  return bytes;
}
