// The options of a run in a page: those of the library's `train`, without what needs files, other processes or native libraries. Samples are
// given in memory.

import type { DatasetLike } from '../data/given.js';
import { READING, type Reading } from '../data/reading.js';
import { wrongKind, wrongValue } from '../errors.js';
import type { KernelName } from '../kernels/kernels.js';
import { checkOptionNames, type TrainOptions } from '../options/options.js';
import type { PageEvent } from './events.js';

/** Options that mean nothing in a page. */
const ELSEWHERE = ['run', 'runs', 'resume', 'from', 'checkpointEvery', 'keepCheckpoints', 'trace', 'traceSteps', 'mpi', 'across', 'blas'] as const;

type Elsewhere = (typeof ELSEWHERE)[number] | keyof Reading;

export interface PageOptions extends Omit<TrainOptions, Elsewhere | 'data' | 'kernels' | 'onEvent'> {
  /** The samples: pictures or other rows of numbers, with their classes or targets, as typed arrays or plain ones. */
  data: DatasetLike;
  /** Default: 'auto', the fastest that this browser has. */
  kernels?: Exclude<KernelName, 'blas' | 'wide'> | 'auto';
  /**
   * Called with every event as it happens; the last one is `done` or `error`. What returns 'stop' ends the run after the epoch that is under
   * way by then, and there is a result. What throws ends the run with that error.
   */
  onEvent?: (event: PageEvent) => unknown;
}

/** Milliseconds that a worker may wait for another one, where the options say none: a thread of a page may go without a word. */
const TIMEOUT = 10_000;

/** The options, read once. @throws {TypeError | RangeError} for a name that is no option, and for one that means nothing in a page */
export function checkPageOptions(given: PageOptions): TrainOptions {
  const options = checkOptionNames(given);
  for (const name of [...ELSEWHERE, ...READING] as const) if (options[name] !== undefined) throw wrongValue(name, 'none in a page', options[name]);
  const { data, kernels } = options;
  if (typeof data !== 'object') throw wrongKind('data', 'samples in memory, { inputs, classes, training: { values, labels }, … }', data);
  if (kernels === 'blas' || kernels === 'wide') throw wrongValue('kernels', "'auto', 'relaxed', 'simd' or 'scalar' in a page", kernels);
  return { timeout: TIMEOUT, ...options };
}
