// The library: what `import … from 'nabla'` gives.

export type {
  ColumnDecision,
  PlainColumns,
  Preparation,
  PreparedColumn,
  PreparedNumber,
  PreparedOutput,
  PreparedTarget,
  PreparedWords,
} from './data/columns/preparation.js';
export type { Dataset, Samples, Split } from './data/dataset.js';
export { datasetFrom, type RowsOptions } from './data/from-rows.js';
export type { DatasetLike, Labels, SamplesLike } from './data/given.js';
export { type DatasetOptions, loadDataset } from './data/load.js';
export type { Row, Rows } from './data/numbers.js';
export { datasetOfRows, type MixedRow, type MixedRows, type MixedRowsOptions } from './data/of-rows.js';
export type { Reading } from './data/reading.js';
export { type ErrorCode, isBadInput, NablaError } from './errors.js';
export { type DiagnoseOptions, type Diagnosis, diagnose } from './experiments/diagnose.js';
export { crossValidate } from './experiments/folds/cross-validate.js';
export type {
  CrossValidation,
  FoldEvent,
  FoldResult,
  FoldsDoneEvent,
  FoldsEvent,
  FoldsProgressEvent,
  FoldsStartEvent,
  OutOfFold,
} from './experiments/folds/events.js';
export type { CrossValidateOptions } from './experiments/folds/folds-options.js';
export type { FoldFigures, MetricName, Spread } from './experiments/folds/metrics.js';
export { type AverageRunsOptions, type AverageRunsResult, averageRuns } from './experiments/members/average-runs.js';
export type {
  Addition,
  AveragedFigures,
  AveragedRun,
  Member,
  MemberAddition,
  MembersEvent,
  SplitAdditions,
} from './experiments/members/events.js';
export type { MembersOptions } from './experiments/members/members-options.js';
export { type MembersResult, trainMembers } from './experiments/members/train-members.js';
export { type FindRateOptions, type FoundRate, findRate } from './experiments/rate/find-rate.js';
export type { SearchEvent, SearchResult, SearchRun, SearchTest } from './experiments/search/events.js';
export { searchRuns } from './experiments/search/finished.js';
export type { Importance as SearchImportance } from './experiments/search/importance.js';
export type { PlanOptions as SearchPlan } from './experiments/search/plan.js';
export { search } from './experiments/search/search.js';
export type { SearchOptions } from './experiments/search/search-options.js';
export type { EntriesOf, RangeOf, SearchSpace, ValuesOf } from './experiments/search/space.js';
export { type CompareOptions, compareRuns } from './experiments/seeds/compare.js';
export type { ComparedFigure, ComparedSide, Comparison, LeftOut, Verdict } from './experiments/seeds/comparison.js';
export type { FigureSpread, SeedRun, SeedsEvent, SeedsResult } from './experiments/seeds/events.js';
export type { FigureName } from './experiments/seeds/figures.js';
export type { SeedsOptions } from './experiments/seeds/seeds-options.js';
export { trainSeeds } from './experiments/seeds/train-seeds.js';
export { type ExportOptions, type ExportResult, exportRun } from './export/export-run.js';
export type { ExportFormatName } from './export/formats.js';
export type { Activation, ActivationName } from './functions/activations.js';
export type { Cost, CostName } from './functions/costs.js';
export { type Assessment, type AssessOptions, assess, type Mistake } from './inference/assessment.js';
export type { Calibration, CalibrationBin } from './inference/calibration.js';
export type { AverageFigures, ClassFigures } from './inference/class-figures.js';
export type { CurvePoint, Goodness } from './inference/contributions.js';
export { type EvaluateOptions, type EvaluateResult, evaluate } from './inference/evaluate.js';
export type { NamedClass, Prediction } from './inference/judge.js';
export { type Answer, loadModel, type Model, type ModelOptions, type RawRow, type RawValue } from './inference/model.js';
export {
  type FailedFile,
  type NamedBytes,
  type PredictOptions,
  type PredictResult,
  predict,
} from './inference/predict.js';
export type { Fit, FitFigures, OutputFigures, Pair } from './inference/regression.js';
export type { RocCurve, RocPoint } from './inference/roc.js';
export type { Roc, ScoreFigures } from './inference/score-figures.js';
export { type ExplainOptions, type Explanation, explain } from './insight/explain.js';
export { type CheckOptions, checkGradients, type GradientCheck, type LayerCheck } from './insight/gradient-check.js';
export type { KernelName } from './kernels/kernels.js';
export type { ActivationOption, CostOption, InitialiserName, NetworkOptions, NetworkSpecification, NeuronFunction } from './model/specification.js';
export type {
  BestEpoch,
  CheckpointEvent,
  DiagnosisEvent,
  DoneEvent,
  EpochEvent,
  HintEvent,
  NothingLearnt,
  ProgressEvent,
  RecoveryEvent,
  StartEvent,
  TestFigures,
  TrainEvent,
  WarningEvent,
  WorkersEvent,
} from './options/events.js';
export type { TrainOptions } from './options/options.js';
export type { GradientMode } from './parallel/modes.js';
export type {
  AugmentedSheet,
  ClassBalance,
  ColumnProfile,
  ContactSheet,
  DataProfile,
  Duplicates,
  NumberProfile,
  PixelProfile,
  TrainingPlan,
} from './profile/data-profile.js';
export { type DescribeOptions, describeData } from './profile/describe.js';
export type { ReportOptions } from './report/data/run-report.js';
export { reportPage } from './report/pages/report-page.js';
export { searchPage } from './report/pages/search-page.js';
export type { TrainResult } from './training/result.js';
export { train } from './training/trainer.js';
