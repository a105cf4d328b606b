// Who runs in the race: how each is started on a recipe. nabla's side is the command itself; the others are programs of their own
// that do nothing else. A side takes as many threads as its library likes; those that BLAS threads may slow down also run with one.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, PROGRAMS, threadVariables } from '../peers/catalogue.js';
import type { Recipe } from './recipes.js';
import type { Digits, RaceCommand } from './run.js';

/** Programs of the sides lie beside the sources; this file runs from dist/bench/race. */
const OWN_PROGRAMS = fileURLToPath(new URL('../../../bench/race/', import.meta.url));
const NABLA = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface Task {
  /** Folder of the IDX files. */
  readonly data: string;
  /** For 'validation' the last 10,000 training digits are held back. */
  readonly digits: Digits;
  readonly recipe: Recipe;
  readonly seed: number;
}

export interface Side {
  readonly id: string;
  readonly name: string;
  readonly program: 'nabla' | 'torch' | 'numpy' | 'sklearn' | 'tfjs';
  /** One thread; absent where the library chooses. */
  readonly threads?: 1;
  /** Whether it can be told this recipe. */
  readonly expresses: (recipe: Recipe) => boolean;
}

const all = (): boolean => true;

export const SIDES: readonly Side[] = [
  { id: 'nabla', name: 'nabla', program: 'nabla', expresses: all },
  { id: 'torch', name: 'PyTorch', program: 'torch', expresses: all },
  { id: 'torch-1', name: 'PyTorch, 1 thread', program: 'torch', threads: 1, expresses: all },
  { id: 'numpy', name: 'NumPy', program: 'numpy', expresses: all },
  { id: 'numpy-1', name: 'NumPy, 1 thread', program: 'numpy', threads: 1, expresses: all },
  { id: 'sklearn', name: 'scikit-learn', program: 'sklearn', expresses: ({ dropout }) => dropout === 0 },
  { id: 'tfjs', name: 'TensorFlow.js', program: 'tfjs', expresses: all },
];

/** The command of a side; or why it cannot be started. */
export function commandOf({ program, threads }: Side, task: Task, pythons: readonly string[]): RaceCommand | { readonly unavailable: string } {
  if (program === 'nabla') return { file: process.execPath, args: [NABLA, ...trainArguments(task)], env: {}, input: '' };
  const { recipe, ...rest } = task;
  const input = `${JSON.stringify({ ...recipe, ...rest })}\n`;
  if (program === 'tfjs') return { file: process.execPath, args: [join(OWN_PROGRAMS, 'tfjs_race.mjs')], env: {}, input };
  const python = findPython(['numpy', program], pythons);
  if (!python) return { unavailable: `no Python found (tried ${pythons.join(', ')})` };
  const env = { PYTHONPATH: fileURLToPath(PROGRAMS), ...(threads ? threadVariables(String(threads)) : {}) };
  return { file: python, args: ['-B', join(OWN_PROGRAMS, `${program}_race.py`)], env, input };
}

/** What a user types after `nabla`. */
function trainArguments({ data, digits, recipe, seed }: Task): string[] {
  const { layers, batch, optimiser, eta, dropout, lambda, epochs } = recipe;
  const options = {
    data,
    validation: digits === 'test' ? 0 : 10_000,
    layers: layers.join(),
    activation: 'relu',
    cost: 'log-likelihood',
    batch,
    optimiser,
    eta,
    schedule: 'cosine:0',
    epochs,
    seed,
    ...(dropout > 0 ? { dropout } : {}),
    ...(lambda > 0 ? { lambda } : {}),
    format: 'json',
  };
  return ['train', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
}
