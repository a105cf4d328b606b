// The one maker of memory that threads share. All of nabla's arithmetic, that of the plain kernels too, works on a WebAssembly.Memory,
// and samples may lie in buffers beside it; where there can be none, this says why.

import { engine, engineFlags } from '#platform';
import { asError, NablaError, wrongValue } from '../errors.js';
import { megabytes } from '../text.js';
import { freeMemory, whyRefused } from './memory.js';

const PAGE = 65536;

/**
 * A memory of at least so many bytes and of fixed size, because a view of a growing shared memory would be stale.
 * @throws {NablaError} NO_MEMORY where the system refuses it, with the cause; NO_KERNELS where Node has none at all
 */
export function sharedMemory(bytes: number): WebAssembly.Memory {
  checkWebAssembly();
  const pages = Math.ceil(bytes / PAGE);
  try {
    return sharedPages(pages);
  } catch (error) {
    throw new NablaError('NO_MEMORY', whyRefused(bytes, asError(error).message));
  }
}

/**
 * A buffer of zeros for samples; it may have more bytes than 32-bit addresses reach.
 * @throws {RangeError} with both numbers where less is free: the system would promise it all the same, and end the process later
 * @throws {NablaError} NO_MEMORY where the system refuses it, with the cause
 */
export function sharedBuffer(bytes: number, free = freeMemory()): SharedArrayBuffer {
  if (bytes > free.bytes) throw wrongValue('memory', `at most ${megabytes(free.bytes)}, what ${free.whose}`, megabytes(bytes), 'Use fewer samples.');
  try {
    return new SharedArrayBuffer(bytes);
  } catch (error) {
    throw new NablaError('NO_MEMORY', whyRefused(bytes, asError(error).message, { guarded: false }));
  }
}

/**
 * Gives shared buffers their name where a page has them, for its one thread, but may not send them to another one: engines then leave the
 * name out.
 */
export function nameSharedBuffers(): void {
  if (globalThis.SharedArrayBuffer !== undefined || globalThis.WebAssembly === undefined) return;
  const { buffer } = sharedPages(0);
  if (!(buffer instanceof ArrayBuffer)) globalThis.SharedArrayBuffer = (buffer as SharedArrayBuffer).constructor as SharedArrayBufferConstructor;
}

const sharedPages = (pages: number): WebAssembly.Memory => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });

/** V8's flags without which there is no WebAssembly. */
const WITHOUT = /^--(jitless|no-?expose-wasm)$/;

/** @throws {NablaError} NO_KERNELS where Node runs without WebAssembly or without shared memory */
export function checkWebAssembly(nodeFlags = engineFlags()): void {
  const missing = (['WebAssembly', 'SharedArrayBuffer'] as const).find((name) => globalThis[name] === undefined);
  if (missing === undefined) return;
  const flag = nodeFlags.find((flag) => WITHOUT.test(flag));
  const [because, next] =
    flag === undefined ? ['', engine ? 'Use a Node that has it.' : 'Use a newer browser.'] : [` (${flag})`, 'Start Node without that flag.'];
  throw new NablaError(
    'NO_KERNELS',
    `There is no ${missing} here${because}, and all kernels need it: the memory of 'scalar' is WebAssembly's too. ${next}`,
  );
}
