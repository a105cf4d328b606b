// The time between checkpoints as an option states it, parsed and checked: '5e', '0.5e', '30s', '10m', '1h' or 'never'.

import { wrongKind, wrongValue } from '../errors.js';

/** Between checkpoints: epochs or seconds; neither for none but at the end. */
export type Every = { readonly epochs: number } | { readonly seconds: number } | undefined;

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const EXPECTED = "epochs or time between checkpoints such as '5e', '0.5e', '30s', '10m' or '1h', or 'never'";

/** Reads '5e', '0.5e', '30s', '10m', '1h' or 'never'. @throws {TypeError | RangeError} for anything else */
export function parseEvery(text: string, name = 'checkpointEvery'): Every {
  if (typeof text !== 'string') throw wrongKind(name, EXPECTED, text);
  if (text === 'never') return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+)([esmh])$/.exec(text) ?? [];
  const value = Number(number);
  if (unit === undefined || !(value > 0)) throw wrongValue(name, EXPECTED, text);
  return unit === 'e' ? { epochs: value } : { seconds: value * SECONDS[unit as keyof typeof SECONDS] };
}

/** The text itself, where it can be read. @throws {TypeError | RangeError} */
export function checkEvery(name: string, value: unknown): string {
  parseEvery(value as string, name);
  return value as string;
}
