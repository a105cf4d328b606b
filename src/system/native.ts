// The one owner of koffi, which calls functions of system libraries (kernels/blas.ts, mpi/): an optional dependency, loaded where
// something needs it and never before. Its asynchronous calls run on small stacks and are not used.

import { createRequire } from 'node:module';

/** A library that is loaded; its functions by their prototypes in C, its variables by their names. */
export interface NativeLibrary {
  func(prototype: string): (...args: never[]) => unknown;
  symbol(name: string, type: string): unknown;
}

export interface Koffi {
  load(path: string): NativeLibrary;
  /** Of a buffer's bytes, or of what `symbol` has found. */
  address(of: unknown): bigint;
}

/** Undefined where the package is not installed. */
export function loadKoffi(): Koffi | undefined {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    return undefined;
  }
}
