// What people should know of their data before they believe a figure: columns that give the answer away, rows of the test that were
// trained on, classes that are rare, values that are mostly missing. Whole sentences, the most important first.

import { SPLITS, type Split } from '../data/dataset.js';
import { quoted } from '../tables/table.js';
import { count, listed, percent, plural } from '../text.js';
import type { ClassBalance, ColumnProfile, Duplicates } from './data-profile.js';

/** Rows of a class, over all parts, of which a network can hardly learn anything. */
const FEW_ROWS = 10;
/** A class with more of the rows than this is what a network will always say. */
const SKEWED = 0.9;
/** Rows of a test below which one of them makes points of accuracy. */
const SMALL_TEST = 30;
const MOST_NAMED = 4;

/** What the warnings go by. */
export interface Warned {
  readonly splits: Readonly<Record<Split, number>>;
  readonly columns: readonly ColumnProfile[];
  readonly rows: number;
  readonly target?: { readonly columns: readonly string[]; readonly kind: 'classes' | 'numbers' };
  readonly classes?: readonly ClassBalance[];
  readonly duplicates: Duplicates;
  /** Names of columns that are inputs. */
  readonly inputs: ReadonlySet<string>;
  /** Names of columns that alone determine the target. */
  readonly leaks: readonly string[];
}

export function warningsOf(data: Warned): string[] {
  return [...leakWarnings(data), ...sameRowWarnings(data), ...classWarnings(data), ...rowNumbers(data), ...emptyColumns(data), ...smallTest(data)];
}

function leakWarnings({ leaks, target }: Warned): string[] {
  if (leaks.length === 0 || !target) return [];
  const [alone, names] = [leaks.length === 1, named(leaks)];
  const what = target.kind === 'classes' ? 'tells the class of nearly every row' : `is ${quoted(target.columns[0])} in other units`;
  return [
    `${alone ? `Column ${names} alone` : `Each of the columns ${names} alone`} ${what}. If it is the answer in other words, or not known when one is to be predicted, leave it out: --drop.`,
  ];
}

function sameRowWarnings({ duplicates: { inTraining, contradictions, of }, splits }: Warned): string[] {
  const same = of === 'inputs' ? 'the same inputs' : 'the same values';
  const both = (['test', 'validation'] as const).filter((part) => inTraining[part] > 0);
  return [
    ...both.map(
      (part) =>
        `${count(inTraining[part])} of the ${plural(splits[part], 'row')} for ${part} ${inTraining[part] === 1 ? 'occurs' : 'occur'} in the training part too, with ${same}: ${part} figures will be better than on new data.`,
    ),
    ...(contradictions > 0
      ? [`${plural(contradictions, 'row')} have ${same} as others and another answer: no network can be right about all of them.`]
      : []),
  ];
}

function classWarnings({ classes = [] }: Warned): string[] {
  const sizes = classes.map((one) => SPLITS.reduce((sum, split) => sum + one[split], 0));
  const all = sizes.reduce((a, b) => a + b, 0);
  const few = classes.filter((_, c) => sizes[c] > 0 && sizes[c] < FEW_ROWS);
  const largest = sizes.indexOf(Math.max(...sizes));
  return [
    ...(few.length > 0
      ? [
          `${few.length === 1 ? `Class ${named(few.map(({ name }) => name))} has` : `The classes ${named(few.map(({ name }) => name))} have`} fewer than ${FEW_ROWS} rows: too few to learn, and to measure.`,
        ]
      : []),
    ...(classes.length > 1 && sizes[largest] > SKEWED * all
      ? [
          `${percent(sizes[largest] / all)} of the rows are of class ${quoted(classes[largest].name)}: who always says that is right so often. Go by F1 instead of accuracy, and try --class-weights balanced.`,
        ]
      : []),
  ];
}

/** What columns are called that number the rows, or name them. */
const ROW_NAMES = /^(.*[ _-])?(id|idx|index|row|rownum|uuid|guid|key|serial)$|^unnamed: ?\d+$/i;
/** Share of the rows that have a number of their own. */
const MOSTLY = 0.5;

/** Numbers of rows that are inputs, because they do not count without a gap. */
function rowNumbers({ columns, rows, inputs }: Warned): string[] {
  const found = columns.filter(
    ({ name, kind, distinct, more }) => inputs.has(name) && kind === 'number' && ROW_NAMES.test(name) && (more || distinct > MOSTLY * rows),
  );
  if (found.length === 0) return [];
  const [alone, names] = [found.length === 1, named(found.map(({ name }) => name))];
  return [
    `${alone ? `Column ${names} seems to number` : `The columns ${names} seem to number`} the rows, which teaches nothing: --drop leaves ${alone ? 'it' : 'them'} out.`,
  ];
}

function emptyColumns({ columns, rows }: Warned): string[] {
  const empty = columns.filter(({ missing }) => missing > rows / 2).map(({ name }) => name);
  if (empty.length === 0) return [];
  return [`More than half of the values are missing in ${named(empty)}: --drop leaves a column out.`];
}

function smallTest({ splits: { test }, classes }: Warned): string[] {
  if (test === 0 || test >= SMALL_TEST) return [];
  const one = classes ? `one of them is ${percent(1 / test)} of its accuracy` : 'its figures are rough';
  return [`The test has ${plural(test, 'row')}: ${one}.`];
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map(quoted);
  return listed(names.length > MOST_NAMED ? [...shown, `${names.length - MOST_NAMED} more`] : shown);
}
