// The WebAssembly kernels, `simd` and `relaxed`: an instance of one of the two modules over the arena, as a Kernels
// object. The module is compiled elsewhere (load.ts), once, and shared by all threads. Functions are found by their names in the
// module: `leakyReluForward` and `leakyReluBackward` for the activation leaky-relu, `huberCost` and `huberGradient`, `adamUpdate`.

import { NablaError } from '../errors.js';
import { ACTIVATION_NAMES } from '../functions/activations.js';
import { COST_NAMES, MATCHED_PAIRS } from '../functions/costs.js';
import { byName, identifier } from '../functions/names.js';
import { OPTIMISER_NAMES } from '../functions/optimisers/index.js';
import { elementwiseKernels } from './elementwise.js';
import type { ActivationKernel, CostKernel, KernelName, Kernels, SparseUpdateKernel, UpdateKernel } from './kernels.js';

/** The kernels that take an object, as the module has them: with its numbers one by one. */
interface Flat {
  weightUpdate(begin: number, end: number, S: number, I: number, O: number, x: number, delta: number, w: number, rate: number, keep: number): void;
  reduceSparseBlocks(
    begin: number,
    end: number,
    I: number,
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

/** What assembly/index.ts exports beside activations, costs and updates. */
type Exports = Omit<Kernels, 'name' | 'activations' | 'costs' | 'matched' | 'updates' | 'sparseUpdates' | 'own' | keyof Flat> &
  Flat & { setScratch(address: number): void; setTileRows(count: number): void };

/**
 * Kernels of the compiled `module` on `memory`; `scratch` is the address of SCRATCH_BYTES that no other thread uses.
 * @param tileRows see KernelChoice
 */
export function wasmKernels(name: KernelName, module: WebAssembly.Module, memory: WebAssembly.Memory, scratch: number, tileRows?: number): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const code = exports as unknown as Exports;
  code.setScratch(scratch);
  if (tileRows !== undefined) code.setTileRows(tileRows);

  const exported = (label: string): unknown => {
    const found = exports[identifier(label)];
    if (found !== undefined) return found;
    throw new NablaError('NO_KERNELS', `Kernels '${name}': expected a function '${identifier(label)}', got none. Build the project again.`);
  };
  const activation = (f: string): ActivationKernel => ({
    forward: exported(`${f}-forward`) as ActivationKernel['forward'],
    backward: exported(`${f}-backward`) as ActivationKernel['backward'],
  });
  const cost = (value: string, gradient: string): CostKernel => ({
    value: exported(`${value}-cost`) as CostKernel['value'],
    gradient: exported(gradient) as CostKernel['gradient'],
  });
  return {
    ...code,
    name,
    activations: byName(ACTIVATION_NAMES, activation),
    costs: byName(COST_NAMES, (c) => cost(c, `${c}-gradient`)),
    matched: Object.fromEntries(MATCHED_PAIRS.map((pair) => [pair.cost, cost(`${pair.output}-${pair.cost}`, 'difference')])),
    updates: byName(OPTIMISER_NAMES, (optimiser) => exported(`${optimiser}-update`) as UpdateKernel),
    sparseUpdates: byName(OPTIMISER_NAMES, (optimiser) => exported(`${optimiser}-sparse-update`) as SparseUpdateKernel),
    weightUpdate: (begin, end, S, I, O, x, delta, w, { rate, keep }) => {
      code.weightUpdate(begin, end, S, I, O, x, delta, w, rate, keep);
    },
    reduceSparseBlocks: (begin, end, I, O, w, { address, count, step, tags, tagStep, tag }, rate) => {
      code.reduceSparseBlocks(begin, end, I, O, w, address, count, step, tags, tagStep, tag, rate);
    },
    own: elementwiseKernels(memory).own,
  };
}
