// The plain kernels: loops that read like the formulas, over a Float32Array. They are the referee of the fast ones and
// the last resort where WebAssembly SIMD is missing; nobody has tried to make them fast. Sums are carried in float64 and
// rounded once, when they are stored.
//
// Each file has its own `at`, from a byte address to the index of a float: with an imported one a step of 784-30-10 took 1.95 ms
// instead of 1.76, in 14 alternating runs whose ranges did not meet.

import { elementwiseKernels } from '../elementwise.js';
import type { Kernels } from '../kernels.js';
import { scalarActivations } from './activations.js';
import { scalarAugment } from './augment.js';
import { scalarBias } from './bias.js';
import { scalarBlocks } from './blocks.js';
import { scalarCosts } from './costs.js';
import { scalarDropout } from './dropout.js';
import { scalarEntries } from './entries.js';
import { scalarGather } from './gather.js';
import { scalarNorms } from './norms.js';
import { scalarOptimisers } from './optimisers.js';
import { scalarProducts } from './products.js';
import { scalarScale } from './scale.js';
import { scalarSparse } from './sparse.js';

/** Plain kernels on `memory`. */
export function scalarKernels(memory: WebAssembly.Memory): Kernels {
  return {
    name: 'scalar',
    ...scalarProducts(memory),
    ...scalarBias(memory),
    ...scalarActivations(memory),
    ...scalarCosts(memory),
    own: elementwiseKernels(memory).own,
    ...scalarGather(memory),
    ...scalarEntries(memory),
    ...scalarSparse(memory),
    ...scalarBlocks(memory),
    ...scalarScale(memory),
    ...scalarOptimisers(memory),
    ...scalarNorms(memory),
    ...scalarDropout(memory),
    ...scalarAugment(memory),
  };
}
