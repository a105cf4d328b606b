// What nabla's core takes from Node and from the system. A page in a browser has page.ts in its place: which of the two is meant by
// '#platform' stands in package.json. What is computed from these facts stands elsewhere, once for both.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus, freemem, availableParallelism as parallelism } from 'node:os';
import { resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { wrongValue } from '../../errors.js';
import { entryAt } from '../folders.js';
import { ownFile } from '../own-file.js';

export { type Koffi, loadKoffi, type NativeLibrary } from '../native.js';
export { writeOutput } from '../output-file.js';

/** The engine, by its versions; undefined in a page, which says nothing of it. */
export interface Engine {
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly arch: string;
}

export const engine: Engine | undefined = {
  node: process.versions.node,
  v8: process.versions.v8,
  platform: process.platform,
  arch: process.arch,
};

/** Cores that the scheduler grants. */
export function grantedParallelism(): number {
  return parallelism();
}

/** The machine's processors, by the name of each; none where that cannot be known. */
export function processors(): readonly string[] {
  return cpus().map(({ model }) => model.trim());
}

/** Bytes that the machine has free. */
export function machineMemory(): number {
  return freemem();
}

/** The text of a file in which the system tells of itself; undefined where it is not there or may not be read. */
export function systemText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The flags that the engine was started with, from its command line and from NODE_OPTIONS, with hyphens. */
export function engineFlags(): string[] {
  const { execArgv, env } = process;
  return [...execArgv, ...(env.NODE_OPTIONS ?? '').split(' ')].map((flag) => flag.replaceAll('_', '-'));
}

/** Sets flags of V8 for this process, while it runs. */
export function setEngineFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}

/** The code of a set of kernels. @throws {NablaError} INCOMPLETE where its file is missing */
export async function kernelCode(name: 'simd' | 'relaxed' | 'wide'): Promise<Uint8Array<ArrayBuffer>> {
  return readFile(ownFile(`dist/src/kernels/${name}.wasm`));
}

/** What a path means from any folder. */
export function absolutePath(path: string): string {
  return resolve(path);
}

/**
 * A module by the URL that any thread can import. Refuses what would be waited for without end, such as a pipe; that there is a module the
 * import itself finds out.
 */
export function moduleUrl(path: string): string {
  if (/^(file|data|node):/.test(path)) return path;
  if (entryAt(path)?.isFile() === false) throw wrongValue('functions', 'the path of a module', path, 'There is something that is no file.');
  return pathToFileURL(path).href;
}

/** Whether two stretches of memory hold the same, at the speed of the memory. */
export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);
}

/** In hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The most memory that this process has had, in bytes; 0 where that cannot be known. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Bytes of JavaScript's heap that this thread uses; 0 where that cannot be known. */
export function heapBytes(): number {
  return getHeapStatistics().used_heap_size;
}

/** Lets whatever waits for this thread have its turn. */
export async function nextTurn(): Promise<void> {
  await turn();
}
