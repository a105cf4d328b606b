// The `blas` kernels: the matrix products of a system BLAS (OpenBLAS, BLIS, MKL or Apple's Accelerate), called through
// koffi on the same shared memory without a copy; all other kernels, and products too small to pay for a call, stay
// WebAssembly. koffi is an optional dependency, and a library that is missing, broken or built for 64-bit integers is
// refused in words: training then goes on without it. Every worker calls the library with one thread of its own.

import { engine, type Koffi, loadKoffi, type NativeLibrary } from '#platform';
import { asError } from '../errors.js';
import { columns, type Kernels, stride } from './kernels.js';

/**
 * What goes to the library: products of so many multiply-adds and rows; forward passes and gradients of so many outputs. Measured with
 * OpenBLAS 0.3.21 on one core of a Zen 5, in GFLOP/s, `wide` beside the library: forward 10 × 784 × 100 105 and 56, 256 × 500 × 10 69
 * and 71, 100 × 784 × 100 102 and 111; backward 10 × 784 × 100 70 and 54, 100 × 100 × 10 76 and 70, 128 × 512 × 10 84 and 94;
 * gradient 100 × 100 × 10 72 and 42, 256 × 500 × 10 70 and 61, 100 × 784 × 100 99 and 113.
 */
const WORTH_A_CALL = 20_000;
const WORTH_ROWS = 32;
const WORTH_OUTPUTS = 64;

const isWorthIt = (S: number, I: number, O: number): boolean => S >= WORTH_ROWS && S * I * O >= WORTH_A_CALL;

/** Where the usual libraries are looked for, best first. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  linux: ['libopenblas.so.0', 'libopenblas.so', 'libopenblasp.so.0', 'libmkl_rt.so.2', 'libmkl_rt.so', 'libblis.so.4', 'libblis.so'],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'mkl_rt.2.dll'],
};

const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;

type Sgemm = (
  order: number,
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

/** A library that passed its checks. */
export interface BlasLibrary {
  readonly path: string;
  /** What it calls itself, as far as it does. */
  readonly name: string;
}

/** Finds a library, at `path` or under the usual names; or says why none can be used. */
export function findBlas(path?: string): BlasLibrary | { readonly refused: string } {
  const koffi = loadKoffi();
  if (!koffi) return { refused: "the optional package 'koffi' is not installed (npm install koffi)" };
  const candidates = path === undefined ? (USUAL[engine?.platform ?? ''] ?? []) : [path];
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const found = withOneThread(() => inspect(koffi, candidate));
    if ('name' in found) return found;
    reasons.push(found.refused);
  }
  return { refused: path === undefined ? `no usable BLAS among ${candidates.join(', ')}` : reasons.join('; ') };
}

const THREAD_VARIABLES = ['OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS'];

/**
 * One BLAS thread per worker, whatever the environment says for other programs: libraries read these variables when they are
 * loaded or first called, once for all threads of the process. Afterwards they are as they were.
 */
function withOneThread<T>(load: () => T): T {
  const before = THREAD_VARIABLES.map((name) => process.env[name]);
  for (const name of THREAD_VARIABLES) process.env[name] = '1';
  try {
    return load();
  } finally {
    THREAD_VARIABLES.forEach((name, k) => {
      if (before[k] === undefined) delete process.env[name];
      else process.env[name] = before[k];
    });
  }
}

/** Those that will be used stay loaded: one that is collected is unloaded, and would read the environment again when a worker loads it. */
const kept = new Map<string, NativeLibrary>();

function inspect(koffi: Koffi, path: string): BlasLibrary | { readonly refused: string } {
  let library: NativeLibrary;
  try {
    library = koffi.load(path);
  } catch (error) {
    return { refused: `${path} cannot be loaded (${asError(error).message})` };
  }
  const name = describe(library, path);
  // OpenBLAS says so; other libraries add a suffix to the names of their 64-bit functions.
  if (/USE64BITINT|ILP64/i.test(name)) return { refused: `${path} takes 64-bit integers; a build for 32-bit integers is needed` };
  try {
    const memory = new Float32Array(new SharedArrayBuffer(64));
    memory.set([1, 2, 3, 4, 5, 6, 7, 8]);
    const at = Number(koffi.address(new Uint8Array(memory.buffer)));
    sgemmOf(library)(ROW_MAJOR, PLAIN, TRANSPOSED, 2, 2, 2, 1, at, 2, at + 16, 2, 0, at + 32, 2);
    if (String([...memory.subarray(8, 12)]) !== '17,23,39,53') return { refused: `${path} multiplies two matrices wrongly` };
  } catch (error) {
    return { refused: `${path} has no usable cblas_sgemm (${asError(error).message})` };
  }
  kept.set(path, library);
  return { path, name };
}

function describe(library: NativeLibrary, path: string): string {
  try {
    return (library.func('const char *openblas_get_config()') as () => string)().trim();
  } catch {
    return path;
  }
}

function sgemmOf(library: NativeLibrary): Sgemm {
  const ints = 'int order, int transA, int transB, int m, int n, int k';
  const prototype = `void cblas_sgemm(${ints}, float alpha, uintptr_t a, int lda, uintptr_t b, int ldb, float beta, uintptr_t c, int ldc)`;
  return library.func(prototype) as unknown as Sgemm;
}

/** `small` with the large products done by the library. */
export function blasKernels(path: string, small: Kernels, memory: WebAssembly.Memory): Kernels {
  const koffi = loadKoffi();
  if (!koffi) throw new Error("The package 'koffi' has gone since the library was found.");
  const sgemm = sgemmOf(koffi.load(path));
  const base = Number(koffi.address(new Uint8Array(memory.buffer)));
  const floats = new Float32Array(memory.buffer);

  /** Every row of z becomes b, to which the product is then added. */
  const fillRows = (S: number, O: number, b: number, z: number): void => {
    const width = columns(O);
    for (let s = 0; s < S; s++) floats.copyWithin((z >>> 2) + s * stride(O), b >>> 2, (b >>> 2) + width);
  };

  return {
    ...small,
    name: 'blas',
    forward(S, I, O, x, w, b, z) {
      if (O < WORTH_OUTPUTS || !isWorthIt(S, I, O)) return small.forward(S, I, O, x, w, b, z);
      fillRows(S, O, b, z);
      sgemm(ROW_MAJOR, PLAIN, PLAIN, S, O, I, 1, base + x, stride(I), base + w, stride(O), 1, base + z, stride(O));
    },
    backward(S, I, O, delta, w, e) {
      if (!isWorthIt(S, I, O)) return small.backward(S, I, O, delta, w, e);
      sgemm(ROW_MAJOR, PLAIN, TRANSPOSED, S, I, O, 1, base + delta, stride(O), base + w, stride(O), 0, base + e, stride(I));
    },
    weightGradient(begin, end, S, I, O, x, delta, dw) {
      if (O < WORTH_OUTPUTS || !isWorthIt(S, end - begin, O)) return small.weightGradient(begin, end, S, I, O, x, delta, dw);
      sgemm(ROW_MAJOR, TRANSPOSED, PLAIN, end - begin, O, S, 1, base + x + begin * 4, stride(I), base + delta, stride(O), 0, base + dw, stride(O));
    },
    weightUpdate(begin, end, S, I, O, x, delta, w, descent) {
      if (O < WORTH_OUTPUTS || !isWorthIt(S, end - begin, O)) return small.weightUpdate(begin, end, S, I, O, x, delta, w, descent);
      sgemm(
        ROW_MAJOR,
        TRANSPOSED,
        PLAIN,
        end - begin,
        O,
        S,
        -descent.rate,
        base + x + begin * 4,
        stride(I),
        base + delta,
        stride(O),
        descent.keep,
        base + w,
        stride(O),
      );
    },
  };
}
