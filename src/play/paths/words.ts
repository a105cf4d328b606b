// What is said of a weight that was followed: whether the three figures agree, and why, where the weight moves nothing; and what a move of it
// was expected to do and did.

import type { Path } from '../../insight/paths.js';
import { figure } from '../../report/data/explained-paths.js';
import { count, noun, percent } from '../../text.js';
import type { Followed, WeightPlace } from './followed.js';

/** Shares of ∂C/∂w: sums of the same products in another order differ by less, and so does a difference quotient where C is smooth. */
const [ROUNDING, OF_QUOTIENT] = [1e-9, 1e-6];
/** Times the fourth difference of C over h, which is rounding where C is smooth (see insight/difference-check.ts). */
const NOISE = 3;

export interface Agreement {
  readonly agrees: boolean;
  readonly text: string;
}

/** @param step h of the difference quotient */
export function agreement(found: Followed, step: number): Agreement {
  const { sum, absolute, backpropagation, difference, cost } = found;
  if (![sum, backpropagation, difference.slope, cost].every(Number.isFinite)) {
    return { agrees: false, text: 'An output has come to its limit, where this cost is infinite in float64: take another digit, or train less.' };
  }
  const apart = Math.abs(sum - backpropagation);
  const off = Math.abs(difference.slope - backpropagation);
  const bySum = apart <= ROUNDING * Math.max(Math.abs(backpropagation), 1e-6 * absolute);
  const byQuotient = off <= OF_QUOTIENT * Math.abs(backpropagation) + (NOISE * (difference.noise + Number.EPSILON * (1 + Math.abs(cost)))) / step;
  const paths = `${pathCount(found)} and BP4 ${bySum ? (apart === 0 ? 'give the same' : `give the same but for rounding (${figure(apart, 2)})`) : `differ by ${figure(apart, 3)}`}`;
  return { agrees: bySum && byQuotient, text: `${paths}${quotientText(off, byQuotient, difference.roughness)}.${nothingText(found)}` };
}

function quotientText(off: number, agrees: boolean, roughness: number): string {
  if (agrees) return `, and C moves at that rate when the weight is moved (off by ${figure(off, 2)})`;
  const why = 4 * roughness > off ? ': f has a kink there' : '';
  return `, but C moves at another rate when the weight is moved, by ${figure(off, 3)}${why}`;
}

/** Why a weight moves nothing, where it does not. */
function nothingText({ input, rates, place }: Followed): string {
  if (input === 0) {
    return place.layer === 2
      ? ' The pixel is blank: whatever its weight is, it adds nothing (BP4: a = 0).'
      : ' The neuron that it comes from is at 0: whatever the weight is, it adds nothing (BP4: a = 0).';
  }
  return rates.first.rate === 0 ? " The neuron that it leads to lets nothing through: f'(z) = 0." : '';
}

/** 'The one path', 'All 270,000 paths'. */
export function pathCount({ paths }: Followed): string {
  return paths === 1n ? 'The one path' : `All ${count(paths)} ${noun(Number(paths), 'path')}`;
}

/** How much of all that travels the paths that are shown carry. */
export function shareText({ strongest, absolute, paths }: Followed): string {
  if (BigInt(strongest.length) === paths || absolute === 0) return '';
  const share = strongest.reduce((sum, { product }) => sum + Math.abs(product), 0) / absolute;
  return `They carry ${percent(share)} of all that travels, the sum of the ${count(paths)} products without their signs.`;
}

/** What was expected of a move by t, ∂C/∂w t, and what came of it. */
export function moveText({ value, backpropagation, cost, costAt }: Followed, t: number): string {
  if (t === 0) return `w = ${signed(value)}, C = ${signed(cost)}. Move the weight, and see whether C goes along the line.`;
  const moved = costAt(t);
  return (
    `w moved by ${signed(t, 2)} to ${signed(value + t)}: by its rate C would change by ${signed(backpropagation * t)}; ` +
    `it changes by ${signed(moved - cost)}, from ${signed(cost)} to ${signed(moved)}.`
  );
}

/** With a real minus. */
export function signed(value: number, decimals?: number): string {
  const text = decimals === undefined ? figure(value) : value.toFixed(decimals);
  return text.replaceAll('-', '−');
}

/** Where a weight comes from: rows and columns count from 1. */
export function originText({ layer, input }: WeightPlace, side: number): string {
  if (layer > 2) return `neuron ${input} of layer ${layer - 1}`;
  return `the pixel in row ${Math.floor((input - 1) / side) + 1}, column ${((input - 1) % side) + 1}`;
}

/** Where it leads to. Output neuron 1 stands for the digit 0. */
export function targetText({ layer, neuron }: WeightPlace, layers: readonly number[]): string {
  return `neuron ${neuron} of layer ${layer}${layer === layers.length ? `, the output for ${neuron - 1}` : ''}`;
}

/** 'pixel → 2:5 → output 3 → C': the neurons that a path comes through, as layer:neuron; those of the output by their digits, z before the weighted inputs of a softmax. */
export function routeOf({ place, rates, outputs }: Followed, { route }: Path): string {
  const start = place.layer === 2 ? 'pixel' : `${place.layer - 1}:${place.input}`;
  const nodes = rates.stages.map(({ from }, k) => {
    if (from.layer < outputs) return `${from.layer}:${route[k]}`;
    return `${from.symbol === 'z' ? 'z of ' : 'output '}${route[k] - 1}`;
  });
  return [start, ...nodes, 'C'].join(' → ');
}
