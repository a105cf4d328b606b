// Which classes a network takes for which: the confusion matrix as a heat map in SVG, the commonest confusions in words, and the
// figures of each class as a table.

import type { Assessment } from '../../inference/assessment.js';
import type { ClassFigures } from '../../inference/class-figures.js';
import { count, fixed, percent } from '../../text.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { table } from '../markup/page.js';
import { chart } from '../markup/svg.js';
import { classCalled } from '../words.js';

/** Up to so many classes each cell has its number; up to the next limit there is a map; more classes have the table alone. */
const WITH_NUMBERS = 12;
const MOST_CLASSES = 60;
/** Confusions in words. */
const COMMONEST = 8;
/** Rows of the table of classes. */
const MOST_ROWS = 100;
/** Units across. */
const CHART_WIDTH = 400;
/** Left of the cells: as much as the longest name of a class needs, between these. */
const LEFT = [48, 132] as const;
/** Of a letter, and of what stands beside a name on the left. */
const LETTER = 7.5;
const BESIDE_NAME = 36;
const TOP = 56;
const RIGHT = CHART_WIDTH - 4;

/**
 * Opacities of a cell, least and most. The numbers in it stand out from the strongest by more than 4.5 to 1 in both schemes,
 * which a test computes; the weakest can still be told from an empty cell.
 */
export const CELL_OPACITY = [0.16, 0.55] as const;

/** @param of what was assessed: a run on some data, in words; `id` is unique on the page */
export function confusionMap(assessment: Assessment, of: string, id: string): Markup {
  const { confusion, classes } = assessment;
  if (confusion.length === 0 || confusion.length > MOST_CLASSES) return NOTHING;
  const K = confusion.length;
  const called = classes.map(({ label }) => classCalled(assessment, label));
  const longest = Math.max(...called.map(({ length }) => length));
  const left = Math.min(LEFT[1], Math.max(LEFT[0], BESIDE_NAME + LETTER * longest));
  const size = (RIGHT - left) / K;
  const bottom = TOP + size * K;
  const largest = Math.max(1, ...confusion.flatMap((row, j) => row.filter((_, k) => k !== j)));
  const every = Math.ceil(22 / size);
  const names = classes.filter((_, k) => k % every === 0);
  const content = [
    html`<text class="middle" x="${(left + RIGHT) / 2}" y="18">named by the network</text>\n`,
    html`<text class="middle" transform="translate(14,${(TOP + bottom) / 2}) rotate(-90)">class of the sample</text>\n`,
    ...names.map(
      ({ label }) =>
        html`<text class="middle" x="${left + (label + 0.5) * size}" y="${TOP - 8}">${cut(called[label], (size * every) / LETTER)}</text>\n`,
    ),
    ...names.map(
      ({ label }) =>
        html`<text class="end" x="${left - 8}" y="${TOP + (label + 0.5) * size + 5}">${cut(called[label], (left - BESIDE_NAME) / LETTER)}</text>\n`,
    ),
    ...confusion.flatMap((row, j) =>
      row.map((times, k) => cell({ called, left, j, k, times, samples: classes[j].samples, largest, size, numbers: K <= WITH_NUMBERS })),
    ),
    html`<rect class="frame" x="${left}" y="${TOP}" width="${size * K}" height="${size * K}"/>\n`,
  ];
  const description = `Rows are the classes of the samples, columns what the network named. ${commonest(assessment).join('; ') || 'No sample was taken for another class'}.`;
  return html`<figure>
<ul class="legend"><li>${key('blue')}<span>right</span></li><li>${key('vermilion')}<span>taken for another, stronger the more often</span></li></ul>
${chart({ id, title: `Confusion matrix of ${of}`, description, width: CHART_WIDTH, height: bottom + 4, content })}</figure>
`;
}

interface Cell {
  /** Names of the classes. */
  readonly called: readonly string[];
  /** Where the first column begins. */
  readonly left: number;
  readonly j: number;
  readonly k: number;
  readonly times: number;
  /** Of class j. */
  readonly samples: number;
  /** Commonest confusion. */
  readonly largest: number;
  readonly size: number;
  readonly numbers: boolean;
}

/** The diagonal by the share that is right, the rest by the square root of how often, so that rare confusions are seen. */
function cell({ called, left, j, k, times, samples, largest, size, numbers }: Cell): Markup {
  const [x, y] = [left + k * size, TOP + j * size];
  if (times === 0) return NOTHING;
  const share = j === k ? times / samples : Math.sqrt(times / largest);
  const opacity = CELL_OPACITY[0] + (CELL_OPACITY[1] - CELL_OPACITY[0]) * share;
  const says =
    j === k
      ? `${called[j]}, named ${called[k]}: ${count(times)} of ${count(samples)}, right`
      : `${called[j]}, named ${called[k]}: ${count(times)} of ${count(samples)}`;
  const number = numbers ? html`<text class="cell" x="${x + size / 2}" y="${y + size / 2 + 4}">${String(times)}</text>` : NOTHING;
  return html`<g><title>${says}</title><rect class="${j === k ? 'blue' : 'vermilion'} fill" fill-opacity="${opacity}" x="${x}" y="${y}" width="${size}" height="${size}"/>${number}</g>\n`;
}

/** As many letters of a name as there is room for; a cell's title has all of it. */
function cut(name: string, room: number): string {
  return name.length <= room ? name : `${name.slice(0, Math.max(1, Math.floor(room) - 1))}…`;
}

function key(colour: string): Markup {
  return html`<svg class="key" viewBox="0 0 34 14" aria-hidden="true"><rect class="${colour} fill outline" fill-opacity="${CELL_OPACITY[1]}" x="1" y="1" width="32" height="12"/></svg>`;
}

/** '4 named 9: 12 times', the commonest first. */
export function commonest(assessment: Pick<Assessment, 'confusion' | 'classes'>): string[] {
  const { confusion } = assessment;
  const confusions = confusion.flatMap((row, j) => row.flatMap((times, k) => (j === k || times === 0 ? [] : [{ j, k, times }])));
  confusions.sort((a, b) => b.times - a.times || a.j - b.j || a.k - b.k);
  return confusions
    .slice(0, COMMONEST)
    .map(({ j, k, times }) => `${classCalled(assessment, j)} named ${classCalled(assessment, k)}: ${times === 1 ? 'once' : `${count(times)} times`}`);
}

/** Of each class how many of its samples were found, and how many of those named so are of it. */
export function classTable(assessment: Assessment, of: string): Markup {
  const { classes } = assessment;
  const share = (value: number | null): string => (value === null ? '–' : percent(value));
  const rows = classes.slice(0, MOST_ROWS);
  return table({
    caption: `Classes of ${of}${classes.length > MOST_ROWS ? `: the first ${MOST_ROWS} of ${count(classes.length)}` : ''}`,
    head: ['class', 'samples', 'named so', 'of its samples found', 'of those named so right', 'F1'],
    rows: rows.map(({ label, samples, named, recall, precision, f1 }: ClassFigures) => [
      classCalled(assessment, label),
      count(samples),
      count(named),
      share(recall),
      share(precision),
      f1 === null ? '–' : fixed(f1, 3),
    ]),
  });
}

/** The matrix itself; nothing where it would be too wide to read. */
export function confusionTable(assessment: Assessment, of: string): Markup {
  const { confusion } = assessment;
  if (confusion.length === 0 || confusion.length > MOST_CLASSES) return NOTHING;
  return table({
    caption: `Confusion matrix of ${of}: rows are classes, columns what was named`,
    head: ['class', ...confusion.map((_, k) => classCalled(assessment, k))],
    rows: confusion.map((row, j) => [classCalled(assessment, j), ...row.map(count)]),
  });
}
