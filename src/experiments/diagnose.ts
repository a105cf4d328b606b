// Why a network learns slowly: figures and findings at initial weights of one seed or several, before and after training, or
// of a saved run.

import { checkInteger, checkSignal } from '../check.js';
import { countSamples } from '../data/dataset.js';
import { readingOf } from '../data/reading.js';
import { NablaError, wrongKind, wrongValue } from '../errors.js';
import { onlySamples, sampleOrder } from '../insight/chosen-samples.js';
import { findingsOf } from '../insight/diagnosis.js';
import { openSlowdownProbe, slowdownOf } from '../insight/slowdown.js';
import { recordOf, SUBJECT_OPTIONS, type SubjectOptions, type SubjectRecord, subjectOf } from '../insight/subject.js';
import { initialParameters } from '../model/initialisers.js';
import { isPlain } from '../model/learning.js';
import type { Finding, LayerFigures, Slowdown } from '../options/events.js';
import { type TrainOptions, workersOf } from '../options/options.js';
import { checkKnown } from '../options/unknown-option.js';
import { train } from '../training/trainer.js';

/** Seeds are cheap, but each takes a pass; more than this say nothing new. */
const MOST_SEEDS = 1000;
/** As many as the book takes in its chapter 5. */
const SAMPLES = 1000;

export interface DiagnoseOptions extends SubjectOptions, Pick<TrainOptions, 'batch' | 'workers' | 'onEvent' | 'signal'> {
  /** Training samples to measure on, drawn by the seed. Default: 1,000, or all where there are fewer. */
  samples?: number;
  /** Measures at the initial weights of so many seeds, from `seed` on. Default: 1. */
  seeds?: number;
  /** Trains for so many epochs and measures again. Default: 0. */
  epochs?: number;
}

/** Figures of a network at one time: at initial weights, after training, or at a saved run. */
export interface Stage {
  /** Epochs trained; null for a saved run. */
  readonly epochs: number | null;
  /** Over several seeds, speeds and steps are geometric means, the rest arithmetic ones. */
  readonly figures: Slowdown;
  /** Of each layer the least and the largest ‖∂C/∂b‖ over the seeds. */
  readonly range: readonly (readonly [number, number])[];
  readonly findings: readonly Finding[];
}

export interface Diagnosis extends SubjectRecord {
  readonly seeds: number;
  readonly samples: number;
  readonly eta: number;
  readonly stages: readonly Stage[];
}

const OWN_OPTIONS = ['batch', 'workers', 'onEvent', 'signal', 'samples', 'seeds', 'epochs'];

/**
 * Diagnoses how a network learns.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, NO_KERNELS; DIVERGED where the weights or the costs are infinite or NaN; and what `train` throws
 */
export async function diagnose(given: DiagnoseOptions = {}): Promise<Diagnosis> {
  const options = checkKnown(given, [...SUBJECT_OPTIONS, ...OWN_OPTIONS]);
  const { samples, seeds = 1, epochs = 0, batch, workers, onEvent, signal, ...rest } = options;
  checkSignal(signal, 'the diagnosis began');
  if (onEvent !== undefined && typeof onEvent !== 'function') throw wrongKind('onEvent', 'a function', onEvent);
  if (batch !== undefined) checkInteger('batch', batch, 1);
  workersOf(workers);
  const subject = await subjectOf(rest, SUBJECT_OPTIONS);
  const { configuration, data, kernels, parameters, run } = subject;
  checkInteger('epochs', epochs, 0);
  checkInteger('seeds', seeds, 1, MOST_SEEDS);
  if (run !== undefined && epochs > 0) throw wrongValue('epochs', '0 beside a saved run', epochs);
  if (seeds > 1 && (run !== undefined || epochs > 0)) throw wrongValue('seeds', '1 beside a saved run or epochs of training', seeds);
  const all = countSamples(data, 'training');
  const S = checkInteger('samples', samples ?? Math.min(SAMPLES, all), 1, all);
  const { network, learning, seed, eta, input } = configuration;
  const probe = await openSlowdownProbe(network, onlySamples(data, sampleOrder(data, seed).subarray(0, S)), { kernels, input });

  const look = (sets: Iterable<Float32Array>, trainedFor: number | null): Stage => {
    const looks: Slowdown[] = [];
    for (const set of sets) {
      probe.parameters = set;
      looks.push(slowdownOf(probe, eta, isPlain(learning)));
    }
    const figures = together(looks);
    if (!Number.isFinite(figures.cost))
      throw new NablaError('DIVERGED', 'The cost of these weights is infinite or NaN: nothing more can be said of them.');
    return { epochs: trainedFor, figures, range: rangesOf(looks), findings: findingsOf(figures, network, trainedFor !== 0) };
  };
  const seeded = function* (): Iterable<Float32Array> {
    for (let k = 0; k < seeds; k++) {
      checkSignal(signal, 'all seeds were looked at');
      yield initialParameters(network, seed + k);
    }
  };
  const stages = [run === undefined ? look(seeded(), 0) : look([parameters], null)];
  if (epochs > 0) {
    const trained = await train({ ...rest, ...readingOf({}), data, epochs, batch, workers, onEvent, signal });
    stages.push(look([trained.parameters], epochs));
  }
  return {
    ...recordOf(subject),
    seeds,
    samples: S,
    eta,
    stages,
  };
}

/** The figures of several seeds as one. */
function together(looks: readonly Slowdown[]): Slowdown {
  if (looks.length === 1) return looks[0];
  const mean = (of: (look: Slowdown) => number): number => looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
  const geometric = (of: (look: Slowdown) => number): number => Math.exp(mean((look) => Math.log(of(look))));
  const layers = looks[0].layers.map((layer, l): LayerFigures => {
    return {
      ...layer,
      speed: geometric((look) => look.layers[l].speed),
      neuronSpeed: geometric((look) => look.layers[l].neuronSpeed),
      saturated: layer.saturated === null ? null : mean((look) => look.layers[l].saturated ?? 0),
      lowInputs: mean((look) => look.layers[l].lowInputs),
      dead: mean((look) => look.layers[l].dead),
      update: layer.update === null ? null : geometric((look) => look.layers[l].update ?? 0),
    };
  });
  return { ...looks[0], cost: mean(({ cost }) => cost), wrong: mean(({ wrong }) => wrong), stuck: mean(({ stuck }) => stuck), layers };
}

function rangesOf(looks: readonly Slowdown[]): [number, number][] {
  return looks[0].layers.map((_, l) => {
    const speeds = looks.map(({ layers }) => layers[l].speed);
    return [Math.min(...speeds), Math.max(...speeds)];
  });
}
