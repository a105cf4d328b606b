// The arena, the one shared memory of a training session: what lies in it, where, and how large it must be. The plan is a plain
// object of byte addresses, computed before anything is allocated, and posted to every worker; there is no second list of
// tensors anywhere.
//
//   control | parameters | gradient blocks | their tags | ∇C, states, norms, hyperparameters | training rows | entries ×N
//   | evaluation rows ×N | scratch ×N | neurons ×N | staging ×N | order ×2 | samples | labels | targets
//
// Gradient blocks are there for `partial` and `tree` only; over sparse inputs also their tags, and for `owned` the entries. Samples may lie
// outside, in buffers of their own (see samples.ts): then there is none of them here, and staging is where bytes come in.
//
// Every part starts at a multiple of 64 bytes. The parameters, and what follows up to the orders, start as zeros, and the
// padding columns of all matrices stay zero for ever (see kernels.ts).

import { wrongValue } from '../../errors.js';

import { OPTIMISERS } from '../../functions/optimisers/index.js';
import { HYPER_FLOATS, RECORD_READ_AHEAD, SCRATCH_BYTES } from '../../kernels/kernels.js';
import { augmenterBytes, augmentPlanOf } from '../../model/augmenter.js';
import type { InputFormat } from '../../model/input.js';
import { type Layout, LINE_FLOATS } from '../../model/layout.js';
import { isPlain, type Learning } from '../../model/learning.js';
import { columnBytes } from '../../model/neurons.js';
import { stagingBytes } from '../../model/outside-input.js';
import type { NeuronScratch, Rows } from '../../model/rows.js';
import type { FreeMemory } from '../../system/memory.js';
import { sharedMemory } from '../../system/shared-memory.js';
import { megabytes } from '../../text.js';
import { controlBytes } from '../barrier.js';
import { GRADIENTS, type GradientMode } from '../modes.js';
import { cellCount } from './pieces.js';
import { type OwnEntries, planGroupedRows, planRows, planTrainingRows, type Take } from './rows.js';

/** Rows that a worker evaluates at once: a multiple of the rows of every tile of the kernels, about a mini-batch's worth of cache. */
export const EVALUATION_ROWS = 120;

/** The most bytes of an arena: 4 GiB, what 32-bit addresses reach. Tests and benchmarks lower it, to have samples outside that would fit. */
export const addressable = { bytes: 2 ** 32 };

/** What the plan depends on. */
export interface ArenaRequest {
  readonly layout: Layout;
  /** Rows of a mini-batch. */
  readonly batch: number;
  readonly workers: number;
  readonly shards: number;
  readonly gradient: GradientMode;
  /** Samples of all splits together. */
  readonly samples: number;
  /** Single neurons with another f than their layer's. */
  readonly otherNeurons: number;
  readonly learning: Learning;
  /** Whether the targets are numbers instead of classes. */
  readonly realTargets: boolean;
  /** Training samples: the length of an order. */
  readonly training: number;
  readonly input: InputFormat;
  /** Bytes that an input value takes: 1 for bytes, 4 for floats. */
  readonly valueBytes: 1 | 4;
  /** Over sparse inputs: bytes of all samples' records. */
  readonly recordBytes: number;
  /** Whether the values of dense inputs lie in buffers of their own. */
  readonly outside: boolean;
  /** Where the arena is one of several in a memory, over samples that all of them share; its own take no room then. */
  readonly region?: Region;
}

/** Addresses of samples: of their records' starts, values, labels and targets. */
export type HeldSamples = Pick<Arena, 'starts' | 'values' | 'labels' | 'targets'>;

/** Where an arena begins that is one of several in a memory, and the samples that are there. */
interface Region {
  readonly base: number;
  readonly held: HeldSamples;
}

/** Byte addresses of everything. */
export interface Arena {
  readonly bytes: number;
  readonly control: number;
  readonly parameters: number;
  /** partial, tree: one block of all gradients per shard. */
  readonly blocks: number;
  /** Bytes from one block to the next. */
  readonly blockStep: number;
  /** partial, over sparse inputs: one word per input and block, and the bytes from one block's words to the next. */
  readonly tags: number;
  readonly tagStep: number;
  /** For steps that are more than plain (see step/optimiser-step.ts): ∇C and the optimiser's states, each laid out like the parameters. */
  readonly gradient: number;
  readonly states: readonly number[];
  /** Norms of cells of ∇C, and hyperparameters, two rows per worker. */
  readonly sums: number;
  readonly hypers: readonly number[];
  /** Rows of the mini-batch, shared by all workers. */
  readonly rows: Rows;
  /** owned, over sparse inputs: the same rows with the entries that each worker takes. */
  readonly entries: readonly OwnEntries[];
  /** Rows for evaluation and their sample indices, one set per worker. */
  readonly evaluation: readonly { readonly rows: Rows; readonly order: number }[];
  readonly scratch: readonly number[];
  /** Room for the columns of single neurons, one per worker (see model/neurons.ts). */
  readonly neurons: readonly NeuronScratch[];
  /** Room for the bytes of a sample from outside, one per worker (see model/outside-input.ts). */
  readonly staging: readonly number[];
  /** Room for what changes samples, one per worker (see model/augmenter.ts). */
  readonly augment: readonly number[];
  /** Sample order of this epoch and of the next. */
  readonly orders: readonly [number, number];
  /** Inputs of all samples: see Samples in model/input.ts. */
  readonly starts: number;
  readonly values: number;
  readonly labels: number;
  /** Targets that are numbers, [samples][outputs] without padding; 0 where they are classes. */
  readonly targets: number;
}

/** Address 0 stays unused. */
export const FIRST_ADDRESS = 1024;

/** A memory of which one part after another is taken, each at a multiple of 64 bytes. */
export class Room {
  #end: number;

  constructor(base = FIRST_ADDRESS) {
    this.#end = base;
  }

  get end(): number {
    return this.#end;
  }

  take(size: number): number {
    const address = this.#end;
    this.#end = Math.ceil((address + size) / 64) * 64;
    return address;
  }
}

/** Plans the memory, however large it becomes. */
export function planArena(request: ArenaRequest): Arena {
  const { layout, batch, workers, shards, gradient, input, training, outside, valueBytes, region } = request;
  const room = new Room(region?.base ?? FIRST_ADDRESS);
  const take: Take = (size) => room.take(size);
  const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const sparse = input === 'sparse';
  const inputs = layout.layers[0].I;

  const control = take(controlBytes(workers));
  const parameters = take(layout.floats * 4);
  const { hasBlocks } = GRADIENTS[gradient];
  const blockStep = hasBlocks ? layout.floats * 4 : 0;
  const blocks = take(blockStep * shards);
  const tagStep = sparse && hasBlocks ? Math.ceil(inputs / LINE_FLOATS) * LINE_FLOATS * 4 : 0;
  const tags = take(tagStep * shards);
  const optimiserStep = !isPlain(request.learning);
  const state = (): number => take(layout.floats * 4);
  const gradientSum = optimiserStep ? state() : 0;
  const states = times(optimiserStep ? OPTIMISERS[request.learning.optimiser].states : 0, state);
  const sums = take(optimiserStep ? cellCount(layout) * 8 : 0);
  const hypers = times(workers, () => take(optimiserStep ? 2 * HYPER_FLOATS * 4 : 0));
  const rows = planTrainingRows(layout, batch, input, take, request.learning);
  const changed = request.learning.augment !== undefined;
  const entries = sparse && !hasBlocks ? planGroupedRows(rows, inputs, batch, workers, changed, take) : [];
  const evaluation = times(workers, () => ({ rows: planRows(layout, EVALUATION_ROWS, input, take), order: take(EVALUATION_ROWS * 4) }));
  const scratch = times(workers, () => take(SCRATCH_BYTES));
  const rowsAtOnce = Math.max(batch, EVALUATION_ROWS);
  const neuronBytes = request.otherNeurons === 0 ? 0 : columnBytes(rowsAtOnce, request.otherNeurons);
  const neurons = times(workers, () => ({ address: take(neuronBytes), rows: rowsAtOnce }));
  const staging = times(workers, () => take(outside && valueBytes === 1 ? stagingBytes(inputs) : 0));
  const augmentBytes = augmenterBytesOf(request.learning, inputs);
  const augment = times(workers, () => take(augmentBytes));
  const orders: [number, number] = [take(training * 4), take(training * 4)];
  const held = region?.held ?? planSamples({ ...request, inputs, outputs: layout.layers[layout.layers.length - 1].O }, take);

  return {
    bytes: room.end,
    control,
    parameters,
    blocks,
    blockStep,
    tags,
    tagStep,
    gradient: gradientSum,
    states,
    sums,
    hypers,
    rows,
    entries,
    evaluation,
    scratch,
    neurons,
    staging,
    augment,
    orders,
    ...held,
  };
}

/** Bytes that a worker needs to change samples. */
function augmenterBytesOf(learning: Learning, inputs: number): number {
  const plan = augmentPlanOf(learning, inputs);
  return plan ? augmenterBytes(plan) : 0;
}

/** What the plan of samples depends on. */
export type SamplesRequest = Pick<ArenaRequest, 'input' | 'samples' | 'valueBytes' | 'recordBytes' | 'outside' | 'realTargets'> & {
  /** n_1 and n_L. */
  readonly inputs: number;
  readonly outputs: number;
};

/** Plans where samples lie. */
export function planSamples(
  { input, samples, inputs, outputs, valueBytes, recordBytes, outside, realTargets }: SamplesRequest,
  take: Take,
): HeldSamples {
  const sparse = input === 'sparse';
  const starts = take(sparse ? samples * 4 : 0);
  const denseBytes = outside ? 0 : samples * inputs * valueBytes;
  const values = take(sparse ? recordBytes + RECORD_READ_AHEAD : denseBytes);
  const labels = take(samples * 2);
  return { starts, values, labels, targets: realTargets ? take(samples * outputs * 4) : 0 };
}

/** Whether an arena can be had. */
export function fits({ bytes }: Pick<Arena, 'bytes'>, free: FreeMemory): boolean {
  return bytes <= addressable.bytes && bytes <= free.bytes;
}

/**
 * Allocates the arena.
 * @param free what can still be taken; a run that needs more is refused before it starts
 * @param beside bytes of samples that are to be copied to buffers of their own
 * @throws {RangeError} with both numbers; {NablaError} NO_MEMORY where it is refused although there should be enough
 */
export function allocateArena(arena: Pick<Arena, Part>, free: FreeMemory, beside = 0): WebAssembly.Memory {
  const { bytes } = arena;
  if (bytes > addressable.bytes) {
    const expected = `at most ${megabytes(addressable.bytes)} (what 32-bit addresses reach)`;
    throw wrongValue('memory', expected, megabytes(bytes), whatTakesMost(arena, 0));
  }
  if (bytes + beside > free.bytes) {
    throw wrongValue('memory', `at most ${megabytes(free.bytes)}, what ${free.whose}`, megabytes(bytes + beside), whatTakesMost(arena, beside));
  }
  return sharedMemory(bytes);
}

type Part = 'bytes' | 'blocks' | 'tags' | 'starts' | 'values';

/** How much of what is needed goes to gradient blocks and to the data, and what makes the largest part smaller. */
function whatTakesMost({ bytes, blocks, tags, starts, values }: Pick<Arena, Part>, beside: number): string {
  const gradients = tags - blocks;
  const data = bytes - starts + beside;
  const rest = bytes + beside - gradients - data;
  // Only records have starts.
  const fewer = values > starts ? "Use input 'dense', whose samples may lie outside of it, or fewer samples." : 'Use fewer samples.';
  const next =
    gradients > Math.max(data, rest) ? "Use fewer shards, or gradient 'owned'." : data > rest ? fewer : 'Use a smaller mini-batch or network.';
  return `Of these, ${megabytes(gradients)} are gradient blocks and ${megabytes(data)} data. ${next}`;
}
