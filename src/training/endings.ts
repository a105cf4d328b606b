// How an epoch can end other than well: stopped on request, or diverged. Whoever walked it is asked how it went; what went wrong
// is thrown, with epoch, step, layer, sample and worker as far as they are known.

import { NablaError } from '../errors.js';
import { STOP_DIVERGED } from '../parallel/barrier.js';
import type { EpochState } from '../parallel/protocol.js';
import type { Walked } from '../scaling/auto.js';
import type { Configuration } from './options.js';
import type { RunFolder } from './run-folder.js';
import type { Session } from './session.js';

/** Where a run stands. */
export interface Standing {
  /** The epoch at hand, counted from 1. */
  readonly epoch: number;
  readonly configuration: Configuration;
  readonly session: Session;
  readonly folder: RunFolder | undefined;
}

export function interrupted(epoch: number, folder: RunFolder | undefined, after = ''): NablaError {
  const kept = folder ? ` The weights so far are kept in ${folder.path}.` : '';
  return new NablaError('INTERRUPTED', `Stopped in epoch ${epoch}${after}.${kept}`);
}

/** How the epoch stands; throws where the workers stopped before its end. */
export function stateOf({ from, parts }: Walked, at: Standing): EpochState {
  const { epoch, folder, session } = at;
  if (!parts) throw interrupted(epoch, folder);
  const { batch } = at.configuration;
  const before = from / batch;
  const seen = parts.flatMap(({ divergence }, i) => (divergence ? [{ ...divergence, worker: i + 1 }] : []));
  if (parts[0].stopped === STOP_DIVERGED || seen.length > 0) {
    const first = seen.reduce((a, b) => (b.row < a.row ? b : a));
    const sample = session.order((epoch % 2) as 0 | 1)[from + first.step * batch + first.row];
    throw diverged(
      at,
      `the cost of sample ${sample} became infinite or NaN in step ${before + first.step + 1}, first seen in layer ${first.layer} (worker ${first.worker})`,
    );
  }
  if (parts[0].stopped !== 0) throw interrupted(epoch, folder, ` after ${before + parts[0].steps} steps`);
  return parts[0].state;
}

/** Throws where a weight or bias is not finite after the last step of an epoch. */
export function checkWeights(at: Standing): void {
  const layer = at.session.nonFiniteLayer();
  if (layer === undefined) return;
  const steps = Math.ceil(at.session.order(0).length / at.configuration.batch);
  throw diverged(at, `a weight or bias of layer ${layer} was infinite or NaN after step ${steps}`);
}

function diverged({ epoch, configuration: { eta } }: Standing, what: string): NablaError {
  return new NablaError('DIVERGED', `Diverged in epoch ${epoch}: ${what}. Try a smaller learning rate than η = ${eta}, for example ${eta / 10}.`);
}
