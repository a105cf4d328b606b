// What the rows of functions say of themselves, held against their own mathematics: limits, likeness to ReLU, matched pairs, kinds of
// targets, which numbers a step reads. And that no other file keeps a list of functions by name.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  ACTIVATION_NAMES,
  type ActivationName,
  ELEMENTWISE,
  ELEMENTWISE_NAMES,
  type ElementwiseName,
  LAYERWISE,
  LAYERWISE_NAMES,
  layerwiseActivation,
} from '#src/functions/activations.js';
import { COST_NAMES, COSTS, MATCHED_PAIRS } from '#src/functions/costs.js';
import { hyperparameters, OPTIMISER_NAMES, OPTIMISERS, readersOf } from '#src/functions/optimisers/index.js';
import { type Hyperparameters, OPTIMISER_NUMBERS, type OptimiserNumber } from '#src/functions/optimisers/optimiser.js';

const ZS = Array.from({ length: 61 }, (_, k) => Math.fround((k - 30) * 0.23 + 0.011));
const SHARES = Array.from({ length: 19 }, (_, k) => Math.fround(0.05 * (k + 1)));

/** Largest |value|. */
const most = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

describe.each(ELEMENTWISE_NAMES)('activation %s', (name) => {
  const { f, derivative, kernel, bounded, likeRelu } = ELEMENTWISE[name];

  test('is bounded, or not, as its row says', () => {
    expect(most([f(1e200), f(-1e200)]) <= 1.5 * most([f(1e100), f(-1e100)])).toBe(bounded);
  });

  test('starts like ReLU, or not: 0 at 0, z on the right, next to nothing on the left', () => {
    expect(f(0) === 0 && Math.abs(f(30) - 30) < 0.1 && Math.abs(f(-30)) < 3).toBe(likeRelu);
  });

  test('comes to the same in the form that kernels compute', () => {
    for (const z of ZS) {
      expect(kernel?.f?.(z) ?? f(z)).toBeCloseTo(f(z), 6);
      expect(kernel?.derivative(z, Math.fround(f(z))) ?? derivative(z)).toBeCloseTo(derivative(z), 6);
    }
  });
});

describe.each(LAYERWISE_NAMES)('activation %s', (name) => {
  const { f, backward, slope, steepest, code } = LAYERWISE[name];
  const layers = [
    [0.3, -1, 2],
    [4, 4],
    [-300, 0, 300, 299],
  ];

  test('has the slopes of its Jacobian, and none steeper than its row says', () => {
    for (const z of layers) {
      const a = f(z);
      a.forEach((v, j) => {
        const unit = a.map((_, k) => (k === j ? 1 : 0));
        expect(slope(v)).toBeCloseTo(backward(a, unit)[j], 14);
      });
    }
    const slopes = ZS.map((z) => slope(f([z, 0])[0]));
    expect(most(slopes)).toBeLessThanOrEqual(steepest);
    expect(most(slopes)).toBeGreaterThan(0.99 * steepest);
  });

  test('comes to the same as code', () => {
    const read = new Function(`return ${code}`)();
    for (const z of layers) expect(read(z)).toEqual(f(z));
  });
});

describe.each(COST_NAMES)('cost %s', (name) => {
  const { term, gradient, kernel, outputs, steep, targets } = COSTS[name];

  test('is steep, or has slopes of 1 at the most, as its row says', () => {
    const far = (outputs as readonly string[]).includes('linear') ? [1e6, -1e6] : [1e-9, 1 - 1e-9];
    expect(most(far.flatMap((a) => [0, 1].map((y) => gradient(a, y)))) > 1).toBe(steep);
  });

  test('is for the targets that its row says: least at a = y for shares and numbers, and of distributions there on the whole', () => {
    expect(Math.abs(gradient(0.3, 0.3)) < 1e-12).toBe(targets === 'shares' || targets === 'numbers');
    // Along the outputs that sum to 1, every slope is then the same.
    expect(Math.abs(gradient(0.3, 0.3) - gradient(0.7, 0.7)) < 1e-12).toBe(targets !== 'classes');
    expect([0.3, 7].every((y) => Number.isFinite(term(y, y)) && Math.abs(gradient(y, y)) < 1e-12)).toBe(targets === 'numbers');
  });

  test('comes to the same in the form that kernels compute', () => {
    for (const a of SHARES) {
      for (const y of [0, 1]) {
        expect(kernel?.term(a, y) ?? term(a, y)).toBeCloseTo(term(a, y), 12);
        expect(kernel?.gradient(a, y) ?? gradient(a, y)).toBeCloseTo(gradient(a, y), 12);
      }
    }
  });
});

describe.each(MATCHED_PAIRS)('$cost of $output', ({ cost, output, term, sharedOf }) => {
  const z = [0.5, -1.25, 2];
  const y = [0, 0, 1];

  test('is the cost from z, and δ^L = a - y', () => {
    const { a, delta } = outputError(output, z, (activation, j) => COSTS[cost].gradient(activation, y[j]));
    const shared = sharedOf?.(Float32Array.from(z)) ?? 0;
    const fromZ = z.reduce((sum, v, j) => sum + term(v, y[j], shared), 0);
    expect(fromZ).toBeCloseTo(
      a.reduce((sum, v, j) => sum + COSTS[cost].term(v, y[j]), 0),
      12,
    );
    delta.forEach((d, j) => {
      expect(d).toBeCloseTo(a[j] - y[j], 12);
    });
  });
});

/** a, and BP1 without any of its shortcuts. */
function outputError(name: ActivationName, z: readonly number[], gradient: (a: number, j: number) => number): { a: number[]; delta: number[] } {
  const layerwise = layerwiseActivation(name);
  if (layerwise) {
    const a = layerwise.f(z);
    return { a, delta: layerwise.backward(a, a.map(gradient)) };
  }
  const { f, derivative } = ELEMENTWISE[name as ElementwiseName];
  const a = z.map((v) => f(v));
  return { a, delta: a.map((v, j) => gradient(v, j) * derivative(z[j])) };
}

describe.each(OPTIMISER_NAMES)('optimiser %s', (name) => {
  const optimiser = OPTIMISERS[name];
  const NUMBERS = { momentum: 0.9, rho: 0.8, beta1: 0.7, beta2: 0.6, epsilon: 1e-8 };

  /** w after three steps, and the state. */
  function walk(numbers: Record<OptimiserNumber, number>, others: Partial<Hyperparameters> = {}): { w: number; s: number; q: number } {
    const state = { s: 0, q: 0 };
    const h = (t: number): Hyperparameters => ({ ...hyperparameters(optimiser, numbers, 0.1, t), ...others });
    const end = [1, -2, 0.5].reduce((w, g, k) => optimiser.step(w, g, state, h(k + 1)), 1);
    return { w: end, ...state };
  }

  test('keeps as many numbers as its row says', () => {
    const { s, q } = walk(NUMBERS);
    expect([s, q].filter((v) => v !== 0)).toHaveLength(optimiser.states);
  });

  test('has a name for every number that its step reads', () => {
    const fields = (['first', 'second', 'epsilon'] as const).filter((field) => walk(NUMBERS, { [field]: 0.25 }).w !== walk(NUMBERS).w);
    expect(fields).toEqual(Object.keys(optimiser.reads));
  });

  test('steps otherwise where a number is another that it reads, and only then; it describes itself by its own', () => {
    const all = Object.values(NUMBERS).map(String);
    const own = OPTIMISER_NUMBERS.filter((number) => readersOf(number).includes(name));
    const changed = OPTIMISER_NUMBERS.filter((number) => walk({ ...NUMBERS, [number]: 0.25 }).w !== walk(NUMBERS).w);
    expect(changed).toEqual(own);
    const told = all.filter((value) => optimiser.describe(NUMBERS).includes(value));
    expect(own.map((number) => String(NUMBERS[number]))).toEqual(expect.arrayContaining(told));
  });
});

test('no other file lists functions by name, but for the ONNX operators of the activations, presets and recipes', () => {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ts$/.test(file) && !/assembly|^functions\//.test(file));
  // Functions of the book are named where they are a default, or what the book's own files and runs have.
  const ofTheBook = ['sigmoid', 'tanh', 'softmax', 'linear', 'quadratic', 'cross-entropy', 'log-likelihood', 'sgd', 'momentum'];
  const names = [...ACTIVATION_NAMES, ...COST_NAMES, ...OPTIMISER_NAMES].filter((name) => !ofTheBook.includes(name));
  const code = (file: string): string => readFileSync(join(root, file), 'utf8').replace(/\/\*.*?\*\/|\/\/.*?$/gms, '');
  const naming = files.filter((file) => names.some((name) => new RegExp(`'${name}'|^ *${name}\\b[:(]`, 'm').test(code(file))));
  // And where one of them is looked for by what is particular about it, in the page.
  expect(naming.toSorted()).toEqual(['experiments/records/recipes.ts', 'export/onnx.ts', 'options/presets.ts', 'play/step/findings-list.ts']);
});
