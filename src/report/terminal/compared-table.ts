// Two settings compared over seeds, for a terminal: what they are and in what they differ, a table of their figures, and the verdict.

import { type ComparedFigure, type ComparedSide, type Comparison, LEVEL, type LeftOut } from '../../experiments/seeds/comparison.js';
import { differenceText, valueText, wordsOf } from '../../experiments/seeds/figures.js';
import type { Spread } from '../../experiments/statistics/spread.js';
import { beginning, noun, plural } from '../../text.js';
import { type Column, labelled, textTable } from './columns.js';

const INDENT = 11;
/** Characters of the longest value of an option. */
const MOST_VALUE = 40;
/** Seeds of one side that are left out by number. */
const MOST_NAMED = 8;

/** @param width characters of a line of sentences */
export function comparedText({ a, b, pairs, leftOut, notes, options, figures, verdict }: Comparison, width: number): string {
  const apart = options.map((one) => `${one.option} ${optionText(one.a)} in A, ${optionText(one.b)} in B`);
  const above: [string, string][] = [
    ['A', sideText(a)],
    ['B', sideText(b)],
    ['options', apart.length === 0 ? 'the same on both sides' : apart.join('; ')],
    ['compared', pairs ? `in pairs, over ${plural(pairs.length, 'seed')} that both have` : 'each side by itself: they have no two seeds in common'],
    ...(leftOut.length === 0 ? [] : [['left out', leftOutText(leftOut)] as [string, string]]),
    ...notes.map((note): [string, string] => ['note', note]),
  ];
  const below: [string, string][] = [
    ['verdict', verdict.text],
    ...(figures.length > 1 && verdict.p !== null
      ? [
          ['', `${wordsOf(figures[0].figure)} alone decides; of ${figures.length - 1} other figures, one in twenty is below p ${LEVEL} by luck.`] as [
            string,
            string,
          ],
        ]
      : []),
  ];
  const lines = (all: readonly [string, string][]): string[] => all.flatMap(([label, text]) => labelled(label, text, width, INDENT));
  return [...lines(above), '', ...figureTable(figures), '', ...lines(below)].join('\n');
}

const optionText = (text: string): string => (text === '' ? 'none' : beginning(text, MOST_VALUE));

/** 'of A seed 3 (diverged); of B seeds 7, 8 (not begun)' */
function leftOutText(leftOut: readonly LeftOut[]): string {
  const groups = new Map<string, LeftOut[]>();
  for (const one of leftOut) groups.set(`${one.side} ${one.why}`, [...(groups.get(`${one.side} ${one.why}`) ?? []), one]);
  const texts = [...groups.values()].map((group) => {
    const numbers = group.slice(0, MOST_NAMED).map(({ seed }) => seed);
    const more = group.length > numbers.length ? ` and ${group.length - numbers.length} more` : '';
    return `of ${group[0].side} ${noun(group.length, 'seed')} ${numbers.join(', ')}${more} (${group[0].why})`;
  });
  return texts.join('; ');
}

function sideText({ path, network, epochs, seeds }: ComparedSide): string {
  const [first, last] = [seeds[0], seeds[seeds.length - 1]];
  const which = seeds.length === 1 ? `seed ${first}` : `${plural(seeds.length, 'seed')} from ${first} to ${last}`;
  return `${path}: ${network.join('-')}, ${plural(epochs, 'epoch')}, ${which}`;
}

/** The interval and p are of the difference; a share's is in points of per cent. */
function figureTable(figures: readonly ComparedFigure[]): string[] {
  const isPaired = figures.some(({ better }) => better !== undefined);
  const columns: Column[] = [
    { head: '', cells: figures.map(({ figure }) => wordsOf(figure)), left: true },
    { head: 'A', cells: figures.map((one) => spreadText(one, one.a)) },
    { head: 'B', cells: figures.map((one) => spreadText(one, one.b)) },
    { head: 'B - A', cells: figures.map(({ figure, difference }) => differenceText(figure, difference, true)) },
    {
      head: 'interval',
      cells: figures.map(({ figure, interval }) => (interval ? interval.map((bound) => differenceText(figure, bound, true)).join(' to ') : '')),
    },
    { head: 'p', cells: figures.map(({ p }) => pCell(p)) },
    ...(isPaired
      ? [
          { head: 'ranks', cells: figures.map(({ signedRanks }) => pCell(signedRanks ?? null)) },
          { head: 'better A, B', cells: figures.map(({ better }) => (better ? `${better.a}, ${better.b}` : '')) },
        ]
      : []),
  ];
  return textTable(columns);
}

function spreadText({ figure }: ComparedFigure, { mean, deviation }: Spread): string {
  return deviation === null ? valueText(figure, mean) : `${valueText(figure, mean)} ± ${differenceText(figure, deviation)}`;
}

function pCell(p: number | null): string {
  if (p === null) return '';
  return p < 1e-4 ? '<0.0001' : String(Number(p.toPrecision(2)));
}
