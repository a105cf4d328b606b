// The parameters of several networks of one specification, one set after another: [K][P], each in the book's order. Their average, the mean
// of their outputs a^L, is a model of its own (runs/ensemble.ts); a single network is one of K = 1. All that holds, runs or writes a
// trained network takes its parameters so.

import { layoutOf } from './layout.js';

/** @param parameters [K][P] @returns K views, [P] each */
export function setsOf(sizes: readonly number[], parameters: Float32Array): Float32Array[] {
  const P = layoutOf(sizes).parameters;
  return Array.from({ length: parameters.length / P }, (_, k) => parameters.subarray(k * P, (k + 1) * P));
}

/** The sets as one array, [K][P]. */
export function joined(sets: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(sets.reduce((sum, set) => sum + set.length, 0));
  let at = 0;
  for (const set of sets) {
    all.set(set, at);
    at += set.length;
  }
  return all;
}
