// What is said of each run in a list of many: a table of its fields, by which the list is printed, sorted and filtered. Settings are
// fields too, under their keys.

import { basename, resolve } from 'node:path';
import { type NamedRows, proposal } from '../check.js';
import { wrongValue } from '../errors.js';
import { OPTIMISERS } from '../functions/optimisers/index.js';
import { sizesText } from '../model/parameter-sets.js';
import type { Group } from '../option-row.js';
import { ROWS_BY_KEY } from '../options/config-keys.js';
import { figureText, merit } from '../options/figure.js';
import { fixed, percent } from '../text.js';
import type { RunSummary } from './list.js';
import { FOUND } from './settings.js';

/** What a field is compared by. */
export type FieldValue = number | string | undefined;

interface Field {
  /** What other tools call it. */
  readonly also?: readonly string[];
  /** As a table has it; '' for nothing. */
  readonly text: (run: RunSummary) => string;
  /** What a filter compares: accuracies in percent, R² as it is, times in seconds, moments in milliseconds since 1970. */
  readonly value: (run: RunSummary) => FieldValue;
  /** What it is sorted by, the smaller first. Default: the value. */
  readonly order?: (run: RunSummary) => FieldValue;
}

const nameOf = ({ path }: RunSummary): string => basename(resolve(path));
const networkOf = ({ network }: RunSummary): string => network.join('-');
/** Of an ensemble with how many there are; '784-…-10 ×3' where their hidden layers differ. */
function networkText(run: RunSummary): string {
  const { network, members, differ } = run;
  const sizes = sizesText({ network: { layers: network }, networks: differ && [] });
  return `${sizes}${members === undefined ? '' : ` ×${members}`}`;
}
const share = (value: number | null | undefined): number | undefined => (typeof value === 'number' ? 100 * value : undefined);
const began = ({ created }: RunSummary): number | undefined => Date.parse(created) || undefined;
const testOf = ({ figures: { testAccuracy, testR2, testCost } }: RunSummary): number | undefined =>
  share(testAccuracy) ?? testR2 ?? testCost ?? undefined;

function testText({ figures: { testAccuracy, testR2, testCost } }: RunSummary): string {
  if (typeof testAccuracy === 'number') return percent(testAccuracy, 2);
  if (testR2 !== undefined) return `${fixed(testR2, 4)} R²`;
  return typeof testCost === 'number' ? testCost.toPrecision(4) : '';
}

/** Accuracies come first, then R², from -1 for one of 1 up to 0 for any that is far below 0, then costs. */
function testOrder({ figures: { testAccuracy, testR2, testCost } }: RunSummary): number | undefined {
  if (typeof testAccuracy === 'number') return -1 - testAccuracy;
  return testR2 === undefined ? (testCost ?? undefined) : 1 / (testR2 - 2);
}

/** Those that are no settings, in the order of a table's columns. */
export const FIELDS = {
  name: { also: ['run', 'folder', 'id'], text: nameOf, value: nameOf },
  state: { also: ['status'], text: ({ state }) => state, value: ({ state }) => state },
  test: {
    also: ['accuracy', 'acc', 'test-accuracy', 'score', 'result', 'r2', 'test-r2'],
    text: testText,
    value: testOf,
    order: testOrder,
  },
  best: {
    also: ['validation', 'val', 'val-accuracy', 'val-acc', 'validation-accuracy'],
    text: ({ best }) => (best ? figureText(best.by, best.value) : ''),
    value: ({ best }) => (best?.by === 'validation accuracy' ? share(best.value) : best?.value),
    order: ({ best }) => best && -merit(best.by, best.value),
  },
  epochs: {
    also: ['epoch', 'progress'],
    text: ({ epochs, of }) => (epochs < of ? `${epochs} of ${of}` : String(epochs)),
    value: ({ epochs }) => epochs,
  },
  time: {
    also: ['seconds', 'duration', 'elapsed'],
    text: ({ seconds }) => (seconds === undefined ? '' : `${fixed(seconds, 1)} s`),
    value: ({ seconds }) => seconds,
  },
  when: {
    also: ['date', 'created', 'started', 'age'],
    text: ({ created }) => created.slice(0, 16).replace('T', ' '),
    value: began,
    order: (run) => -(began(run) ?? 0),
  },
  network: { also: ['sizes', 'architecture'], text: networkText, value: networkOf },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof FIELDS;

/** A setting as a field. */
function setting(key: string): Field {
  const text = ({ settings }: RunSummary): string => settings[key] ?? '';
  return {
    text,
    value: (run) => {
      const of = text(run);
      return of === '' ? undefined : (numberIn(of) ?? of);
    },
  };
}

/** The number that a text is, or that a percentage or a fraction is. */
export function numberIn(text: string): number | undefined {
  const [, over, under = '1'] = /^(-?[\d.]+(?:e[-+]?\d+)?)(?:\/([\d.]+)| ?%)?$/i.exec(text.trim()) ?? [];
  const value = over === undefined ? Number.NaN : Number(over) / Number(under);
  return Number.isFinite(value) ? value : undefined;
}

/** Options that are called as another field is: by the names that they have here, their keys. */
const RENAMED: Readonly<Record<string, string>> = { 'test-data': 'test' };
const renamed = (key: string): string => Object.keys(RENAMED).find((name) => RENAMED[name] === key) ?? key;

/** Every field there is, with the words that other tools have for it. */
const NAMES: NamedRows = { ...ROWS_BY_KEY, ...FIELDS, ...Object.fromEntries(Object.keys(RENAMED).map((name) => [name, {}])) };

/**
 * A field by its name.
 * @param what asks for it, for errors
 * @throws {RangeError}
 */
export function fieldOf(what: string, name: string): Field {
  if (Object.hasOwn(FIELDS, name)) return FIELDS[name as FieldName];
  if (Object.hasOwn(RENAMED, name)) return setting(RENAMED[name]);
  if (Object.hasOwn(ROWS_BY_KEY, name)) return setting(name);
  const next = proposal(name, Object.keys(NAMES), NAMES);
  throw wrongValue(what, `one of ${Object.keys(FIELDS).join(', ')}, or an option of nabla train`, name, next);
}

/** Settings that say nothing beside the fields: the network and the epochs are fields, and some only say what a run found out. */
const TOLD: readonly string[] = ['layers', 'epochs', ...Object.values(FOUND)];
/** Those that change no result. */
const WITHOUT_EFFECT: readonly Group[] = ['workers', 'keeping', 'diagnosis', 'trace'];

/** Numbers that only some optimisers read: to have one at all is what the optimiser says. */
const OF_OPTIMISER: readonly string[] = Object.values(OPTIMISERS).flatMap(({ reads }) => Object.values(reads));

/** Names of the settings in which runs differ and that may make them better or worse, in the order of the options. */
export function differingSettings(runs: readonly RunSummary[]): string[] {
  const all = new Set(runs.flatMap(({ settings }) => Object.keys(settings)));
  const keys = [...all].filter((key) => !TOLD.includes(key) && !WITHOUT_EFFECT.includes(ROWS_BY_KEY[key]?.group));
  const order = Object.keys(ROWS_BY_KEY);
  const valuesOf = (key: string): Set<string | undefined> => {
    const having = OF_OPTIMISER.includes(key) ? runs.filter(({ settings }) => settings[key] !== undefined) : runs;
    return new Set(having.map(({ settings }) => settings[key]));
  };
  const differing = keys.filter((key) => valuesOf(key).size > 1).sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return differing.map(renamed);
}
