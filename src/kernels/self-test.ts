// Whether two sets of kernels compute the same bits: every kernel is run once by each, at odd sizes, on two memories with the same
// content, which must have the same content afterwards. So nobody needs to know what a kernel writes.

import { areEqual } from '#platform';
import { sharedMemory } from '../system/shared-memory.js';
import { HYPER_FLOATS, type Kernels, PANEL_FLOATS, panelsOf, RECORD_READ_AHEAD, SCRATCH_BYTES, stride } from './kernels.js';

/** Rows, inputs and outputs: more than one block and panel, and samples enough for a group of entries. The edges of tiles: `tiles`. */
const S = 31;
const I = 275;
const O = 45;
/** Rows of a product over more than one block of samples. */
const MANY = 259;
/** Samples, of which about two inputs of seven are not zero. */
const SAMPLES = 40;
const BYTES = 2 ** 21;

/** In the order of HYPER. */
const HYPERPARAMETERS = [0.03, 0.01, 0.002, 0.001, 0.9, 0.1, 0.99, 0.01, 1e-6, 1.7, 3.2];

/** A memory for the test: where everything lies in it, and who computes on it. */
interface Room {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly at: ReturnType<typeof plan>;
}

/** Addresses of what the kernels read and write. */
function plan() {
  let bytes = 64 + SCRATCH_BYTES;
  const take = (size: number): number => {
    const address = bytes;
    bytes = Math.ceil((address + size) / 64) * 64;
    return address;
  };
  const matrix = (rows: number, n: number): number => take(rows * stride(n) * 4);
  const panels = (): number => take(panelsOf(O) * I * PANEL_FLOATS * 4);
  return {
    x: matrix(MANY, I),
    w: matrix(I, O),
    b: matrix(1, O),
    z: matrix(S, O),
    a: matrix(S, O),
    e: matrix(MANY, I),
    delta: matrix(MANY, O),
    y: matrix(S, O),
    q: matrix(S, O),
    c: take(2 * S * 8),
    panels: panels(),
    blocks: panels(),
    others: panels(),
    tags: take(2 * Math.ceil(I / 16) * 64),
    order: take(S * 4),
    starts: take(SAMPLES * 4),
    labels: take(SAMPLES * 2),
    records: take(SAMPLES * (4 + 6 * I) + RECORD_READ_AHEAD),
    entries: take(S * (I + 8) * 8),
    spans: take(S * 8),
    groups: take(S * (I + 8) * 8),
    groupSpans: take(I * 8),
    hyper: take(HYPER_FLOATS * 4),
    end: take(0),
  };
}

/** The memory's content before the test: numbers of both signs, samples and targets. */
function fill(room: Room): void {
  const { memory, at } = room;
  const { buffer } = memory;
  for (const [address, rows, n] of [
    [at.x, MANY, I],
    [at.w, I, O],
    [at.b, 1, O],
    [at.z, S, O],
    [at.a, S, O],
    [at.e, MANY, I],
    [at.delta, MANY, O],
    [at.y, S, O],
    [at.q, S, O],
    [at.panels, I, panelsOf(O) * PANEL_FLOATS],
    [at.blocks, I, panelsOf(O) * PANEL_FLOATS],
    [at.others, I, panelsOf(O) * PANEL_FLOATS],
  ]) {
    renew(room, address, rows, n);
  }
  const squares = new Float32Array(buffer, at.q, S * stride(O));
  for (let k = 0; k < squares.length; k++) squares[k] **= 2;
  new Float32Array(buffer, at.hyper, HYPER_FLOATS).set(HYPERPARAMETERS);
  new Uint32Array(buffer, at.order, S).set(Array.from({ length: S }, (_, s) => (s * 7) % SAMPLES));
  new Uint16Array(buffer, at.labels, SAMPLES).set(Array.from({ length: SAMPLES }, (_, k) => k % O));
  putRecords(buffer, at);
}

/** Numbers of both signs, some larger than most. */
const NOISE = Float32Array.from({ length: 1499 }, (_, k) => ((Math.imul(k, 0x9e3779b1) >>> 8) / 2 ** 24 - 0.5) * (k % 11 === 0 ? 9 : 1));

/** Writes other numbers to a matrix: what a kernel leaves there must not be there already. */
function renew({ memory }: Room, address: number, rows: number, n: number): void {
  const matrix = new Float32Array(memory.buffer, address, rows * stride(n));
  for (let r = 0; r < rows; r++) {
    const from = (address / 64 + r * 101) % (NOISE.length - n);
    matrix.set(NOISE.subarray(from, from + n), r * stride(n));
  }
}

/** Samples as records of what is not zero: a count, the inputs' numbers, room for values of either kind. */
function putRecords(buffer: ArrayBufferLike, { starts, records }: Room['at']): void {
  const view = new DataView(buffer);
  let at = 0;
  for (let k = 0; k < SAMPLES; k++) {
    const inputs = Array.from({ length: I }, (_, i) => i).filter((i) => Math.imul(i + 3, 2 * k + 5) % 7 < 2 + (k % 2));
    view.setUint32(starts + 4 * k, at, true);
    view.setUint32(records + at, inputs.length, true);
    for (const [j, i] of inputs.entries()) {
      view.setUint16(records + at + 4 + 2 * j, i, true);
      view.setFloat32(records + at + 4 + 2 * inputs.length + 4 * j, ((i * 37 + k) % 51) / 17 - 1, true);
    }
    at += (4 + 6 * inputs.length + 3) & ~3;
  }
}

/** Every kernel by its name. What one writes the later ones read: so a difference stays. */
function* calls(room: Room): Generator<string> {
  const { kernels: k, at } = room;
  const step = { rate: 0.03, keep: 0.97 };
  const { x, w, b, z, a, e, delta, y, q, c, panels, blocks, others, tags, spans, groups, groupSpans } = at;
  for (const [name, kernel] of Object.entries(k.activations)) {
    renew(room, delta, S, O);
    kernel.forward(S, O, z, a);
    kernel.backward(S, O, z, a, delta);
    yield name;
  }
  k.activations.softmax.forward(S, O, z, a);
  for (const table of [k.costs, k.matched]) {
    for (const [name, kernel] of Object.entries(table)) {
      renew(room, e, S, O);
      renew(room, c, 1, S);
      kernel.value(S, O, z, a, y, c);
      kernel.gradient(S, O, a, y, e);
      yield name;
    }
  }
  new Int32Array(room.memory.buffer, c, 1)[0] = k.hits(S, O, a, y);
  yield 'hits';
  k.forward(MANY, I, O, x, w, b, delta);
  yield 'forward';
  k.backward(MANY, I, O, delta, w, e);
  yield 'backward';
  k.weightGradient(3, I, MANY, I, O, x, delta, panels);
  yield 'weightGradient';
  k.weightUpdate(3, I, MANY, I, O, x, delta, w, step);
  yield 'weightUpdate';
  tiles(room);
  yield 'products of every tile';
  k.biasGradient(0, (O + 3) & ~3, S, O, delta, c);
  yield 'biasGradient';
  k.biasUpdate(0, (O + 3) & ~3, S, O, delta, b, step.rate);
  yield 'biasUpdate';
  k.gatherBytes(S, O, at.order, at.records, 1 / 255, y);
  yield 'gatherBytes';
  k.gatherFloats(S, O, at.order, w, y);
  yield 'gatherFloats';
  k.gatherColumn(S, 20, z, c);
  k.scatterColumn(S, 20, c, a);
  yield 'gatherColumn and scatterColumn';
  k.gatherOneHot(S, O, at.order, at.labels, y);
  yield 'gatherOneHot';
  k.gatherSparseBytes(S, at.order, at.starts, at.records, 1 / 255, at.entries, spans);
  yield 'gatherSparseBytes';
  k.gatherSparseFloats(S, at.order, at.starts, at.records, at.entries, spans);
  yield 'gatherSparseFloats';
  k.spreadEntries(I, spans + 8 * 5, e);
  k.packEntries(I - 2, e, groups, groupSpans);
  yield 'spreadEntries and packEntries';
  for (const [begin, end] of columnRanges()) {
    k.sparseForward(S, begin, end, I, O, spans, panels, b, 0.7, z);
    k.sparseUpdate(S, begin, end, I, O, spans, delta, panels, 0.02);
    k.groupEntries(S, I, -0.01, spans, groups, groupSpans);
    k.groupedUpdate(I, S, begin, end, O, groupSpans, delta, panels);
  }
  yield 'sparseForward, sparseUpdate, groupEntries, groupedUpdate';
  const tagStep = Math.ceil(I / 16) * 64;
  k.sparseGradient(S, I, O - 9, spans, delta, panels, tags, 4);
  yield 'sparseGradient with a panel that is not full';
  k.sparseGradient(12, I, O, spans, delta, blocks, tags, 5);
  k.sparseGradient(S - 12, I, O, spans + 96, delta, others, tags + tagStep, 5);
  yield 'sparseGradient';
  const tagged = { address: blocks, step: others - blocks, tags, tagStep, count: 2, tag: 5 };
  k.reduceSparseBlocks(1, I, I, O, panels, tagged, 0.1);
  yield 'reduceSparseBlocks';
  k.reduceBlocks(S * 12 + 4, w, blocks, 2, others - blocks, 0.1, 0.9);
  yield 'reduceBlocks';
  k.scaleRows(S, O, c, delta);
  k.scale(I * PANEL_FLOATS - 4, panels, 0.9);
  k.scale(2 * I * PANEL_FLOATS, blocks, 1e-38);
  k.settle(2, I * PANEL_FLOATS, I * PANEL_FLOATS * 4, blocks);
  yield 'scaleRows, scale and settle';
  k.squareSums(4, S - 1, 12, 48, 192, delta, c);
  yield 'squareSums';
  k.maxNorm(I, 0, (O + 3) & ~3, O, w, 1);
  yield 'maxNorm';
  k.dropout(S, O, at.order, 77, 0x40000000, 1.25, delta, delta);
  yield 'dropout';
  augment(room);
  yield 'elasticField, warp and addNoise';
  for (const [name, update] of Object.entries(k.updates)) {
    renew(room, z, S, O);
    renew(room, a, S, O);
    update(S, 44, stride(O) * 4, z, delta, a, q, at.hyper);
    yield name;
  }
  for (const [name, update] of Object.entries(k.sparseUpdates)) {
    for (const [begin, end] of columnRanges()) update(I, S, begin, end, O, groupSpans, delta, panels, blocks, others, at.hyper);
    yield `${name} over sparse inputs`;
  }
}

/** A picture of rows and columns that are no multiples of a vector, one with three channels, and a field between matrices of odd sizes. */
function augment({ memory, kernels: k, at: { x, w, b, e, delta, panels, hyper } }: Room): void {
  const [height, width] = [13, 11];
  const map = new Float32Array(memory.buffer, hyper, HYPER_FLOATS);
  const kept = map.slice();
  map.set([0.9, 0.2, -1.3, -0.3, 1.1, 0.7]);
  k.elasticField(height, width, 5, 3, x, w, 77, 1.5, b, e);
  // The frame of a picture is zeros.
  new Float32Array(memory.buffer, panels, (height + 3) * (width + 3) * 3 + 4).fill(0);
  k.warp(height, width, 1, hyper, e, panels, delta);
  new Float32Array(memory.buffer, panels, (height + 3) * (width + 3) * 3 + 4).fill(0);
  k.warp(height, width, 3, hyper, 0, panels, delta);
  k.addNoise(36, 78, 0.1, delta);
  map.set(kept);
}

/** Products of one row up to more than a tile has, into one vector up to more than a tile has, read in place and packed: all to places of their own. */
function tiles({ kernels: k, at: { x, w, b, e, delta } }: Room): void {
  const [few, step] = [9, { rate: 0.03, keep: 0.97 }];
  let to = e;
  const place = (rows: number, n: number): number => {
    const address = to;
    to += Math.ceil((rows * stride(n) * 4) / 64) * 64;
    return address;
  };
  for (const n of [4, 8, 12, 20, 28]) {
    for (let rows = 1; rows <= 6; rows++) {
      k.forward(rows, few, n, x, w, b, place(rows, n));
      k.backward(rows, n, few, delta, w, place(rows, n));
      k.weightGradient(0, rows, few, few, n, x, delta, place(rows, n));
      k.weightUpdate(0, rows, few, few, n, x, delta, place(rows, n), step);
    }
  }
  for (const n of [68, 72, 76]) {
    for (let rows = 25; rows <= 29; rows++) {
      k.forward(rows, few, n, x, w, b, place(rows, n));
      k.weightGradient(0, rows - 20, rows, I, n, x, delta, place(rows, n));
      k.weightUpdate(0, rows - 20, rows, I, n, x, delta, place(rows, n), step);
    }
  }
}

/** Ranges of columns of one panel, of two, and of a last one that is not full. */
function* columnRanges(): Generator<readonly [number, number]> {
  const end = (O + 3) & ~3;
  for (const begin of [0, 16, 32]) {
    for (let upTo = begin + 4; upTo <= end; upTo += 4) yield [begin, upTo];
  }
}

/**
 * Runs every kernel of both sets.
 * @param bind makes one of the two sets on a memory, with SCRATCH_BYTES at an address there
 * @returns the first kernel that leaves other bits, or undefined where all agree
 */
export function firstDifference(bind: readonly ((memory: WebAssembly.Memory, scratch: number) => Kernels)[]): string | undefined {
  const at = plan();
  const rooms = bind.map((make): Room => {
    const memory = sharedMemory(BYTES);
    return { memory, kernels: make(memory, 64), at };
  });
  fill(rooms[0]);
  const [first, second] = rooms.map(calls);
  const [left, right] = rooms.map(({ memory }) => new Uint8Array(memory.buffer, at.x, at.end - at.x));
  right.set(left);
  for (const name of first) {
    second.next();
    if (!areEqual(left, right)) return name;
  }
  return undefined;
}

/** A number that stands for the bits that a set of kernels computes here: the same wherever all kernels agree. */
export async function bitsOfKernels(bind: (memory: WebAssembly.Memory, scratch: number) => Promise<Kernels>): Promise<number> {
  const at = plan();
  const memory = sharedMemory(BYTES);
  const room: Room = { memory, kernels: await bind(memory, 64), at };
  fill(room);
  const words = new Int32Array(memory.buffer, at.x, (at.end - at.x) / 4);
  let hash = 0x811c9dc5;
  // After each kernel: much of what one writes the next ones write over.
  for (const _ of calls(room)) hash = hashOn(hash, words);
  return hash >>> 0;
}

/** FNV-1a over whole words (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hashOn(hash: number, words: Int32Array): number {
  let h = hash;
  for (let k = 0; k < words.length; k++) h = Math.imul(h ^ words[k], 0x01000193);
  return h;
}
