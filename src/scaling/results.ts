// What `nabla bench` measures, as plain data: what its tables, charts, CSV and page show, and what --compare reads again.

import type { KernelName } from '../kernels/kernels.js';
import type { InputFormat } from '../model/input.js';
import type { GradientMode } from '../parallel/modes.js';
import type { PhaseFigures } from '../parallel/step/phase-timer.js';
import type { MachineRecord } from '../system/machine.js';
import type { Law } from './laws.js';
import type { Summary } from './statistics.js';

export const BENCH_FORMAT = 'nabla-bench/1';

/** A network and how it is trained: what two results must share to be comparable. */
export interface Subject {
  readonly layers: readonly number[];
  readonly activations: readonly string[];
  readonly cost: string;
  /** What of the learning changes the work of a step; absent for plain steps of older figures. */
  readonly step?: string;
  readonly data: string;
  readonly samples: number;
  readonly gradient: GradientMode;
  readonly kernels: KernelName;
  readonly input: InputFormat;
}

/** Where one worker's time went: microseconds a step for each phase. They add up to the step's time. */
export type WorkerTime = PhaseFigures;

export interface ScalingPoint {
  readonly workers: number;
  /** Samples per step, of all workers together. */
  readonly batch: number;
  readonly samplesPerSecond: Summary;
  /** Over one worker of the same curve, round by round. 1 for one worker. */
  readonly speedUp: Summary;
  /** Median speed-up / workers. */
  readonly efficiency: number;
  /** Samples that as many separate one-worker runs train side by side, over one of them alone; absent where it was not measured. */
  readonly ceiling?: Summary;
  /** Median speed-up / median ceiling. */
  readonly efficiencyOfCeiling?: number;
  /** Microseconds a step, median. */
  readonly step: number;
  /** Each worker's, of the round with the median rate. */
  readonly time: readonly WorkerTime[];
  /** The share of a step by which the busiest worker is busier than all on average. */
  readonly imbalance: number;
  /** Samples/s that `nabla plan` expected before the measurement. */
  readonly predicted?: number;
  /** Samples/s of one process by itself, with as many workers, where several shared the step: of the slowest of them. */
  readonly alone?: number;
}

export interface ScalingCurve {
  /** strong: the mini-batch stays the same. weak: each worker has as many samples. */
  readonly mode: 'strong' | 'weak';
  /** strong: samples per step. weak: samples per step and worker. */
  readonly batch: number;
  /** By workers, ascending; the first has one worker. */
  readonly points: readonly ScalingPoint[];
  /** The law that fits the median speed-ups; absent where none does, or too few worker counts were measured. */
  readonly law?: Law;
}

/** How many workers are best for a mini-batch that stays the same, as it does in training. */
export interface Verdict {
  readonly batch: number;
  /** Workers to use. */
  readonly workers: number;
  /** Over one worker, round by round. */
  readonly speedUp: Summary;
  /** The fastest count with more workers than that; absent where none was measured. */
  readonly more?: Pick<ScalingPoint, 'workers' | 'speedUp'>;
  /** Whether every round says so. */
  readonly clear: boolean;
}

/** Several processes that share each step. The workers of a point are then those of each of them, and their times rank 0's. */
export interface RanksRecord {
  readonly ranks: number;
  /** In the order of their first ranks. */
  readonly hosts: readonly { readonly name: string; readonly ranks: number }[];
  /** The MPI library, as it calls itself. */
  readonly library: string;
  /** Microseconds of a collective that carries next to nothing, and bytes a second of one of a megabyte. */
  readonly latency: number;
  readonly bandwidth: number;
  /** Whether each layer after the inputs was sliced among the processes. */
  readonly sliced: readonly boolean[];
}

export interface ScalingReport {
  readonly format: typeof BENCH_FORMAT;
  /** ISO 8601 */
  readonly created: string;
  readonly version: string;
  readonly machine: MachineRecord;
  /** Absent where one process was measured. */
  readonly ranks?: RanksRecord;
  readonly subject: Subject;
  readonly rounds: number;
  /** Seconds of training for each point and round. */
  readonly seconds: number;
  readonly curves: readonly ScalingCurve[];
  /** By mini-batch, of strong scaling with several worker counts; absent in older figures. */
  readonly verdicts?: readonly Verdict[];
  /** Why points with many workers have no ceiling; absent where all have one, and in older figures. */
  readonly ceilingNote?: string;
}
