// The WebAssembly kernels, `simd` and `relaxed`: an instance of one of the two modules over the arena, as a Kernels
// object. The module is compiled elsewhere (load.ts), once, and shared by all threads.

import type { OptimiserName } from '../functions/optimisers/index.js';
import { elementwiseKernels } from './elementwise.js';
import type { ActivationKernel, CostKernel, KernelName, Kernels, UpdateKernel } from './kernels.js';
import { stride } from './kernels.js';

type FunctionExport = 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'elu' | 'gelu' | 'silu' | 'softplus' | 'softmax';
type CostExport = 'quadratic' | 'crossEntropy' | 'logLikelihood' | 'huber' | 'hinge' | 'sigmoidCrossEntropy' | 'softmaxLogLikelihood';

/** The kernels that take an object, as the module has them: with its numbers one by one. */
interface Flat {
  weightUpdate(begin: number, end: number, S: number, I: number, O: number, x: number, delta: number, w: number, rate: number, keep: number): void;
  reduceSparseBlocks(
    begin: number,
    end: number,
    O: number,
    w: number,
    address: number,
    count: number,
    step: number,
    tags: number,
    tagStep: number,
    tag: number,
    rate: number,
  ): void;
}

/** What assembly/index.ts exports. */
type Exports = Omit<Kernels, 'name' | 'activations' | 'costs' | 'sigmoidCrossEntropy' | 'softmaxLogLikelihood' | 'updates' | 'own' | keyof Flat> &
  Flat &
  Record<`${OptimiserName}Update`, UpdateKernel> &
  Record<`${FunctionExport}Forward`, ActivationKernel['forward']> &
  Record<`${FunctionExport}Backward`, ActivationKernel['backward']> &
  Record<`${CostExport}Cost`, CostKernel['value']> &
  Record<'difference' | 'crossEntropyGradient' | 'logLikelihoodGradient' | 'huberGradient' | 'hingeGradient', CostKernel['gradient']> & {
    setScratch(address: number): void;
  };

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
  const { difference } = code;
  return {
    ...code,
    name,
    activations: {
      sigmoid: { forward: code.sigmoidForward, backward: code.sigmoidBackward },
      tanh: { forward: code.tanhForward, backward: code.tanhBackward },
      relu: { forward: code.reluForward, backward: code.reluBackward },
      'leaky-relu': { forward: code.leakyReluForward, backward: code.leakyReluBackward },
      elu: { forward: code.eluForward, backward: code.eluBackward },
      gelu: { forward: code.geluForward, backward: code.geluBackward },
      silu: { forward: code.siluForward, backward: code.siluBackward },
      softplus: { forward: code.softplusForward, backward: code.softplusBackward },
      softmax: { forward: code.softmaxForward, backward: code.softmaxBackward },
      linear,
    },
    costs: {
      quadratic: { value: code.quadraticCost, gradient: difference },
      'cross-entropy': { value: code.crossEntropyCost, gradient: code.crossEntropyGradient },
      'log-likelihood': { value: code.logLikelihoodCost, gradient: code.logLikelihoodGradient },
      huber: { value: code.huberCost, gradient: code.huberGradient },
      hinge: { value: code.hingeCost, gradient: code.hingeGradient },
    },
    sigmoidCrossEntropy: { value: code.sigmoidCrossEntropyCost, gradient: difference },
    softmaxLogLikelihood: { value: code.softmaxLogLikelihoodCost, gradient: difference },
    weightUpdate: (begin, end, S, I, O, x, delta, w, { rate, keep }) => {
      code.weightUpdate(begin, end, S, I, O, x, delta, w, rate, keep);
    },
    reduceSparseBlocks: (begin, end, O, w, { address, count, step, tags, tagStep, tag }, rate) => {
      code.reduceSparseBlocks(begin, end, O, w, address, count, step, tags, tagStep, tag, rate);
    },
    updates: {
      sgd: code.sgdUpdate,
      momentum: code.momentumUpdate,
      nesterov: code.nesterovUpdate,
      rmsprop: code.rmspropUpdate,
      adam: code.adamUpdate,
      adamw: code.adamwUpdate,
    },
    own: elementwiseKernels(memory).own,
  };
}
