// The weights as pictures, live: what each neuron of layer 2 has learnt to look for, all of them as a grid, one enlarged with its strongest pixels in
// words and its weights into the next layer. From N(0,1) weights a picture of w stays noise for ever; w less w at the start shows strokes,
// so that is what is shown first.

import { html, nothing, render, type TemplateResult } from 'lit-html';
import { bar } from '../parts/bar.js';
import { figure, signed, strongest } from '../parts/figures.js';
import { paced } from '../parts/paced.js';
import { colourInto, paint, scaleOf, sideOf } from '../parts/signed-picture.js';
import { bringStyle } from '../parts/style.js';
import type { Panel, Shown, Store } from '../store.js';
import { inTurn } from '../turns.js';
import { strongestInWords, type Which, weightsFrom, weightsInto } from './first-layer.js';
import { Mosaic } from './mosaic.js';
import { WEIGHTS_STYLE } from './style.js';

/** More tiles than these are not told apart; the rest is said to be there. */
const MOST_TILES = 400;
/** Weights into the next layer that are shown. */
const MOST_OUT = 10;

const CHOICES: readonly (readonly [which: Which, name: string])[] = [
  ['moved', 'w − w at the start'],
  ['weights', 'w as it is'],
];

export const weightsPanel: Panel = {
  id: 'weights',
  title: 'What the neurons look for',
  open: (element, store) => void new WeightsPanel(element, store),
};

class WeightsPanel {
  readonly #element: HTMLElement;
  readonly #store: Store;
  readonly #ask: () => void;
  #which: Which = 'moved';
  /** From 1. */
  #neuron = 1;
  /** [n_2][n_1], and its colours as a picture, one neuron below the other. */
  #values: Float32Array | undefined;
  #image: ImageData | undefined;
  readonly #mosaic = new Mosaic();
  /** What is drawn. */
  #drawn: Shown | undefined;

  constructor(element: HTMLElement, store: Store) {
    this.#element = element;
    this.#store = store;
    bringStyle(WEIGHTS_STYLE);
    this.#ask = paced(element, store, () => this.#draw());
    store.listen((state, before) => {
      if (state.shown !== before.shown) this.#ask();
    });
  }

  #draw(): void {
    const { shown } = this.#store.state;
    const side = shown && sideOf(shown.network.layers[0]);
    this.#drawn = side === undefined ? undefined : shown;
    if (!shown || side === undefined) return void render(emptyTemplate(shown), this.#element);
    const tiles = Math.min(MOST_TILES, shown.network.layers[1]);
    this.#neuron = Math.min(this.#neuron, tiles);
    this.#values = weightsInto(shown, 2, this.#which, this.#values);
    const scale = scaleOf(this.#values);
    // Numbers, elements and pictures in a frame each: all in one takes too long.
    const next = (draw: () => void): void => inTurn(() => this.#drawn === shown && draw(), true);
    next(() => {
      render(this.#template(shown, side, tiles, scale), this.#element);
      next(() => this.#paint(side, tiles, scale));
    });
  }

  /** Colours all values in one picture, and copies each neuron's part of it into its tile. */
  #paint(side: number, tiles: number, scale: number): void {
    const values = this.#values as Float32Array;
    const height = tiles * side;
    if (this.#image?.width !== side || this.#image.height !== height) this.#image = new ImageData(side, height);
    const image = this.#image;
    colourInto(new Uint32Array(image.data.buffer), values.subarray(0, height * side), scale);
    this.#mosaic.show(this.#element.querySelector('.mosaic') as HTMLElement, image, tiles);
    paint(this.#element.querySelector('canvas.enlarged') as HTMLCanvasElement, image, this.#neuron - 1);
  }

  #template(shown: Shown, side: number, tiles: number, scale: number): TemplateResult {
    const { layers } = shown.network;
    const isOutput = layers.length === 2;
    const name = (j: number): string => (isOutput ? `output ${j}, for the digit ${j - 1}` : `neuron ${j}`);
    return html`<div class="play-panel weights">
      <p>Each picture is a neuron of layer 2, each pixel the weight from that pixel of the digit.
        ${this.#which === 'moved' ? 'What training has added to the weights shows strokes; what they started with is noise.' : 'Weights drawn from N(0,1) drown what training adds to them: the other view shows that alone.'}</p>
      <div class="play-controls">
        <fieldset><legend>What is shown</legend>${CHOICES.map(([which, text]) => html`<label><input type="radio" name="weights-which" .checked=${this.#which === which} @change=${() => this.#choose(which, this.#neuron)}> ${text}</label>`)}</fieldset>
        <p class="play-scale"><span>−${figure(scale, 2)}</span><span class="play-ramp" role="img" aria-label="from blue for negative to vermilion for positive"></span><span>+${figure(scale, 2)}</span></p>
      </div>
      <div class="sides">
        <fieldset class="tiles"><legend>${isOutput ? 'Outputs' : 'Neurons of layer 2'}${tiles < layers[1] ? `, the first ${tiles} of ${layers[1]}` : ''}</legend>
          <div class="mosaic"><canvas aria-hidden="true"></canvas>${Array.from({ length: tiles }, (_, k) => this.#tile(k + 1, name(k + 1)))}</div></fieldset>
        <div class="one">
          <h3>${isOutput ? `Output ${this.#neuron}, for the digit ${this.#neuron - 1}` : `Neuron ${this.#neuron} of layer 2`}</h3>
          <canvas class="enlarged" width=${side} height=${side} role="img" aria-label=${`its weights as a picture of ${side} × ${side} pixels; the strongest are named below`}></canvas>
          <p>${strongestInWords(this.#own(layers[0]), side, this.#which)}</p>
          ${isOutput ? nothing : this.#onward(shown)}
        </div>
      </div>
    </div>`;
  }

  /** The weights into the chosen neuron. */
  #own(inputs: number): Float32Array {
    return (this.#values as Float32Array).subarray((this.#neuron - 1) * inputs, this.#neuron * inputs);
  }

  #tile(j: number, name: string): TemplateResult {
    return html`<label title=${name}><input type="radio" name="weights-neuron" .checked=${j === this.#neuron} @change=${() => this.#choose(this.#which, j)}>
      <span class="unseen">${name}</span></label>`;
  }

  #onward(shown: Shown): TemplateResult {
    const { layers } = shown.network;
    const values = weightsFrom(shown, 2, this.#neuron, this.#which);
    const isLast = layers.length === 3;
    const which = isLast && values.length <= MOST_OUT ? [...values.keys()] : strongest(values, MOST_OUT).sort((a, b) => a - b);
    const most = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    const of = this.#which === 'moved' ? 'How its weights into' : 'Its weights into';
    return html`<h4>${of} ${isLast ? 'the outputs' : 'layer 3'} ${this.#which === 'moved' ? 'have moved' : ''}${which.length < values.length ? `, the strongest ${which.length} of ${values.length}` : ''}</h4>
      <ul class="onward">${which.map((r) => html`<li><span>${isLast ? `digit ${r}` : `neuron ${r + 1}`}</span>${bar(values[r], most)}<span class="number">${signed(values[r])}</span></li>`)}</ul>`;
  }

  #choose(which: Which, neuron: number): void {
    this.#which = which;
    this.#neuron = neuron;
    this.#draw();
  }
}

const emptyTemplate = (shown: Shown | undefined): TemplateResult =>
  html`<div class="play-panel weights"><p>${
    shown
      ? `The ${shown.network.layers[0]} inputs of this network are no square picture, so there is nothing to draw here.`
      : 'There is no network yet: once one is there, its weights are shown here, live.'
  }</p></div>`;
