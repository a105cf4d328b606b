// What the neurons of layer 2 look for: their weights as pictures the size of the inputs, blue for negative ones and vermilion for
// positive ones, the clearer the nearer to zero, so that zero has the colour of the page.

import { pngUrl } from '../../pictures/png.js';
import type { FirstLayer } from '../data/run-report.js';
import { html, type Markup } from '../markup/html.js';
import { NEGATIVE, POSITIVE } from './sign-hues.js';

/** Levels on either side of zero. */
const LEVELS = 127;
/** Of all |w| that are shown, this share is within the scale: single ones beyond it would leave the rest pale. */
const WITHIN = 0.995;

export function weightPictures({ side, of, neurons }: FirstLayer): Markup {
  const scale = scaleOf(neurons.map(({ weights }) => weights));
  const which = neurons.length === of ? `All ${of} neurons` : `The ${neurons.length} of ${of} neurons with the largest weights`;
  return html`<p>${which} of layer 2. Each pixel is the weight from that input.</p>
<p class="scale"><span>−${digits(scale)}</span><span class="ramp" role="img" aria-label="from blue for negative weights to vermilion for positive ones"></span><span>${digits(scale)}</span></p>
<ul class="gallery">
${neurons.map(({ neuron, weights }) => {
  const [least, largest] = [weights.reduce((a, b) => Math.min(a, b)), weights.reduce((a, b) => Math.max(a, b))];
  const says = `weights into neuron ${neuron}: ${digits(least)} to ${digits(largest)}`;
  return html`<li><figure><img src="${pngUrl(coloured(weights, scale), side, 4)}" width="${side}" height="${side}" alt="${says}" title="${says}"><figcaption>${String(neuron)}</figcaption></figure></li>\n`;
})}</ul>
`;
}

/** [weights][4] red, green, blue and opacity. */
function coloured(weights: Float32Array, scale: number): Uint8Array {
  const pixels = new Uint8Array(4 * weights.length);
  for (const [k, w] of weights.entries()) {
    const level = Math.round(LEVELS * Math.max(-1, Math.min(1, w / scale)));
    pixels.set([...(level < 0 ? NEGATIVE : POSITIVE), Math.round((255 * Math.abs(level)) / LEVELS)], 4 * k);
  }
  return pixels;
}

/** The |w| that stands for the full colour. */
function scaleOf(weights: readonly Float32Array[]): number {
  const sizes = Float32Array.from(weights.flatMap((values) => [...values].map(Math.abs))).sort();
  return sizes[Math.floor(WITHIN * (sizes.length - 1))] || sizes[sizes.length - 1] || 1;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(2))).replace('-', '−');
}
