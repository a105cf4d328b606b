// The project's errors. A wrong kind of value is a TypeError and a wrong value a RangeError, both marked as bad input, so
// that the command line can tell a user's mistake (exit code 2) from a bug; what fails at run time is a NablaError with a
// stable code. Messages say what, what was expected, what was got, and the next step.

export type ErrorCode =
  /** A file or folder that was given as input cannot be used; the message names file and byte. */
  | 'BAD_DATA'
  /** A cost or a weight became infinite or NaN. */
  | 'DIVERGED'
  /** A worker thread ended while it was still needed. */
  | 'WORKER_LOST'
  /** A worker threw an error; the message names worker, step and phase. */
  | 'WORKER_FAILED'
  /** A worker stopped only because another one failed; never the cause. */
  | 'FREED'
  /** A wait passed its limit; the message names worker, step and phase. */
  | 'TIMED_OUT'
  /** A thread cannot be ended: it is in code that is not JavaScript. */
  | 'THREAD_STUCK'
  /** The run was asked to stop. */
  | 'INTERRUPTED'
  /** No sample's gradient is known well enough to check another by it. */
  | 'NO_GRADIENT'
  /** The kernels asked for do not run here. */
  | 'NO_KERNELS'
  /** Memory that there should be enough of was not given; the message names the limit where it is known. */
  | 'NO_MEMORY'
  /** Node allows this process no threads. */
  | 'NO_THREADS'
  /** A file of the package itself is not there or cannot be read. */
  | 'INCOMPLETE'
  /** A result could not be written. */
  | 'NOT_SAVED';

/** A command that goes on from an error: its name, and its options as a shell takes them, with which the error's message ends. */
export interface NextCommand {
  readonly command: string;
  readonly options: string;
}

export class NablaError extends Error {
  override readonly name = 'NablaError';
  /** How to go on. The library says options only; the command line knows how it was called. */
  readonly next?: NextCommand;
  constructor(
    readonly code: ErrorCode,
    message: string,
    { next, ...options }: ErrorOptions & { next?: NextCommand } = {},
  ) {
    super(message, options);
    this.next = next;
  }
}

const badInput = new WeakSet<Error>();

/** A value of the wrong kind: a TypeError marked as bad input. */
export function wrongKind(what: string, expected: string, got: unknown): TypeError {
  return mark(new TypeError(`${what}: expected ${expected}, got ${show(got)}.`));
}

/** A value outside what is allowed: a RangeError marked as bad input. `next` is the step to take, a whole sentence. */
export function wrongValue(what: string, expected: string, got: unknown, next = ''): RangeError {
  return mark(new RangeError(`${what}: expected ${expected}, got ${show(got)}.${next && ` ${next}`}`));
}

/** Whether an error is the user's to mend: bad usage, a bad value, or unusable input data. */
export function isBadInput(error: unknown): error is Error {
  return error instanceof Error && (badInput.has(error) || (error instanceof NablaError && error.code === 'BAD_DATA'));
}

/** The error itself, or an Error made of whatever was thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function mark<E extends Error>(error: E): E {
  badInput.add(error);
  return error;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
