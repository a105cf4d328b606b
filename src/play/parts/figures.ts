// Numbers and their bars, as the panels show them: four digits, a true minus, powers of ten above the line.

import { svg, type TemplateResult } from 'lit-html';
import { superscript } from '../../insight/paths.js';

/** '0.1234', '−12.3', '1.2×10⁻⁷', '0'. */
export function figure(value: number, digits = 3): string {
  if (Object.is(value, -0) || value === 0) return '0';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : 'no number';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= 1e-3 && size < 1e5) return sign + (size >= 10 ** (digits - 1) ? String(Math.round(size)) : size.toPrecision(digits));
  const [mantissa, exponent] = size.toExponential(digits - 2).split('e');
  const power = Number(exponent);
  return `${sign}${mantissa}×10${power < 0 ? '⁻' : ''}${superscript(Math.abs(power))}`;
}

/** The same with its sign, also where it is positive: of changes. */
export const signed = (value: number, digits = 3): string => (value > 0 ? `+${figure(value, digits)}` : figure(value, digits));

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

/** The numbers of the largest |value|, from 0, the largest first. */
export function strongest(values: ArrayLike<number>, most: number): number[] {
  return Array.from(values, (_, k) => k)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]))
    .slice(0, most);
}
