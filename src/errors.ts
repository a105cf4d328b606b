// The project's errors. A wrong kind of value is a TypeError and a wrong value a RangeError, both marked as bad input, so
// that the command line can tell a user's mistake (exit code 2) from a bug; what fails at run time is a NablaError with a
// stable code. Messages say what, what was expected, what was got, and the next step: in one line of at most MOST characters,
// whatever was got.

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
  /** Another process of a run that several share does not answer, has failed, or has come to other bits. */
  | 'RANK_LOST'
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
  | 'NOT_SAVED'
  /** None of its addresses gave a public file; the message has what each said. */
  | 'NOT_FETCHED';

/** A command that goes on from an error: its name, and its options as a shell takes them, with which the error's message ends. */
export interface NextCommand {
  readonly command: string;
  readonly options: string;
}

/** An error's message; where it ends with options that go on from there, with the command before them. */
export function messageWithCommand(error: Error, program: () => string): string {
  const { message, next } = error instanceof NablaError ? error : { message: error.message, next: undefined };
  if (next === undefined || !message.endsWith(next.options)) return message;
  return `${message.slice(0, -next.options.length)}${program()} ${next.command} ${next.options}`;
}

const badInput = new WeakSet<object>();

export class NablaError extends Error {
  override readonly name = 'NablaError';
  /** How to go on. The library says options only; the command line knows how it was called. */
  readonly next?: NextCommand;
  constructor(
    readonly code: ErrorCode,
    message: string,
    { next, ...options }: ErrorOptions & { next?: NextCommand } = {},
  ) {
    super(bounded(typeof message === 'string' ? message : show(message), code === 'BAD_DATA' ? MOST : MOST_OF_A_RUN), options);
    this.next = next;
    if (code === 'BAD_DATA') badInput.add(this);
  }
}

/** Characters of the longest message about what a user gave, and of the longest text within one that is shown as it is. */
const MOST = 300;
/** What a run itself says at its end holds nothing of a user's but paths: where and why, what is kept, how to go on. */
const MOST_OF_A_RUN = 1000;
const MOST_SHOWN = 60;
/** Entries up to which a list is written out, and the bits of a BigInt that still is. */
const MOST_ENTRIES = 8;
const MOST_BITS = 64n;

/** A value of the wrong kind: a TypeError marked as bad input. */
export function wrongKind(what: string, expected: string, got: unknown): TypeError {
  return mark(new TypeError(bounded(`${what}: expected ${expected}, got ${show(got)}.`)));
}

/** A value outside what is allowed: a RangeError marked as bad input. `next` is the step to take, a whole sentence. */
export function wrongValue(what: string, expected: string, got: unknown, next = ''): RangeError {
  return mark(new RangeError(bounded(`${what}: expected ${expected}, got ${show(got)}.${next && ` ${next}`}`)));
}

/** Whether an error is the user's to mend: bad usage, a bad value, or unusable input data. */
export function isBadInput(error: unknown): error is Error {
  return badInput.has(error as object);
}

/** The error itself, or an Error made of whatever was thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(typeof thrown === 'string' ? thrown : show(thrown));
}

function mark<E extends Error>(error: E): E {
  badInput.add(error);
  return error;
}

/** A text in one line of at most so many characters: what it begins and ends with, and without what could steer a terminal. */
export function bounded(text: string, most = MOST): string {
  // The end is the longer part: the next step stands there.
  const end = Math.floor(0.6 * most);
  const short = text.length <= most ? text : `${text.slice(0, most - end - 1)}…${text.slice(-end)}`;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/** A value as a message shows it, in a few dozen characters: a short one as it is, any other by its kind and length. Never throws. */
function show(value: unknown): string {
  try {
    return shown(value);
  } catch {
    // A proxy, or an object whose properties throw.
    return typeof value === 'function' ? 'a function' : 'an object that cannot be read';
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return BigInt.asIntN(Number(MOST_BITS), value) === value ? `${value}n` : 'a large BigInt';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return bounded(String(value), MOST_SHOWN);
  if (Array.isArray(value)) return listOf(value);
  return kindOf(value);
}

function quoted(text: string): string {
  const length = text.length > MOST_SHOWN ? ` (${numeral(text.length)} characters)` : '';
  return `'${bounded(text, MOST_SHOWN)}'${length}`;
}

/** A short list of plain values as it is, any other by its length. */
function listOf(list: readonly unknown[]): string {
  const isShort = list.length <= MOST_ENTRIES && list.every((entry) => typeof entry !== 'object' && typeof entry !== 'function');
  const text = isShort ? `[${list.map((entry) => (typeof entry === 'string' ? entry : shown(entry))).join(', ')}]` : '';
  return isShort && text.length <= MOST_SHOWN ? text : `an array of ${numeral(list.length)}`;
}

/** 'a Float64Array of 784', 'a Map of 3', 'a Date', 'an object'. */
function kindOf(value: object): string {
  const name: unknown = value.constructor?.name;
  if (typeof name !== 'string' || name === 'Object' || !/^[A-Za-z_$][\w$]{0,30}$/.test(name)) return 'an object';
  const { length, size, byteLength } = value as { readonly [name: string]: unknown };
  const many = [length, size, byteLength].find((n): n is number => Number.isSafeInteger(n));
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}${many === undefined ? '' : ` of ${numeral(many)}`}`;
}

function numeral(n: number): string {
  return n.toLocaleString('en');
}
