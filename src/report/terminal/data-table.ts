// A data set as text for a terminal: its columns with what is in them, how its classes are balanced, rows that are the same, what is odd,
// and what training would make of it. Lines fit the width; what does not is shortened first.

import { SPLITS } from '../../data/dataset.js';
import type { ClassBalance, ColumnProfile, DataProfile } from '../../profile/data-profile.js';
import { count, percent, plural } from '../../text.js';
import {
  changedText,
  distinctText,
  duplicatesText,
  figure,
  kindText,
  networkText,
  shortened,
  sizeText,
  splitText,
  valuesTexts,
} from '../data/data-words.js';
import { type Column, labelled, textTable, wrap } from './columns.js';
import { columnsText } from './columns-table.js';

/** Rows of the tables that are shown. */
const MOST_COLUMNS = 24;
const MOST_CLASSES = 20;
/** Characters of a histogram, and the width from which on there is room for it. */
const SPARK = 12;
const WIDE = 100;
const LEVELS = '▁▂▃▄▅▆▇█';
const LABEL = 12;

/** What a terminal adds. */
export interface DataTextParts {
  /** Columns that a line may fill. */
  readonly width: number;
  /** Lines of pictures, below the classes. */
  readonly pictures?: readonly string[];
  /** The command that trains, as it can be typed. */
  readonly command: string;
}

export function dataText(profile: DataProfile, { width, pictures = [], command }: DataTextParts): string {
  const blocks = [
    wrap(`${sizeText(profile)}; ${splitText(profile)}`, width),
    columnLines(profile, width),
    classLines(profile.classes ?? [], width),
    pictures,
    [...labelled('same rows', `${duplicatesText(profile)}${exampleText(profile)}`, width, LABEL), ...warningLines(profile, width)],
    trainingLines(profile, command, width),
  ];
  return textOf(blocks);
}

/** The pictures alone, with what they show and the command that trains on such samples. */
export function sheetText(profile: DataProfile, { width, pictures = [], command }: DataTextParts): string {
  const { augmented, train } = profile;
  return textOf([
    [...wrap(`${sizeText(profile)}; ${splitText(profile)}`, width), ...(augmented ? wrap(changedText(augmented), width) : [])],
    pictures,
    train.network ? commandLines(command) : [],
  ]);
}

const textOf = (blocks: readonly (readonly string[])[]): string =>
  `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;

const commandLines = (command: string): string[] => [`${'command'.padEnd(LABEL)}${command}`];

function columnLines(profile: DataProfile, width: number): string[] {
  const { columns, pixels, width: all } = profile;
  const lines = columns.length === 0 ? [] : columnTable(profile, width);
  if (!pixels) {
    const more = all - columns.length;
    return more > 0 ? [...lines, `… and ${plural(more, 'more column')} without figures`] : lines;
  }
  const { count: n, width: w, height, channels, least, most, mean, deviation, constant } = pixels;
  const what = `${count(n)} columns are a picture of ${w} × ${height} pixels${channels === 3 ? ' in colours' : ''}: ${figure(least)} to ${figure(most)}, mean ${figure(mean)} ± ${figure(deviation)}`;
  const same = constant === 0 ? '' : `; ${count(constant)} of them are the same in every row`;
  return [...lines, ...(lines.length > 0 ? [''] : []), ...wrap(`${what}${same}.`, width)];
}

function columnTable({ columns, described: { rows } }: DataProfile, width: number): string[] {
  const shown = columns.length <= MOST_COLUMNS ? columns : [...columns.slice(0, MOST_COLUMNS - 2), columns[columns.length - 1]];
  const anyMissing = shown.some(({ missing }) => missing > 0);
  const before: Column[] = [
    { head: 'column', left: true, cells: shown.map(({ name }) => shortened(name, width < 80 ? 16 : 24)) },
    { head: 'holds', left: true, cells: shown.map(kindText) },
    ...(anyMissing ? [{ head: 'missing', cells: shown.map(({ missing }) => (missing === 0 ? '' : count(missing))) }] : []),
    { head: 'distinct', cells: shown.map(distinctText) },
    ...(width >= WIDE && shown.some(({ numbers }) => numbers) ? [{ head: 'shape', left: true, cells: shown.map(spark) }] : []),
  ];
  const room = width - Math.max(...textTable([...before, { head: '|', cells: shown.map(() => '|') }]).map((line) => line.length)) + 1;
  const values = valueCells(shown, rows, Math.max(12, room));
  const table = textTable([...before, { head: 'values', left: true, cells: values }]).map((line) => shortened(line, Math.max(width, 20)));
  const more = columns.length - shown.length;
  if (more > 0) table.splice(MOST_COLUMNS - 1, 0, `… and ${plural(more, 'more column')}`);
  return table;
}

/** All numbers in the longest form that fits for all of them; words each as far as they fit. */
function valueCells(columns: readonly ColumnProfile[], rows: number, room: number): string[] {
  const forms = columns.map((column) => valuesTexts(column, rows));
  const long = columns.flatMap(({ numbers }, k) => (numbers && forms[k].length > 1 ? [forms[k]] : []));
  const level = [0, 1, 2].find((k) => long.every((one) => one[k].length <= room)) ?? 2;
  return forms.map((one, k) =>
    columns[k].numbers && one.length > 1 ? one[level] : (one.find((text) => text.length <= room) ?? shortened(one[one.length - 1], room)),
  );
}

/** The histogram of a column, two parts to a character. */
function spark({ numbers, constant }: ColumnProfile): string {
  if (!numbers || constant) return '';
  const { histogram } = numbers;
  const step = histogram.length / SPARK;
  const sums = Array.from({ length: SPARK }, (_, k) => histogram.slice(k * step, (k + 1) * step).reduce((a, b) => a + b, 0));
  const most = Math.max(...sums);
  return sums.map((n) => (n === 0 ? ' ' : LEVELS[Math.ceil((n / most) * LEVELS.length) - 1])).join('');
}

/** A bar for each class, of its share of all rows. */
function classLines(classes: readonly ClassBalance[], width: number): string[] {
  if (classes.length === 0) return [];
  const sizes = classes.map((one) => SPLITS.reduce((sum, split) => sum + one[split], 0));
  const all = Math.max(
    1,
    sizes.reduce((a, b) => a + b, 0),
  );
  const largest = Math.max(1, ...sizes);
  const shown = classes.slice(0, MOST_CLASSES);
  const splits = SPLITS.filter((split) => classes.some((one) => one[split] > 0));
  const before: Column[] = [
    { head: 'class', left: true, cells: shown.map(({ name }) => shortened(name, width < 80 ? 16 : 24)) },
    ...splits.map((split) => ({ head: split, cells: shown.map((one) => count(one[split])) })),
    { head: 'share', cells: shown.map((_, c) => percent(sizes[c] / all)) },
  ];
  const used = Math.max(...textTable(before).map((line) => line.length));
  const room = Math.min(40, width - used - 2);
  const table = room < 5 ? before : [...before, { head: '', left: true, cells: shown.map((_, c) => bar((sizes[c] / largest) * room)) }];
  const more = classes.length - shown.length;
  return [
    ...textTable(table),
    ...(more > 0 ? [`… and ${plural(more, 'more class', 'more classes')}, of ${count(Math.min(...sizes))} to ${count(largest)} rows`] : []),
  ];
}

/** A bar of so many characters, to an eighth of one. */
function bar(length: number): string {
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
}

function exampleText({ duplicates: { examples } }: DataProfile): string {
  return examples.length === 0 ? '' : ` For example ${examples[0].map((place) => shortened(place, 60)).join(' and ')}.`;
}

function warningLines({ warnings }: DataProfile, width: number): string[] {
  return warnings.flatMap((warning) => labelled('warning', warning, width, LABEL));
}

function trainingLines({ train, name }: DataProfile, command: string, width: number): string[] {
  const { added, refused, decisions, network } = train;
  const table = decisions ? columnsText({ columns: decisions }, width).trimEnd().split('\n') : [];
  return [
    'What train would do',
    '',
    ...(table.length > 0 ? [...table, ''] : []),
    ...(network ? labelled('network', networkText(network), width, LABEL) : []),
    ...added.flatMap((why) => labelled('needed', why, width, LABEL)),
    ...(refused !== undefined ? labelled('refused', refused.replace(`${name}: `, ''), width, LABEL) : []),
    ...(network ? commandLines(command) : []),
  ];
}
