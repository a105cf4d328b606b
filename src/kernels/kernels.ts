// The seam between arithmetic and everything else. A set of kernels works on one memory; every argument that names a
// matrix is a byte address in it, so that TypeScript, WebAssembly and a native library share the same arrays without a
// copy. Kernels know no network and no thread, allocate nothing and check nothing: the floors above pass what fits.
//
// Matrices are row-major float32; a row of n columns takes `stride(n)` floats, and the floats past n are zero. Weights
// lie input-major, w[I][O]: then a forward pass reads w along its rows, and an input of zero is a row that can be skipped.
// The symbols are those of the book: x the inputs a^{l-1} of a layer, z = w x + b, a = f(z), δ = ∂C/∂z, y the targets.

export const KERNEL_NAMES = ['scalar', 'simd', 'relaxed'] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

export const ACTIVATION_NAMES = ['sigmoid', 'tanh', 'relu', 'linear', 'softmax'] as const;
export type ActivationName = (typeof ACTIVATION_NAMES)[number];

/** Columns as they lie in memory: n rounded up to four floats, one SIMD vector. */
export function stride(n: number): number {
  return (n + 3) & ~3;
}

/** Bytes of scratch memory that every set of kernels may use for itself (packed panels of large products). */
export const SCRATCH_BYTES = 1 << 19;

/** f and its part in BP1 and BP2, over S rows of O columns. */
export interface ActivationKernel {
  /** a = f(z) */
  forward(S: number, O: number, z: number, a: number): void;
  /** e ← e ⊙ f'(z): turns ∂C/∂a into δ, in place. For the softmax, which couples a row, e ← (∂a/∂z)ᵀ e. */
  backward(S: number, O: number, z: number, a: number, e: number): void;
}

/** Writes C_x of each sample to c[S] and returns their sum, unrounded. */
export type CostKernel = (S: number, O: number, z: number, a: number, y: number, c: number) => number;

/** e = ∂C_x/∂a for targets y (or δ^L itself, for `difference` with a matched pair). */
export type GradientKernel = (S: number, O: number, a: number, y: number, e: number) => void;

export interface Kernels {
  readonly name: KernelName;

  /** z[S][O] = x[S][I] w[I][O] + b[O] */
  forward(S: number, I: number, O: number, x: number, w: number, b: number, z: number): void;
  /** e[S][I] = δ[S][O] wᵀ, the first factor of BP2. Floats of e past I are not written. */
  backward(S: number, I: number, O: number, delta: number, w: number, e: number): void;
  /** dw[end - begin][O] = Σ_s x[s][i] δ[s][o] for i in [begin, end), in sample order: BP4. */
  weightGradient(begin: number, end: number, S: number, I: number, O: number, x: number, delta: number, dw: number): void;
  /** db[end - begin] = Σ_s δ[s][o] for o in [begin, end), multiples of four, in sample order: BP3. */
  biasGradient(begin: number, end: number, S: number, O: number, delta: number, db: number): void;

  /** y = e^x over n floats (a multiple of four), on which sigmoid, tanh and softmax stand. */
  exp(n: number, x: number, y: number): void;
  readonly activations: Readonly<Record<ActivationName, ActivationKernel>>;

  /** e = a - y */
  readonly difference: GradientKernel;
  readonly crossEntropyGradient: GradientKernel;
  readonly logLikelihoodGradient: GradientKernel;

  readonly quadraticCost: CostKernel;
  readonly crossEntropyCost: CostKernel;
  readonly logLikelihoodCost: CostKernel;
  /** Cross-entropy of a = σ(z), from z: finite and right where a has rounded to 0 or 1. */
  readonly sigmoidCrossEntropyCost: CostKernel;
  /** Log-likelihood of a = softmax(z), from z, likewise. */
  readonly softmaxLogLikelihoodCost: CostKernel;

  /** x[s] = scale · bytes[order[s]], for samples of I bytes and an order of 32-bit indices. */
  gatherBytes(S: number, I: number, order: number, bytes: number, scale: number, x: number): void;
  /** x[s] = floats[order[s]], for samples of I floats without padding. */
  gatherFloats(S: number, I: number, order: number, floats: number, x: number): void;
  /** y[s] = one-hot of labels[order[s]], 16-bit labels. */
  gatherOneHot(S: number, O: number, order: number, labels: number, y: number): void;

  /** w ← keep·w - rate·Σ_c g_c over n floats (a multiple of four), for `count` blocks g, `step` bytes apart, added in block order. */
  sgd(n: number, w: number, blocks: number, count: number, step: number, rate: number, keep: number): void;
}
