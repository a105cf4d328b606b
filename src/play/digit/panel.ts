// The part of the page where one draws a digit, or takes one of the test set, and sees what the network makes of it while it is drawn, and
// while the network trains. It is the part that chooses the digit for all others.

import { html, render } from 'lit-html';
import { Random } from '../../random.js';
import { testDigit } from '../digits.js';
import { outputsOf } from '../exact.js';
import { paced } from '../parts/paced.js';
import { bringStyle } from '../parts/style.js';
import { drawPixels, PIXELS } from '../pixels.js';
import type { Chosen, Panel, PlayState, Store } from '../store.js';
import { drawnInput } from './inputs.js';
import { nextMistake } from './mistakes.js';
import { BLANK, type Drawing, keyed, type Point, penDown, penMoved, penUp, undone } from './strokes.js';
import { STYLE } from './style.js';
import { type DigitActions, type DigitView, digitView } from './view.js';

export const digit: Panel = {
  id: 'digit',
  title: 'A digit of your own',
  open(element, store) {
    bringStyle(STYLE);
    new DigitPart(element, store);
  },
};

/** Classes where there is no network yet. */
const CLASSES = 10;

class DigitPart implements DigitActions {
  readonly #element: HTMLElement;
  readonly #store: Store;
  readonly #ask: (isUrgent?: boolean) => void;
  /** The same digits in the same order on every visit, so that one can tell another what to press. */
  readonly #random = Random.stream(1, 'play');
  #drawing: Drawing = BLANK;
  /** The strokes that `chosen` was made of. */
  #prepared = BLANK.strokes;
  /** What was chosen here; whatever else is chosen comes from another part, and clears the pad. */
  #chosen: Chosen | undefined;
  #search: DigitView['search'] = 'none';

  constructor(element: HTMLElement, store: Store) {
    this.#element = element;
    this.#store = store;
    this.#ask = paced(element, store, () => this.#draw());
    store.listen((state, before) => this.#changed(state, before));
  }

  #changed({ shown, chosen, digits }: PlayState, before: PlayState): void {
    if (chosen?.input !== this.#chosen?.input) this.#emptyPad();
    this.#chosen = chosen;
    const isAnother = chosen !== before.chosen || digits !== before.digits;
    if (isAnother || shown !== before.shown) this.#ask(isAnother);
  }

  /** Without a word to the others: the digit is another one. */
  #emptyPad(): void {
    this.#drawing = BLANK;
    this.#prepared = BLANK.strokes;
  }

  #choose(chosen: Chosen | undefined): void {
    this.#chosen = chosen;
    this.#search = 'none';
    this.#store.change({ chosen });
  }

  #draw(): void {
    if (this.#drawing.strokes !== this.#prepared) this.#prepare();
    const { shown, chosen, digits } = this.#store.state;
    const [inputs, classes] = shown ? [shown.network.layers[0], shown.network.layers[shown.network.layers.length - 1]] : [PIXELS, CLASSES];
    if (inputs !== PIXELS) {
      render(html`<p>This network takes ${inputs} values, not the 28 × 28 pixels of a digit.</p>`, this.#element);
      return;
    }
    const outputs = shown && chosen && outputsOf(shown, chosen.input);
    render(digitView({ drawing: this.#drawing, chosen, digits, classes, outputs, search: this.#search }, this), this.#element);
    drawPixels(this.#element.querySelector('canvas') as HTMLCanvasElement, chosen?.input);
  }

  /** Makes the digit of what is on the pad. What it is meant to be stays, until the pad is empty. */
  #prepare(): void {
    const { strokes } = this.#drawing;
    this.#prepared = strokes;
    const input = drawnInput(strokes);
    const { chosen } = this.#store.state;
    this.#choose(input && { input, label: chosen?.test === undefined ? chosen?.label : undefined });
  }

  #change(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#ask(true);
  }

  // What the elements call: with `this` bound, since they are given away.

  readonly pointer = (event: PointerEvent): void => {
    const pad = event.currentTarget as SVGSVGElement;
    if (event.type === 'pointerdown' && event.isPrimary && event.button === 0) {
      pad.setPointerCapture(event.pointerId);
      this.#change(penDown(this.#drawing, pointOn(pad, event)));
    } else if (event.type === 'pointermove' && pad.hasPointerCapture(event.pointerId)) {
      // A browser tells of several moves at once, at most once per frame.
      const all = event.getCoalescedEvents?.() ?? [];
      this.#change((all.length > 0 ? all : [event]).reduce((drawing, one) => penMoved(drawing, pointOn(pad, one)), this.#drawing));
    } else if (event.type !== 'pointerdown' && pad.hasPointerCapture(event.pointerId)) this.#change(penUp(this.#drawing));
  };

  readonly key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const drawing = keyed(this.#drawing, event.key, event.shiftKey);
    if (!drawing) return;
    event.preventDefault();
    this.#change(drawing);
  };

  readonly clear = (): void => this.#change(BLANK);

  readonly undo = (): void => this.#change(undone(this.#drawing));

  readonly mean = (label: number | undefined): void => {
    const { chosen } = this.#store.state;
    if (chosen) this.#store.change({ chosen: { ...chosen, label } });
  };

  readonly take = (number: number): void => {
    const { digits } = this.#store.state;
    if (!digits) return;
    this.#emptyPad();
    this.#choose(testDigit(digits, number));
  };

  readonly takeRandom = (): void => {
    const { digits } = this.#store.state;
    if (digits) this.take(this.#random.below(digits.test) + 1);
  };

  readonly takeMistake = async (): Promise<void> => {
    const { digits, shown, chosen } = this.#store.state;
    if (!digits || !shown || this.#search === 'running') return;
    this.#search = 'running';
    this.#ask(true);
    // Whoever takes another digit meanwhile has ended it.
    const isWanted = async (): Promise<boolean> => {
      await new Promise(requestAnimationFrame);
      return this.#search === 'running';
    };
    const number = await nextMistake(shown, digits, chosen?.test ?? 0, isWanted);
    if (this.#search !== 'running') return;
    if (number !== undefined) this.take(number);
    else this.#search = 'It gets none of them wrong.';
    this.#ask(true);
  };
}

/** Where an event is on the pad. */
function pointOn(pad: SVGSVGElement, { clientX, clientY }: PointerEvent): Point {
  const { left, top, width, height } = pad.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}
