// What bench/step.ts puts on record.

import type { Summary } from '../measure.js';
import type { Phase } from './phases.js';

/** The step as one matrix beside the same step sample by sample. */
export interface WaysResult {
  readonly input: string;
  /** Samples per second. */
  readonly matrix: Summary;
  readonly samples: Summary;
  /** matrix / samples, round by round. */
  readonly ratio: Summary;
  /** How far the ways' parameters, over either input, were apart after the first steps, as a share of how far they had moved. */
  readonly difference: number;
}

/** The whole step with kernels 'blas' beside its dense products alone. */
export interface ShareResult {
  readonly input: string;
  readonly library: string;
  /** Samples per second of the step. */
  readonly speed: Summary;
  /** GFLOP/s of the dense products, counted over the time of the whole step. */
  readonly step: Summary;
  /** GFLOP/s of the products alone. */
  readonly bare: Summary;
  /** step / bare, round by round. */
  readonly share: Summary;
}

export interface ProfileResult {
  readonly kernels: string;
  readonly input: string;
  readonly phases: readonly Phase[];
}

export interface StepResult {
  readonly network: string;
  readonly kernels: string;
  readonly ways: readonly WaysResult[];
  readonly shares: readonly ShareResult[];
  readonly profiles: readonly ProfileResult[];
}
