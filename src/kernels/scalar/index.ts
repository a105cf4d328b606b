// The plain kernels: loops that read like the formulas, over a Float32Array. They are the referee of the fast ones and
// the last resort where WebAssembly SIMD is missing; nobody has tried to make them fast. Sums are carried in float64 and
// rounded once, when they are stored.
//
// Each file has its own `at`, from a byte address to the index of a float: with an imported one a step of 784-30-10 took 1.95 ms
// instead of 1.76, in 14 alternating runs whose ranges did not meet.

import type { Kernels } from '../kernels.js';
import { scalarFunctions } from './functions.js';
import { scalarGather } from './gather.js';
import { scalarProducts } from './products.js';
import { scalarSparse } from './sparse.js';
import { scalarUpdates } from './updates.js';

/** Plain kernels on `memory`. */
export function scalarKernels(memory: WebAssembly.Memory): Kernels {
  return {
    name: 'scalar',
    ...scalarProducts(memory),
    ...scalarFunctions(memory),
    ...scalarGather(memory),
    ...scalarSparse(memory),
    ...scalarUpdates(memory),
  };
}
