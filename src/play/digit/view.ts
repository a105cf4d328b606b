// The elements of the part with the pad. What happens when they are used stands in panel.ts.

import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { across } from '../../report/markup/plot.js';
import { count } from '../../text.js';
import { foremostOf } from '../exact.js';
import { numberField } from '../number-field.js';
import { SIDE } from '../pixels.js';
import type { Chosen, Digits } from '../store.js';
import { type Drawing, PEN_WIDTH, type Stroke } from './strokes.js';
import { barShare, digitText, likelyText, outputText, sourceText } from './words.js';

export interface DigitView {
  readonly drawing: Drawing;
  readonly chosen: Chosen | undefined;
  readonly digits: Digits | undefined;
  readonly classes: number;
  readonly outputs: readonly number[] | undefined;
  /** Of the search for a digit that it gets wrong. */
  readonly search: 'none' | 'running' | string;
}

export interface DigitActions {
  pointer(event: PointerEvent): void;
  key(event: KeyboardEvent): void;
  clear(): void;
  undo(): void;
  mean(label: number | undefined): void;
  take(number: number): void;
  takeRandom(): void;
  takeMistake(): void;
}

/** Units of the pad's drawing. */
const UNITS = 100;

export function digitView(view: DigitView, actions: DigitActions): TemplateResult {
  return html`<div class="play-panel digit"><div class="sides">
    <div>${pad(view, actions)}</div>
    <div>
      <h3 id="digit-outputs">What it makes of it</h3>
      <p class="likely" aria-live="polite">${likelyText(view.chosen, view.outputs)}</p>
      ${outputBars(view)}
    </div>
    <div>
      <h3>What the network is given</h3>
      <div class="pixels given"><canvas width=${SIDE} height=${SIDE} role="img" aria-label="The digit after preparation, 28 × 28 pixels"></canvas></div>
      <p class="note">${sourceText(view.chosen)}</p>
      ${testFields(view, actions)}
    </div>
    </div>
    <p id="digit-keys" class="note">Draw with mouse or finger; or by keys: arrows move the pen (with Shift a little), Space puts it down and lifts it, Backspace takes the last stroke back, Escape clears.</p>
  </div>`;
}

function pad({ drawing, chosen, classes }: DigitView, actions: DigitActions): TemplateResult {
  const { pointer } = actions;
  const drawn = chosen !== undefined && chosen.test === undefined;
  return html`<svg class="pad" viewBox="0 0 ${UNITS} ${UNITS}" tabindex="0" role="application" aria-label="Pad to draw a digit on" aria-describedby="digit-keys"
      @pointerdown=${pointer} @pointermove=${pointer} @pointerup=${pointer} @pointercancel=${pointer} @keydown=${actions.key}>
      ${drawing.strokes.map((stroke) => svg`<path class="ink" stroke-width=${UNITS * PEN_WIDTH} d=${pathOf(stroke)}></path>`)}
      <circle class="pen ${drawing.down ? 'down' : ''}" cx=${UNITS * drawing.pen[0]} cy=${UNITS * drawing.pen[1]} r=${(UNITS * PEN_WIDTH) / 2}></circle>
    </svg>
    <div class="play-controls">
      <button type="button" @click=${actions.clear} ?disabled=${drawing.strokes.length === 0}>Clear</button>
      <button type="button" @click=${actions.undo} ?disabled=${drawing.strokes.length === 0}>Undo</button>
      <label>It is meant to be
        <select ?disabled=${!drawn} @change=${(event: Event) => actions.mean(chosenOption(event))}>
          <option value="" .selected=${!drawn || chosen.label === undefined}>not said</option>
          ${Array.from({ length: classes }, (_, k) => html`<option value=${k} .selected=${drawn && chosen.label === k}>${digitText(k)}</option>`)}
        </select>
      </label>
    </div>`;
}

function pathOf(stroke: Stroke): string {
  const at = stroke.map(([x, y]) => `${(UNITS * x).toFixed(2)},${(UNITS * y).toFixed(2)}`);
  // A line to the same place is drawn as a dot, a mere point is not.
  return `M${at[0]}${
    at.length === 1
      ? `L${at[0]}`
      : at
          .slice(1)
          .map((point) => `L${point}`)
          .join('')
  }`;
}

/** The number that a choice stands for; undefined for its first, which stands for none. */
function chosenOption(event: Event): number | undefined {
  const { value } = event.target as HTMLSelectElement;
  return value === '' ? undefined : Number(value);
}

function testFields({ digits, chosen, search }: DigitView, actions: DigitActions): TemplateResult | typeof nothing {
  if (!digits || digits.test === 0) return nothing;
  const last = digits.test;
  const number = chosen?.test;
  const turn = (by: number) => () => actions.take(number === undefined ? 1 : ((number - 1 + by + last) % last) + 1);
  return html`<fieldset class="play-controls"><legend>One of the ${count(last)} test digits</legend>
    ${numberField('Number', number, last, actions.take)}
    <button type="button" @click=${turn(-1)}>Previous</button>
    <button type="button" @click=${turn(1)}>Next</button>
    <button type="button" @click=${actions.takeRandom}>Random</button>
    <button type="button" @click=${actions.takeMistake} ?disabled=${search === 'running'}>Next one it gets wrong</button>
  </fieldset>
  <p class="note" aria-live="polite">${search === 'none' ? '' : search === 'running' ? 'Looking for one …' : search}</p>`;
}

function outputBars({ outputs, classes }: DigitView): TemplateResult {
  const foremost = outputs && foremostOf(outputs);
  const rows = Array.from({ length: classes }, (_, k) => {
    const value = outputs?.[k];
    return html`<li class=${k === foremost ? 'foremost' : ''}>
      <span class="name">${k}</span>
      <span class="track"><span class="bar" .style=${`width:${across(outputs && value !== undefined ? barShare(value, outputs) : 0)}`}></span></span>
      <span class="figure">${value === undefined ? '–' : outputText(value)}</span></li>`;
  });
  return html`<ul class="bars" aria-labelledby="digit-outputs">${rows}</ul>`;
}
