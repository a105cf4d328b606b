// Whether the kernels `wide` can be had: `relaxed` with vectors of eight lanes, made by V8 of pairs of four (see assembly/vector.ts).
// V8 knows how from 13.6 on (Node 24), behind a flag, which is set for this process where these kernels are wanted. It stays an
// experiment of V8's, so nothing is taken on trust: every kernel must leave the bits of `relaxed`, and a product must be faster.

import { engine, setEngineFlags } from '#platform';
import { asError } from '../errors.js';
import { sharedMemory } from '../system/shared-memory.js';
import { type KernelName, type Kernels, SCRATCH_BYTES, stride } from './kernels.js';
import { firstDifference } from './self-test.js';
import { wasmKernels } from './wasm.js';

/** The kernels, compiled and warm, with the rows of their tile; or why they are not to be had. */
export type WideKernels = { readonly module: WebAssembly.Module; readonly tileRows: number } | { readonly refused: string };

/** First version of V8 that joins vectors. */
const JOINS = [13, 6] as const;

const FLAG = '--experimental-wasm-revectorize';
/**
 * Only optimised code is joined, and code is optimised when it has run for a while. So while the test runs, what has run once is optimised at
 * once: the second test is then of the code that will train, and no run loses its first second to slower code.
 */
const WARM = ['--wasm-sync-tier-up', '--wasm-tiering-budget=1'];
/** Back to V8's own values. */
const USUAL = ['--no-wasm-sync-tier-up', '--wasm-tiering-budget=13000000'];

/** Rows of a tile that are tried (figures in assembly/tile.ts). */
const TILE_ROWS = [4, 5];

/** By how much a product must be faster. Seen: 1.4 (Zen 5) to 1.7 (Xeon); where nothing was joined, 0.6. */
const FASTER = 1.1;

/** Whether this process's V8 can join vectors at all. */
export function joinsVectors({ v8 } = { v8: engine?.v8 ?? '0' }, arch = engine?.arch): boolean {
  const [major, minor] = v8.split('.').map(Number);
  return arch === 'x64' && (major > JOINS[0] || (major === JOINS[0] && minor >= JOINS[1]));
}

/** What makes a set of kernels on a memory, with SCRATCH_BYTES at an address there. */
type Bind = (memory: WebAssembly.Memory, scratch: number) => Kernels;

/**
 * Compiles and tests the kernels. Where they are refused the flag is taken back.
 * @param wide and relaxed: the two modules' code
 */
export function testWide(wide: Uint8Array<ArrayBuffer>, relaxed: Uint8Array<ArrayBuffer>): WideKernels {
  const judge = bindTo('relaxed', new WebAssembly.Module(relaxed));
  setEngineFlags(FLAG, ...WARM);
  const found = tested(wide, relaxed, judge);
  setEngineFlags(...USUAL);
  if ('refused' in found) setEngineFlags(`--no-${FLAG.slice(2)}`);
  return found;
}

function tested(wide: Uint8Array<ArrayBuffer>, relaxed: Uint8Array<ArrayBuffer>, judge: Bind): WideKernels {
  try {
    const module = new WebAssembly.Module(wide);
    const candidates = TILE_ROWS.map((rows) => bindTo('wide', module, rows));
    // What judges bits need not be optimised; what is timed is, and so that V8 takes it for another module it has a section more.
    const timed = bindTo('relaxed', new WebAssembly.Module(joined(relaxed, EMPTY_SECTION)));
    const [usual, ...times] = fastest([timed, ...candidates]);
    const best = times.indexOf(Math.min(...times));
    const both = [candidates[best], judge];
    const wrong = firstDifference(both) ?? firstDifference(both);
    const gain = usual / times[best];
    if (wrong === undefined && gain >= FASTER) return { module, tileRows: TILE_ROWS[best] };
    if (wrong !== undefined) return { refused: `V8 makes other bits of '${wrong}' with vectors of eight` };
    return { refused: `vectors of eight lanes are no faster here (${gain.toFixed(2)} times)` };
  } catch (error) {
    // Without the memory for the test there may still be enough for a run.
    return { refused: `they could not be tested, ${asError(error).message}` };
  }
}

/** A custom section with the name x and nothing in it. */
const EMPTY_SECTION = Uint8Array.of(0, 2, 1, 0x78);

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function bindTo(name: KernelName, module: WebAssembly.Module, tileRows?: number): Bind {
  return (memory, scratch) => wasmKernels(name, module, memory, scratch, tileRows);
}

/** The shortest time of each in turns, in milliseconds, for the product of 60 × 256 and 256 × 64. */
function fastest(sides: readonly Bind[]): number[] {
  const [S, I, O] = [60, 256, 64];
  const x = 64 + SCRATCH_BYTES;
  const w = x + S * stride(I) * 4;
  const b = w + I * stride(O) * 4;
  const memory = sharedMemory(2 ** 20);
  const all = sides.map((bind) => ({ kernels: bind(memory, 64), ms: Number.POSITIVE_INFINITY }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of all) {
      const start = performance.now();
      for (let k = 0; k < 3; k++) side.kernels.forward(S, I, O, x, w, b, b + 1024);
      side.ms = Math.min(side.ms, performance.now() - start);
    }
  }
  return all.map(({ ms }) => ms);
}

/** Of some 60 microseconds a side: so a moment in which the machine was busy does not decide. */
const ROUNDS = 10;
