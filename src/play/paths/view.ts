// The elements of the part with the paths. What happens when they are used stands in panel.ts.

import { html, type TemplateResult } from 'lit-html';
import { STEP } from '../../insight/differences.js';
import { superscript } from '../../insight/paths.js';
import { count, percent } from '../../text.js';
import { numberField } from '../number-field.js';
import { SIDE } from '../pixels.js';
import { putChart } from '../put-chart.js';
import { COST_LEGEND, costChart, SPAN } from './cost-chart.js';
import { PATHS_LEGEND, pathsDrawing } from './drawing.js';
import type { Followed, WeightPlace } from './followed.js';
import { agreement, moveText, originText, pathCount, routeOf, shareText, signed, targetText } from './words.js';

export interface PathsView {
  readonly layers: readonly number[];
  readonly label: number;
  readonly found: Followed;
  /** By how much the weight is moved. */
  readonly moved: number;
}

export interface PathsActions {
  /** Some of the place is another. */
  pick(changed: Partial<WeightPlace>): void;
  pickSteepest(): void;
  pixelAt(event: MouseEvent): void;
  pixelKey(event: KeyboardEvent): void;
  move(t: number): void;
}

/** All of the part but its two charts, which `drawCharts` puts into it. */
export function pathsView(view: PathsView, actions: PathsActions): TemplateResult {
  const { found } = view;
  const { agrees, text } = agreement(found, STEP);
  return html`<div class="play-panel paths">
    ${choice(view, actions)}
    <p>How much does the cost C of this ${view.label} change with w = ${weightName(found.place)} = ${signed(found.value)},
      from ${originText(found.place, SIDE)} at ${signed(found.input)} to ${targetText(found.place, view.layers)}?</p>
    <dl class="three">
      ${figureItem(`Sum over ${pathCount(found).replace(/^(The|All) /, '')}`, found.sum)}
      ${figureItem('BP4, a × δ', found.backpropagation)}
      ${figureItem(`C moved, w ± ${STEP}`, found.difference.slope)}
    </dl>
    <p class=${agrees ? 'agrees' : 'differs'}>${text}</p>
    <div class="columns">
      <div>${strongest(found)}</div>
      <div>${moves(view, actions)}</div>
    </div>
  </div>`;
}

/** The drawing of the paths and C against the weight, after the rest. */
export function drawCharts(element: Element, { found, moved }: PathsView): void {
  putChart(element.querySelector('.drawing') as Element, pathsDrawing(found));
  putChart(element.querySelector('.cost') as Element, costChart(found, moved));
}

function weightName({ layer, neuron, input }: WeightPlace): TemplateResult {
  return html`<strong>w${superscript(layer)}<sub>${neuron},${input}</sub></strong>`;
}

function figureItem(name: string, value: number): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${Number.isFinite(value) ? value.toExponential(9).replaceAll('-', '−') : '–'}</dd></div>`;
}

function choice({ layers, found }: PathsView, actions: PathsActions): TemplateResult {
  const { layer, neuron, input } = found.place;
  const [I, O] = [layers[layer - 2], layers[layer - 1]];
  const [row, column] = [Math.floor((input - 1) / SIDE) + 1, ((input - 1) % SIDE) + 1];
  const pixelOf = (row: number, column: number): number => (row - 1) * SIDE + column;
  return html`<div class="choice">
    ${picture(row - 1, column - 1, layer === 2, actions)}
    <div>
      <div class="play-controls">
        <label>Weights of
          <select @change=${({ target }: Event) => actions.pick({ layer: Number((target as HTMLSelectElement).value) })}>
            ${layers.slice(1).map((size, k) => html`<option value=${k + 2} .selected=${k + 2 === layer}>layer ${k + 2}: ${layers[k]} to ${size}</option>`)}
          </select>
        </label>
        ${
          layer === 2
            ? html`${numberField('Row', row, SIDE, (n) => actions.pick({ input: pixelOf(n, column) }))}
              ${numberField('Column', column, SIDE, (n) => actions.pick({ input: pixelOf(row, n) }))}`
            : numberField(`From neuron, of ${count(I)}`, input, I, (n) => actions.pick({ input: n }))
        }
        ${numberField(`To neuron, of ${count(O)}`, neuron, O, (n) => actions.pick({ neuron: n }))}
        <button type="button" @click=${actions.pickSteepest}>Take the one that matters most</button>
      </div>
      <p id="paths-keys" class="note">${layer === 2 ? 'Or choose a pixel of the digit: click on it, or move the frame with the arrow keys.' : 'A weight between two neurons; those of layer 2 begin at the pixels.'}</p>
      <p class="note" aria-live="polite">From ${originText(found.place, SIDE)}${layer === 2 ? `, at ${signed(found.input, 2)}` : ''}.</p>
    </div>
  </div>`;
}

/** The digit, with a frame around the pixel where the first layer's weights are chosen by it. */
function picture(row: number, column: number, chooses: boolean, { pixelAt, pixelKey }: PathsActions): TemplateResult {
  const frame = (name: string): TemplateResult =>
    html`<svg viewBox="0 0 ${SIDE} ${SIDE}" aria-hidden="true"><rect class="marker ${name}" x=${column - 0.25} y=${row - 0.25} width="1.5" height="1.5"></rect></svg>`;
  const canvas = html`<canvas width=${SIDE} height=${SIDE} role="img" aria-label="The digit that the network is given"></canvas>`;
  if (!chooses) return html`<div class="pixels">${canvas}</div>`;
  return html`<div class="pixels" tabindex="0" role="application" aria-label="Pixel in row ${row + 1}, column ${column + 1}" aria-describedby="paths-keys"
    @click=${pixelAt} @keydown=${pixelKey}>${canvas}${frame('below')}${frame('')}</div>`;
}

function strongest(found: Followed): TemplateResult {
  const { strongest, absolute } = found;
  return html`<h3>${strongest.length === 1 ? 'The path' : `The ${strongest.length} strongest paths`}</h3>
    <div .innerHTML=${PATHS_LEGEND.text}></div>
    <p class="note">${shareText(found)}</p>
    <div class="drawing"></div>
    <div class="scroll" role="region" aria-label="The paths as a table" tabindex="0"><table>
      <thead><tr><th scope="col">path</th><th scope="col">product</th><th scope="col">share</th></tr></thead>
      <tbody>${strongest.map(
        (path) =>
          html`<tr><th scope="row">${routeOf(found, path)}</th><td>${signed(path.product)}</td><td>${percent(absolute === 0 ? 0 : Math.abs(path.product) / absolute)}</td></tr>`,
      )}</tbody>
    </table></div>`;
}

function moves({ found, moved }: PathsView, { move }: PathsActions): TemplateResult {
  return html`<h3>Move the weight</h3>
    <div class="play-controls">
      <label class="move">By how much w is moved
        <input type="range" min=${-SPAN} max=${SPAN} step="0.05" .value=${String(moved)} aria-valuetext="by ${signed(moved, 2)} to ${signed(found.value + moved)}"
          @input=${({ target }: Event) => move((target as HTMLInputElement).valueAsNumber)} />
      </label>
      <button type="button" @click=${() => move(0)} ?disabled=${moved === 0}>Back</button>
    </div>
    <p class="moved">${moveText(found, moved)}</p>
    <figure><figcaption><strong>C against w</strong></figcaption><div .innerHTML=${COST_LEGEND.text}></div><div class="cost"></div></figure>`;
}
