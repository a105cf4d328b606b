// A place of the page with markup of the report in it, which is replaced as a whole. What a reader has opened, scrolled or focused there stays so,
// by its place among its kind.

import type { Markup } from '../report/markup/html.js';

const FOCUSABLE = 'a, summary, [tabindex]';

export class MarkupPlace {
  readonly element: HTMLElement;
  #text = '';

  constructor(element: HTMLElement) {
    this.element = element;
  }

  show({ text }: Markup): void {
    if (text === this.#text) return;
    this.#text = text;
    const all = (what: string): HTMLElement[] => [...this.element.querySelectorAll<HTMLElement>(what)];
    const open = all('details').map((details) => details.hasAttribute('open'));
    const scrolled = all('.scroll').map(({ scrollLeft }) => scrollLeft);
    const focused = all(FOCUSABLE).indexOf(document.activeElement as HTMLElement);
    this.element.innerHTML = text;
    all('details').forEach((details, k) => {
      details.toggleAttribute('open', open[k] ?? false);
    });
    all('.scroll').forEach((box, k) => {
      // Where it is not scrolled, nothing is set: that has the page laid out at once, and here it is half done.
      if (scrolled[k]) box.scrollLeft = scrolled[k];
    });
    if (focused >= 0) all(FOCUSABLE)[focused]?.focus({ preventScroll: true });
  }
}
