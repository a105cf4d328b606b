// The dense products of a step and nothing else: bare calls of cblas_sgemm, through koffi, on the arena of a step with the
// kernels 'blas', in the shapes of its forward pass, BP2 and BP4. Not through the kernels: what they add to a call (a row
// of biases beforehand, a choice between library and WebAssembly) is part of what is to be found out.

import { createRequire } from 'node:module';
import { stride } from '../../src/kernels/kernels.js';
import type { Core } from './core.js';

const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;
/** BP4 goes into the weights, as in a step; so small a rate moves none but the tiniest of them, and the library's work is the same. */
const NO_RATE = -1e-12;

interface Matrix {
  readonly at: number;
  readonly columns: number;
}

type Multiply = (...sizes: number[]) => void;

export interface BareProducts {
  /** Of one step. */
  readonly run: () => void;
  readonly flops: number;
}

/** The products of the layers that take dense inputs: over sparse inputs all but the first. */
export function bareProducts(core: Core): BareProducts {
  const { network, batch: m, options } = core;
  const { rows } = options.arena;
  const calls: (() => void)[] = [];
  let flops = 0;
  const sgemm = sgemmOn(core);
  const dense = network.layers.map((layer, l) => ({ ...layer, l })).slice(network.sparse ? 1 : 0);
  const call = (
    transA: number,
    transB: number,
    sizes: readonly [number, number, number],
    alpha: number,
    a: Matrix,
    b: Matrix,
    beta: number,
    c: Matrix,
  ): void => {
    flops += 2 * sizes[0] * sizes[1] * sizes[2];
    const lead = ({ columns }: Matrix): number => stride(columns);
    calls.push(() => sgemm(ROW_MAJOR, transA, transB, ...sizes, alpha, a.at, lead(a), b.at, lead(b), beta, c.at, lead(c)));
  };
  const inputsOf = (l: number, I: number): Matrix => ({ at: l === 0 ? rows.x : rows.a[l - 1], columns: I });
  for (const { l, I, O, w } of dense) {
    call(PLAIN, PLAIN, [m, O, I], 1, inputsOf(l, I), { at: w, columns: O }, 0, { at: rows.z[l], columns: O });
  }
  for (const { l, I, O, w } of dense.filter(({ l }) => l > 0).reverse()) {
    call(PLAIN, TRANSPOSED, [m, I, O], 1, { at: rows.delta[l], columns: O }, { at: w, columns: O }, 0, { at: rows.delta[l - 1], columns: I });
  }
  for (const { l, I, O, w } of dense) {
    call(TRANSPOSED, PLAIN, [I, O, m], NO_RATE, inputsOf(l, I), { at: rows.delta[l], columns: O }, 1, { at: w, columns: O });
  }
  const run = (): void => {
    for (let k = 0; k < calls.length; k++) calls[k]();
  };
  return { run, flops };
}

/** cblas_sgemm of the library that the kernels use, with addresses in the core's memory. */
function sgemmOn({ choice, memory }: Core): Multiply {
  const koffi = createRequire(import.meta.url)('koffi') as {
    load(path: string): { func(prototype: string): Multiply };
    address(view: Uint8Array): bigint;
  };
  if (choice.library === undefined) throw new Error(choice.note ?? 'these kernels use no library');
  const base = Number(koffi.address(new Uint8Array(memory.buffer)));
  const ints = 'int order, int transA, int transB, int m, int n, int k';
  const sgemm = koffi
    .load(choice.library)
    .func(`void cblas_sgemm(${ints}, float alpha, uintptr_t a, int lda, uintptr_t b, int ldb, float beta, uintptr_t c, int ldc)`);
  return (order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) =>
    sgemm(order, transA, transB, m, n, k, alpha, base + a, lda, base + b, ldb, beta, base + c, ldc);
}
