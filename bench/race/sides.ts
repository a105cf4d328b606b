// Who runs in the race: how each is started on a recipe. nabla's side is the command itself; the others are programs of their own
// that do nothing else. No side is told how many threads to take.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, PROGRAMS } from '../peers/catalogue.js';
import type { Command } from '../peers/peer.js';
import type { Recipe } from './recipes.js';

/** Programs of the sides lie beside the sources; this file runs from dist/bench/race. */
const OWN_PROGRAMS = fileURLToPath(new URL('../../../bench/race/', import.meta.url));
const NABLA = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Which digits a side is judged by; for 'validation' the last 10,000 training digits are held back. */
export type Digits = 'validation' | 'test';

export interface Task {
  /** Folder of the IDX files. */
  readonly data: string;
  readonly digits: Digits;
  readonly recipe: Recipe;
  readonly seed: number;
}

export interface Side {
  readonly id: string;
  /** Module that its Python needs besides NumPy; absent for those that are not Python. */
  readonly module?: string;
  /** Whether it can be told this recipe. */
  readonly expresses: (recipe: Recipe) => boolean;
}

const all = (): boolean => true;

export const SIDES: readonly Side[] = [
  { id: 'nabla', expresses: all },
  { id: 'torch', module: 'torch', expresses: all },
  { id: 'numpy', module: 'numpy', expresses: all },
  { id: 'sklearn', module: 'sklearn', expresses: ({ dropout }) => dropout === 0 },
  { id: 'tfjs', expresses: all },
];

/** The command of a side, and what it reads on standard input; or why it cannot be started. */
export function commandOf(side: Side, task: Task, pythons: readonly string[]): (Command & { input: string }) | { readonly unavailable: string } {
  if (side.id === 'nabla') return { file: process.execPath, args: [NABLA, ...trainArguments(task)], env: {}, input: '' };
  const { recipe, ...rest } = task;
  const input = `${JSON.stringify({ ...recipe, ...rest })}\n`;
  if (side.module === undefined) return { file: process.execPath, args: [join(OWN_PROGRAMS, `${side.id}_race.mjs`)], env: {}, input };
  const python = findPython(['numpy', side.module], pythons);
  if (!python) return { unavailable: `no Python found (tried ${pythons.join(', ')})` };
  const env = { PYTHONPATH: fileURLToPath(PROGRAMS) };
  return { file: python, args: ['-B', join(OWN_PROGRAMS, `${side.id}_race.py`)], env, input };
}

/** What a user types after `nabla`. */
export function trainArguments({ data, digits, recipe, seed }: Task): string[] {
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
