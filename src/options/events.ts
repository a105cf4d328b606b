// The events that a training run reports to its listener, as they happen. The same objects are the lines of `--format json`, but for
// reading, progress and hints.

import type { ColumnDecision } from '../data/columns/preparation.js';
import type { KernelName } from '../kernels/kernels.js';
import type { InputFormat } from '../model/input.js';
import type { NeuronFunction } from '../model/specification.js';
import type { GradientMode } from '../parallel/modes.js';
import type { PhaseFigures } from '../parallel/step/phase-timer.js';
import type { ReadingProgress } from '../tables/options.js';
import type { Ranks } from './ranks.js';

export interface StartEvent {
  readonly event: 'start';
  readonly network: readonly number[];
  readonly activations: readonly string[];
  /** Single neurons with another f; absent where there are none. */
  readonly neurons?: readonly NeuronFunction[];
  readonly cost: string;
  /** Run or file that the parameters start from, where they are not drawn. */
  readonly from?: string;
  /** Weights and biases. */
  readonly parameters: number;
  readonly data: string;
  /** Training samples. */
  readonly samples: number;
  readonly validationSamples: number;
  readonly testSamples: number;
  /** What was decided for each column of the data, where they are columns. */
  readonly columns?: readonly ColumnDecision[];
  /** What the preset has chosen, as options of the command line. */
  readonly preset?: string;
  /**
   * Threads that train, of several ranks those of rank 0; where workers are 'auto' and nothing is known of them yet, the most of them (see
   * WorkersEvent).
   */
  readonly workers: number;
  /** The processes that share the run, where a launcher of MPI has started several. */
  readonly ranks?: Ranks;
  /** Cores that this process may use, and those of its machine. */
  readonly cores: number;
  readonly machineCores: number;
  /** Why these workers, where a profile of `nabla tune` chose them and all that the options left open. */
  readonly workersWhy?: string;
  /** Problems that do not stop the run. */
  readonly warnings?: readonly string[];
  readonly shards: number;
  readonly gradient: GradientMode;
  readonly input: InputFormat;
  readonly kernels: KernelName;
  /** Why these kernels and not the ones asked for. */
  readonly kernelsNote?: string;
  readonly batch: number;
  readonly epochs: number;
  readonly eta: number;
  readonly lambda: number;
  /** What differs from plain stochastic gradient descent, in words; absent where nothing does. */
  readonly learning?: string;
  readonly seed: number;
  /** On what the bits of the result depend besides the options: nothing, this machine's arithmetic, or also how many workers and ranks share the work. */
  readonly bits: 'any machine' | 'this machine' | 'this worker count';
  /** Bytes of the shared memory; of several ranks, of each. */
  readonly memoryBytes: number;
  /** Folder of the run, if it is kept. */
  readonly run?: string;
  /** Where a run that was stopped goes on. */
  readonly resumed?: { readonly epoch: number; readonly samples: number; readonly steps: number };
}

/** How many workers go on, where they are 'auto': after steps have been run with more and with fewer; again whenever that changes. */
export interface WorkersEvent {
  readonly event: 'workers';
  readonly workers: number;
  readonly why: string;
}

export interface ProgressEvent {
  readonly event: 'progress';
  readonly epoch: number;
  readonly epochs: number;
  /** Samples done in this epoch, of how many. */
  readonly samples: number;
  readonly of: number;
  /** Seconds since the epoch began. */
  readonly seconds: number;
}

/** By which figure a run tells better epochs from worse ones: see figure.ts. */
export type Figure = 'validation accuracy' | 'validation cost' | 'training cost';

/** The best epoch of a run. */
export interface BestEpoch {
  readonly epoch: number;
  /** The figure that it is the best by, and its value: a share or a cost. */
  readonly by: Figure;
  readonly value: number;
}

/** What several ranks have sent each other while they trained, as rank 0 saw it. */
export interface Exchange {
  /** Of the training's seconds: sending rows of the mini-batches, and waiting for those of the other ranks with nothing else to do. */
  readonly share: number;
  readonly microsecondsPerStep: number;
  /** Bytes that rank 0 has sent. */
  readonly bytesPerStep: number;
}

/**
 * An epoch has cost and accuracy alone: their sums come from the workers, which keep no outputs. Other figures need the outputs of all
 * samples once more, so they are measured at the end (TestFigures), or by `evaluate`.
 */
export interface EpochEvent {
  readonly event: 'epoch';
  readonly epoch: number;
  readonly epochs: number;
  /** η at the end of the epoch. */
  readonly eta: number;
  /** Samples per step, where mini-batches grow. */
  readonly batch?: number;
  /** Seconds of training, without evaluation. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /**
   * Mean of C_x over the epoch's samples, each as it was when it was trained on: times its class's weight, with units left out; the
   * decay term is not in it.
   */
  readonly trainingCost: number;
  /** Share of the epoch's samples whose largest output was the right one, each as it was when it was trained on; null where targets are numbers. */
  readonly trainingAccuracy: number | null;
  /** Mean of C_x, and share of samples whose largest output is the right one; null where the split is empty. */
  readonly validationCost: number | null;
  readonly validationAccuracy: number | null;
  readonly testCost: number | null;
  readonly testAccuracy: number | null;
  /** Whether it is the best epoch so far; absent where it is not. */
  readonly best?: true;
  /** Seconds that the remaining epochs will take at the pace so far. */
  readonly secondsLeft: number;
  /** Share of the workers' time in each part of a step, where it was measured; together 1. */
  readonly phases?: PhaseFigures;
  /** Where several ranks share the run. */
  readonly exchange?: Exchange;
}

/** A run whose network is no better than an answer that looks at no input. */
export interface NothingLearnt {
  /** What it has reached, and what that answer reaches: shares right, or costs where targets are numbers. */
  readonly value: number;
  readonly baseline: number;
  /** The same in a sentence. */
  readonly text: string;
  /** What a diagnosis of the network finds, and what to try. */
  readonly findings: readonly Finding[];
}

/**
 * Figures of the test split, of the network that a run ends with, beside its accuracy and cost; those of `evaluate`, which has more. What
 * has no meaning for the targets or the outputs is absent.
 */
export interface TestFigures {
  /** Means over the classes: plain, and by their samples. */
  readonly macroF1?: number;
  readonly weightedF1?: number;
  /** Share of the samples whose class is among the k largest outputs. */
  readonly topK?: { readonly k: number; readonly accuracy: number };
  /** Mean of -ln p of the right class. */
  readonly logLoss?: number;
  /** Of two classes, for the second. */
  readonly rocAuc?: number;
  /** Expected calibration error, over ten bins. */
  readonly calibrationError?: number;
  /** Where targets are numbers; r2 where they are not all the same. */
  readonly r2?: number;
  readonly rmse?: number;
  readonly mae?: number;
}

export interface DoneEvent {
  readonly event: 'done';
  /** Epochs trained. The figures are those of the network that the run ends with: of the last of them, or with `restored` of the best. */
  readonly epochs: number;
  readonly trainingCost: number;
  /** Null where the split is empty, or for what it has no meaning. */
  readonly validationCost: number | null;
  readonly validationAccuracy: number | null;
  readonly testCost: number | null;
  readonly testAccuracy: number | null;
  /** Absent where there are no test samples, and where the network and they are so large that it would take seconds. */
  readonly testFigures?: TestFigures;
  /** Absent where no epoch was trained. */
  readonly best?: BestEpoch;
  /** Whether the network is that of the best epoch, and not of the last; absent where it is not. */
  readonly restored?: true;
  readonly nothingLearnt?: NothingLearnt;
  /** Why the run ended before its last epoch, if it did. */
  readonly stopped?: string;
  /** SHA-256 of the parameters in the book's order, as little-endian float32. */
  readonly weightsSha256: string;
  /** Seconds from the first step to the last evaluation; of a run that was resumed, of all its parts together. */
  readonly seconds: number;
  /** Most memory that the process has held; 0 in a page, which is not told. */
  readonly peakBytes: number;
  /** Threads that trained in the last epoch, of several ranks those of rank 0. */
  readonly workers: number;
  /** Where several ranks share the run: of all that they trained, of a run that was resumed since then. */
  readonly exchange?: Exchange;
  /** File with the trace, if one was asked for. */
  readonly trace?: string;
  readonly run?: string;
}

export interface LayerFigures {
  /** The book's number, 2 … L. */
  readonly layer: number;
  readonly neurons: number;
  readonly f: string;
  /** ‖∂C/∂b^l‖, C the mean cost over the samples: the book's measure of how fast a layer learns. */
  readonly speed: number;
  /** The same for a neuron of the layer, as a root mean square: speed / √neurons. */
  readonly neuronSpeed: number;
  /** Share of all neurons on all samples that are saturated; null where f is flat on one side of 0, as ReLU is. */
  readonly saturated: number | null;
  /** Share of the layer's input activations, on all samples, that are low. */
  readonly lowInputs: number;
  /** Neurons with f'(z) = 0 on every sample: none of these samples teaches them anything. */
  readonly dead: number;
  /** η‖∂C/∂w^l‖ / ‖w^l‖: how far one plain step moves the weights, as a share of what they are; null for other steps. */
  readonly update: number | null;
}

export interface Slowdown {
  readonly samples: number;
  readonly eta: number;
  /** Mean of C_x. */
  readonly cost: number;
  readonly layers: readonly LayerFigures[];
  /** Share of samples with an output that is wrong by more than a half. */
  readonly wrong: number;
  /** Share of samples with such an output that yet learns at less than a twentieth of its pace, because its neuron is saturated (BP1). */
  readonly stuck: number;
}

type FindingName = 'vanishing' | 'exploding' | 'saturated' | 'stuck' | 'dead' | 'low-inputs' | 'large-steps' | 'small-steps';

export interface Finding {
  readonly finding: FindingName;
  /** The book's numbers of the layers it is about. */
  readonly layers: readonly number[];
  /** What was found, and what it means. */
  readonly text: string;
  readonly advice: string;
}

/** With `diagnose`: how fast each layer learns, before the first epoch (0) and after each. */
export interface DiagnosisEvent extends Slowdown {
  readonly event: 'diagnosis';
  readonly epoch: number;
  /** What the figures mean, and what to try. */
  readonly findings: readonly Finding[];
}

/** A checkpoint is on the disk, from which the run could go on. */
export interface CheckpointEvent {
  readonly event: 'checkpoint';
  /** Where the run was: samples of this epoch, steps of the whole run. */
  readonly epoch: number;
  readonly samples: number;
  readonly steps: number;
  readonly path: string;
}

/** Workers were lost and replaced; the run goes on from its last good state, to the same bits. */
export interface RecoveryEvent {
  readonly event: 'recovery';
  /** Where the run goes on. */
  readonly epoch: number;
  readonly samples: number;
  /** How many times in a row this has happened. */
  readonly attempt: number;
  readonly code: string;
  /** What happened: worker, step, phase. */
  readonly text: string;
}

/** What would make this run faster, said once, after its start; no line of `--format json`. */
export interface HintEvent {
  readonly event: 'hint';
  readonly text: string;
}

/** Something that does not stop the run. */
export interface WarningEvent {
  readonly event: 'warning';
  readonly text: string;
}

/** How far the reading of a file of data is, before a run begins. */
export interface ReadingEvent extends ReadingProgress {
  readonly event: 'reading';
}

export type TrainEvent =
  | ReadingEvent
  | StartEvent
  | HintEvent
  | WorkersEvent
  | ProgressEvent
  | EpochEvent
  | DiagnosisEvent
  | CheckpointEvent
  | RecoveryEvent
  | WarningEvent
  | DoneEvent;
