// `nabla tune`: finds the fastest way to train a network on this machine, by short stretches of real training. The plan's
// guess goes first; then every candidate has a short turn, the slow ones drop out, and those that are left have longer turns, side
// by side, until few are left. Only speed differs between the candidates, never what is learnt.

import { type Dataset, density } from '../data/dataset.js';
import { NablaError } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { findBlas } from '../kernels/blas.js';
import type { KernelName } from '../kernels/kernels.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import { type Configuration, configure, functionUrls, openGradients, type TrainOptions, workersOf } from '../options/options.js';
import { stepKind } from '../options/run-words.js';
import { fixedShards, GRADIENTS, type GradientMode } from '../parallel/modes.js';
import { WorkerPool } from '../parallel/pool.js';
import { describeMachine, usualWorkerCounts } from '../system/machine.js';
import { makePlan } from './plan.js';
import type { ProfileSubject, RankedSetting } from './profile.js';
import { median, rotated } from './statistics.js';
import { Trial } from './trials.js';

/** Seconds of a turn in each round; after it, candidates slower than this share of the fastest drop out, and at most so many stay. */
const ROUNDS = [
  { seconds: 0.03, turns: 1, keep: 0.6, most: 12 },
  { seconds: 0.06, turns: 2, keep: 0.8, most: 6 },
  { seconds: 0.12, turns: 5, keep: 0, most: Number.POSITIVE_INFINITY },
];

export interface TuneOptions {
  /** Hears what is being done. */
  readonly onProgress?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface TuneResult {
  readonly subject: ProfileSubject;
  /** The fastest first; those that dropped out stand behind those that did not. */
  readonly ranking: readonly RankedSetting[];
  readonly seconds: number;
}

/** One way to share out and compute a step. */
export interface Candidate {
  readonly workers: number;
  readonly shards: number;
  readonly gradient: GradientMode;
  readonly kernels: KernelName;
  readonly blas?: string;
  readonly input: InputFormat;
  readonly trial: Trial;
  /** Samples per second of each turn of the last round it was in, and that round. */
  rates: number[];
  round: number;
}

/** Ranks worker counts, gradients, shards, kernels and input formats; what `options` fix stays as it is. */
export async function tune(options: TrainOptions, data: Dataset, { onProgress = () => {}, signal }: TuneOptions = {}): Promise<TuneResult> {
  await loadFunctions(functionUrls(options));
  const began = performance.now();
  const most = workersOf(options.workers);
  const counts = typeof options.workers === 'number' ? [most] : usualWorkerCounts(most);
  onProgress('planning');
  const { best } = await makePlan(options, data);
  const pool = new WorkerPool(most);
  try {
    const all = await openCandidates(options, data, counts, pool, onProgress);
    const guess = all.find((c) => c.workers === best.workers && c.gradient === best.gradient);
    let field = guess ? [guess, ...all.filter((c) => c !== guess)] : all;
    for (const [round, { turns, keep, most }] of ROUNDS.entries()) {
      for (let turn = 0; turn < turns; turn++) {
        for (const [k, candidate] of rotated(field, turn).entries()) {
          if (signal?.aborted) throw new NablaError('INTERRUPTED', 'Stopped before the tuning was done; nothing was kept.');
          onProgress(`round ${round + 1} of ${ROUNDS.length}: ${turn * field.length + k + 1} of ${turns * field.length} turns`);
          await measure(candidate, round);
        }
      }
      field = field.sort(faster).filter((c, k) => k < most && rateOf(c) >= keep * rateOf(field[0]));
    }
    const { configuration } = all[0].trial;
    const { network, batch } = configuration;
    const { layers, activations } = network;
    const step = stepKind(configuration);
    const subject = { machine: describeMachine(), layers, activations, batch, step, density: density(data.training) };
    return { subject, ranking: all.sort(faster).map(rankedOf), seconds: (performance.now() - began) / 1000 };
  } finally {
    await pool.close();
  }
}

async function measure(candidate: Candidate, round: number): Promise<void> {
  const { workers, shards, trial } = candidate;
  const { samples, seconds } = await trial.turn({ workers, shards, batch: trial.configuration.batch }, { ...ROUNDS[round], phases: false });
  if (candidate.round < round) candidate.rates = [];
  candidate.round = round;
  candidate.rates.push(samples / seconds);
}

const rateOf = ({ rates }: Candidate): number => (rates.length === 0 ? 0 : median(rates));

/** A BLAS makes the bits depend on the worker count: less than this is not worth that. Small networks hardly use it, so there all is noise. */
const BLAS_GAINS = 1.05;

/** A candidate that stayed longer stands before one that dropped out. */
function faster(a: Candidate, b: Candidate): number {
  const worth = (c: Candidate): number => rateOf(c) / (c.kernels === 'blas' ? BLAS_GAINS : 1);
  return b.round - a.round || worth(b) - worth(a);
}

function rankedOf(candidate: Candidate): RankedSetting {
  const { workers, shards, gradient, kernels, blas, input } = candidate;
  return { workers, shards, gradient, kernels, ...(blas !== undefined && { blas }), input, samplesPerSecond: rateOf(candidate) };
}

/** Every setting that the options leave open, as trials on the pool. */
export async function openCandidates(
  options: TrainOptions,
  data: Dataset,
  counts: readonly number[],
  pool: WorkerPool,
  onProgress: (text: string) => void = () => {},
): Promise<Candidate[]> {
  const list: Candidate[] = [];
  const most = Math.max(...counts);
  for (const choice of choices(options, data)) {
    onProgress(`opening ${choice.gradient}, ${choice.kernels}, ${choice.input}`);
    const { hasBlocks } = GRADIENTS[choice.gradient];
    const fixed = fixedShards(choice.gradient, options.shards);
    const shards = hasBlocks ? (fixed ?? most) : undefined;
    const configuration: Configuration = configure({ ...options, ...choice, reproducible: undefined, shards, workers: most }, data);
    const trial = await Trial.open(configuration, data, pool);
    const { kernels } = trial;
    for (const workers of counts) {
      list.push({
        ...choice,
        kernels,
        workers,
        shards: hasBlocks ? (fixed ?? workers) : workers,
        trial,
        rates: [],
        round: -1,
      });
    }
  }
  return list;
}

/** Every gradient × kernels × input format that the options leave open. `simd` and `scalar` are never the fastest: only asked for. */
function choices(
  options: TrainOptions,
  data: Dataset,
): { gradient: GradientMode; kernels: KernelName | 'auto'; blas?: string; input: InputFormat }[] {
  const fixed = configure({ ...options, workers: 1 }, data);
  const gradients = openGradients(options, fixed.gradient);
  const inputs =
    options.input && options.input !== 'auto' ? [options.input] : INPUT_FORMATS.filter((format) => format === 'dense' || fixed.input === format);
  const blas = findBlas(options.blas);
  const sets = options.reproducible || (options.kernels && options.kernels !== 'auto') || options.blas !== undefined;
  const kernels = sets
    ? [{ kernels: fixed.kernels, blas: fixed.blas }]
    : [{ kernels: 'auto' as const }, ...('refused' in blas ? [] : [{ kernels: 'blas' as const, blas: blas.path }])];
  return gradients.flatMap((gradient) => kernels.flatMap((set) => inputs.map((input) => ({ gradient, ...set, input }))));
}
