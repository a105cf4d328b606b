// Some pictures of each class in a row of their own, as a page holds them.

import { pngUrl } from '../../pictures/png.js';
import type { ContactSheet } from '../../profile/data-profile.js';
import { html, type Markup } from '../markup/html.js';

export function pictureSheet({ width, height, channels, pictures }: ContactSheet): Markup {
  const classes = [...new Set(pictures.map(({ label }) => label))];
  return html`<ul class="sheet">
${classes.map((label) => html`<li><strong>${label}</strong><span>${pictures.filter((one) => one.label === label).map(({ pixels }) => html`<img src="${channels === 3 ? pngUrl(withOpacity(pixels), width, 4) : pngUrl(pixels, width, 1)}" width="${width}" height="${height}" alt="${label === '' ? 'a sample' : `a sample of ${label}`}">`)}</span></li>\n`)}</ul>
`;
}

/** @param colours [pixels][3] */
function withOpacity(colours: Uint8Array): Uint8Array {
  const out = new Uint8Array((colours.length / 3) * 4).fill(255);
  for (let pixel = 0; pixel < colours.length / 3; pixel++) out.set(colours.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  return out;
}
