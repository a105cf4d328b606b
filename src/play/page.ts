// The script of the page of `nabla play`: opens every panel over one store.

import { html, render } from 'lit-html';
import { DIGIT_CLASSES, DIGIT_INPUTS } from '../data/digits.js';
import { optionsOfAddress, type PlayOptions } from './address.js';
import { testDigit } from './digits.js';
import { PANELS } from './panels.js';
import { Store } from './store.js';
import { PRESETS } from './training/presets.js';
import { drawSparingly } from './turns.js';
import { takeWayWhenUsed } from './way.js';

/** Says what keeps the whole page from working; undefined where nothing does. */
function whyNot(): string | undefined {
  if (typeof WebAssembly !== 'object') return 'This browser has no WebAssembly, and without it nothing can be trained here. A newer one has it.';
  if (typeof DecompressionStream !== 'function') return 'This browser cannot unpack the digits (it has no DecompressionStream). A newer one can.';
  return undefined;
}

/** Sizes of all layers, which the page has a field for, in the place of those of the hidden ones alone. */
function withLayers({ hidden, ...options }: PlayOptions): PlayOptions {
  return Array.isArray(hidden) && options.layers === undefined
    ? { layers: [DIGIT_INPUTS, ...hidden, DIGIT_CLASSES], ...options }
    : { ...options, ...(hidden !== undefined && { hidden }) };
}

function open(nav: HTMLElement, place: HTMLElement): void {
  const fault = whyNot();
  if (fault !== undefined) {
    place.innerHTML = `<p class="notice" role="alert">${fault}</p>`;
    return;
  }
  const store = new Store();
  const given = optionsOfAddress(location.search);
  store.change({ options: Object.keys(given).length > 0 ? withLayers(given) : PRESETS[0].options });
  render(html`<ul>${PANELS.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>`, nav);
  place.replaceChildren();
  for (const panel of PANELS) {
    const section = place.appendChild(document.createElement('section'));
    section.id = panel.id;
    const heading = section.appendChild(document.createElement('h2'));
    heading.textContent = panel.title;
    panel.open(section.appendChild(document.createElement('div')), store);
  }
  beginWithDigit(store);
  store.listen(({ isTraining }) => drawSparingly(isTraining));
  takeWayWhenUsed();
}

/** Once the digits are there, chooses the first of the test set, unless something is drawn: so every panel has something to show of each network. */
function beginWithDigit(store: Store): void {
  const end = store.listen(({ digits, chosen }) => {
    if (!digits || digits.test === 0) return;
    end();
    if (!chosen) store.change({ chosen: testDigit(digits, 1) });
  });
}

open(document.getElementById('panels-nav') as HTMLElement, document.getElementById('panels') as HTMLElement);
