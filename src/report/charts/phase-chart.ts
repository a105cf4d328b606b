// Where the workers' time went, epoch by epoch, as an SVG chart: the shares of the parts of a step, one above another. Each part
// has the colour and the pattern that it has beside the time of a step.

import { scaleLinear } from 'd3-scale';
import type { EpochEvent } from '../../options/events.js';
import { byPhase, type PhaseFigures, phasesOf, STEP_PHASES, type StepPhase } from '../../parallel/step/phase-timer.js';
import { percent } from '../../text.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { across, marginsFor, plot, plotLeftAxis, plotLowerAxis } from '../markup/plot.js';
import { countTicks } from './axis-scale.js';
import { phaseColour, phasePattern } from './step-time-chart.js';

const HEIGHT = 250;
/** Steps across; of more epochs, neighbours share one. */
const MOST_COLUMNS = 150;

/** Epochs from `first` to `last` with the mean of their shares. */
interface Column {
  readonly first: number;
  readonly last: number;
  readonly shares: PhaseFigures;
}

/** The chart of one run; nothing where its phases were not measured. */
export function phaseChart(name: string, epochs: readonly EpochEvent[], id: string): Markup {
  const columns = columnsOf(epochs);
  if (columns.length === 0) return NOTHING;
  const [first, last] = [columns[0].first, columns[columns.length - 1].last];
  const x = scaleLinear([first - 0.5, last + 0.5], [0, 1]);
  const y = scaleLinear([0, 1], [HEIGHT, 0]);
  const left = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: y(share), label: String(100 * share) }));
  const phases = phasesOf(columns.map(({ shares }) => shares));
  const content = [
    html`<defs>${phases.map((phase) => phasePattern(phase, id))}</defs>\n`,
    plotLeftAxis(left),
    plotLowerAxis(
      countTicks([first, last], first, last).map((value) => ({ at: x(value), label: value.toLocaleString('en') })),
      HEIGHT,
      'epoch',
    ),
    ...columns.map((column) => drawn(column, phases, { x, y }, id)),
    html`<rect class="frame" width="100%" height="${HEIGHT}"/>\n`,
  ];
  return html`<figure>
<figcaption><strong>Where the time of a step went</strong> <span>% of the workers' time</span></figcaption>
<ul class="legend">
${phases.map((phase) => html`<li>${key(phase, id)}<span>${phase}</span></li>\n`)}</ul>
${plot({ id, title: `Where the time of a step went, ${name}`, description: described(columns, phases), height: HEIGHT, margins: marginsFor(left), content })}</figure>
`;
}

function columnsOf(epochs: readonly EpochEvent[]): Column[] {
  const measured = epochs.flatMap(({ epoch, phases }) => (phases ? [{ epoch, phases }] : []));
  const every = Math.ceil(measured.length / MOST_COLUMNS);
  return Array.from({ length: Math.ceil(measured.length / Math.max(1, every)) }, (_, k) => {
    const part = measured.slice(k * every, (k + 1) * every);
    const mean = (phase: StepPhase): number => part.reduce((sum, { phases }) => sum + (phases[phase] ?? 0), 0) / part.length;
    return { first: part[0].epoch, last: part[part.length - 1].epoch, shares: byPhase(STEP_PHASES.map(mean)) };
  });
}

interface Scales {
  readonly x: (epoch: number) => number;
  readonly y: (share: number) => number;
}

/** The parts of a column, the first at the bottom. */
function drawn({ first, last, shares }: Column, phases: readonly StepPhase[], { x, y }: Scales, id: string): Markup {
  const epochs = first === last ? `epoch ${first}` : `epochs ${first} to ${last}`;
  const shareOf = (phase: StepPhase): number => shares[phase] ?? 0;
  const tip = `${epochs}: ${phases.map((phase) => `${phase} ${percent(shareOf(phase))}`).join(', ')}`;
  const [left, width] = [x(first - 0.5), x(last + 0.5) - x(first - 0.5)];
  let from = 0;
  const parts = phases.map((phase) => {
    const to = from + shareOf(phase);
    const [top, height] = [y(to), y(from) - y(to)];
    from = to;
    return html`<rect class="${phaseColour(phase)}" fill="url(#${id}-${phase})" x="${across(left)}" y="${top}" width="${across(width)}" height="${height}"/><line class="${phaseColour(phase)} outline" x1="${across(left)}" x2="${across(left + width)}" y1="${top}" y2="${top}"/>`;
  });
  return html`<g><title>${tip}</title>${parts}</g>\n`;
}

function key(phase: StepPhase, id: string): Markup {
  return html`<svg class="key" viewBox="0 0 34 14" aria-hidden="true"><rect class="${phaseColour(phase)} outline" fill="url(#${id}-${phase})" x="1" y="1" width="32" height="12"/></svg>`;
}

/** Means over all epochs that were measured. */
function described(columns: readonly Column[], phases: readonly StepPhase[]): string {
  const mean = (phase: StepPhase): number => columns.reduce((sum, { shares }) => sum + (shares[phase] ?? 0), 0) / columns.length;
  return `Mean shares: ${phases.map((phase) => `${phase} ${percent(mean(phase))}`).join(', ')}.`;
}
