// What of a configuration file counts beside options that were typed. They win over the file, and so over its keys that
// contradict them or go with what they replace: a run's own file writes out every default, and most of what is typed beside it
// would be refused. What is set aside is said.

import type { OptimiserName } from '../functions/optimisers/index.js';
import { OPTIMISERS } from '../functions/optimisers/index.js';
import { readsNumber } from '../model/learning.js';
import { OPTIONS, type TrainOptions } from './table.js';

type Name = keyof TrainOptions;

interface Rule {
  /** Each of them, typed, … */
  readonly typed: readonly Name[];
  /** … sets these keys of the file aside, … */
  readonly aside: readonly Name[];
  /** … but only where this holds. */
  readonly where?: (typed: TrainOptions, file: TrainOptions, aside: Name, by: Name) => boolean;
}

const RULES: readonly Rule[] = [
  // Where parameters come from: a saved network is all of a network, and drawing them is something else.
  { typed: ['from'], aside: ['layers', 'activation', 'output', 'cost', 'neurons', 'init'] },
  { typed: ['layers', 'activation', 'output', 'cost'], aside: ['from'], where: saysOtherwise },
  { typed: ['init', 'neurons'], aside: ['from'] },
  // Lists with a value for each hidden layer, and numbers of neurons, are of those layers.
  { typed: ['layers'], aside: ['activation', 'dropout'], where: (typed, file, name) => !isFor(typed.layers, file[name]) },
  { typed: ['layers'], aside: ['neurons'], where: saysOtherwise },
  // The usual output goes with the cost, and the usual initial weights with f and the cost: ReLU diverges from N(0,1).
  { typed: ['cost'], aside: ['output'], where: saysOtherwise },
  { typed: ['activation', 'output', 'cost'], aside: ['init'], where: saysOtherwise },
  // The numbers of an optimiser, and its η: 0.5 is usual for sgd, 0.001 for adam.
  { typed: ['momentum'], aside: ['optimiser'], where: (typed, file) => optimiserOf(typed, file) !== file.optimiser },
  {
    typed: ['optimiser', 'momentum'],
    aside: ['momentum', 'rho', 'beta1', 'beta2', 'epsilon'],
    where: (typed, file, name) => !readsNumber(optimiserOf(typed, file), name),
  },
  {
    typed: ['optimiser', 'momentum'],
    aside: ['eta'],
    where: (typed, file) => file.optimiser !== undefined && usualRate(optimiserOf(typed, file)) !== usualRate(file.optimiser),
  },
  // The digits of the package are split in one way.
  { typed: ['data'], aside: ['validation'], where: (typed) => typed.data === 'mnist' },
  // Ways to the gradient, and kernels.
  { typed: ['reproducible'], aside: ['gradient', 'shards', 'kernels', 'blas'] },
  { typed: ['shards'], aside: ['gradient', 'reproducible'] },
  { typed: ['gradient'], aside: ['shards'], where: (typed) => typed.gradient === 'owned' },
  { typed: ['gradient'], aside: ['reproducible'], where: (typed) => typed.gradient !== 'owned' },
  { typed: ['kernels'], aside: ['blas'], where: (typed) => typed.kernels !== 'blas' },
  { typed: ['kernels'], aside: ['reproducible'], where: (typed) => typed.kernels !== 'simd' },
  { typed: ['blas'], aside: ['kernels', 'reproducible'] },
];

/** Whether the file has another value for what was typed. */
function saysOtherwise(typed: TrainOptions, file: TrainOptions, _: Name, by: Name): boolean {
  const text = (value: unknown): string => String(by === 'activation' ? forAll(value) : value);
  return file[by] !== undefined && text(typed[by]) !== text(file[by]);
}

/** Whether a value for hidden layers can be one for those of these layers. */
function isFor(layers: TrainOptions['layers'] = [], value: unknown): boolean {
  const [hidden, values] = [layers.length - 2, [value].flat().length];
  return values === hidden || (values === 1 && hidden > 0);
}

/** One value for all hidden layers, where the same stands for each of them. */
function forAll<T>(value: T): T {
  return Array.isArray(value) && value.length > 0 && value.every((one) => one === value[0]) ? (value.slice(0, 1) as T) : value;
}

/** The optimiser that was typed, or the one that a momentum goes to. */
function optimiserOf(typed: TrainOptions, file: TrainOptions): OptimiserName {
  return typed.optimiser ?? (file.optimiser !== undefined && readsNumber(file.optimiser, 'momentum') ? file.optimiser : 'momentum');
}

const usualRate = (optimiser: OptimiserName): number | undefined => OPTIMISERS[optimiser]?.eta;

/**
 * @param typed options of the command line
 * @param file those of the file
 * @returns those of the file that count, without any that was typed; and of each typed one the keys that it sets aside
 */
export function besideTyped(typed: TrainOptions, file: TrainOptions): { options: TrainOptions; aside: ReadonlyMap<string, readonly string[]> } {
  // Other layers take what a run has written for each of its own, if it is the same.
  const others = typed.layers !== undefined || typed.from !== undefined;
  const whole = others ? { ...file, activation: forAll(file.activation), dropout: forAll(file.dropout) } : file;
  const options: TrainOptions = Object.fromEntries(
    Object.entries(whole).filter(([name, value]) => value !== undefined && !Object.hasOwn(typed, name)),
  );
  const aside = new Map<string, string[]>();
  for (const { typed: names, aside: keys, where } of RULES) {
    for (const by of names.filter((name) => typed[name] !== undefined)) {
      const moot = keys.filter((name) => options[name] !== undefined && where?.(typed, whole, name, by) !== false);
      for (const name of moot) delete options[name];
      if (moot.length > 0) aside.set(keyOf(by), [...(aside.get(keyOf(by)) ?? []), ...moot.map(keyOf)]);
    }
  }
  return { options, aside };
}

function keyOf(option: Name): string {
  const row = OPTIONS[option];
  return 'key' in row ? row.key : option;
}
