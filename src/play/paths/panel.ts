// The part of the page where one follows a weight to the cost of the digit that is looked at: along its strongest paths, in three figures that
// must agree, and by moving it. The network itself stays as it is; what is moved is moved here alone.

import { html, render, type TemplateResult } from 'lit-html';
import { digitText } from '../digit/words.js';
import { paced } from '../parts/paced.js';
import { bringStyle } from '../parts/style.js';
import { drawPixels, PIXELS, SIDE } from '../pixels.js';
import type { Chosen, Panel, PlayState, Shown, Store } from '../store.js';
import { inTurn } from '../turns.js';
import { exampleOf, type Followed, followed, placeWithin, steepest, type WeightPlace } from './followed.js';
import { STYLE } from './style.js';
import { drawCharts, type PathsActions, type PathsView, pathsView } from './view.js';

export const paths: Panel = {
  id: 'paths',
  title: 'The sum over paths',
  open(element, store) {
    bringStyle(STYLE);
    new PathsPart(element, store);
  },
};

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };

class PathsPart implements PathsActions {
  readonly #element: HTMLElement;
  readonly #store: Store;
  readonly #ask: (isUrgent?: boolean) => void;
  /** The weight that is followed: until one was picked, the one that matters most for the digit. */
  #place: WeightPlace | undefined;
  #isPicked = false;
  #found: { readonly shown: Shown; readonly chosen: Chosen; readonly followed: Followed } | undefined;
  #moved = 0;
  /** What is drawn. */
  #view: PathsView | undefined;

  constructor(element: HTMLElement, store: Store) {
    this.#element = element;
    this.#store = store;
    this.#ask = paced(element, store, () => this.#draw());
    store.listen(({ shown, chosen }, before) => {
      if (shown !== before.shown || chosen !== before.chosen) this.#ask();
    });
  }

  #draw(): void {
    const { state } = this.#store;
    const { shown, chosen } = state;
    const found = this.#follow(state);
    if (!shown || !chosen || !found) {
      this.#view = undefined;
      render(this.#missing(state), this.#element);
      return;
    }
    const view: PathsView = { layers: shown.network.layers, label: chosen.label as number, found, moved: this.#moved };
    this.#view = view;
    render(pathsView(view, this), this.#element);
    drawPixels(this.#element.querySelector('canvas') as HTMLCanvasElement, chosen.input);
    // In a frame of their own: all in one takes too long.
    inTurn(() => {
      if (this.#view === view) drawCharts(this.#element, view);
    }, true);
  }

  /** What the figures are, computed anew where something of them has changed. */
  #follow({ shown, chosen }: PlayState): Followed | undefined {
    if (!shown || chosen?.label === undefined || shown.network.layers[0] !== PIXELS) return undefined;
    const known = this.#found;
    if (known?.shown === shown && known.chosen === chosen && known.followed.place === this.#place) return known.followed;
    const example = exampleOf(chosen.input, chosen.label, shown.network.layers[shown.network.layers.length - 1]);
    const isSameDigit = known?.chosen.input === chosen.input && known.chosen.label === chosen.label;
    const place = this.#place && (this.#isPicked || isSameDigit) ? this.#place : steepest(shown, example, 2);
    this.#place = placeWithin(shown.network, place);
    this.#found = { shown, chosen, followed: followed(shown, example, this.#place) };
    return this.#found.followed;
  }

  /** What there has to be before there is anything to follow. */
  #missing({ shown, chosen }: PlayState): TemplateResult {
    if (!shown) return html`<p>There is no network yet: train one.</p>`;
    const { layers } = shown.network;
    if (layers[0] !== PIXELS) return html`<p>This network takes ${layers[0]} values, not the 28 × 28 pixels of a digit.</p>`;
    if (!chosen) return html`<p>There is no digit yet: draw one, or take one of the test set.</p>`;
    const mean = ({ target }: Event): void => this.#store.change({ chosen: { ...chosen, label: Number((target as HTMLSelectElement).value) } });
    return html`<p>The cost of a digit depends on what it should have been taken for.</p>
      <div class="play-panel play-controls"><label>It is meant to be
        <select @change=${mean}><option value="" disabled selected>choose</option>${Array.from({ length: layers[layers.length - 1] }, (_, k) => html`<option value=${k}>${digitText(k)}</option>`)}</select>
      </label></div>`;
  }

  // What the elements call: with `this` bound, since they are given away.

  readonly pick = (changed: Partial<WeightPlace>): void => {
    const { shown } = this.#store.state;
    if (!shown || !this.#place) return;
    this.#place = placeWithin(shown.network, { ...this.#place, ...changed });
    this.#isPicked = true;
    this.#moved = 0;
    this.#ask(true);
  };

  readonly pickSteepest = (): void => {
    const { shown, chosen } = this.#store.state;
    if (!shown || chosen?.label === undefined || !this.#place) return;
    const { layers } = shown.network;
    this.pick(steepest(shown, exampleOf(chosen.input, chosen.label, layers[layers.length - 1]), this.#place.layer));
  };

  readonly pixelAt = (event: MouseEvent): void => {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const within = (share: number): number => Math.min(SIDE - 1, Math.max(0, Math.floor(SIDE * share)));
    this.pick({ input: within((event.clientY - top) / height) * SIDE + within((event.clientX - left) / width) + 1 });
  };

  readonly pixelKey = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const pixel = (this.#place?.input ?? 1) - 1 + step;
    const staysInRow = Math.abs(step) > 1 || Math.floor(pixel / SIDE) === Math.floor((pixel - step) / SIDE);
    if (pixel >= 0 && pixel < PIXELS && staysInRow) this.pick({ input: pixel + 1 });
  };

  readonly move = (t: number): void => {
    this.#moved = t;
    this.#ask(true);
  };
}
