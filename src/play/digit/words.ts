// What is said of one digit: which it is most likely, and whether that is right. Short enough to be spoken while it is drawn.

import { foremostOf } from '../exact.js';
import type { Chosen } from '../store.js';

/** @param outputs a^L of the digit; undefined where there is none, or no network */
export function likelyText(chosen: Chosen | undefined, outputs: readonly number[] | undefined): string {
  if (!chosen) return 'Draw a digit, or take one of the test set.';
  if (!outputs) return 'There is no network yet that could say what it is.';
  const foremost = foremostOf(outputs);
  const { label, test } = chosen;
  const says = `Most likely ${digitText(foremost)}`;
  if (label === undefined) return `${says}.`;
  const is = test === undefined ? 'is meant to be' : 'is';
  return label === foremost ? `${says}, and it ${is} one.` : `${says}, but it ${is} ${digitText(label)}.`;
}

/** 'a 3', 'an 8' */
export function digitText(k: number): string {
  return `${k === 8 ? 'an' : 'a'} ${k}`;
}

/** Where the digit comes from. */
export function sourceText(chosen: Chosen | undefined): string {
  if (!chosen) return '';
  return chosen.test === undefined
    ? 'Your digit in a box of 20 × 20 pixels, its centre of mass in the middle, as MNIST was made.'
    : `Number ${chosen.test} of the test set, as it is.`;
}

/** Three decimals are what bars can show. */
export function outputText(value: number): string {
  return value.toFixed(3);
}

/** The share of a bar's track that an output fills: of 1, or of the largest where one is beyond that. */
export function barShare(value: number, outputs: readonly number[]): number {
  return Math.max(0, value) / Math.max(1, ...outputs.filter(Number.isFinite));
}
