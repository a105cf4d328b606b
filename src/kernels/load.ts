// Finds out which kernels run here, names the choice, and compiles their module. Node 20 needs a flag for relaxed SIMD, which is set here;
// those of `wide` are in wide.ts.

import { engine, kernelCode, setEngineFlags } from '#platform';
import { NablaError } from '../errors.js';
import { checkWebAssembly } from '../system/shared-memory.js';
import { systemText } from '../system-errors.js';
import type { KernelChoice } from './bind.js';
import type { KernelName } from './kernels.js';
import { joinsVectors, testWide, type WideKernels } from './wide.js';

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
 * says so. Where 'blas' finds no library, 'auto' takes its place, and where 'wide' cannot be had, 'relaxed', with the same bits;
 * `note` says why.
 * @param path of the library; the usual names are tried without it
 * @throws {NablaError} NO_KERNELS where a named set does not run on this machine, or none does; INCOMPLETE where its file is missing.
 */
export async function loadKernels(wanted: KernelName | 'auto', path?: string): Promise<KernelChoice> {
  checkWebAssembly();
  if (wanted === 'scalar') return { name: wanted };
  if (wanted === 'simd' || wanted === 'relaxed') return compile(wanted);
  if (wanted === 'wide') return wideOrRelaxed(true);
  const choice = await fastest();
  if (wanted === 'auto') return choice;
  const found = choice.name === 'scalar' ? { refused: 'it needs WebAssembly SIMD beside it' } : (await import('./blas.js')).findBlas(path);
  return 'refused' in found ? { ...choice, note: `no BLAS: ${found.refused}` } : { ...choice, name: 'blas', library: found.path };
}

async function fastest(): Promise<KernelChoice> {
  if (supports('relaxed')) return wideOrRelaxed(joinsVectors());
  return supports('simd') ? compile('simd') : { name: 'scalar' };
}

/** Tested once in a process. */
let wide: Promise<WideKernels> | undefined;

/** @param wanted whether to say why it is not `wide` */
async function wideOrRelaxed(wanted: boolean): Promise<KernelChoice> {
  if (!joinsVectors() || !supports('relaxed')) {
    const relaxed = await compile('relaxed');
    return wanted ? { ...relaxed, note: 'no wide kernels: they need Node 24 or later on x64' } : relaxed;
  }
  wide ??= Promise.all([kernelCode('wide'), kernelCode('relaxed')]).then(([code, judge]) => testWide(code, judge));
  const found = await wide;
  if (!('refused' in found)) return { name: 'wide', ...found };
  return { ...(await compile('relaxed')), note: `no wide kernels: ${found.refused}` };
}

async function compile(name: 'simd' | 'relaxed'): Promise<KernelChoice> {
  if (!supports(name)) {
    const [lacks, instead] = engine ? ['this processor or this Node', '--kernels auto'] : ['this browser', "kernels 'auto'"];
    throw new NablaError('NO_KERNELS', `Kernels '${name}' do not run here: ${lacks} lacks them. Use ${instead}.`);
  }
  return { name, module: await WebAssembly.compile(await kernelCode(name)).catch((error) => Promise.reject(unusable(name, error))) };
}

function unusable(name: string, error: unknown): NablaError {
  return new NablaError(
    'NO_KERNELS',
    `Kernels '${name}' cannot be loaded: ${systemText(error)}. Install nabla again, or in a checkout build it: npm run build.`,
  );
}

function supports(name: 'simd' | 'relaxed'): boolean {
  if (name === 'simd') return WebAssembly.validate(SIMD_PROBE);
  if (WebAssembly.validate(RELAXED_PROBE)) return true;
  // Node 20 (V8 11.3) has relaxed SIMD behind a flag; the flag may be set late, because validation reads it each time.
  setEngineFlags('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(RELAXED_PROBE);
}
