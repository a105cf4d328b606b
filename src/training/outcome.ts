// How an epoch, or a part of one, has ended: at its last sample, stopped on request, or diverged. Divergence is thrown as an error
// with epoch, step, layer, sample and worker as far as they are known.

import type { Dataset } from '../data/dataset.js';
import { NablaError } from '../errors.js';
import type { Configuration } from '../options/options.js';
import { STOP_DIVERGED } from '../parallel/barrier.js';
import type { EpochPart } from '../parallel/protocol.js';
import type { Session } from '../parallel/session.js';
import type { Position } from '../runs/checkpoint.js';
import { plural } from '../text.js';
import { divergenceHint } from './divergence-hint.js';

/** How far an epoch has been trained on. */
export interface TrainedPart {
  /** Where its last stretch began, and where it ended or was to end. */
  readonly from: number;
  readonly upTo: number;
  /** What the workers reported of that stretch; none where it has not begun. */
  readonly parts?: readonly EpochPart[];
}

/** What is read of a run to say how a part of it ended. */
interface RunContext {
  readonly configuration: Configuration;
  readonly session: Session;
  readonly data: Dataset;
}

export function interrupted({ epoch, samples }: Position, batch: number): NablaError {
  const after = samples === 0 ? '' : ` after ${plural(Math.ceil(samples / batch), 'step')}`;
  return new NablaError('INTERRUPTED', `Stopped in epoch ${epoch}${after}.`);
}

/** How far an epoch has come, with the part just trained on. @throws {NablaError} DIVERGED */
export function positionAfter({ from, upTo, parts }: TrainedPart, run: RunContext, epoch: number): Partial<Position> & Pick<Position, 'samples'> {
  if (!parts) return { samples: from };
  const { batch } = run.session;
  const before = from / batch;
  const seen = parts.flatMap(({ divergence }, i) => (divergence ? [{ worker: i + 1, ...divergence }] : []));
  if (parts[0].stopped === STOP_DIVERGED || seen.length > 0) {
    const first = seen.reduce((a, b) => (b.row < a.row ? b : a));
    const sample = run.session.order((epoch % 2) as 0 | 1)[from + first.step * batch + first.row];
    const what = `the cost of sample ${sample + 1} became infinite or NaN in step ${before + first.step + 1}, first seen in layer ${first.layer} (worker ${first.worker}${first.rank === undefined ? '' : ` of rank ${first.rank}`})`;
    throw diverged(run, epoch, what);
  }
  return { samples: Math.min(upTo, from + parts[0].steps * batch), ...run.session.state };
}

/** @throws {NablaError} DIVERGED where a weight or bias is not finite after the last step, so many samples into an epoch */
export function checkWeights(run: RunContext, epoch: number, samples: number): void {
  const layer = run.session.nonFiniteLayer();
  if (layer === undefined) return;
  const steps = Math.ceil(samples / run.session.batch);
  throw diverged(run, epoch, `a weight or bias of layer ${layer} was infinite or NaN after step ${steps}`);
}

function diverged({ configuration, data }: RunContext, epoch: number, what: string): NablaError {
  return new NablaError('DIVERGED', `Diverged in epoch ${epoch}: ${what}. ${divergenceHint(configuration, data)}`);
}
