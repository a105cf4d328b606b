// The kernels `wide`: that the self-test at load sees any kernel with other bits, so that a V8 which joins vectors wrongly is met with
// `relaxed` and a word, and never with wrong numbers; and that runs of both have the same weights.

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { loadDataset, type TrainOptions, train } from '#src/index.js';
import type { Kernels } from '#src/kernels/kernels.js';
import { loadKernels } from '#src/kernels/load.js';
import { scalarKernels } from '#src/kernels/scalar/index.js';
import { firstDifference } from '#src/kernels/self-test.js';
import { wasmKernels } from '#src/kernels/wasm.js';
import { joinsVectors } from '#src/kernels/wide.js';
import { inFolder, jsonLines } from '../support/command.js';
import { needs } from '../support/needs.js';
import { SLOW } from '../support/slow.js';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const wasm = (name: string): Buffer<ArrayBuffer> => readFileSync(join(dist, 'src/kernels', `${name}.wasm`));
const NEEDS_WIDE = needs(joinsVectors(), 'no Node from 24 on, on x64: no vectors of eight lanes');

// Asks this process for relaxed SIMD, which Node 20 has behind a flag.
await loadKernels('relaxed');
const bound = (name: string) => {
  const module = new WebAssembly.Module(wasm(name));
  return (memory: WebAssembly.Memory, scratch: number): Kernels => wasmKernels('relaxed', module, memory, scratch);
};
const relaxed = bound('relaxed');

type Call = (...numbers: number[]) => unknown;

/** Every kernel of a set, by the path to it. */
function paths(kernels: object, path: readonly string[] = []): string[][] {
  return Object.entries(kernels).flatMap(([key, kernel]) => {
    if (key === 'name' || key === 'own') return [];
    return typeof kernel === 'function' ? [[...path, key]] : paths(kernel, [...path, key]);
  });
}

/** The same set with another kernel in one place. */
function replaced(kernels: object, [key, ...rest]: readonly string[], change: (kernel: Call) => Call): object {
  const inner = (kernels as Record<string, object>)[key];
  return { ...kernels, [key]: rest.length === 0 ? change(inner as unknown as Call) : replaced(inner, rest, change) };
}

describe('the self-test', () => {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
  /** f(z) = z has nothing to do on its way back. */
  const all = paths(scalarKernels(memory)).filter((path) => path.join('.') !== 'activations.linear.backward');

  it('finds no difference where there is none', () => {
    expect(firstDifference([relaxed, relaxed])).toBeUndefined();
  });

  it.each([4, 5])('finds none between relaxed and wide with tiles of %d rows', NEEDS_WIDE, async (rows) => {
    const { module } = await loadKernels('wide');
    const wide = (memory: WebAssembly.Memory, scratch: number) => wasmKernels('wide', module as WebAssembly.Module, memory, scratch, rows);
    expect(firstDifference([wide, relaxed])).toBeUndefined();
  });

  it('finds one between fused and separate rounding', () => {
    expect(firstDifference([bound('simd'), relaxed])).toEqual(expect.any(String));
  });

  const some = all.filter((_, k) => SLOW || k % 3 === 0);
  it.each(some.map((path) => [path.join('.'), path] as const))('sees that %s does nothing', { tags: ['longer'] }, (_, path) => {
    const broken = (m: WebAssembly.Memory, scratch: number) => replaced(relaxed(m, scratch), path, () => () => 0) as Kernels;
    expect(firstDifference([broken, relaxed])).toEqual(expect.any(String));
  });

  it.each([
    [
      'forward',
      'the last lane of a product',
      (k: Call, f: Float32Array): Call => lastLane(k, f, ([S, I, O, , , , z]) => ({ at: z, rows: S, n: O, I })),
    ],
    [
      'updates.adam',
      'the last lane of a step',
      (k: Call, f: Float32Array): Call => lastLane(k, f, ([R, n, step, w]) => ({ at: w, rows: R, n, step })),
    ],
    [
      'sparseForward',
      'the last lane over sparse inputs',
      (k: Call, f: Float32Array): Call => lastLane(k, f, ([S, , end, , O, , , , , z]) => ({ at: z, rows: S, n: O, end })),
    ],
  ] as const)('sees in %s a bit of %s', (name, _, change) => {
    const broken = (m: WebAssembly.Memory, scratch: number) => {
      const floats = new Float32Array(m.buffer);
      return replaced(relaxed(m, scratch), name.split('.'), (kernel) => change(kernel, floats)) as Kernels;
    };
    expect(firstDifference([broken, relaxed])).toEqual(expect.any(String));
  });
});

/** What a kernel writes, with the last bit of its first row's last float flipped. */
function lastLane(kernel: Call, floats: Float32Array, where: (numbers: number[]) => { at: number; n: number; end?: number }): Call {
  const bits = new Uint32Array(floats.buffer);
  return (...numbers) => {
    const result = kernel(...numbers);
    const { at, n, end = n } = where(numbers);
    bits[at / 4 + Math.min(n, end) - 1] ^= 1;
    return result;
  };
}

describe('the choice', () => {
  it('is wide by itself where it can be had, and else relaxed', async () => {
    expect((await loadKernels('auto')).name).toBe(joinsVectors() ? 'wide' : 'relaxed');
  });

  it('is relaxed with a word where wide was asked for and cannot be had', needs(!joinsVectors(), 'this Node has wide kernels'), async () => {
    expect(await loadKernels('wide')).toMatchObject({ name: 'relaxed', note: 'no wide kernels: they need Node 24 or later on x64' });
  });

  const OTHERS = [
    ['simd', 'other bits of'],
    ['relaxed', 'are no faster here'],
  ] as const;
  it.each(SLOW ? OTHERS : OTHERS.slice(0, 1))(
    'is relaxed with a word where the module computes as %s does',
    { ...NEEDS_WIDE, tags: ['longer'] },
    async (module, why) => {
      await inFolder(async (folder) => {
        cpSync(dist, join(folder, 'dist'), { recursive: true });
        copyFileSync(join(dist, '..', 'package.json'), join(folder, 'package.json'));
        symlinkSync(join(dist, '..', 'node_modules'), join(folder, 'node_modules'));
        copyFileSync(join(dist, `src/kernels/${module}.wasm`), join(folder, 'dist/src/kernels/wide.wasm'));
        const main = join(folder, 'dist/src/cli/main.js');
        const run = 'train --layers 784,10 --epochs 1 --run kept --format json'.split(' ');
        const [start, ...events] = jsonLines(execFileSync(process.execPath, [main, ...run], { cwd: folder, encoding: 'utf8' }));
        expect(start).toMatchObject({ kernels: 'relaxed', kernelsNote: expect.stringMatching(new RegExp(`^no wide kernels: .*${why}`)) });
        expect(events.at(-1)).toMatchObject({ event: 'done' });
      });
    },
  );
});

describe('runs of wide and relaxed have the same weights', NEEDS_WIDE, async () => {
  const data = await loadDataset('mnist', { seed: 1 });
  const some = { ...data, training: { values: data.training.values.subarray(0, 784 * 600), labels: data.training.labels.subarray(0, 600) } };
  const common = { data: some, layers: [784, 37, 10], epochs: 2, batch: 33, seed: 3 };
  const RUNS: Record<string, TrainOptions> = {
    'plain, dense': { input: 'dense', lambda: 3 },
    'plain, sparse': { input: 'sparse', lambda: 3 },
    'partial, dense': { input: 'dense', gradient: 'partial', shards: 4 },
    'partial, sparse': { input: 'sparse', gradient: 'partial', shards: 4, l1: 0.1 },
    'wide layers, by inputs': { layers: [784, 150, 45, 10], batch: 64, activation: 'relu', cost: 'log-likelihood', eta: 0.1 },
    'momentum, dropout': { optimiser: 'momentum', dropout: 0.3, eta: 0.05 },
    'nesterov, limit on norms': { optimiser: 'nesterov', maxNorm: 1, eta: 0.05, activation: 'tanh' },
    'rmsprop, limit on the gradient': { optimiser: 'rmsprop', clipNorm: 0.5, activation: 'elu' },
    'adam, sparse': { optimiser: 'adam', activation: 'gelu' },
    'adam, dense, partial': { optimiser: 'adam', input: 'dense', gradient: 'partial', shards: 3, activation: 'silu' },
    'adamw, class weights': { optimiser: 'adamw', lambda: 5, classWeights: 'balanced', activation: 'softplus' },
    'batches of one, huber': { batch: 1, cost: 'huber', output: 'linear', activation: 'leaky-relu', eta: 0.01, epochs: 1 },
  };
  const check = async (options: TrainOptions, counts: readonly number[]): Promise<void> => {
    const { weightsSha256 } = await train({ ...common, ...options, kernels: 'relaxed', workers: 1 });
    for (const workers of counts) expect((await train({ ...common, ...options, kernels: 'wide', workers })).weightsSha256).toBe(weightsSha256);
  };
  // Threads take longer to start than these runs take: from kind to kind other counts.
  const turns = Object.entries(RUNS).map(([name, options], k) => [name, options, [[1, 3], [2], [8]][k % 3]] as const);
  test.each(turns)('%s', (_, options, counts) => check(options, counts));
  test.each(Object.entries(RUNS))('%s, with 1, 2, 3 and 8 workers', { tags: ['slow'] }, (_, options) => check(options, [1, 2, 3, 8]));
});
