// Binds a choice of kernels, which is plain data that can be posted to a thread, to a memory: the result is a `Kernels` object.

import type { KernelName, Kernels } from './kernels.js';
import { wasmKernels } from './wasm.js';

export interface KernelChoice {
  readonly name: KernelName;
  /** Compiled code, shared by all threads; absent for `scalar`. */
  readonly module?: WebAssembly.Module;
  /** Rows of the register tile of `wide`: what was fastest on this processor. */
  readonly tileRows?: number;
  /** Path of the BLAS, for `blas`. */
  readonly library?: string;
  /** Why these and not the ones asked for. */
  readonly note?: string;
}

/** The chosen kernels on `memory`; `scratch` is the address of SCRATCH_BYTES there that no other thread uses. */
export async function bindKernels({ name, module, tileRows, library }: KernelChoice, memory: WebAssembly.Memory, scratch: number): Promise<Kernels> {
  // These and a BLAS are imported only where they are used: hardly any machine is without SIMD, and a page has no native libraries.
  if (!module) return (await import('./scalar/index.js')).scalarKernels(memory);
  const kernels = wasmKernels(name, module, memory, scratch, tileRows);
  if (library === undefined) return kernels;
  const { blasKernels } = await import('./blas.js');
  return blasKernels(library, kernels, memory);
}
