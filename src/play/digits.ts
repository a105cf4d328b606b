// The digits as the page has them: one file, fetched once, and split as a run's seed says.

import type { Dataset } from '../data/dataset.js';
import { DIGIT_INPUTS, type LabelledDigits, splitDigits } from '../data/digits.js';
import { sharesMemory } from '../system/page-memory.js';
import type { Chosen, Digits } from './store.js';

/** Bytes of a digit: its pixels and its label. */
const BYTES = DIGIT_INPUTS + 1;

/** @throws {Error} where the file cannot be had, with why */
export async function fetchDigits(): Promise<LabelledDigits> {
  const answer = await fetch('digits.bin').catch((error) => Promise.reject(refused(String(error))));
  if (!answer.ok) throw refused(`the server answers ${answer.status}`);
  const unpacked = (await answer.blob()).stream().pipeThrough(new DecompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  if (bytes.length === 0 || bytes.length % BYTES !== 0) throw refused(`it has ${bytes.length} bytes`);
  const pixels = (bytes.length / BYTES) * DIGIT_INPUTS;
  return { pixels: bytes.subarray(0, pixels), labels: bytes.subarray(pixels) };
}

function refused(why: string): Error {
  return new Error(`The digits (digits.bin) cannot be loaded: ${why}. Reload the page once its server is there.`);
}

/** Shared with the threads of runs where that is allowed: each run would copy 8 MB, on the page's thread. */
function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(sharesMemory() ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
}

/** All digits in the order of their split, and the same as the data set of a run: views of one memory. */
export function digitsFor(labelled: LabelledDigits, seed: number): { readonly digits: Digits; readonly data: Dataset } {
  const split = splitDigits(labelled, seed);
  const parts = [split.training, split.validation, split.test];
  const pixels = sharedBytes(labelled.pixels.length);
  const labels = new Uint8Array(labelled.labels.length);
  let at = 0;
  const moved = parts.map(({ values, labels: own }) => {
    const [from, to] = [at, at + own.length];
    pixels.set(values as Uint8Array, from * DIGIT_INPUTS);
    labels.set(own, from);
    at = to;
    return { values: pixels.subarray(from * DIGIT_INPUTS, to * DIGIT_INPUTS), labels: own };
  });
  const [training, validation, test] = moved;
  const counts = { training: training.labels.length, validation: validation.labels.length, test: test.labels.length };
  return { digits: { pixels, labels, ...counts }, data: { ...split, training, validation, test } };
}

/** Digit k of all, from 0. */
export function digitAt({ pixels, labels }: Digits, k: number): { readonly input: Float32Array; readonly label: number } {
  const size = pixels.length / labels.length;
  return { input: fromBytes(pixels.subarray(k * size, (k + 1) * size)), label: labels[k] };
}

/** @param number from 1, as pages count samples */
export function testDigit(digits: Digits, number: number): Required<Chosen> {
  return { ...digitAt(digits, digits.training + digits.validation + number - 1), test: number };
}

/** As training scales them. */
export function fromBytes(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / 255);
}
