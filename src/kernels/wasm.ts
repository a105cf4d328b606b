// The WebAssembly kernels, `simd` and `relaxed`: an instance of one of the two modules over the arena, as a Kernels
// object. The module is compiled elsewhere (load.ts), once, and shared by all threads.

import type { ActivationKernel, CostKernel, GradientKernel, KernelName, Kernels } from './kernels.js';
import { stride } from './kernels.js';

/** What assembly/index.ts exports. */
type Exports = Omit<Kernels, 'name' | 'activations'> &
  Record<`${'sigmoid' | 'tanh' | 'relu' | 'softmax'}Forward`, ActivationKernel['forward']> &
  Record<`${'sigmoid' | 'tanh' | 'relu' | 'softmax'}Backward`, ActivationKernel['backward']> &
  Record<'difference' | 'crossEntropyGradient' | 'logLikelihoodGradient', GradientKernel> &
  Record<'quadraticCost', CostKernel> & { setScratch(address: number): void };

/** Kernels of the compiled `module` on `memory`; `scratch` is the address of SCRATCH_BYTES that no other thread uses. */
export function wasmKernels(name: KernelName, module: WebAssembly.Module, memory: WebAssembly.Memory, scratch: number): Kernels {
  const code = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  code.setScratch(scratch);
  const bytes = new Uint8Array(memory.buffer);
  const linear: ActivationKernel = {
    forward: (S, O, z, a) => {
      bytes.copyWithin(a, z, z + S * stride(O) * 4);
    },
    backward: () => {},
  };
  return {
    ...code,
    name,
    activations: {
      sigmoid: { forward: code.sigmoidForward, backward: code.sigmoidBackward },
      tanh: { forward: code.tanhForward, backward: code.tanhBackward },
      relu: { forward: code.reluForward, backward: code.reluBackward },
      softmax: { forward: code.softmaxForward, backward: code.softmaxBackward },
      linear,
    },
  };
}
