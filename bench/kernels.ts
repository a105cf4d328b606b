// How fast the matrix products are: GFLOP/s of each set of kernels for every product of the four networks, beside the
// system's BLAS where there is one, on one core, in turns. Run: npm run bench:kernels

import { bindKernels } from '../src/kernels/bind.js';
import { KERNEL_NAMES, type Kernels, SCRATCH_BYTES, stride } from '../src/kernels/kernels.js';
import { loadKernels } from '../src/kernels/load.js';
import { describeMachine, formatMachine, rotated, row, type Summary, summarise } from './measure.js';
import { NETWORKS } from './networks.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';

const PRODUCTS = ['forward', 'backward', 'gradient'] as const;

interface Shape {
  readonly S: number;
  readonly I: number;
  readonly O: number;
}

export interface KernelsResult extends Shape {
  readonly product: (typeof PRODUCTS)[number];
  readonly kernels: string;
  readonly gflops: Summary;
}

const { only, quick, record } = readOptions(
  'GFLOP/s of every product of the benchmark networks.',
  NETWORKS.map(({ id }) => id),
);
const rounds = quick ? 3 : 7;
/** Milliseconds that one figure may take in one round. */
const span = quick ? 5 : 20;

/** Every layer of the networks, once. */
function shapes(): Shape[] {
  const all = NETWORKS.filter(({ id }) => only.includes(id)).flatMap(({ layers, batch }) =>
    layers.slice(1).map((O, l) => ({ S: batch, I: layers[l], O })),
  );
  const seen = new Set<string>();
  return all.filter(({ S, I, O }) => {
    const key = `${S} ${I} ${O}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** A product as a function of nothing, on a memory of its own. */
function productOf(kernels: Kernels, product: (typeof PRODUCTS)[number], { S, I, O }: Shape): () => void {
  let at = 64 + SCRATCH_BYTES;
  const matrix = (rows: number, n: number): number => {
    const address = at;
    at = Math.ceil((at + rows * stride(n) * 4) / 64) * 64;
    return address;
  };
  const [x, w, b, z, e] = [matrix(S, I), matrix(I, O), matrix(1, O), matrix(S, O), matrix(S, I)];
  const dw = matrix(I, O);
  if (product === 'forward') return () => kernels.forward(S, I, O, x, w, b, z);
  if (product === 'backward') return () => kernels.backward(S, I, O, z, w, e);
  return () => kernels.weightGradient(0, I, S, I, O, x, z, dw);
}

/** GFLOP/s over about `span` milliseconds, where a core does 30. */
function rate(run: () => void, { S, I, O }: Shape): number {
  const flops = 2 * S * I * O;
  const repeats = Math.max(1, Math.round((span * 1e6 * 30) / flops));
  const start = performance.now();
  for (let k = 0; k < repeats; k++) run();
  return (flops * repeats) / (performance.now() - start) / 1e6;
}

const memory = new WebAssembly.Memory({ initial: 2048, maximum: 2048, shared: true });
// Random operands, so that no library can profit from zeros or suffer from subnormals.
new Float32Array(memory.buffer).forEach((_, k, all) => {
  all[k] = ((Math.imul(k, 0x9e3779b1) >>> 8) / 2 ** 24 - 0.5) * 0.1;
});
const sets: Kernels[] = [];
for (const name of KERNEL_NAMES.filter((n) => n !== 'scalar')) {
  const choice = await loadKernels(name);
  if (choice.note) console.log(choice.note);
  else sets.push(await bindKernels(choice, memory, 64));
}

/** One product by each set, in turns. */
function measure(shape: Shape, product: (typeof PRODUCTS)[number]): KernelsResult[] {
  const sides = sets.map((kernels) => ({ name: kernels.name, run: productOf(kernels, product, shape), rates: [] as number[] }));
  for (const { run } of sides) rate(run, shape); // compiles
  for (let round = 0; round < rounds; round++) {
    for (const { run, rates } of rotated(sides, round)) rates.push(rate(run, shape));
  }
  return sides.map(({ name, rates }) => ({ ...shape, product, kernels: name, gflops: summarise(rates) }));
}

const machine = describeMachine();
console.log(formatMachine(machine));
console.log('GFLOP/s on one core, median of alternating rounds');
console.log(row('S I O', 'product', ...sets.map(({ name }) => name)));
const results: KernelsResult[] = [];
for (const shape of shapes()) {
  for (const product of PRODUCTS) {
    const measured = measure(shape, product);
    console.log(row(Object.values(shape).join(' '), product, ...measured.map(({ gflops }) => gflops.median.toFixed(1))));
    results.push(...measured);
  }
}
if (record) writeRecord({ bench: 'kernels', date: today(), machine, settings: { rounds, milliseconds: span }, results });
