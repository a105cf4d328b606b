// The options of a run in the page, and how its address has them: `?layers=784,30,10&eta=3`, by the long options of `nabla train`. So a link
// repeats a run, here and in Node. Which options there are, and what they may be, the run itself checks.
import type { Schedule } from '../functions/schedules.js';
import { scheduleText, toSchedule } from '../options/option-text.js';

export type PlayValue = number | string | boolean | readonly number[] | readonly string[] | Schedule;

/** Options by the names that programs call them: those that are said, and no other. */
export type PlayOptions = Readonly<Record<string, PlayValue>>;

/** Options that are lists, also where there is one number; and those that may be a list of names. */
const LISTS = ['layers', 'hidden'];
const OF_NAMES = ['activation'];

/** A value from what stands in the address or in a field; undefined for nothing. What cannot be read stays a text, which the run refuses. */
export function readValue(name: string, written: string): PlayValue | undefined {
  const text = written.trim();
  if (text === '') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  if (name === 'schedule') return scheduleOf(text);
  const numbers = text.split(/[\s,]+/).map(Number);
  if (numbers.some(Number.isNaN)) return OF_NAMES.includes(name) && text.includes(',') ? text.split(/[\s,]+/) : text;
  return numbers.length === 1 && !LISTS.includes(name) ? numbers[0] : numbers;
}

function scheduleOf(text: string): PlayValue {
  try {
    return toSchedule(text);
  } catch {
    return text;
  }
}

export function textOf(value: PlayValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' && 'kind' in value ? scheduleText(value) : String(value);
}

/** @param query as location.search has it */
export function optionsOfAddress(query: string): PlayOptions {
  const pairs = [...new URLSearchParams(query)].map(([key, text]) => {
    const name = key.replace(/-[a-z]/g, (letters) => letters[1].toUpperCase());
    return [name, readValue(name, text)] as const;
  });
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const keyOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** '' where no option is said. */
export function addressOf(options: PlayOptions): string {
  const pairs = Object.entries(options).map(([name, value]) => `${keyOf(name)}=${encodeURIComponent(textOf(value)).replaceAll('%2C', ',')}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** What a saved network brings itself. */
const OF_NETWORKS = ['layers', 'hidden', 'activation', 'output', 'cost', 'init'];

/** The command that trains the same in Node. @param from what the network that it goes on from was saved as */
export function commandOf(options: PlayOptions, from?: string): string {
  const said = { ...(from !== undefined && { from }), ...options };
  const flags = Object.entries(said).flatMap(([name, value]) => {
    if (from !== undefined && OF_NETWORKS.includes(name)) return [];
    if (typeof value === 'boolean') return [`--${value ? '' : 'no-'}${keyOf(name)}`];
    const text = textOf(value);
    return [`--${keyOf(name)} ${/^[\w.,:=+/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`}`];
  });
  return ['nabla train --data mnist', ...flags].join(' ');
}
