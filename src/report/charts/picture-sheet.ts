// Some pictures of each class in a row of their own, as a page holds them; or a row for each sample, as it is and as it is trained on.

import { pngUrl } from '../../pictures/png.js';
import type { AugmentedSheet, ContactSheet } from '../../profile/data-profile.js';
import { html, type Markup } from '../markup/html.js';

export function pictureSheet({ pictures, ...size }: ContactSheet): Markup {
  const classes = [...new Set(pictures.map(({ label }) => label))];
  return html`<ul class="sheet">
${classes.map((label) => html`<li><strong>${label}</strong><span>${pictures.filter((one) => one.label === label).map(({ pixels }) => image(pixels, size, sampleOf(label)))}</span></li>\n`)}</ul>
`;
}

/** The first picture of each row is the sample as it is. */
export function augmentedPictures({ pictures, epochs, ...size }: AugmentedSheet): Markup {
  return html`<ul class="sheet changed">
${pictures.map(({ label, pixels, changed }) => html`<li><strong>${label}</strong>${image(pixels, size, `${sampleOf(label)} as it is`)}<span>${changed.map((one, k) => image(one, size, `the same in epoch ${epochs[k]}`))}</span></li>\n`)}</ul>
`;
}

const sampleOf = (label: string): string => (label === '' ? 'a sample' : `a sample of ${label}`);

function image(pixels: Uint8Array, { width, height, channels }: Omit<ContactSheet, 'pictures'>, what: string): Markup {
  const url = channels === 3 ? pngUrl(withOpacity(pixels), width, 4) : pngUrl(pixels, width, 1);
  return html`<img src="${url}" width="${width}" height="${height}" alt="${what}">`;
}

/** @param colours [pixels][3] */
function withOpacity(colours: Uint8Array): Uint8Array {
  const out = new Uint8Array((colours.length / 3) * 4).fill(255);
  for (let pixel = 0; pixel < colours.length / 3; pixel++) out.set(colours.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  return out;
}
