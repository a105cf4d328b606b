// How fast the matrix products are: GFLOP/s of each set of kernels for every product of the four networks, beside the
// system's BLAS where there is one, on one core, in turns. Run: npm run bench:kernels

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bindKernels } from '../src/kernels/bind.js';
import { KERNEL_NAMES, type Kernels, SCRATCH_BYTES, stride } from '../src/kernels/kernels.js';
import { loadKernels } from '../src/kernels/load.js';
import { machine, median, row } from './measure.js';
import { NETWORKS } from './networks.js';

const ROUNDS = 7;
/** Milliseconds that one figure may take in one round. */
const SPAN = 20;
const PRODUCTS = ['forward', 'backward', 'gradient'] as const;

interface Shape {
  readonly S: number;
  readonly I: number;
  readonly O: number;
}

/** Every layer of every network, once, and the product that the README quotes. */
function shapes(): Shape[] {
  const all = NETWORKS.flatMap(({ layers, batch }) => layers.slice(1).map((O, l) => ({ S: batch, I: layers[l], O })));
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

/** GFLOP/s over about SPAN milliseconds. */
function rate(run: () => void, { S, I, O }: Shape): number {
  const flops = 2 * S * I * O;
  const repeats = Math.max(1, Math.round((SPAN * 1e6 * 30) / flops));
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

console.log(machine());
console.log('GFLOP/s on one core, median of alternating rounds (minimum to maximum)');
console.log(row('S I O', 'product', ...sets.map(({ name }) => `${name}`)));
const results: object[] = [];
for (const shape of shapes()) {
  for (const product of PRODUCTS) {
    const runs = sets.map((kernels) => productOf(kernels, product, shape));
    for (const run of runs) rate(run, shape); // compiles
    const rates = sets.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      runs.forEach((run, k) => {
        rates[k].push(rate(run, shape));
      });
    }
    const { S, I, O } = shape;
    console.log(row(`${S} ${I} ${O}`, product, ...rates.map((list) => `${median(list).toFixed(1)}`)));
    sets.forEach(({ name }, k) => {
      results.push({ S, I, O, product, kernels: name, median: median(rates[k]), minimum: Math.min(...rates[k]), maximum: Math.max(...rates[k]) });
    });
  }
}
const out = process.argv[2];
if (out) {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ bench: 'kernels', machine: machine(), date: new Date().toISOString().slice(0, 10), results }, null, 1)}\n`);
}
