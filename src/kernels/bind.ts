// From a choice of kernels, which can be posted to a thread, to kernels bound to a memory.

import type { KernelName, Kernels } from './kernels.js';
import { scalarKernels } from './scalar.js';
import { wasmKernels } from './wasm.js';

export interface KernelChoice {
  readonly name: KernelName;
  /** Compiled code, shared by all threads; absent for `scalar`. */
  readonly module?: WebAssembly.Module;
}

/** The chosen kernels on `memory`; `scratch` is the address of SCRATCH_BYTES there that no other thread uses. */
export function bindKernels(choice: KernelChoice, memory: WebAssembly.Memory, scratch: number): Kernels {
  return choice.module ? wasmKernels(choice.name, choice.module, memory, scratch) : scalarKernels(memory);
}
