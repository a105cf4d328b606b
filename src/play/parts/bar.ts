// A bar beside a number in a table or a list.

import { svg, type TemplateResult } from 'lit-html';

/** Width and height of a bar. */
const [WIDTH, HEIGHT] = [72, 12];

/** A bar to the left of the middle for a negative number, to the right for a positive one; `most` is as long as it gets. */
export function bar(value: number, most: number): TemplateResult {
  const length = most > 0 ? Math.min(1, Math.abs(value) / most) * (WIDTH / 2 - 1) : 0;
  const x = value < 0 ? WIDTH / 2 - length : WIDTH / 2;
  return svg`<svg class="play-bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
    <rect class=${value < 0 ? 'negative' : 'positive'} x=${x.toFixed(2)} y="1" width=${length.toFixed(2)} height=${HEIGHT - 2}></rect>
    <path d="M${WIDTH / 2},0V${HEIGHT}"></path></svg>`;
}
