// Finds out which kernels run here, names the choice, and compiles their module. One of the few files of the lower
// floors that know Node: it reads the .wasm files beside it, and sets the flag that Node 20 needs for relaxed SIMD.

import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { asError, NablaError } from '../errors.js';
import type { KernelChoice } from './bind.js';
import { findBlas } from './blas.js';
import type { KernelName } from './kernels.js';

/** (module (func (param v128) (result v128) local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd)): valid only where relaxed SIMD is. */
const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11,
]);

/** The same with f32x4.add: valid where SIMD is. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 11, 1, 9, 0, 32, 0, 32, 0, 253, 228, 1, 11,
]);

/**
 * Compiles the kernels asked for. 'auto' is the fastest WebAssembly that runs here: a BLAS is faster on large layers, but may
 * add in another order for another number of rows, and the bits of a result shall not depend on the workers unless the user
 * says so. Where 'blas' finds no library, 'auto' takes its place, and `note` says why.
 * @param path of the library; the usual names are tried without it
 * @throws {NablaError} NO_KERNELS where a named set does not run on this machine.
 */
export async function loadKernels(wanted: KernelName | 'auto', path?: string): Promise<KernelChoice> {
  if (wanted === 'scalar') return { name: wanted };
  if (wanted === 'simd' || wanted === 'relaxed') return compile(wanted);
  const name = fastest();
  const choice = name === 'scalar' ? { name } : await compile(name);
  if (wanted === 'auto') return choice;
  const found = name === 'scalar' ? { refused: 'it needs WebAssembly SIMD beside it' } : findBlas(path);
  return 'refused' in found ? { ...choice, note: `no BLAS: ${found.refused}` } : { ...choice, name: 'blas', library: found.path };
}

async function compile(name: 'simd' | 'relaxed'): Promise<KernelChoice> {
  if (!supports(name)) {
    throw new NablaError('NO_KERNELS', `Kernels '${name}' do not run here: this processor or this Node lacks them. Use --kernels auto.`);
  }
  const file = new URL(`./${name}.wasm`, import.meta.url);
  try {
    return { name, module: await WebAssembly.compile(await readFile(file)) };
  } catch (error) {
    throw new NablaError('NO_KERNELS', `Kernels '${name}' cannot be loaded: ${asError(error).message}. Build the project again (npm run build).`);
  }
}

function fastest(): 'scalar' | 'simd' | 'relaxed' {
  if (supports('relaxed')) return 'relaxed';
  return supports('simd') ? 'simd' : 'scalar';
}

function supports(name: 'simd' | 'relaxed'): boolean {
  if (name === 'simd') return WebAssembly.validate(SIMD_PROBE);
  if (WebAssembly.validate(RELAXED_PROBE)) return true;
  // Node 20 (V8 11.3) has relaxed SIMD behind a flag; the flag may be set late, because validation reads it each time.
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(RELAXED_PROBE);
}
