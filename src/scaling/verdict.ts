// The verdict of a measurement: how many workers to use for each mini-batch, and when another worker is worth a core.

import type { ScalingCurve, Verdict } from './results.js';
import type { Summary } from './statistics.js';

/** Another worker pays where it makes a step faster by more than this: less is not worth a core. */
export const WORTHWHILE = 1.03;

/** One for each mini-batch of strong scaling that was measured with several counts. */
export function verdictsOf(curves: readonly ScalingCurve[]): Verdict[] {
  return curves.filter(({ mode, points }) => mode === 'strong' && points.length > 1).map(verdictOf);
}

/** From one worker up, each next count must be worth it. */
function verdictOf({ batch, points }: ScalingCurve): Verdict {
  const best = points.reduce((best, next) => (next.speedUp.median / best.speedUp.median > WORTHWHILE ? next : best));
  const above = points.filter(({ workers }) => workers > best.workers);
  const { workers, speedUp } = best;
  if (above.length === 0) return { batch, workers, speedUp, clear: agree(speedUp) };
  const { workers: count, speedUp: times } = above.reduce((fastest, next) => (next.speedUp.median > fastest.speedUp.median ? next : fastest));
  return { batch, workers, speedUp, more: { workers: count, speedUp: times }, clear: agree(workers === 1 ? times : speedUp) };
}

/** Whether all rounds have more workers faster than one, or all have them no faster than is worth it. */
function agree({ minimum, maximum }: Summary): boolean {
  return minimum >= 1 || maximum <= WORTHWHILE;
}
