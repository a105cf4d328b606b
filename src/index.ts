// The library: what `import … from 'nabla'` gives.

export type { Dataset, Samples, Split } from './data/dataset.js';
export { type DatasetOptions, loadDataset } from './data/load.js';
export { type ErrorCode, isBadInput, NablaError } from './errors.js';
export { type DiagnoseOptions, type Diagnosis, diagnose } from './insight/diagnose.js';
export { type CheckOptions, checkGradients, type GradientCheck, type LayerCheck } from './insight/gradient-check.js';
export type { ActivationName, KernelName } from './kernels/kernels.js';
export type { CostName } from './model/costs.js';
export type { InitialiserName, NetworkOptions, NetworkSpecification } from './model/specification.js';
export type { GradientMode } from './parallel/arena.js';
export { type EvaluateOptions, type EvaluateResult, evaluate } from './training/evaluate.js';
export type { DoneEvent, EpochEvent, ProgressEvent, StartEvent, TrainEvent, WorkersEvent } from './training/events.js';
export type { TrainOptions } from './training/options.js';
export { type TrainResult, train } from './training/trainer.js';
