// Two ways to carry out the same training step: the mini-batch as one matrix, and the book's first way, sample by sample
// (chapter 2, "fully matrix-based approach over a mini-batch"). Same kernels, same memory, same input format; they differ
// only in how many rows a kernel gets to see at once.

import { columns, type TaggedBlocks } from '../../src/kernels/kernels.js';
import { EPOCH_BEGINS } from '../../src/parallel/protocol.js';
import { Stepper } from '../../src/parallel/step/stepper.js';
import type { Core } from './core.js';
import { hasOptimiser, optimiserStep } from './optimiser.js';

/** Carries out the first `steps` steps of the order that was drawn last. */
export type Way = (steps: number) => void;

/** The trainer's own step. */
export function matrixWay({ options, kernels, memory, batch, eta }: Core): Way {
  const stepper = new Stepper(options, kernels, memory);
  let t = 0;
  return (steps) => {
    const { divergence } = stepper.runEpoch({ ...EPOCH_BEGINS, order: 0, from: 0, upTo: steps * batch, ends: true, eta, t, epochs: 1 });
    t += steps;
    if (divergence) throw new Error(`diverged in step ${divergence.step}`);
  };
}

/** One row at a time; the gradients are added up in a block (of gradient 'partial'), which is applied after the last sample. */
export function sampleWay(core: Core): Way {
  const { options, batch } = core;
  const from = options.arena.orders[0];
  const apply = updateFromBlock(core);
  let tag = 0;
  return (steps) => {
    for (let step = 0; step < steps; step++) {
      tag++;
      for (let s = 0; s < batch; s++) {
        forwardAndBackward(core, from + (step * batch + s) * 4);
        addGradient(core, s === 0, tag);
      }
      apply(tag);
    }
  };
}

/** Gather, forward, BP1 and BP2 of one sample, in the first row. */
function forwardAndBackward({ options, kernels, network }: Core, order: number): void {
  const { rows, labels } = options.arena;
  const { layers } = network;
  network.input.gather(rows, 0, 1, order);
  kernels.gatherOneHot(1, layers[layers.length - 1].O, order, labels, rows.y);
  network.input.forward(rows, 0, 1);
  network.forwardFromZ(rows, 0, 1);
  network.cost(rows, 0, 1);
  network.backward(rows, 0, 1);
}

/** BP3 and BP4 of the first row, added to the block. Over sparse inputs only rows of ∇w² with this step's tag count. */
function addGradient({ options, kernels, network }: Core, first: boolean, tag: number): void {
  const { arena } = options;
  const { rows } = arena;
  const shift = arena.blocks - arena.parameters;
  const keep = first ? 0 : 1;
  for (let l = 0; l < network.layers.length; l++) {
    const { I, O, w, b } = network.layers[l];
    if (l === 0 && network.sparse) network.sparse.gradient(rows, 0, 1, w + shift, arena.tags, tag);
    else kernels.weightUpdate(0, I, 1, I, O, l === 0 ? rows.x : rows.a[l - 1], rows.delta[l], w + shift, { rate: -1, keep });
    kernels.reduceBlocks(columns(O), b + shift, rows.delta[l], 1, 0, -1, keep);
  }
}

/** w ← w - η/m · block, all layers at once; of a sparse first layer only the rows that a sample met. Or an optimiser's step by the block. */
function updateFromBlock(core: Core): (tag: number) => void {
  const { options, kernels, network, session, rate } = core;
  const { parameters, gradient, blocks, blockStep, tags, tagStep } = options.arena;
  const { layers, floats } = session.layout;
  const [{ I, w, b }] = layers;
  const begin = network.sparse ? b : 0;
  const first: TaggedBlocks = { address: blocks + w * 4, step: blockStep, tags, tagStep, count: 1, tag: 0 };
  const descent = { rate, keep: 1 };
  if (hasOptimiser(core)) {
    const step = optimiserStep(core);
    return (tag) => {
      kernels.reduceBlocks(floats - begin, gradient + begin * 4, blocks + begin * 4, 1, 0, -1, 0);
      first.tag = tag;
      network.sparse?.reduce(0, I, first, gradient + w * 4);
      step();
    };
  }
  return (tag) => {
    kernels.reduceBlocks(floats - begin, parameters + begin * 4, blocks + begin * 4, 1, 0, rate, 1);
    first.tag = tag;
    network.sparse?.apply(0, I, first, descent);
  };
}
