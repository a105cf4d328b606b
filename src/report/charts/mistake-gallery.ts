// The mistakes that a network was surest of, as pictures with what they are and what it named them; as a table where the inputs
// are no pictures.

import { pngUrl } from '../../pictures/png.js';
import { fixed } from '../../text.js';
import type { Assessed } from '../data/run-report.js';
import { html, type Markup } from '../markup/html.js';
import { table } from '../markup/page.js';
import { classCalled } from '../words.js';

/** @param name of the run */
export function mistakeGallery(assessed: Assessed, name: string): Markup {
  const { mistakes, pictures, split } = assessed;
  if (mistakes.length === 0) return html`<p>No sample of the ${split} data was named wrongly.</p>\n`;
  if (pictures.length === 0) return mistakeTable(assessed, name);
  return html`<ul class="gallery">
${mistakes.map((mistake, i) => {
  const { index, confidence, right } = mistake;
  const [label, named] = [mistake.label, mistake.named].map((one) => classCalled(assessed, one));
  const { side, pixels } = pictures[i];
  const says = `${split} sample ${index + 1}: a ${label}, named ${named} with an output of ${output(confidence)}; that of ${label} is ${output(right)}`;
  return html`<li><figure><img src="${pngUrl(pixels, side, 1)}" width="${side}" height="${side}" alt="${says}" title="${says}"><figcaption><strong>${label}</strong> named <strong>${named}</strong><br>${output(confidence)}</figcaption></figure></li>\n`;
})}</ul>
`;
}

/** The same mistakes in figures. */
export function mistakeTable(assessed: Pick<Assessed, 'mistakes' | 'split' | 'data' | 'classes'>, name: string): Markup {
  const { mistakes, split, data } = assessed;
  return table({
    caption: `Surest mistakes of ${name} on the ${split} data of ${data}`,
    head: ['sample', 'class', 'named', 'output of the class named', 'output of its own'],
    rows: mistakes.map(({ index, label, named, confidence, right }) => [
      String(index + 1),
      classCalled(assessed, label),
      classCalled(assessed, named),
      output(confidence),
      output(right),
    ]),
  });
}

function output(value: number): string {
  return fixed(value, 3);
}
