// The library: what `import … from 'nabla'` gives.

export type { Dataset, Samples, Split } from './data/dataset.js';
export { type DatasetOptions, loadDataset } from './data/load.js';
export { type ErrorCode, isBadInput, NablaError } from './errors.js';
export { type ExportOptions, type ExportResult, exportRun } from './export/export-run.js';
export type { ExportFormatName } from './export/formats.js';
export { type DiagnoseOptions, type Diagnosis, diagnose } from './insight/diagnose.js';
export { type ExplainOptions, type Explanation, explain } from './insight/explain.js';
export { type CheckOptions, checkGradients, type GradientCheck, type LayerCheck } from './insight/gradient-check.js';
export type { ActivationName, CostName, KernelName } from './kernels/kernels.js';
export type { Activation } from './model/activations.js';
export type { Cost } from './model/costs.js';
export type { ActivationOption, CostOption, InitialiserName, NetworkOptions, NetworkSpecification, NeuronFunction } from './model/specification.js';
export type { GradientMode } from './parallel/arena.js';
export { reportPage } from './report/run-page.js';
export { type Assessment, type AssessOptions, assess, type ClassFigures, type MacroFigures, type Mistake } from './training/assessment.js';
export { type EvaluateOptions, type EvaluateResult, evaluate } from './training/evaluate.js';
export type {
  CheckpointEvent,
  DiagnosisEvent,
  DoneEvent,
  EpochEvent,
  ProgressEvent,
  RecoveryEvent,
  StartEvent,
  TrainEvent,
  WarningEvent,
  WorkersEvent,
} from './training/events.js';
export type { TrainOptions } from './training/options.js';
export { type NamedBytes, type NamedClass, type Prediction, type PredictOptions, type PredictResult, predict } from './training/predict.js';
export type { ReportOptions } from './training/run-report.js';
export { type TrainResult, train } from './training/trainer.js';
