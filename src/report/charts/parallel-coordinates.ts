// All runs of a search as lines over parallel axes, one for each parameter and the last for what came of the run: where the good ones
// run together, the space has a good place. The best lie in front, in colours; the others are faint, and those that failed end below.

import { line } from 'd3-shape';
import type { SearchRun } from '../../experiments/search/events.js';
import { valueOfKey } from '../../experiments/search/space.js';
import { count, plural } from '../../text.js';
import { shortened } from '../data/data-words.js';
import { keysOf, type SearchReport } from '../data/search-report.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { across, PATH_WIDTH, type PlotTick, placed, plot, stretched } from '../markup/plot.js';
import { legendEntry } from './looks.js';
import { drawnRuns, drawnText, type OutcomeAxis, outcomeAxis, type ParameterAxis, parameterAxis } from './search-axes.js';

const HEIGHT = 300;
/** Pixels above the axes for their names, below for the lowest number, and between two axes at the least. */
const ABOVE = 34;
const BELOW = 14;
const LEAST_BETWEEN = 112;
/** Pixels that a line of text takes, a letter, and one in bold. */
const LINE = 15;
const LETTER = 8;
const BOLD = 9.5;
/** Letters of an axis's name. */
const MOST_NAME = 14;
/** Runs in the front, but for the best. */
const NEXT_BEST = 4;

/** Of one kind of run: how its line is drawn, from back to front. */
const KINDS = {
  failed: 'purple stroke dotted faint',
  other: 'neutral stroke faint',
  next: 'blue stroke',
  best: 'vermilion stroke first',
} as const;

interface Axis {
  readonly name: string;
  /** A share of the width. */
  readonly x: number;
  readonly axis: ParameterAxis;
}

/** @param id unique on the page */
export function parallelCoordinates(report: SearchReport, id: string): Markup {
  const { parameters, runs } = report;
  const { judged, failed } = drawnRuns(report);
  if (runs.length < 2) return NOTHING;
  const axes = parameters.map((parameter, k) => ({ name: parameter.key, x: k / parameters.length, axis: parameterAxis(parameter) }));
  const outcome = outcomeAxis(report, HEIGHT);
  const kindOf = (rank: number): keyof typeof KINDS => (rank === 0 ? 'best' : rank <= NEXT_BEST ? 'next' : 'other');
  const lines = judged.map((run, rank) => lineOf(report, run, kindOf(rank), axes, outcome));
  const margins = { left: leftRoom(axes[0]), right: 20 + LETTER * longest(outcome.ticks), top: ABOVE, bottom: BELOW };
  const content = [
    ...axes.map(parameterMarks),
    outcomeMarks(outcome),
    stretched(HEIGHT, [...failed.map((run) => lineOf(report, run, 'failed', axes, outcome)), ...lines.toReversed()]),
    ...axes.map(axisTexts),
    outcomeTexts(outcome),
  ];
  const width = LEAST_BETWEEN * parameters.length + margins.left + margins.right;
  const undrawn = runs.length - judged.length - failed.length;
  return html`<figure class="wide" style="--least:${width}px">
<figcaption><strong>All runs over all parameters</strong> <span>${outcome.title}; the better the higher${undrawn > 0 ? `; ${count(undrawn)} more are not drawn` : ''}</span></figcaption>
${keys(judged.length, failed.length)}${plot({ id, title: 'All runs over all parameters', description: described(report), height: HEIGHT, margins, content })}</figure>
`;
}

function keys(judged: number, failed: number): Markup {
  const key = (kind: keyof typeof KINDS): Markup => html`<path class="${KINDS[kind]}" d="M1,7H33"/>`;
  return html`<ul class="legend">
${legendEntry(key('best'), 'the best')}${judged > 1 ? legendEntry(key('next'), judged === 2 ? 'the next' : `the next ${Math.min(NEXT_BEST, judged - 1)}`) : NOTHING}${judged > 1 + NEXT_BEST ? legendEntry(key('other'), 'the others') : NOTHING}${failed > 0 ? legendEntry(key('failed'), 'failed') : NOTHING}</ul>
`;
}

function lineOf(report: SearchReport, run: SearchRun, kind: keyof typeof KINDS, axes: readonly Axis[], outcome: OutcomeAxis): Markup {
  const points = axes.flatMap(({ name, x, axis }): [number, number][] => {
    const at = axis.at(valueOfKey(run.options, name));
    return at === undefined ? [] : [[PATH_WIDTH * x, HEIGHT * (1 - at)]];
  });
  return html`<path class="${KINDS[kind]} curve" d="${line().digits(2)([...points, [PATH_WIDTH, outcome.y(run)]]) ?? ''}"><title>${drawnText(report, run)}</title></path>\n`;
}

const heightOf = (): number => LINE;
const ticksOf = ({ axis }: Axis): readonly PlotTick[] => axis.ticks(HEIGHT, heightOf);
const longest = (ticks: readonly PlotTick[]): number => Math.max(0, ...ticks.map(({ label }) => label.length));

/** For the numbers of the first axis, and half of its name. */
function leftRoom(first: Axis): number {
  return Math.max(18 + LETTER * longest(ticksOf(first)), (BOLD * nameOf(first.name).length) / 2);
}

/** The axis, with a point for each choice. */
function parameterMarks({ x, axis }: Axis): Markup {
  const dots = axis.points.map((at) => placed(x, HEIGHT * (1 - at), html`<circle class="neutral fill" r="3"/>`));
  return html`<line class="axis" x1="${across(x)}" x2="${across(x)}" y1="0" y2="${HEIGHT}"/>${dots}\n`;
}

/** Numbers stand left of their axis, over the lines. */
function axisTexts(one: Axis): Markup {
  const { x, name } = one;
  const at = across(x);
  return html`<text class="halo strong middle" x="${at}" y="-16">${nameOf(name)}</text>
${ticksOf(one).map((tick) => {
  const y = HEIGHT * (1 - tick.at);
  return html`${placed(x, y, html`<path class="axis" d="M-5,0H0"/>`)}<text class="tick halo end" x="${at}" dx="-8" y="${y + 5}">${tick.label}</text>\n`;
})}`;
}

const nameOf = (name: string): string => shortened(name, MOST_NAME);

function outcomeMarks({ ticks }: OutcomeAxis): Markup {
  return html`<line class="axis" x1="100%" x2="100%" y1="0" y2="${HEIGHT}"/>
${ticks.map(({ at }) => placed(1, at, html`<path class="axis" d="M0,0H5"/>`))}`;
}

function outcomeTexts({ ticks }: OutcomeAxis): Markup {
  return html`<text class="halo strong end" x="100%" dx="24" y="-16">outcome</text>
${ticks.map(({ at, label }) => html`<text class="tick" x="100%" dx="9" y="${at + 5}">${label}</text>\n`)}`;
}

function described({ runs, parameters, facts }: SearchReport): string {
  const best = runs.slice(0, 1 + NEXT_BEST).map((run) => drawnText({ facts, parameters }, run));
  return `${plural(runs.length, 'run')} as lines over the axes ${keysOf(parameters).join(', ')} and the ${facts.by}. The best: ${best.join('; ')}.`;
}
