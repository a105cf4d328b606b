// The gradient strategy `partial`: each shard's ∇w and ∇b go to a block of its own; after a barrier each worker adds up its own range of
// the parameters over all blocks, in shard order, and applies the sum there.
//
//   gather, forward, δ of my rows; ∇ of my shards │ A │ my range of w, b ← all blocks │ B
//
// Blocks are never cleared. The shards that have samples are always the first ones, and only they are read. Over sparse
// inputs a block's rows of w² carry the number of the step that last wrote them, and only rows of this step are read.

import { columns, type Kernels, type TaggedBlocks } from '../../kernels/kernels.js';
import { LINE_FLOATS } from '../../model/layout.js';
import { isPlain } from '../../model/learning.js';
import type { Network } from '../../model/network.js';
import type { Barrier } from '../barrier.js';
import { rowsPiece, stretch } from '../memory/pieces.js';
import type { SessionOptions } from '../protocol.js';
import type { BatchShare } from './batch-share.js';
import type { GradientStrategy, StepContext } from './contract.js';
import { OptimiserStep } from './optimiser-step.js';
import { forwardOwnRows } from './own-rows.js';
import { partition, type Range } from './partition.js';
import { type PhaseTimer, UPDATE, WAIT } from './phase-timer.js';
import { type Segment, segmentsOf } from './segments.js';
import { Settling } from './settling.js';

export class PartialGradient implements GradientStrategy {
  readonly #options: SessionOptions;
  readonly #kernels: Kernels;
  readonly #network: Network;
  readonly #barrier: Barrier;
  readonly #timer: PhaseTimer;
  readonly #segments: readonly Segment[];
  /** Over sparse inputs: the rows of w² that this worker updates, and their blocks. */
  readonly #firstRows: Range;
  readonly #blocks: TaggedBlocks;
  /** Where the first layer's weights begin, in floats. */
  readonly #firstWeights: number;
  readonly #settling: Settling;
  /** Only where a step is more than plain. */
  readonly #optimiserStep: OptimiserStep | undefined;

  constructor(context: StepContext) {
    const { options, layout, network, barrier, timer, kernels } = context;
    const { arena, workers, index } = options;
    const { I, w, b } = layout.layers[0];
    this.#options = options;
    this.#kernels = kernels;
    this.#network = network;
    this.#barrier = barrier;
    this.#timer = timer;
    this.#firstRows = partition(I, workers, index);
    const begin = network.sparse ? b : 0;
    const range = partition(layout.floats - begin, workers, index, LINE_FLOATS);
    this.#segments = segmentsOf(layout, { begin: begin + range.begin, end: begin + range.end });
    this.#blocks = { address: arena.blocks + w * 4, step: arena.blockStep, tags: arena.tags, tagStep: arena.tagStep, count: 0, tag: 0 };
    this.#firstWeights = w;
    const pieces = this.#segments.map(({ begin, floats, decays }) => stretch(begin, floats, decays));
    if (network.sparse) pieces.unshift(rowsPiece(layout, this.#firstRows));
    this.#settling = new Settling(context, pieces);
    if (!isPlain(options.learning)) this.#optimiserStep = new OptimiserStep(context, pieces);
  }

  forward({ rows }: BatchShare, order: number): void {
    forwardOwnRows(this.#network, this.#options.arena.rows, this.#timer, rows, order);
  }

  /** BP3 and BP4 of each of my shards, to the shard's block. */
  gradient({ shards }: BatchShare): void {
    const { arena } = this.#options;
    const { layers, sparse } = this.#network;
    const tag = ++this.#blocks.tag;
    for (let h = 0; h < shards.length; h++) {
      const { begin, end, shard } = shards[h];
      // Parameters and their gradients have the same offsets, so an address moves by the distance of the two.
      const shift = arena.blocks + shard * arena.blockStep - arena.parameters;
      for (let l = 0; l < layers.length; l++) {
        const { I, O, w, b } = layers[l];
        if (l === 0 && sparse) sparse.gradient(arena.rows, begin, end, w + shift, arena.tags + shard * arena.tagStep, tag);
        else this.#network.weightGradient(arena.rows, l, 0, I, begin, end, w + shift);
        this.#network.biasGradient(arena.rows, l, 0, columns(O), begin, end, b + shift);
      }
    }
  }

  update(share: BatchShare): void {
    this.#blocks.count = share.filled;
    if (this.#optimiserStep) {
      this.#reduce(share.filled);
      this.#optimiserStep.apply(share.m, share.eta, share.t);
    } else {
      this.#descend(share);
      this.#settling.after(share.t);
    }
    this.#timer.lap(UPDATE);
    this.#barrier.cross();
    this.#timer.lap(WAIT);
  }

  /** The sum over all blocks of my range, to the arena's gradient. */
  #reduce(filled: number): void {
    const { gradient, blocks, blockStep } = this.#options.arena;
    for (let k = 0; k < this.#segments.length; k++) {
      const { begin, floats } = this.#segments[k];
      this.#kernels.reduceBlocks(floats, gradient + begin * 4, blocks + begin * 4, filled, blockStep, -1, 0);
    }
    const { begin, end } = this.#firstRows;
    this.#network.sparse?.reduce(begin, end, this.#blocks, gradient + this.#firstWeights * 4);
  }

  /** The same sum with its step, at once. */
  #descend(share: BatchShare): void {
    const { filled, rate, keep } = share;
    const { parameters, blocks, blockStep } = this.#options.arena;
    for (let k = 0; k < this.#segments.length; k++) {
      const { begin, floats, decays } = this.#segments[k];
      this.#kernels.reduceBlocks(floats, parameters + begin * 4, blocks + begin * 4, filled, blockStep, rate, decays ? keep : 1);
    }
    this.#network.sparse?.apply(this.#firstRows.begin, this.#firstRows.end, this.#blocks, share);
  }

  end(ends: boolean): void {
    if (ends) this.#network.sparse?.foldRows(this.#firstRows.begin, this.#firstRows.end);
    this.#barrier.cross();
  }
}
