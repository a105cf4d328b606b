// The one builder of memory for a network that is to run: plans the arena, allocates it, copies the samples where they fit into it
// and puts in the parameters. A training session, the forward pass on the calling thread and the training step of insight/ all use
// it; each binds its own kernels to the memory. What is not asked for has the smallest default: one worker, one row.

import { countSamples, type Dataset, isRegression, SPLITS } from '../../data/dataset.js';
import { batchesOf } from '../../model/batch-growth.js';
import { type InputFormat, type Samples, SparseInput } from '../../model/input.js';
import { fromBookOrder, type Layout, layoutOf, toBookOrder } from '../../model/layout.js';
import { type Learning, specifyLearning } from '../../model/learning.js';
import type { NetworkSpecification } from '../../model/specification.js';
import { type FreeMemory, freeMemory } from '../../system/memory.js';
import type { GradientMode } from '../modes.js';
import { type Arena, type ArenaRequest, allocateArena, FIRST_ADDRESS, fits, planArena } from './arena.js';
import type { Place } from './sample-store.js';
import { bytesToShare, copySamples, outsideSplits, recordBytes, valueBytes } from './samples.js';

/** Room for samples without targets that are copied later, again and again. */
interface SampleRoom {
  readonly valueBytes: 1 | 4;
  /** What a byte is multiplied with. */
  readonly scale: number;
  /** Samples that it holds at most. */
  readonly count: number;
}

export interface WorkspaceRequest {
  readonly network: NetworkSpecification;
  /** A data set, whose samples are copied, or room for some. */
  readonly data: Dataset | SampleRoom;
  readonly input: InputFormat;
  /** What a step is, for the memory that it takes. Default: plain. */
  readonly learning?: Learning;
  /** Default: 'owned', which has no gradient blocks. */
  readonly gradient?: GradientMode;
  /** The most of each that the memory is to do for. Default: 1. */
  readonly workers?: number;
  readonly shards?: number;
  /** Rows of a mini-batch, in the first of so many epochs where they grow. Default: 1. */
  readonly batch?: number;
  readonly epochs?: number;
  /** Bytes for the caller's own, at `spare`. Default: none. */
  readonly spareBytes?: number;
  /** Where it shall be, in a memory that holds the samples already. Default: in a memory of its own. */
  readonly place?: Place;
}

/** A memory and what lies where in it. All parameters are zeros until they are set. */
export class Workspace {
  readonly layout: Layout;
  readonly arena: Arena;
  readonly memory: WebAssembly.Memory;
  readonly samples: Samples;
  /** Address of the caller's own bytes, at a multiple of 64. */
  readonly spare: number;
  readonly #input: InputFormat;

  /** @throws {RangeError} where it all does not fit into memory */
  constructor(request: WorkspaceRequest) {
    const { network, data, input, spareBytes = 0, place } = request;
    this.#input = input;
    if (place) {
      const inside = arenaRequest(request, roomOf(data as Dataset, 0), place);
      this.layout = inside.layout;
      this.arena = planArena(inside);
      this.spare = this.arena.bytes;
      this.memory = place.memory;
      this.samples = place.samples;
      clearPlace(place, this.arena);
      return;
    }
    const room = 'training' in data ? roomOf(data, recordBytes(data, input)) : roomFor(data, input, network);
    const inside = arenaRequest(request, room);
    const free = freeMemory();
    const whole = (arena: Arena): Arena => ({ ...arena, bytes: arena.bytes + spareBytes });
    const plan = planArena(inside);
    const outside = 'training' in data && input === 'dense' && !fits(whole(plan), free) ? data : undefined;
    this.layout = inside.layout;
    this.arena = outside ? planArena({ ...inside, outside: true }) : plan;
    this.spare = this.arena.bytes;
    this.memory = allocateArena(whole(this.arena), free, outside ? bytesToShare(outside) : 0);
    const { starts, values } = this.arena;
    this.samples = { valueBytes: room.valueBytes, scale: data.scale, values, starts, ...(outside && { outside: outsideSplits(outside) }) };
    if ('training' in data) this.copy(data);
  }

  /** Bytes that threads share: the arena, and samples beside it. */
  get sharedBytes(): number {
    const { outside = [], valueBytes } = this.samples;
    const samples = outside.reduce((sum, split) => sum + split.samples, 0);
    return this.arena.bytes + samples * this.layout.layers[0].I * valueBytes;
  }

  /** Writes the samples of a data set, over those before; of samples outside, what else is known of them. */
  copy(data: Dataset): void {
    copySamples(data, this.#input, this.samples.outside !== undefined, this.arena, this.memory);
  }

  /** `count` floats at an address of the arena; by default as many as a copy of all parameters has. */
  floats(address: number, count = this.layout.floats): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  /** Weights and biases, [P] in the book's order. */
  get parameters(): Float32Array<ArrayBuffer> {
    return toBookOrder(this.layout, this.floats(this.arena.parameters));
  }

  set parameters(values: Float32Array | Float64Array) {
    fromBookOrder(this.layout, values, this.floats(this.arena.parameters));
  }
}

/** A plan says what is zero when it begins; here another may have been before. */
function clearPlace({ base, bytes, memory }: Place, { bytes: end }: Arena): void {
  if (end > base + bytes) throw new Error(`A place of ${bytes} bytes is too small for an arena of ${end - base}.`);
  new Uint8Array(memory.buffer, base, end - base).fill(0);
}

function plainLearning({ layers }: NetworkSpecification): Learning {
  return specifyLearning({}, layers.length - 2, { counts: [] });
}

/** How far records may take more than is estimated. */
const RECORDS_MARGIN = 1.05;

/**
 * Whether a session over sparse inputs has room for the records of all samples, which cannot lie outside. They are not counted but
 * estimated, with a margin.
 * @param share of the inputs that are not zero
 */
export function haveRoomAsRecords(data: Dataset, share: number, request: Omit<WorkspaceRequest, 'data' | 'input'>, free?: FreeMemory): boolean {
  const records = countAll(data) * SparseInput.recordBytes(Math.ceil(share * data.inputs), valueBytes(data));
  const plan = planArena(arenaRequest({ ...request, data, input: 'sparse' }, roomOf(data, RECORDS_MARGIN * records)));
  return fits(plan, free ?? freeMemory());
}

/** Bytes that a session takes beside its samples. */
export function bytesBeside(request: Omit<WorkspaceRequest, 'data'> & { readonly data: Dataset }, outside: boolean): number {
  const region = { base: FIRST_ADDRESS, held: { starts: 0, values: 0, labels: 0, targets: 0 } };
  return planArena({ ...arenaRequest(request, roomOf(request.data, 0)), outside, region }).bytes - FIRST_ADDRESS;
}

/** What the plan of the memory depends on, with the samples inside, or where a place says. */
function arenaRequest(request: WorkspaceRequest, room: RoomOfSamples, place?: Place): ArenaRequest {
  const { network, input, workers = 1, shards = 1, batch = 1, epochs = 1, gradient = 'owned', learning = plainLearning(network) } = request;
  const layout = layoutOf(network.layers, input === 'sparse');
  const outside = place?.samples.outside !== undefined;
  const region = place && { base: place.base, held: place.held };
  return {
    layout,
    // The last epoch has the largest mini-batches.
    batch: batchesOf({ batch, learning }, room.training)(epochs),
    workers,
    shards,
    gradient,
    learning,
    input,
    otherNeurons: network.neurons.length,
    outside,
    ...room,
    ...(region && { region }),
  };
}

/** What the plan needs to know of the samples. */
type RoomOfSamples = Pick<ArenaRequest, 'realTargets' | 'samples' | 'training' | 'valueBytes' | 'recordBytes'>;

const countAll = (data: Dataset): number => SPLITS.reduce((sum, split) => sum + countSamples(data, split), 0);

function roomOf(data: Dataset, recordBytes: number): RoomOfSamples {
  return {
    realTargets: isRegression(data),
    samples: countAll(data),
    training: countSamples(data, 'training'),
    valueBytes: valueBytes(data),
    recordBytes,
  };
}

/** The same for samples that are not there yet, whose inputs may all differ from zero. */
function roomFor({ count, valueBytes }: SampleRoom, input: InputFormat, { layers }: NetworkSpecification): RoomOfSamples {
  const record = input === 'sparse' ? SparseInput.recordBytes(layers[0], valueBytes) : 0;
  return { realTargets: false, samples: count, training: 0, valueBytes, recordBytes: count * record };
}
