// What the arrays of an .npz file are: inputs or targets, to train, validate or test on. Told by their names, as Keras, scikit-learn and
// MedMNIST have them, and by lengths and shapes where names are only numbers.

import type { NablaError } from '../../errors.js';
import { quoted, type Tables } from '../table.js';
import { type Bad, sizesText } from './npy.js';

export type SplitName = Exclude<keyof Tables, 'warnings'>;
/** An array's name, without .npy, and its shape. */
export interface Shaped {
  readonly name: string;
  readonly shape: readonly number[];
}
/** The arrays of a split. */
export interface Pair<A> {
  readonly inputs: A;
  readonly targets?: A;
}
export type Pairs<A> = Partial<Record<SplitName, Pair<A>>>;

const INPUTS = ['x', 'xs', 'image', 'images', 'img', 'imgs', 'data', 'feature', 'features', 'input', 'inputs', 'sample', 'samples', 'pixels'];
const TARGETS = ['y', 'ys', 'label', 'labels', 'target', 'targets', 'output', 'outputs', 'class', 'classes'];
const SPLIT_NAMES: Readonly<Record<SplitName, readonly string[]>> = {
  training: ['train', 'training', 'tr', 'fit'],
  validation: ['val', 'valid', 'validation', 'dev'],
  test: ['test', 'testing', 'te', 't10k', 'eval'],
};

interface Role {
  readonly split: SplitName;
  readonly part: keyof Pair<unknown>;
}

/** How arrays without names follow each other: as Keras gives them, and as scikit-learn's train_test_split does. */
const ORDERS: readonly string[] = ['Tx Ty', 'Tx Ty Ex Ey', 'Tx Ex Ty Ey', 'Tx Ty Vx Vy Ex Ey', 'Tx Vx Ex Ty Vy Ey'];
const SPLIT_LETTERS: Readonly<Record<string, SplitName>> = { T: 'training', V: 'validation', E: 'test' };

/**
 * The arrays by what they are. One alone is inputs, whatever its name.
 * @throws {NablaError} BAD_DATA through `bad`, with what there is
 */
export function rolesOf<A extends Shaped>(arrays: readonly A[], bad: Bad): Pairs<A> {
  if (arrays.length === 1) return { training: { inputs: arrays[0] } };
  if (arrays.every(({ name }) => /^arr_\d+$/.test(name))) return byOrder(arrays, bad);
  const found = new Map<string, A>();
  const others: A[] = [];
  for (const array of arrays) {
    const role = roleOf(array.name);
    if (!role) others.push(array);
    else {
      const key = `${role.split} ${role.part}`;
      const twice = found.get(key);
      if (twice) throw bad(`both ${quoted(twice.name)} and ${quoted(array.name)} are the ${role.part} of ${role.split}. Keep one of them.`);
      found.set(key, array);
    }
  }
  const pairs: Pairs<A> = {};
  for (const split of Object.keys(SPLIT_NAMES) as SplitName[]) {
    const [inputs, targets] = [found.get(`${split} inputs`), found.get(`${split} targets`)];
    if (inputs) pairs[split] = { inputs, ...(targets && { targets }) };
    else if (targets) throw bad(`there is ${quoted(targets.name)}, and no inputs beside it, such as ${quoted('x_train')}; ${gotText(arrays)}.`);
  }
  if (!pairs.training) throw unknown(arrays, bad);
  checkOthers(others, pairs, arrays, bad);
  return pairs;
}

function roleOf(name: string): Role | undefined {
  // 'X_train', 'train-images', 'trainX', 'x.train', 'xtrain'.
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_./-]+/)
    .filter((word) => word !== '');
  const parts = words.length === 1 ? (joinedWords(words[0]) ?? words) : words;
  const splits = parts.flatMap((word) => (Object.keys(SPLIT_NAMES) as SplitName[]).filter((split) => SPLIT_NAMES[split].includes(word)));
  const inputs = parts.some((word) => INPUTS.includes(word));
  const targets = parts.some((word) => TARGETS.includes(word));
  if (inputs === targets || parts.length !== splits.length + 1 || splits.length > 1) return undefined;
  return { split: splits[0] ?? 'training', part: inputs ? 'inputs' : 'targets' };
}

/** 'xtrain' as x and train. */
function joinedWords(word: string): string[] | undefined {
  for (const split of Object.values(SPLIT_NAMES).flat()) {
    for (const part of ['x', 'y']) if (word === part + split || word === split + part) return [part, split];
  }
  return undefined;
}

/** Arrays that are called arr_0, arr_1, … */
function byOrder<A extends Shaped>(arrays: readonly A[], bad: Bad): Pairs<A> {
  const numbered = [...arrays].sort((a, b) => Number(a.name.slice(4)) - Number(b.name.slice(4)));
  for (const order of ORDERS) {
    const places = order.split(' ');
    if (places.length !== numbered.length) continue;
    const pairs: Pairs<A> = {};
    for (const [letter, split] of Object.entries(SPLIT_LETTERS)) {
      const [inputs, targets] = ['x', 'y'].map((part) => numbered[places.indexOf(letter + part)]);
      if (inputs) pairs[split] = { inputs, targets };
    }
    if (areLikely(pairs)) return pairs;
  }
  throw unknown(arrays, bad);
}

/** Whether inputs and targets are as many, samples alike, and targets no larger than inputs. */
function areLikely(pairs: Pairs<Shaped>): boolean {
  const all = Object.values(pairs);
  const sample = ({ shape }: Shaped): string => shape.slice(1).join();
  return all.every(
    ({ inputs, targets }) =>
      targets !== undefined &&
      inputs.shape.length > 1 &&
      targets.shape.length <= inputs.shape.length &&
      inputs.shape[0] === targets.shape[0] &&
      widthOf(targets) < widthOf(inputs) &&
      sample(inputs) === sample(all[0].inputs) &&
      sample(targets) === sample(all[0].targets as Shaped),
  );
}

const widthOf = ({ shape }: Shaped): number => shape.slice(1).reduce((product, n) => product * n, 1);

/** Arrays beside the known ones are passed over, such as names of classes; not so what has a value for each sample. */
function checkOthers(others: readonly Shaped[], pairs: Pairs<Shaped>, arrays: readonly Shaped[], bad: Bad): void {
  const counts = Object.values(pairs).map(({ inputs }) => inputs.shape[0]);
  const other = others.find(({ shape }) => counts.includes(shape[0]));
  if (!other) return;
  const got = gotText([other, ...arrays.filter((array) => array !== other)]);
  throw bad(`${quoted(other.name)} has as many values as there are samples, and it is not known what it is; ${got}. Leave it out of the file.`);
}

function unknown(arrays: readonly Shaped[], bad: Bad): NablaError {
  return bad(`expected arrays such as x_train and y_train, ${gotText(arrays)}.`);
}

/** Arrays that a message names. */
const MOST_NAMED = 4;

function gotText(arrays: readonly Shaped[]): string {
  const named = arrays.slice(0, MOST_NAMED).map(({ name, shape }) => `${quoted(name)} (${sizesText(shape)})`);
  return `got ${named.join(', ')}${arrays.length > MOST_NAMED ? ` and ${arrays.length - MOST_NAMED} more` : ''}`;
}
