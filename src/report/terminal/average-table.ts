// An average of runs that were trained apart, on a terminal: each of them and their average, then on either split what each adds, how good
// the first one, two … are together, and how often they disagree.

import type { AveragedRuns, SplitAdditions } from '../../experiments/members/events.js';
import { count, noun, percent } from '../../text.js';
import { ADDS_MEANING, additionHeads, additionRows, disagreementText, LESS_COST_MEANING, luckText } from '../data/additions-words.js';
import { cellsOf, comparedOf, gainTexts } from '../data/member-figures.js';
import { costText } from '../words.js';
import { labelled, textTable, wrap } from './columns.js';

/** Points of the curve that fit in a line; of more members some are left out. */
const MOST_POINTS = 8;
/** Characters of a run's name. */
const NAME = 40;

/** @param width characters of a line of sentences */
export function averageText(result: AveragedRuns, width: number): string {
  const { additions, run, data } = result;
  const gains = gainTexts(result.members, result.mean, result.average);
  const said = `of the outputs of all ${result.members.length}, as one model, on ${data}${gains.map((text) => `; ${text}`).join('')}`;
  const kept =
    run === undefined
      ? []
      : labelled('kept', `${run}, with copies of the networks: evaluate, predict, export and report take it as one model`, width, 11);
  const meaning = additions.length === 0 ? [] : ['', ...wrap(additions[0].disagreement ? ADDS_MEANING : LESS_COST_MEANING, width)];
  const lines = [
    ...memberTable(result),
    '',
    ...labelled('average', said, width, 11),
    ...additions.flatMap((split) => ['', ...additionLines(split, width)]),
    ...meaning,
  ];
  return `${[...lines, ...(kept.length > 0 ? ['', ...kept] : [])].join('\n')}\n`;
}

function memberTable({ members, mean, average }: AveragedRuns): string[] {
  const compared = comparedOf([...members, average]);
  const rows = [...members, mean, average].map((figures) => cellsOf(compared, figures));
  return textTable([
    { head: '', left: true, cells: [...members.map(({ number }) => `member ${number}`), 'mean', 'average'] },
    { head: 'run', left: true, cells: [...members.map(({ name }) => shortened(name)), '', ''] },
    { head: 'network', left: true, cells: [...members.map(({ network }) => network.join('-')), '', ''] },
    ...compared.map(({ head }, k) => ({ head, cells: rows.map((cells) => cells[k]) })),
  ]);
}

/** A path by its end. */
function shortened(name: string): string {
  return name.length <= NAME ? name : `…${name.slice(1 - NAME)}`;
}

function additionLines(split: SplitAdditions, width: number): string[] {
  const rows = additionRows(split);
  const table = textTable([
    { head: '', left: true, cells: rows.map((_, k) => `member ${k + 1}`) },
    ...additionHeads(split).map((head, k) => ({ head, cells: rows.map((cells) => cells[k]) })),
  ]);
  const differ = disagreementText(split);
  return [
    ...wrap(`What each member adds, on ${count(split.samples)} ${split.split} ${noun(split.samples, 'sample')}`, width),
    '',
    ...table,
    '',
    ...wrap(luckText(split), width),
    ...(differ === undefined ? [] : wrap(differ, width)),
    '',
    ...curveLines(split),
  ];
}

/** How good the first k are, and k in the mean. */
function curveLines({ curve, disagreement }: SplitAdditions): string[] {
  const every = Math.ceil(curve.length / MOST_POINTS);
  const shown = curve.filter((_, k) => (curve.length - 1 - k) % every === 0);
  const text = ({ accuracy, cost }: SplitAdditions['average']): string => (disagreement ? percent(accuracy ?? 0, 2) : costText(cost));
  return textTable([
    { head: 'members', left: true, cells: ['the first', 'in the mean'] },
    ...shown.map(({ members, inOrder, mean }) => ({ head: count(members), cells: [text(inOrder), text(mean)] })),
  ]);
}
