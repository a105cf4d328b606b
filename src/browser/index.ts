// The library for pages: what `import … from 'nabla/browser'` gives. How a page uses it, and which headers it needs, says README.md.

export type { DatasetLike, Labels, SamplesLike } from '../data/given.js';
export type { Row, Rows } from '../data/numbers.js';
export { type ErrorCode, NablaError } from '../errors.js';
export type { DoneEvent, EpochEvent, ProgressEvent, StartEvent, TrainEvent } from '../options/events.js';
export type { ErrorEvent, PageEvent } from './events.js';
export { ISOLATION_HEADERS, whyOneCore } from './isolation.js';
export type { PageOptions } from './page-options.js';
export { type PageResult, type Training, train } from './train.js';
