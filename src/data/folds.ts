// Which sample is in which fold of a cross-validation. Pure: labels, groups and a generator in, a fold for each sample out. Folds are as
// scikit-learn's: StratifiedKFold for classes, KFold for numbers; with groups StratifiedGroupKFold and GroupKFold. Sizes of the folds and counts of
// the classes in them are the same numbers as there; who is in which is drawn by the generator, or without one in the order of the samples.

import { wrongValue } from '../errors.js';
import type { Random } from '../random.js';
import { count, plural } from '../text.js';

/** Each fold is a network to train. */
export const MOST_FOLDS = 1000;

export interface FoldRequest {
  readonly folds: number;
  readonly samples: number;
  /** The class of each sample; absent where targets are numbers: folds are then not stratified. */
  readonly labels?: ArrayLike<number>;
  /** The number of each sample's group, from 0: all samples of a group are in one fold. */
  readonly groups?: Uint32Array;
  /** Absent: in the order of the samples. */
  readonly random?: Random;
}

/**
 * The fold of each sample, from 0.
 * @param called what a class is called, for messages
 * @throws {RangeError} for more folds than samples, groups, or members of a class: such a fold would have none of what it is to be tested on
 */
export function foldOfEach(request: FoldRequest, called: (label: number) => string = String): Uint16Array {
  const { folds, samples, labels, groups, random } = request;
  if (folds > samples) throw wrongValue('folds', `at most ${samples}, as there are samples`, folds);
  if (groups) return grouped(request, groups);
  if (!labels) return plain(samples, folds, random);
  const rarest = rarestClass(labels);
  if (rarest.members < folds)
    throw wrongValue('folds', `at most ${rarest.members}, as class '${called(rarest.label)}' has samples, so that each fold has one of them`, folds);
  return stratified(labels, folds, random);
}

function rarestClass(labels: ArrayLike<number>): { label: number; members: number } {
  let rarest = { label: 0, members: Number.POSITIVE_INFINITY };
  for (const [label, members] of countsOf(labels)) if (members < rarest.members) rarest = { label, members };
  return rarest;
}

/** Members of each class, in the order in which the classes first occur. */
function countsOf(labels: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let k = 0; k < labels.length; k++) counts.set(labels[k], (counts.get(labels[k]) ?? 0) + 1);
  return counts;
}

/** Folds of as many samples each; the first ones have one more. */
function plain(samples: number, folds: number, random: Random | undefined): Uint16Array {
  const order = Uint32Array.from({ length: samples }, (_, k) => k);
  random?.shuffle(order);
  const foldOf = new Uint16Array(samples);
  for (const [at, sample] of order.entries()) foldOf[sample] = foldAt(at, samples, folds);
  return foldOf;
}

/** The fold of place `at` where places are dealt out one after another. */
function foldAt(at: number, samples: number, folds: number): number {
  const least = Math.floor(samples / folds);
  const larger = samples % folds;
  const first = larger * (least + 1);
  return at < first ? Math.floor(at / (least + 1)) : larger + Math.floor((at - first) / least);
}

/**
 * Samples in the order of their classes are dealt out in turn, which says how many of each class a fold has; so counts of a class differ by
 * one at the most, and so do the folds' sizes.
 */
function stratified(labels: ArrayLike<number>, folds: number, random: Random | undefined): Uint16Array {
  const foldOf = new Uint16Array(labels.length);
  const counts = countsOf(labels);
  const dealt = new Map<number, Uint16Array>();
  let before = 0;
  for (const [label, members] of counts) {
    const turns = Uint16Array.from({ length: members }, (_, k) => (before + k) % folds).sort();
    random?.shuffle(turns);
    dealt.set(label, turns);
    before += members;
  }
  const taken = new Map<number, number>();
  for (let k = 0; k < labels.length; k++) {
    const n = taken.get(labels[k]) ?? 0;
    foldOf[k] = (dealt.get(labels[k]) as Uint16Array)[n];
    taken.set(labels[k], n + 1);
  }
  return foldOf;
}

/** Shares that are summed to deal groups out, groups × classes × folds²: some seconds. */
const MOST_SUMMED = 5e9;

/** A group with its samples, by classes. */
interface Group {
  readonly number: number;
  readonly samples: number;
  /** How many of each class that it has. */
  readonly classes: ReadonlyMap<number, number>;
}

function grouped({ folds, samples, labels, random }: FoldRequest, groups: Uint32Array): Uint16Array {
  const all = groupsOf(groups, labels);
  if (folds > all.length) throw wrongValue('folds', `at most ${count(all.length)}, as there are groups`, folds);
  const classes = labels && countsOf(labels);
  const most = Math.floor(Math.sqrt(MOST_SUMMED / (all.length * (classes?.size ?? 1))));
  if (classes && folds > most)
    throw wrongValue('folds', `at most ${count(most)} of ${plural(all.length, 'group')} and ${plural(classes.size, 'class', 'classes')}`, folds);
  const order = all.map((_, k) => k);
  random?.shuffle(order);
  const shuffled = order.map((k) => all[k]);
  const foldOfGroup = classes ? byClasses(shuffled, folds, classes) : bySize(shuffled, folds);
  const foldOf = Uint16Array.from(groups, (group) => foldOfGroup.get(group) as number);
  const filled = new Set(foldOf).size;
  if (filled < folds)
    throw wrongValue(
      'folds',
      `at most ${filled}, for which groups so different fill folds`,
      folds,
      `There are ${plural(all.length, 'group')} of ${plural(samples, 'sample')}.`,
    );
  return foldOf;
}

function groupsOf(groups: Uint32Array, labels: ArrayLike<number> | undefined): Group[] {
  const found = new Map<number, { samples: number; classes: Map<number, number> }>();
  for (let k = 0; k < groups.length; k++) {
    const group = found.get(groups[k]) ?? { samples: 0, classes: new Map() };
    found.set(groups[k], group);
    group.samples++;
    if (labels) group.classes.set(labels[k], (group.classes.get(labels[k]) ?? 0) + 1);
  }
  return [...found].map(([number, group]) => ({ number, ...group })).sort((a, b) => a.number - b.number);
}

/** The largest first, each into the fold that has the fewest samples so far. */
function bySize(groups: readonly Group[], folds: number): Map<number, number> {
  const sizes = new Float64Array(folds);
  const foldOf = new Map<number, number>();
  for (const { number, samples } of groups.toSorted((a, b) => b.samples - a.samples)) {
    const least = sizes.indexOf(Math.min(...sizes));
    sizes[least] += samples;
    foldOf.set(number, least);
  }
  return foldOf;
}

/** Where scikit-learn takes spreads for equal, and the smaller fold wins. */
const ALIKE = { relative: 1e-5, absolute: 1e-8 };

/** A class: how many members it has in each fold so far, and the deviation of their shares of all. */
interface ClassSpread {
  readonly label: number;
  readonly members: number;
  readonly counts: Float64Array;
  /** counts / members */
  readonly shares: Float64Array;
  deviation: number;
}

/**
 * The groups whose classes are the most uneven first, each into the fold after which the classes are the most evenly spread: by the mean
 * over the classes of the deviation, over the folds, of the share of the class that a fold has. Spreads are often equal but for rounding; so
 * they are added in the order in which scikit-learn does it, of up to seven classes: NumPy adds more than that in an order of its own.
 * @param members of each class
 */
function byClasses(groups: readonly Group[], folds: number, members: ReadonlyMap<number, number>): Map<number, number> {
  const spreads = [...members]
    .sort(([a], [b]) => a - b)
    .map(([label, n]): ClassSpread => ({ label, members: n, counts: new Float64Array(folds), shares: new Float64Array(folds), deviation: 0 }));
  const sizes = new Float64Array(folds);
  const foldOf = new Map<number, number>();
  const uneven = groups.map((group) => ({ group, by: deviationOf(Float64Array.from(spreads, ({ label }) => group.classes.get(label) ?? 0)) }));
  for (const { group } of uneven.toSorted((a, b) => b.by - a.by)) {
    const { number, samples, classes } = group;
    const best = bestFold(sizes, (fold) => {
      const sum = spreads.reduce((all, spread) => all + deviationWith(spread, fold, classes.get(spread.label) ?? 0), 0);
      return sum / spreads.length;
    });
    for (const spread of spreads) {
      const n = classes.get(spread.label) ?? 0;
      spread.deviation = deviationWith(spread, best, n);
      spread.counts[best] += n;
      spread.shares[best] = spread.counts[best] / spread.members;
    }
    sizes[best] += samples;
    foldOf.set(number, best);
  }
  return foldOf;
}

function bestFold(sizes: Float64Array, spreadAfter: (fold: number) => number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [fold, size] of sizes.entries()) {
    const spread = spreadAfter(fold);
    const isAlike = Math.abs(spread - least) <= ALIKE.absolute + ALIKE.relative * least;
    if (spread < least || (isAlike && size < sizes[best])) [best, least] = [fold, spread];
  }
  return best;
}

/** The deviation of a class's shares where one fold has so many more of it. */
function deviationWith({ counts, shares, members, deviation }: ClassSpread, fold: number, more: number): number {
  if (more === 0) return deviation;
  const before = shares[fold];
  shares[fold] = (counts[fold] + more) / members;
  const after = deviationOf(shares);
  shares[fold] = before;
  return after;
}

/** √ of the mean of (x - mean)². */
function deviationOf(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  const mean = sum / values.length;
  let squares = 0;
  for (let k = 0; k < values.length; k++) squares += (values[k] - mean) * (values[k] - mean);
  return Math.sqrt(squares / values.length);
}

/** Samples fold after fold, those of a fold in their own order: fold f has the places starts[f] … starts[f + 1] - 1. */
export interface FoldOrder {
  readonly order: Uint32Array;
  readonly starts: readonly number[];
}

export function orderOfFolds(foldOf: Uint16Array, folds: number): FoldOrder {
  const starts = new Array<number>(folds + 1).fill(0);
  for (const fold of foldOf) starts[fold + 1]++;
  for (let fold = 0; fold < folds; fold++) starts[fold + 1] += starts[fold];
  const next = starts.slice();
  const order = new Uint32Array(foldOf.length);
  for (const [sample, fold] of foldOf.entries()) order[next[fold]++] = sample;
  return { order, starts };
}
