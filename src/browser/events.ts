// The events of a run in a page: those of any run, and one more, since nobody may be waiting for the error that it ends with.

import type { ErrorCode } from '../errors.js';
import type { TrainEvent } from '../options/events.js';

/** The last event of a run that gives no result. */
export interface ErrorEvent {
  readonly event: 'error';
  /** As that of a NablaError; absent for bad options. INTERRUPTED where the page stopped it. */
  readonly code?: ErrorCode;
  readonly text: string;
}

export type PageEvent = TrainEvent | ErrorEvent;
