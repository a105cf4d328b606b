// Precedence of options typed on the command line over those of a configuration file. They win over the file, and so over its keys
// that contradict them or belong to what they replace: a run's own file writes out every default, and most of what is typed beside
// it would otherwise be refused. The user is told which keys are set aside.

import { READING } from '../data/reading.js';
import { costRow } from '../functions/costs.js';
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
  // Where parameters come from: a saved network determines all of a network, and initial parameters are not drawn then.
  { typed: ['from'], aside: ['layers', 'activation', 'output', 'cost', 'neurons', 'init'] },
  { typed: ['layers', 'activation', 'output', 'cost'], aside: ['from'], where: saysOtherwise },
  { typed: ['hidden'], aside: ['layers', 'from'] },
  { typed: ['layers'], aside: ['hidden'] },
  { typed: ['hidden'], aside: ['activation', 'dropout'], where: (typed, file, name) => !isFor(hiddenLayers(typed), file[name]) },
  { typed: ['hidden'], aside: ['neurons'] },
  { typed: ['init', 'neurons'], aside: ['from'] },
  // Lists with a value for each hidden layer, and numbers of neurons, belong to the layers that they were made for.
  { typed: ['layers'], aside: ['activation', 'dropout'], where: (typed, file, name) => !isFor(typed.layers, file[name]) },
  { typed: ['layers'], aside: ['neurons'], where: saysOtherwise },
  // The usual output goes with the cost, and the usual initial weights with f and the cost: ReLU diverges from N(0,1).
  { typed: ['cost'], aside: ['output'], where: saysOtherwise },
  { typed: ['activation', 'output', 'cost'], aside: ['init'], where: saysOtherwise },
  { typed: ['cost'], aside: ['smooth'], where: isForOneClass },
  { typed: ['cost'], aside: ['augment'], where: (typed, { augment = '' }) => isForOneClass(typed) && /(^|\s)mix:/.test(augment) },
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
  // A warm-up is over before the last epoch.
  {
    typed: ['epochs'],
    aside: ['schedule'],
    where: ({ epochs = 0 }, { schedule }) => typeof schedule === 'object' && schedule.kind === 'cosine' && schedule.warmUp >= epochs,
  },
  { typed: ['epochs'], aside: ['average'], where: ({ epochs = 0 }, { average = 0 }) => average > epochs },
  // Which network a run ends with goes with the patience that it has.
  { typed: ['patience'], aside: ['restoreBest'], where: (_, file) => file.patience === undefined },
  // The digits of the package are always split in the same way, and stored row by row.
  { typed: ['data'], aside: READING.filter((name) => name !== 'scale' && name !== 'splitSeed'), where: (typed) => typed.data === 'mnist' },
  { typed: ['split'], aside: ['validation'] },
  { typed: ['validation'], aside: ['split'] },
  // Gradient strategies, and kernels.
  { typed: ['reproducible'], aside: ['gradient', 'shards', 'kernels', 'blas'] },
  { typed: ['shards'], aside: ['gradient'], where: (_, file) => file.gradient !== 'tree' },
  { typed: ['shards'], aside: ['reproducible'] },
  {
    typed: ['gradient'],
    aside: ['shards'],
    where: (typed, file) => typed.gradient === 'owned' || (file.gradient === 'tree') !== (typed.gradient === 'tree'),
  },
  // Only some gradients are for sparse inputs, and a run's own file says which it had.
  { typed: ['augment'], aside: ['input'], where: (_, file) => file.input === 'sparse' },
  { typed: ['gradient'], aside: ['input'], where: (typed, file) => typed.gradient === 'tree' && file.input === 'sparse' },
  {
    typed: ['input'],
    aside: ['gradient', 'shards'],
    where: (typed, file) => typed.input === 'sparse' && file.gradient === 'tree' && typed.gradient === undefined,
  },
  { typed: ['gradient'], aside: ['reproducible'], where: (typed) => typed.gradient !== 'owned' },
  { typed: ['kernels'], aside: ['blas'], where: (typed) => typed.kernels !== 'blas' },
  { typed: ['kernels'], aside: ['reproducible'], where: (typed) => typed.kernels !== 'simd' },
  { typed: ['blas'], aside: ['kernels', 'reproducible'] },
];

/** Whether a cost was typed that knows a class only as its own or another. */
function isForOneClass({ cost = '' }: TrainOptions): boolean {
  return costRow(cost)?.targets === 'classes';
}

/** Whether the file has another value for what was typed. */
function saysOtherwise(typed: TrainOptions, file: TrainOptions, _: Name, by: Name): boolean {
  const text = (value: unknown): string => String(by === 'activation' ? forAll(value) : value);
  return file[by] !== undefined && text(typed[by]) !== text(file[by]);
}

/** Whether a value, or a list of values, for the hidden layers fits a network of these layers. */
function isFor(layers: TrainOptions['layers'] = [], value: unknown): boolean {
  const [hidden, values] = [layers.length - 2, [value].flat().length];
  return values === hidden || (values === 1 && hidden > 0);
}

/** All sizes, as far as they are known, of a network whose hidden layers were typed. */
const hiddenLayers = ({ hidden = [] }: TrainOptions): readonly number[] => [0, ...hidden, 0];

/** A list of one value, where all values of a list are the same. */
function forAll<T>(value: T): T {
  return Array.isArray(value) && value.length > 0 && value.every((one) => one === value[0]) ? (value.slice(0, 1) as T) : value;
}

/** The optimiser that was typed, or the one that a typed momentum is for. */
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
  // A value that a run has written for each of its layers holds for other layers too, if it is the same for all.
  const others = typed.layers !== undefined || typed.hidden !== undefined || typed.from !== undefined;
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
