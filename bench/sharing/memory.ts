// The memory of two threads that are measured side by side (trials.ts): what only one of them touches lies a megabyte from what
// only the other touches, and what both write to has a place of its own. Addresses are fixed, so that the threads agree.

import { bindKernels, type KernelChoice } from '../../src/kernels/bind.js';
import { type Kernels, SCRATCH_BYTES } from '../../src/kernels/kernels.js';
import { Random } from '../../src/random.js';

/** Inputs of the layer: the rows of w², as of every benchmark network. */
export const INPUTS = 784;
/** Samples of a mini-batch, and the entries of each: about as many pixels as a digit has lit. */
export const ROWS = 10;
const ENTRIES = 150;
/** Entries come in runs, as the pixels of a digit do, one in each stretch of so many inputs. */
const RUN = 6;
const STRETCH = Math.floor(INPUTS / (ENTRIES / RUN));

const MEGABYTE = 2 ** 20;
export const CONTROL = 1024;

/** What both threads write to. */
export const SHARED = { w: 4 * MEGABYTE, rows: 5 * MEGABYTE, blocks: 6 * MEGABYTE, tags: 7 * MEGABYTE, bytes: 4 * MEGABYTE, tag: 1 } as const;

/** What only one thread touches. */
interface Own {
  /** δ of the mini-batch, with rows long enough for all trials. */
  readonly delta: number;
  readonly biases: number;
  readonly tags: number;
  /** Writes the mini-batch's entries, inputs `pitch` bytes apart, and returns the address of its spans. */
  entries(pitch: number): number;
}

/** What one of the two threads works with. */
export interface Desk {
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly index: number;
  readonly own: Own;
}

export function sharedMemory(): WebAssembly.Memory {
  const pages = (8 * MEGABYTE) / 65536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Float32Array(memory.buffer, SHARED.w, (SHARED.tags - SHARED.w) / 4).fill(0.5);
  new Uint32Array(memory.buffer, SHARED.tags, 2 * INPUTS).fill(SHARED.tag);
  return memory;
}

export async function deskOf(choice: KernelChoice, memory: WebAssembly.Memory, index: number): Promise<Desk> {
  const first = (1 + index) * MEGABYTE;
  const kernels = await bindKernels(choice, memory, first);
  return { kernels, memory, index, own: ownArea(memory, first + SCRATCH_BYTES) };
}

function ownArea({ buffer }: WebAssembly.Memory, first: number): Own {
  const [spans, entries, delta, biases, tags] = [0, 1, 2, 3, 4].map((k) => first + k * 0x10000);
  new Float32Array(buffer, delta, 0x4000).fill(0.25);
  return {
    delta,
    biases,
    tags,
    entries(pitch) {
      const view = new DataView(buffer);
      lightPixels().forEach((input, k) => {
        view.setUint32(entries + k * 8, input * pitch, true);
        view.setFloat32(entries + k * 8 + 4, 0.5, true);
      });
      const end = (row: number): number => entries + row * ENTRIES * 8;
      new Uint32Array(buffer, spans, 2 * ROWS).set(Array.from({ length: ROWS }, (_, row) => [end(row), end(row + 1)]).flat());
      return spans;
    },
  };
}

/** The inputs of all entries, sample after sample, rising in each; the same ones for both threads, as each gathers all samples. */
function lightPixels(): number[] {
  const random = Random.stream(1, 'sharing');
  return Array.from({ length: (ROWS * ENTRIES) / RUN }, (_, run) => {
    const begin = (run % (ENTRIES / RUN)) * STRETCH + Math.floor(random.uniform() * (STRETCH - RUN));
    return Array.from({ length: RUN }, (_, k) => begin + k);
  }).flat();
}
