// Where the time of a step goes, as an SVG chart: for each worker count a bar for each worker, cut into the parts of a step.
// Each part has a pattern of its own beside its colour.

import { scaleLinear } from 'd3-scale';
import { phasesOf, type StepPhase } from '../../parallel/step/phase-timer.js';
import type { ScalingCurve, ScalingPoint, WorkerTime } from '../../scaling/results.js';
import { percent, plural } from '../../text.js';
import { html, type Markup } from '../markup/html.js';
import { chart, lowerAxis } from '../markup/svg.js';
import { curveTitle, type Measure, measureOf, TIME_UNITS } from '../words.js';

const WIDTH = 500;
const LEFT = 76;
const RIGHT = 484;
/** Where the first group begins, below the legend. */
const TOP = 40;
const TITLE_HEIGHT = 24;
const BAR_HEIGHT = 16;
const BAR_PITCH = 20;
const GROUP_GAP = 8;
const AXIS_HEIGHT = 56;

const COLOURS: Readonly<Record<StepPhase, string>> = {
  gather: 'purple',
  forward: 'blue',
  backward: 'vermilion',
  update: 'green',
  wait: 'neutral',
  exchange: 'purple',
};

/** What is drawn over the ground of each part, in a square of 8 by 8. */
const PATTERNS: Readonly<Record<StepPhase, Markup>> = {
  gather: html`<rect class="fill" width="8" height="8"/>`,
  forward: html`<rect class="fill" width="8" height="8" opacity="0.45"/><path class="stroke" d="M-2,2L2,-2M0,8L8,0M6,10L10,6"/>`,
  backward: html`<rect class="fill" width="8" height="8" opacity="0.45"/><path class="stroke" d="M-2,6L2,10M0,0L8,8M6,-2L10,2"/>`,
  update: html`<rect class="fill" width="8" height="8" opacity="0.45"/><circle class="fill" cx="4" cy="4" r="2"/>`,
  wait: html`<rect class="fill" width="8" height="8" opacity="0.2"/>`,
  exchange: html`<rect class="fill" width="8" height="8" opacity="0.25"/><path class="stroke" d="M0,2H8M0,6H8"/>`,
};

interface Group {
  readonly point: ScalingPoint;
  readonly top: number;
}

/** The chart of a curve; `id` is unique on the page. */
export function stepTimeChart(curve: ScalingCurve, id: string): Markup {
  const times = curve.points.flatMap(({ time }) => time);
  const longest = Math.max(...times.map(total));
  const measure = measureOf([longest], TIME_UNITS);
  const x = scaleLinear([0, longest * measure.factor], [LEFT, RIGHT]);
  const groups = groupsOf(curve.points);
  const bottom = bottomOf(groups[groups.length - 1]);
  const format = x.tickFormat(5);
  const ticks = x.ticks(5).map((value) => ({ at: x(value), label: format(value) }));
  const phases = phasesOf(times);
  const content = [
    html`<defs>${phases.map((phase) => phasePattern(phase, id))}</defs>\n`,
    ...legend(phases, id),
    lowerAxis(ticks, { left: LEFT, right: RIGHT, top: TOP, bottom }, `${measure.unit} a step`),
    ...groups.map((group) => drawn(group, x, measure, id)),
  ];
  const title = `Where the time of a step goes, ${curveTitle(curve)}`;
  return chart({ id, title, description: described(curve, measure), width: WIDTH, height: bottom + AXIS_HEIGHT, content });
}

/** Microseconds of all parts of a worker's step. */
function total(time: WorkerTime): number {
  return phasesOf([time]).reduce((sum, phase) => sum + (time[phase] ?? 0), 0);
}

function groupsOf(points: readonly ScalingPoint[]): Group[] {
  const groups: Group[] = [];
  for (const point of points) groups.push({ point, top: groups.length === 0 ? TOP : bottomOf(groups[groups.length - 1]) });
  return groups;
}

function bottomOf({ point, top }: Group): number {
  return top + TITLE_HEIGHT + BAR_PITCH * point.time.length + GROUP_GAP;
}

function drawn({ point, top }: Group, x: (value: number) => number, measure: Measure, id: string): Markup {
  const imbalance = point.workers === 1 ? '' : `, imbalance ${percent(point.imbalance)}`;
  const bars = point.time.map((time, worker) => {
    const y = top + TITLE_HEIGHT + BAR_PITCH * worker;
    return html`<text class="end" x="${LEFT - 8}" y="${y + 13}">worker ${worker + 1}</text>${barOf(time, y, x, measure, id)}\n`;
  });
  return html`<text class="strong halo" x="${LEFT}" y="${top + 18}">${plural(point.workers, 'worker')}${imbalance}</text>\n${bars}`;
}

/** The parts of one worker's step, one after another. */
function barOf(time: WorkerTime, y: number, x: (value: number) => number, { factor, unit, show }: Measure, id: string): Markup[] {
  let from = 0;
  return phasesOf([time]).map((phase) => {
    const spent = time[phase] ?? 0;
    const to = from + spent * factor;
    const width = x(to) - x(from);
    const left = x(from);
    from = to;
    const tip = html`<title>${phase}: ${show(spent)} ${unit}</title>`;
    return html`<rect class="${COLOURS[phase]} outline" fill="url(#${id}-${phase})" x="${left}" y="${y}" width="${width}" height="${BAR_HEIGHT}">${tip}</rect>`;
  });
}

/** The class of a part's colour. */
export function phaseColour(phase: StepPhase): string {
  return COLOURS[phase];
}

/** What `url(#ID-PHASE)` fills a part with. */
export function phasePattern(phase: StepPhase, id: string): Markup {
  return html`<pattern id="${id}-${phase}" class="${COLOURS[phase]}" width="8" height="8" patternUnits="userSpaceOnUse">${PATTERNS[phase]}</pattern>`;
}

/** The parts and their patterns in a row, each with room for its name. */
function legend(phases: readonly StepPhase[], id: string): Markup[] {
  let right = 4;
  // Six names of several ranks have room beside one another only with smaller keys.
  const [key, letter] = phases.includes('exchange') ? [12, 8.5] : [22, 9];
  return phases.map((phase) => {
    const x = right;
    right += key + 14 + letter * phase.length;
    return html`<rect class="${COLOURS[phase]} outline" fill="url(#${id}-${phase})" x="${x}" y="8" width="${key}" height="${BAR_HEIGHT}"/><text x="${x + key + 6}" y="21">${phase}</text>\n`;
  });
}

function described({ points }: ScalingCurve, { unit, show }: Measure): string {
  const mean = ({ time }: ScalingPoint, phase: StepPhase): string => show(time.reduce((sum, worker) => sum + (worker[phase] ?? 0), 0) / time.length);
  const parts = points.map(
    (point) =>
      `${plural(point.workers, 'worker')}: ${phasesOf(point.time)
        .map((phase) => `${phase} ${mean(point, phase)}`)
        .join(', ')}`,
  );
  return `Mean of the workers, in ${unit} a step. ${parts.join('; ')}.`;
}
