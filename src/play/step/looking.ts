// Looks through digits for one on which something does not learn, and through many for neurons that rest on all of them: dead ones. Each is a
// generator that yields after every digit, so that a page goes through it in pieces and no frame waits (`inPieces`).

import { digitAt } from '../digits.js';
import { exactParameters } from '../exact.js';
import type { Digits, Shown } from '../store.js';
import { type Findings, findingsOf, isResting, type NeuronPlace } from './findings.js';
import { passOf } from './taken-apart.js';

export type Kind = keyof Findings;

/** How many digits are looked at: of 784-100-10, some 0.1 s. */
export const LOOKED_AT = 200;

/** The number of the first test digit, from 1, on which there is such a thing. */
export function* lookFor(kind: Kind, shown: Shown, digits: Digits): Generator<undefined, number | undefined> {
  const parameters = exactParameters(shown);
  const first = digits.training + digits.validation;
  for (let k = 0; k < Math.min(LOOKED_AT, digits.test); k++) {
    if (findingsOf(passOf(shown.network, parameters, digitAt(digits, first + k)))[kind].length > 0) return k + 1;
    yield undefined;
  }
  return undefined;
}

/** Hidden neurons that rest on every one of the first training digits. */
export function* lookForDead(shown: Shown, digits: Digits): Generator<undefined, NeuronPlace[]> {
  const parameters = exactParameters(shown);
  let resting: NeuronPlace[] | undefined;
  for (let k = 0; k < Math.min(LOOKED_AT, digits.training) && resting?.length !== 0; k++) {
    const pass = passOf(shown.network, parameters, digitAt(digits, k));
    resting = resting ? resting.filter(({ layer, neuron }) => isResting(pass.layers[layer - 2], neuron - 1)) : [...findingsOf(pass).resting];
    yield undefined;
  }
  return resting ?? [];
}

/** Milliseconds of work before the page is let go on: half a frame. */
const PIECE = 8;

/** Runs it to its end, a piece at a time. */
export async function inPieces<T>(work: Generator<unknown, T>): Promise<T> {
  for (;;) {
    const until = performance.now() + PIECE;
    do {
      const { done, value } = work.next();
      if (done) return value as T;
    } while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
