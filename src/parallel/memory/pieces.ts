// How many cells the norm of ∇C is added up from (see step/optimiser-step.ts).

import { stride } from '../../kernels/kernels.js';
import { type Layout, LINE_FLOATS } from '../../model/layout.js';

/** Cells of a whole network: one per cache line, and as many for a sparse first layer as it has inputs or lines of outputs. */
export function cellCount({ layers, floats }: Layout): number {
  return floats / LINE_FLOATS + Math.max(layers[0].I, Math.ceil(stride(layers[0].O) / LINE_FLOATS));
}
