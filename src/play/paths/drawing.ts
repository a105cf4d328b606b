// The strongest paths from a weight to the cost as a drawing as wide as its place: a column for each layer that they come through, with the
// neurons on them, and each path a line as wide as its product. Solid ones raise C when the weight grows, dashed ones lower it.

import { type Path, superscript } from '../../insight/paths.js';
import { legend, legendEntry } from '../../report/charts/looks.js';
import { figure } from '../../report/data/explained-paths.js';
import { html, type Markup } from '../../report/markup/html.js';
import { PATH_WIDTH, placed, plot, stretched } from '../../report/markup/plot.js';
import type { Followed } from './followed.js';
import { routeOf } from './words.js';

/** Pixels: of a row of neurons, of a neuron, of the columns' names; the widest and the narrowest line. */
const [ROW, RADIUS, NAMES] = [36, 14, 26];
const [WIDE, THIN] = [8, 1];

interface Column {
  readonly name: string;
  /** Neurons from 1, each once, ascending; of the ends one of no number. */
  readonly neurons: readonly number[];
  readonly label: (neuron: number) => string;
}

const keyOf = (sign: string): Markup => html`<path class="route ${sign}" stroke-width="5" d="M0,7H34"/>`;

export const PATHS_LEGEND = legend([], [legendEntry(keyOf('raises'), 'C rises with the weight'), legendEntry(keyOf('lowers'), 'C falls')]);

export function pathsDrawing(found: Followed): Markup {
  const columns = columnsOf(found);
  const rows = Math.max(...columns.map(({ neurons }) => neurons.length));
  const height = NAMES + rows * ROW;
  const x = (column: number): number => column / (columns.length - 1);
  const y = (column: number, row: number): number => NAMES + ((rows - columns[column].neurons.length) / 2 + row + 0.5) * ROW;
  const [largest] = found.strongest;
  // The wide ones below, so that none is hidden.
  const lines = found.strongest.map((path) => {
    const stops = [0, ...path.route, 0].map((neuron, c) => `${hundredths(PATH_WIDTH * x(c))},${y(c, columns[c].neurons.indexOf(neuron))}`);
    const width = THIN + (WIDE - THIN) * (largest.product === 0 ? 0 : Math.abs(path.product / largest.product));
    return html`<path class="route ${path.product < 0 ? 'lowers' : 'raises'}" stroke-width="${width}" d="M${stops.join('L')}"><title>${routeOf(found, path)}: ${figure(path.product)}</title></path>\n`;
  });
  const content = [
    ...columns.map(({ name }, c) => placed(x(c), 0, html`<text class="middle strong" y="14">${name}</text>`)),
    stretched(height, lines),
    ...columns.flatMap(({ neurons, label }, c) => neurons.map((neuron, row) => placed(x(c), y(c, row), circle(label(neuron))))),
  ];
  const margins = { left: RADIUS + 8, right: RADIUS + 8, top: 4, bottom: 8 };
  return plot({
    id: 'paths-drawing',
    title: `The strongest paths from ${found.name} to the cost`,
    description: described(found),
    height,
    margins,
    content,
  });
}

/** Neurons of the output by their digits. */
function columnsOf({ place, rates, strongest, input, outputs }: Followed): Column[] {
  const start = place.layer === 2 ? ['pixel', input.toFixed(1)] : [`a${superscript(place.layer - 1)}`, String(place.input)];
  const end = ([name, text]: readonly string[]): Column => ({ name, neurons: [0], label: () => text });
  const between = rates.stages.map(({ from }, k): Column => {
    const neurons = [...new Set(strongest.map(({ route }) => route[k]))].sort((a, b) => a - b);
    const isOutput = from.layer === outputs;
    const name = isOutput && from.symbol === 'a' ? 'digit' : `${from.symbol}${superscript(from.layer)}`;
    return { name, neurons, label: (neuron) => String(isOutput ? neuron - 1 : neuron) };
  });
  return [end(start), ...between, end(['', 'C'])];
}

function circle(text: string): Markup {
  return html`<circle class="neuron" r="${RADIUS}"/><text class="middle small" y="4">${text}</text>`;
}

function described(found: Followed): string {
  const { strongest, absolute } = found;
  const top = strongest.reduce((sum, { product }: Path) => sum + Math.abs(product), 0);
  const share = absolute === 0 ? 0 : (100 * top) / absolute;
  return `${strongest.length} of ${found.paths} paths, with ${share.toFixed(0)} % of all that travels. The strongest is ${routeOf(found, strongest[0])}, ${figure(strongest[0].product)}.`;
}

function hundredths(value: number): number {
  return Math.round(100 * value) / 100;
}
