// Numbers as the panels show them: three digits, a true minus, powers of ten above the line.

import { superscript } from '../../insight/paths.js';

/** '0.1234', '−12.3', '1.2×10⁻⁷', '0'. */
export function figure(value: number, digits = 3): string {
  if (Object.is(value, -0) || value === 0) return '0';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : 'no number';
  const size = Math.abs(value);
  // A whole number is exactly that: 1, where 0.9999 is 1.00.
  if (Number.isInteger(value) && size < 1e5) return String(value).replace('-', '−');
  const sign = value < 0 ? '−' : '';
  if (size >= 1e-3 && size < 1e5) return sign + (size >= 10 ** (digits - 1) ? String(Math.round(size)) : size.toPrecision(digits));
  const [mantissa, exponent] = size.toExponential(digits - 2).split('e');
  const power = Number(exponent);
  return `${sign}${mantissa}×10${power < 0 ? '⁻' : ''}${superscript(Math.abs(power))}`;
}

/** The same with its sign, also where it is positive: of changes. */
export const signed = (value: number, digits = 3): string => (value > 0 ? `+${figure(value, digits)}` : figure(value, digits));

/** A sentence in whose formulas no line breaks: 'σ′(z) = 0.2', '∂C/∂w'. */
export const glued = (text: string): string =>
  text.replaceAll(' = ', '\u00a0=\u00a0').replaceAll('′(', '′\u2060(').replaceAll('/∂', '/\u2060∂').replaceAll('a δ', 'a\u00a0δ');

/** The numbers of the largest |value|, from 0, the largest first. */
export function strongest(values: ArrayLike<number>, most: number): number[] {
  return Array.from(values, (_, k) => k)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]))
    .slice(0, most);
}
