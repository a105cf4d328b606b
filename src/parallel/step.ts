// One worker's walk through an epoch: the training step of the README's drawing, in lockstep with the other workers, and
// its part of an evaluation. Nothing is sent and nothing is allocated between the first step of an epoch and its last.
//
//   partial   forward, backward and ∇ of my shards, each to its own block │ barrier │ my range of w, b ← all blocks │ barrier
//   owned     forward and backward of my rows, to δ                       │ barrier │ ∇ of my slices of w, b over the
//                                                                                     whole mini-batch, applied     │ barrier

import type { Kernels } from '../kernels/kernels.js';
import { stride } from '../kernels/kernels.js';
import { type Layout, LINE_FLOATS, layoutOf } from '../model/layout.js';
import { Network } from '../model/network.js';
import { EVALUATION_ROWS } from './arena.js';
import { Barrier, STOP_DIVERGED } from './barrier.js';
import { partition, type Range } from './partition.js';
import type { EpochOptions, EpochPart, EvaluationOptions, EvaluationPart, SessionOptions } from './protocol.js';

/** A stretch of parameters that one update treats alike. Offsets in floats. */
interface Segment {
  readonly begin: number;
  readonly floats: number;
  readonly decays: boolean;
}

/** One worker's slice of one layer in `owned`: rows of w, columns of b, and how many rows fit its block at once. */
interface Slice {
  readonly w: Range;
  readonly b: Range;
  readonly rowsAtOnce: number;
}

/** Which rows a worker and its shards have in a mini-batch of m samples. */
interface Shares {
  readonly m: number;
  readonly rows: Range;
  /** My shards that are not empty, with their numbers. */
  readonly shards: readonly (Range & { readonly shard: number })[];
  /** Shards of all workers that are not empty: always the first ones. */
  readonly filled: number;
}

export class Stepper {
  readonly #options: SessionOptions;
  readonly #kernels: Kernels;
  readonly #network: Network;
  readonly #barrier: Barrier;
  readonly #segments: readonly Segment[];
  readonly #slices: readonly Slice[];
  readonly #costs: Float32Array;
  readonly #memory: WebAssembly.Memory;
  /** Training cost summed over the epoch's samples: worker 0 adds it up, in sample order. */
  readonly #total = new Float64Array(1);

  constructor(options: SessionOptions, kernels: Kernels, memory: WebAssembly.Memory) {
    const { arena, spec, index, workers } = options;
    const layout = layoutOf(spec.layers);
    this.#options = options;
    this.#kernels = kernels;
    this.#memory = memory;
    this.#network = new Network(kernels, spec, layout, arena.parameters);
    this.#barrier = new Barrier(memory, arena.control, workers, index, options.waiting);
    this.#segments = segmentsOf(layout, partition(layout.floats, workers, index, LINE_FLOATS));
    this.#slices = layout.layers.map((layer) => sliceOf(layer, workers, index, arena.blockStep / 4));
    this.#costs = new Float32Array(memory.buffer, arena.rows.c, options.batch);
  }

  /** Walks an epoch, or as much of it as the control words let it. */
  runEpoch({ order, training, eta, keep }: EpochOptions): EpochPart {
    const { batch, index, gradient, arena } = this.#options;
    const steps = Math.ceil(training / batch);
    const full = this.#share(Math.min(batch, training));
    const last = this.#share(training - (steps - 1) * batch);
    const from = arena.orders[order];
    this.#total[0] = 0;
    let divergence: EpochPart['divergence'];
    let step = 0;
    for (; step < steps; step++) {
      const shares = step < steps - 1 ? full : last;
      this.#barrier.enter(1, step);
      const cost = this.#forwardAndBackward(shares, from + step * batch * 4);
      if (!Number.isFinite(cost)) {
        divergence = { step, ...this.#locate(shares.rows) };
        this.#barrier.stop(STOP_DIVERGED);
      }
      if (gradient === 'partial') this.#shardGradients(shares);
      if (index === 0) this.#barrier.heedInterrupt();
      this.#barrier.cross();
      if (this.#barrier.stopped !== 0) break;
      this.#barrier.enter(2, step);
      if (index === 0) this.#addCosts(shares.m);
      const rate = eta / shares.m;
      if (gradient === 'partial') this.#updateRange(shares.filled, rate, keep);
      else this.#updateSlices(shares.m, rate, keep);
      this.#barrier.count(shares.rows.end - shares.rows.begin);
      this.#barrier.cross();
    }
    return { steps: step, stopped: this.#barrier.stopped, cost: this.#total[0], divergence };
  }

  #share(m: number): Shares {
    const { index, workers, shards } = this.#options;
    const mine = partition(shards, workers, index);
    const own: (Range & { shard: number })[] = [];
    for (let shard = mine.begin; shard < mine.end; shard++) {
      const range = partition(m, shards, shard);
      if (range.begin < range.end) own.push({ ...range, shard });
    }
    const rows = { begin: own[0]?.begin ?? 0, end: own[own.length - 1]?.end ?? 0 };
    return { m, rows, shards: own, filled: Math.min(m, shards) };
  }

  /** Gather, forward, BP1 and BP2 of my rows; returns the sum of their costs. */
  #forwardAndBackward({ rows: { begin, end } }: Shares, order: number): number {
    if (begin === end) return 0;
    const { rows } = this.#options.arena;
    this.#gather(rows.x, rows.y, begin, end - begin, order + begin * 4);
    this.#network.forward(rows, begin, end);
    const cost = this.#network.cost(rows, begin, end);
    this.#network.backward(rows, begin, end);
    return cost;
  }

  /** Inputs and targets of S samples, to rows from `begin` on. */
  #gather(x: number, y: number, begin: number, S: number, order: number): void {
    const { arena, spec, inputBytes, scale } = this.#options;
    const I = spec.layers[0];
    const O = spec.layers[spec.layers.length - 1];
    const to = x + begin * stride(I) * 4;
    if (inputBytes === 1) this.#kernels.gatherBytes(S, I, order, arena.inputs, scale, to);
    else this.#kernels.gatherFloats(S, I, order, arena.inputs, to);
    this.#kernels.gatherOneHot(S, O, order, arena.labels, y + begin * stride(O) * 4);
  }

  /** BP3 and BP4 of each of my shards, to the shard's block. */
  #shardGradients({ shards }: Shares): void {
    const { arena } = this.#options;
    for (let h = 0; h < shards.length; h++) {
      const { begin, end, shard } = shards[h];
      // Parameters and their gradients have the same offsets, so an address moves by the distance of the two.
      const shift = arena.blocks + shard * arena.blockStep - arena.parameters;
      for (let l = 0; l < this.#network.layers.length; l++) {
        const { I, O, w, b } = this.#network.layers[l];
        this.#network.weightGradient(arena.rows, l, 0, I, begin, end, w + shift);
        this.#network.biasGradient(arena.rows, l, 0, stride(O), begin, end, b + shift);
      }
    }
  }

  /** partial: the sum of the blocks in shard order, applied to my range of the parameters. */
  #updateRange(filled: number, rate: number, keep: number): void {
    const { parameters, blocks, blockStep } = this.#options.arena;
    for (let k = 0; k < this.#segments.length; k++) {
      const { begin, floats, decays } = this.#segments[k];
      this.#kernels.sgd(floats, parameters + begin * 4, blocks + begin * 4, filled, blockStep, rate, decays ? keep : 1);
    }
  }

  /** owned: BP3 and BP4 over the whole mini-batch for my slice of each layer, a piece at a time, applied at once. */
  #updateSlices(m: number, rate: number, keep: number): void {
    const { arena, index } = this.#options;
    const piece = arena.blocks + index * arena.blockStep;
    for (let l = 0; l < this.#slices.length; l++) {
      const slice = this.#slices[l];
      const { O, w, b } = this.#network.layers[l];
      for (let i = slice.w.begin; i < slice.w.end; i += slice.rowsAtOnce) {
        const end = Math.min(i + slice.rowsAtOnce, slice.w.end);
        this.#network.weightGradient(arena.rows, l, i, end, 0, m, piece);
        this.#kernels.sgd((end - i) * stride(O), w + i * stride(O) * 4, piece, 1, 0, rate, keep);
      }
      const { begin, end } = slice.b;
      if (begin < end) {
        this.#network.biasGradient(arena.rows, l, begin, end, 0, m, piece);
        this.#kernels.sgd(end - begin, b + begin * 4, piece, 1, 0, rate, 1);
      }
    }
  }

  #addCosts(m: number): void {
    let sum = this.#total[0];
    for (let s = 0; s < m; s++) sum += this.#costs[s];
    this.#total[0] = sum;
  }

  /** The first of my rows whose cost is not finite, and the first layer where that shows: 1 is the input. */
  #locate({ begin, end }: Range): { row: number; layer: number } {
    const { rows } = this.#options.arena;
    let row = begin;
    while (row < end - 1 && Number.isFinite(this.#costs[row])) row++;
    const finite = (address: number, n: number): boolean =>
      new Float32Array(this.#memory.buffer, address + row * stride(n) * 4, n).every(Number.isFinite);
    const { layers } = this.#network;
    if (!finite(rows.x, layers[0]?.I)) return { row, layer: 1 };
    const l = layers.findIndex(({ O }, k) => !finite(rows.z[k], O));
    return { row, layer: (l < 0 ? layers.length - 1 : l) + 2 };
  }

  /** Cost and hits of my share of the samples from `first` on, chunk by chunk, so that the caller can add them in one order. */
  evaluate({ first, count }: EvaluationOptions): EvaluationPart {
    const { arena, workers, index, spec } = this.#options;
    const { rows, order } = arena.evaluation[index];
    const outputs = spec.layers[spec.layers.length - 1];
    const chunks = partition(Math.ceil(count / EVALUATION_ROWS), workers, index);
    const indices = new Uint32Array(this.#memory.buffer, order, EVALUATION_ROWS);
    const labels = new Uint16Array(this.#memory.buffer, arena.labels);
    const a = new Float32Array(this.#memory.buffer, rows.a[rows.a.length - 1], EVALUATION_ROWS * stride(outputs));
    const costs: number[] = [];
    let correct = 0;
    this.#barrier.enter(3, 0);
    for (let chunk = chunks.begin; chunk < chunks.end && !this.#barrier.interrupted; chunk++) {
      const begin = first + chunk * EVALUATION_ROWS;
      const S = Math.min(EVALUATION_ROWS, first + count - begin);
      for (let s = 0; s < S; s++) indices[s] = begin + s;
      this.#gather(rows.x, rows.y, 0, S, order);
      this.#network.forward(rows, 0, S);
      costs.push(this.#network.cost(rows, 0, S));
      for (let s = 0; s < S; s++) {
        if (argmax(a, s * stride(outputs), outputs) === labels[begin + s]) correct++;
      }
      this.#barrier.count(S);
    }
    this.#barrier.enter(0, 0);
    return { costs, correct };
  }

  /** Frees the siblings, because this worker cannot go on. */
  poison(): void {
    this.#barrier.poison();
  }
}

function argmax(values: Float32Array, from: number, n: number): number {
  let best = 0;
  for (let j = 1; j < n; j++) if (values[from + j] > values[from + best]) best = j;
  return best;
}

/** The tensors' stretches inside a range of the parameters, weights apart from biases. */
function segmentsOf({ layers, floats }: Layout, range: Range): Segment[] {
  const starts = layers.flatMap(({ w, b }) => [
    { begin: w, decays: true },
    { begin: b, decays: false },
  ]);
  return starts
    .map(({ begin, decays }, k) => ({ begin: Math.max(begin, range.begin), end: Math.min(starts[k + 1]?.begin ?? floats, range.end), decays }))
    .filter(({ begin, end }) => begin < end)
    .map(({ begin, end, decays }) => ({ begin, floats: end - begin, decays }));
}

/** Slices start at cache lines: rows of w in groups that fill whole lines, biases in lines. */
function sliceOf({ I, O }: Layout['layers'][number], workers: number, index: number, pieceFloats: number): Slice {
  let unit = 1;
  while ((unit * stride(O)) % LINE_FLOATS !== 0) unit *= 2;
  return {
    w: partition(I, workers, index, unit),
    b: partition(stride(O), workers, index, LINE_FLOATS),
    rowsAtOnce: Math.floor(pieceFloats / stride(O)),
  };
}
