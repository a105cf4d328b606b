// A worker's part of a step that exists only where several ranks share the run: δ computed layer by layer while the rows of the layer
// behind it travel, and the exchange itself, which one worker of each rank does.
//
//   … forward ─ a travels ─ δ^L ─ δ^L travels ─ δ^{L-1} ─ … ─ δ² ─ heads travel ─ inputs of other ranks' rows ─ all is here ─ update …
//
// Little moves while nobody looks, so between hosts the worker that speaks computes in large pieces, and looks after each.

import { stride } from '../../kernels/kernels.js';
import { GRADIENTS } from '../modes.js';
import type { Divergence, EpochPart, RankShare } from '../protocol.js';
import type { BatchShare } from '../step/batch-share.js';
import type { GradientStrategy, StepContext } from '../step/contract.js';
import { EXCHANGE, WAIT } from '../step/phase-timer.js';
import { travelsAlone } from './rows.js';

/**
 * Multiply-adds between two looks: some milliseconds of a core. Fewer cost more than they move, because a kernel reads weights or errors
 * anew for each piece. Measured with N4 over a cable of 10 Gbit/s, replicated and sliced: 1,060 and 1,060 samples/s with 20 million, 1,300 and
 * 1,410 with 64, 1,310 and 1,530 with 250, 1,320 and 1,530 without a look. On one host, N3: 66,000 with 2 million, 79,000 with 8, 83,000 without.
 */
const BETWEEN_LOOKS = 200_000_000;

/** Rows, a multiple of `unit`, of so many multiply-adds each that are computed between two looks; on one host, where nothing is on its way, all. */
export function rowsBetweenLooks(each: number, unit: number, hosts: readonly string[]): number {
  if (hosts.every((host) => host === hosts[0])) return 2 ** 30;
  return Math.max(1, Math.ceil(BETWEEN_LOOKS / Math.max(1, each) / unit)) * unit;
}

/** Rows of the kernels' tiles. */
const TILE_ROWS = 4;

export class RankStep {
  readonly #context: StepContext;
  readonly #strategy: GradientStrategy;
  readonly #size: number;
  /** Whether rows travel at all, and not sums instead. */
  readonly #rowsTravel: boolean;
  /** Floats of a row of each layer, and of the widest. */
  readonly #floats: readonly number[];
  readonly #widest: number;
  /** Rows of δ of each layer that are computed between two looks. */
  readonly #rows: readonly number[];

  constructor(context: StepContext, strategy: GradientStrategy, { size, hosts }: RankShare) {
    const { layers } = context.network;
    this.#context = context;
    this.#strategy = strategy;
    this.#size = size;
    this.#rowsTravel = GRADIENTS[context.options.gradient].travels === 'rows';
    this.#floats = layers.map(({ O }) => stride(O));
    this.#widest = Math.max(...this.#floats);
    this.#rows = layers.map(({ O }, l) => rowsBetweenLooks(O * (layers[l + 1]?.O ?? 1), TILE_ROWS, hosts));
  }

  /** A part of an epoch begins. */
  begin(): void {
    this.#context.barrier.report(0, 0, 0);
    this.#context.exchange?.step.begin();
  }

  /** δ of my rows, after their forward pass; where rows are long, they travel meanwhile. */
  backward({ m, rows: { begin, end } }: BatchShare): void {
    const { options, network, barrier, exchange } = this.#context;
    const { rows } = options.arena;
    if (!this.#rowsTravel || !travelsAlone(m, this.#widest, this.#size)) {
      if (begin < end) network.backward(rows, begin, end);
      return;
    }
    barrier.cross();
    exchange?.step.postActivations(m);
    for (let l = this.#floats.length - 1; l >= 0; l--) {
      const piece = exchange ? this.#rows[l] : end - begin;
      for (let at = begin; at < end; at += piece) {
        network.error(rows, l, at, Math.min(end, at + piece));
        exchange?.step.poll();
      }
      if (!travelsAlone(m, this.#floats[l], this.#size)) continue;
      barrier.cross();
      exchange?.step.postError(m, l);
    }
  }

  /** Before a barrier: what this worker has seen, for the one that speaks. */
  report(hits: number, divergence: Divergence | undefined): void {
    this.#context.barrier.report(hits, divergence ? divergence.row + 1 : 0, divergence?.layer ?? 0);
  }

  /** The rows of all ranks, once those of this one are there: others come in, and what of them can be computed here is, meanwhile. */
  exchange(share: BatchShare, order: number, step: number): void {
    const { barrier, timer, exchange } = this.#context;
    exchange?.step.post(share.m, step);
    if (exchange) timer.lap(EXCHANGE);
    this.#strategy.others?.(share, order);
    exchange?.step.finish(share.m, step);
    if (exchange) timer.lap(EXCHANGE);
    barrier.cross();
    // What a worker that does not speak itself waits for is the exchange.
    timer.lap(exchange ? WAIT : EXCHANGE);
  }

  /** What the worker that speaks reports of all ranks, besides its own; others report none of it. */
  reports(part: EpochPart): EpochPart {
    const { exchange } = this.#context;
    if (!exchange) return { ...part, divergence: undefined };
    const { hits, divergence, spent } = exchange.step;
    const state = { ...part.state, correct: part.state.correct + hits };
    return { ...part, state, divergence: divergence && { ...divergence, step: part.steps }, exchange: spent };
  }
}
