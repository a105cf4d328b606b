// A chart of the report's in its place on a page that changes: where one is there already, only what it shows becomes another, and the frame
// around it stays, so that whoever scrolls it or has come to it by keyboard is not thrown out many times a second.

import type { Markup } from '../report/markup/html.js';

/** @param chart what `plot` makes: a region that scrolls, in it the plot with its margins, in it the drawing; or nothing */
export function putChart(place: Element, chart: Markup): void {
  const made = document.createElement('template');
  made.innerHTML = chart.text;
  const [before, after] = [place, made.content].map((one) => ({ region: one.querySelector('.scroll'), plot: one.querySelector('.plot') }));
  if (before.region && before.plot && after.region && after.plot) {
    before.region.setAttribute('aria-label', after.region.getAttribute('aria-label') ?? '');
    before.plot.setAttribute('style', after.plot.getAttribute('style') ?? '');
    before.plot.replaceChildren(...after.plot.childNodes);
  } else place.replaceChildren(made.content);
}
