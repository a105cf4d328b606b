// Which layers of a run are sliced among its ranks: as its options say, or where a short exchange shows that it pays. The bits are the
// same either way, so it may hang on measured speed; but all ranks must come to the same.

import type { Plan } from '../plan.js';

/** One answer for each layer after the inputs. */
export function slicedLayers({ options: { across }, configuration: { network } }: Plan): boolean[] {
  return network.layers.slice(1).map(() => across === 'sliced');
}
