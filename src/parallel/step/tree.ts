// The gradient strategy `tree`: each shard's ∇w and ∇b go to a block of its own, as in `partial`, but the blocks are added up in one
// binary tree over the shards (shard-tree.ts), in place: a sum lies in the block of its first shard.
//
//   gather, forward, δ of my rows; ∇ of my shards │ A │ my range of w, b: tree, step │ B
//
// So several processes can share it, whatever their number. Each has whole shards, and a slice of the parameters, whose sums it ends:
//
//   … ∇ of my shards │ A │ my range of all parameters: the subtrees of this rank │ their roots travel, to each rank those of its slice │
//   my range of this rank's slice: the rest of the tree, step │ the parameters travel, each slice to all │ B
//
// What has come from other ranks lies in the blocks where they have it, so the rest of the tree is the same code as in one process. The
// optimiser's states of a parameter are there on one rank only, until the end of a part of an epoch.
//
// Sums are stored after each addition, in one process too: fused with the step, a sum of kernels that add in 64 bits would not be rounded.

import { columns, type Kernels } from '../../kernels/kernels.js';
import { LINE_FLOATS } from '../../model/layout.js';
import { isPlain } from '../../model/learning.js';
import type { Network } from '../../model/network.js';
import type { Barrier } from '../barrier.js';
import { stretch } from '../memory/pieces.js';
import type { SessionOptions } from '../protocol.js';
import { ALONE } from '../ranks/rows.js';
import { sliceOfRank, type TreeExchange } from '../ranks/tree-exchange.js';
import type { BatchShare } from './batch-share.js';
import type { GradientStrategy, StepContext } from './contract.js';
import { OptimiserStep, type OwnGradient } from './optimiser-step.js';
import { forwardOwnRows } from './own-rows.js';
import { partition, type Range, within } from './partition.js';
import { EXCHANGE, type PhaseTimer, UPDATE, WAIT } from './phase-timer.js';
import { type Segment, segmentsOf } from './segments.js';
import { Settling } from './settling.js';
import { type Addition, shareAdditions } from './shard-tree.js';

/** Floats that all additions are done for before the next ones: of eight blocks, 32 KB, which a core's first cache holds. */
const CHUNK = 1024;

type Additions = ReturnType<typeof shareAdditions>;

export class TreeGradient implements GradientStrategy, OwnGradient {
  readonly #options: SessionOptions;
  readonly #kernels: Kernels;
  readonly #network: Network;
  readonly #barrier: Barrier;
  readonly #timer: PhaseTimer;
  /** My range of all parameters, and that of this rank's slice of them: the same where it is alone. */
  readonly #ofAll: Range;
  readonly #ofSlice: Range;
  readonly #segments: readonly Segment[];
  readonly #settling: Settling;
  /** Only where a step is more than plain. */
  readonly #optimiserStep: OptimiserStep | undefined;
  /** Of several ranks, the worker that speaks with the others. */
  readonly #exchange: TreeExchange | undefined;
  /** By the number of shards that have samples. */
  readonly #additions = new Map<number, Additions>();

  constructor(context: StepContext) {
    const { options, layout, network, barrier, timer, kernels, exchange } = context;
    const { workers, index, ranks } = options;
    this.#options = options;
    this.#kernels = kernels;
    this.#network = network;
    this.#barrier = barrier;
    this.#timer = timer;
    this.#ofAll = partition(layout.floats, workers, index, LINE_FLOATS);
    this.#ofSlice = within(sliceOfRank(layout, ranks ?? ALONE), workers, index, LINE_FLOATS);
    this.#segments = segmentsOf(layout, this.#ofSlice);
    const pieces = this.#segments.map(({ begin, floats, decays }) => stretch(begin, floats, decays));
    this.#settling = new Settling(context, pieces);
    this.#exchange = exchange?.tree;
    if (!isPlain(options.learning)) this.#optimiserStep = new OptimiserStep(context, pieces, this);
  }

  forward({ rows }: BatchShare, order: number): void {
    forwardOwnRows(this.#network, this.#options.arena.rows, this.#timer, rows, order);
  }

  /** BP3 and BP4 of each of my shards, to the shard's block. */
  gradient({ shards }: BatchShare): void {
    const { arena } = this.#options;
    const { layers } = this.#network;
    for (let h = 0; h < shards.length; h++) {
      const { begin, end, shard } = shards[h];
      const shift = arena.blocks + shard * arena.blockStep - arena.parameters;
      for (let l = 0; l < layers.length; l++) {
        const { I, O, w, b } = layers[l];
        this.#network.weightGradient(arena.rows, l, 0, I, begin, end, w + shift);
        this.#network.biasGradient(arena.rows, l, 0, columns(O), begin, end, b + shift);
      }
    }
  }

  /** Between ranks: the roots of this rank's subtrees, and those of the others for its slice. */
  others({ filled }: BatchShare): void {
    this.#sum(this.#ofAll, this.#additionsOf(filled).own);
    this.#timer.lap(UPDATE);
    this.#barrier.cross();
    this.#timer.lap(WAIT);
    this.#exchange?.roots(filled);
    if (this.#exchange) this.#timer.lap(EXCHANGE);
  }

  update(share: BatchShare): void {
    const { ranks } = this.#options;
    const { own, across } = this.#additionsOf(share.filled);
    if (!ranks) this.#sum(this.#ofSlice, own);
    this.#sum(this.#ofSlice, across);
    if (this.#optimiserStep) {
      this.#store();
      this.#optimiserStep.apply(share.m, share.eta, share.t);
    } else {
      this.#descend(share);
      this.#settling.after(share.t);
      this.moveWeights();
    }
    this.#timer.lap(UPDATE);
    this.#barrier.cross();
    // Between ranks those wait for the parameters who do not speak themselves.
    this.#timer.lap(ranks && !this.#exchange ? EXCHANGE : WAIT);
  }

  #additionsOf(filled: number): Additions {
    const known = this.#additions.get(filled);
    if (known) return known;
    const { shards, ranks = ALONE } = this.#options;
    const additions = shareAdditions(filled, shards, ranks);
    this.#additions.set(filled, additions);
    return additions;
  }

  #sum({ begin, end }: Range, additions: readonly Addition[]): void {
    const { blocks, blockStep } = this.#options.arena;
    for (let at = begin; at < end; at += CHUNK) {
      const floats = Math.min(CHUNK, end - at);
      const here = blocks + at * 4;
      for (let k = 0; k < additions.length; k++) {
        const { to, from } = additions[k];
        // 1·w + 1·g: no kernel rounds anything but the sum.
        this.#kernels.reduceBlocks(floats, here + to * blockStep, here + from * blockStep, 1, 0, -1, 1);
      }
    }
  }

  /** The sum over all shards, which lies in the first block, to the arena's gradient. */
  #store(): void {
    const { gradient, blocks } = this.#options.arena;
    for (let k = 0; k < this.#segments.length; k++) {
      const { begin, floats } = this.#segments[k];
      this.#kernels.reduceBlocks(floats, gradient + begin * 4, blocks + begin * 4, 1, 0, -1, 0);
    }
  }

  /** The step by the same sum. */
  #descend({ rate, keep }: BatchShare): void {
    const { parameters, blocks } = this.#options.arena;
    for (let k = 0; k < this.#segments.length; k++) {
      const { begin, floats, decays } = this.#segments[k];
      this.#kernels.reduceBlocks(floats, parameters + begin * 4, blocks + begin * 4, 1, 0, rate, decays ? keep : 1);
    }
  }

  /** Between ranks: sums of squares of all cells, once this rank's are there, and all of its workers have crossed a barrier. */
  moveSums(): void {
    if (!this.#options.ranks) return;
    this.#exchange?.cells();
    this.#barrier.cross();
    this.#timer.lap(EXCHANGE);
  }

  /** Between ranks: the parameters of all, once this rank's are updated. Whoever reads them crosses a barrier first. */
  moveWeights(): void {
    if (!this.#options.ranks) return;
    this.#timer.lap(UPDATE);
    this.#barrier.cross();
    this.#timer.lap(WAIT);
    if (!this.#exchange) return;
    this.#exchange.parameters();
    this.#timer.lap(EXCHANGE);
  }

  end(): void {
    this.#exchange?.states();
    this.#barrier.cross();
  }
}
