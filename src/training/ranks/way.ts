// Which layers of a run are sliced among its ranks: as its options say, or where a short exchange shows that it pays. The bits are the
// same either way, so it may hang on measured speed; but all ranks must come to the same, and so they go by the figures of rank 0.

import { density } from '../../data/dataset.js';
import { measureLink } from '../../mpi/measure.js';
import type { World } from '../../mpi/world.js';
import { GRADIENTS } from '../../parallel/modes.js';
import { linkFor } from '../../scaling/hosts.js';
import { worthSlicing } from '../../scaling/ranks.js';
import type { Plan } from '../plan.js';
import type { Intent } from './intent.js';

/** Seconds that the exchanges may take, about. */
const EXCHANGE_SECONDS = 0.05;

/**
 * One answer for each layer after the inputs. All ranks call it together.
 * @param first what rank 0 is going to compute
 */
export async function slicedLayers(world: World, { options, configuration, data }: Plan, first: Intent): Promise<boolean[]> {
  const { across = 'auto' } = options;
  const { layers } = configuration.network;
  // Where sums of gradients travel, parameters are cut without regard to layers.
  if (GRADIENTS[configuration.gradient].travels === 'sums') return layers.slice(1).map(() => false);
  if (across !== 'auto') return layers.slice(1).map(() => across === 'sliced');
  const { batch, input } = configuration;
  const weights = layers.slice(1).map((O, l) => layers[l] * O);
  const measured = await measureLink(world, EXCHANGE_SECONDS);
  return worthSlicing({
    layers,
    ...(input === 'sparse' && { density: density(data.training) }),
    batch,
    kernels: first.kernels,
    workers: first.workers,
    ranks: world.size,
    // What a rank sends of the largest layer.
    link: linkFor(measured, (4 * Math.max(...weights)) / world.size),
  });
}
