// What is said of a data set, in the words that terminal and page share: rows of the parts, what a column holds, its range, rows that are
// the same.

import { SPLITS } from '../../data/dataset.js';
import type { AugmentedSheet, ColumnProfile, DataProfile } from '../../profile/data-profile.js';
import { count, noun, percent, plural } from '../../text.js';

/** Four digits, without an exponent where that would not be long. */
export function figure(x: number): string {
  const rounded = Number(x.toPrecision(4));
  return Math.abs(rounded) >= 10_000 && Math.abs(rounded) < 1e15 ? count(rounded) : String(rounded);
}

/** Characters of a name or a word. */
const LONGEST = 24;

/** A text of a file in one line, without what could steer a terminal. */
export function shortened(text: string, most = LONGEST): string {
  const clean = text.replace(/\p{C}/gu, '?');
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

/** 'iris.csv: 150 rows, 5 columns' */
export function sizeText({ name, rows, width }: DataProfile): string {
  return `${shortened(name, 60)}: ${count(rows)} ${noun(rows, 'row')}, ${count(width)} ${noun(width, 'column')}`;
}

/** '120 for training, 15 for validation and 15 for test, drawn' */
export function splitText({ splits, drawn }: Pick<DataProfile, 'splits' | 'drawn'>): string {
  const there = SPLITS.filter((split) => splits[split] > 0).map((split) => `${count(splits[split])} for ${split}`);
  return `${there.join(', ')}${drawn ? ', drawn by --seed' : ''}`;
}

/** What a column holds: 'numbers', '3 words'. */
export function kindText({ kind }: ColumnProfile): string {
  return { number: 'numbers', boolean: 'true or false', words: 'words', date: 'dates' }[kind];
}

export function distinctText({ kind, distinct, more }: ColumnProfile): string {
  if (kind === 'date') return '';
  return more ? `> ${count(distinct)}` : count(distinct);
}

/** What values a column has, from the longest text to the shortest. @param rows of the table */
export function valuesTexts(column: ColumnProfile, rows: number): string[] {
  const { numbers, frequent = [], missing, constant, example, kind, distinct } = column;
  if (kind === 'date') return [`such as ${shortened(example ?? '')}`];
  if (missing === rows) return ['none'];
  if (constant) return [`always ${numbers ? figure(numbers.least) : shortened(frequent[0].value)}`];
  if (numbers) {
    const [low, median, high] = numbers.quartiles.map(figure);
    const range = `${figure(numbers.least)} to ${figure(numbers.most)}`;
    const mean = `${range}, mean ${figure(numbers.mean)} ± ${figure(numbers.deviation)}`;
    return [`${mean}, quartiles ${low}, ${median}, ${high}`, mean, range];
  }
  const there = rows - missing;
  const shares = frequent.map((one) => `${shortened(one.value)} ${one.rows / there < 0.005 ? '<1 %' : percent(one.rows / there, 0)}`);
  return [5, 4, 3, 2, 1].map((n) => `${shares.slice(0, n).join(', ')}${distinct > Math.min(n, shares.length) ? ', …' : ''}`);
}

/** Rows that are the same, in whole sentences; what is serious about them is among the warnings. */
export function duplicatesText({ duplicates: { of, groups, rows, contradictions } }: DataProfile): string {
  const same = of === 'inputs' ? 'the same inputs' : 'the same values in all columns';
  if (groups === 0) return `No two rows have ${same}.`;
  const answers =
    of === 'inputs' ? `, ${contradictions === 0 ? 'with the same answers' : `${count(contradictions)} of them with different answers`}` : '';
  return `${plural(rows, 'row repeats another', 'rows repeat others')}: ${plural(groups, 'set')} of rows with ${same}${answers}.`;
}

/** 'Each training sample as it is, then as the first epochs of a run with seed 1 train on it: rotate:12' */
export function changedText({ augment, seed }: AugmentedSheet): string {
  return `Each training sample as it is, then as the first epochs of a run with seed ${seed} train on it: ${augment}`;
}

/** '4-64-32-3, relu and softmax, log-likelihood, adam' */
export function networkText({ layers, activations, cost, optimiser }: NonNullable<DataProfile['train']['network']>): string {
  const f = [...new Set(activations)].join(', ');
  return `${layers.join('-')}; ${f}; ${cost}; ${optimiser}`;
}
