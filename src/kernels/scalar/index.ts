// The plain kernels: loops that read like the formulas, over a Float32Array. They are the referee of the fast ones and
// the last resort where WebAssembly SIMD is missing; nobody has tried to make them fast. Sums are carried in float64 and
// rounded once, when they are stored.

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
