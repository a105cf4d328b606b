// The page of a test of learning rates: the rate, the cost over η, and the figures.

import { scaleLog } from 'd3-scale';
import { line, symbolCircle, symbolTriangle } from 'd3-shape';
import type { FoundRate } from '../../experiments/rate/find-rate.js';
import { count } from '../../text.js';
import { leftScale } from '../charts/axis-scale.js';
import { legend, markOf } from '../charts/looks.js';
import { logLabel, logTicks } from '../data/log-axis.js';
import { costAxis } from '../data/rate-axes.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { facts, page } from '../markup/page.js';
import { marginsFor, PATH_WIDTH, placed, plot, plotLeftAxis, plotLowerAxis, stretched } from '../markup/plot.js';
import { rateInWords } from '../words.js';
import { RUN_STYLE } from './run-style.js';

const HEIGHT = 300;

/** @param again the command that trains with it */
export function ratePage(found: FoundRate, again: string | undefined): string {
  const { layers, data, optimiser, batch, seed, range, rates, stepsOfRate, trained, seconds, workers, kernels } = found;
  const name = layers.join('-');
  const command = again === undefined ? NOTHING : html`<p><code>${again}</code></p>\n`;
  const settings = facts([
    ['network', name],
    ['data', data],
    ['optimiser', optimiser],
    ['mini-batch', count(batch)],
    ['rates', `${count(rates)} from ${logLabel(range[0])} to ${logLabel(range[1])}, ${count(stepsOfRate)} steps each`],
    ['trained on', `${count(trained)} samples in ${seconds.toFixed(1)} s`],
    ['seed', String(seed)],
    ['workers', `${workers}, kernels ${kernels}`],
  ]);
  return page({
    title: `Learning rate of ${name}`,
    description: `The cost of ${name} on ${data} while its learning rate rises.`,
    body: [html`<p class="verdict">${rateInWords(found)}</p>\n`, command, rateChart(found), settings],
    style: RUN_STYLE,
  });
}

const LOOKS = {
  rate: { colour: 'neutral', line: 'none', mark: symbolCircle },
  smoothed: { colour: 'blue', line: '' },
  largest: { colour: 'vermilion', line: 'none', mark: symbolTriangle },
  eta: { colour: 'green', line: 'none', mark: symbolCircle },
} as const;

function rateChart({ points, smoothed, eta, largest }: FoundRate): Markup {
  const costs = costAxis(points, smoothed);
  if (costs === undefined || points.length < 2) return NOTHING;
  const { y, ticks } = leftScale('near', costs, costs[1], HEIGHT);
  const domain = [points[0].eta, points[points.length - 1].eta] as const;
  const x = scaleLog(domain, [0, 1]);
  const down = (cost: number): number => y(Math.min(cost, costs[1]));
  const path = line<{ eta: number; cost: number }>()
    .x((point) => PATH_WIDTH * x(point.eta))
    .y((point) => down(point.cost))
    .digits(2);
  const marked = (rate: number | null, look: (typeof LOOKS)['eta' | 'largest']): Markup => {
    const point = smoothed.find((one) => rate !== null && one.eta >= rate);
    return point ? placed(x(point.eta), down(point.cost), markOf(look)) : NOTHING;
  };
  const content = [
    plotLeftAxis(ticks),
    plotLowerAxis(
      logTicks(domain).map((value) => ({ at: x(value), label: logLabel(value) })),
      HEIGHT,
      'η, logarithmic',
    ),
    ...points.flatMap((point) =>
      point.cost === null || point.cost > costs[1]
        ? []
        : [
            placed(
              x(point.eta),
              y(point.cost),
              html`<circle class="neutral fill" r="1.6"><title>η ${point.eta.toPrecision(2)}: ${point.cost.toPrecision(3)}</title></circle>`,
            ),
          ],
    ),
    stretched(HEIGHT, [html`<path class="blue stroke curve" d="${path(smoothed) ?? ''}"/>`]),
    marked(largest, LOOKS.largest),
    marked(eta, LOOKS.eta),
  ];
  const names = [
    { name: 'mean cost at a rate', look: LOOKS.rate },
    { name: 'over the rates around', look: LOOKS.smoothed },
    { name: 'where it is least', look: LOOKS.largest },
    { name: 'train with', look: LOOKS.eta },
  ];
  const description = `The smoothed cost is ${smoothed[0].cost.toPrecision(3)} at η ${logLabel(domain[0])}${largest === null ? '' : ` and least at η ${largest.toPrecision(2)}`}.`;
  return html`<figure>
<figcaption><strong>Cost while η rises</strong></figcaption>
${legend(names)}${plot({ id: 'rates', title: 'Cost while η rises', description, height: HEIGHT, margins: marginsFor(ticks), content })}</figure>
`;
}
