// What `train` would make of the data: the options that it needs beside what was said, what it decides for the columns, and its network.

import { columnOf, type Roles, rolesOf } from '../data/columns/roles.js';
import { type ColumnSummary, summarise } from '../data/columns/summary.js';
import type { Dataset } from '../data/dataset.js';
import { isRegression } from '../data/dataset.js';
import { READING, type Reading, scaleText } from '../data/reading.js';
import { NablaError } from '../errors.js';
import { augmentationOf, augmentationText } from '../model/augmentation-text.js';
import { configure } from '../options/options.js';
import type { PresetName } from '../options/preset-names.js';
import { withPreset } from '../options/presets.js';
import { OPTIONS } from '../options/table.js';
import { shellPath, shellWord } from '../system/shell-word.js';
import { quoted, type Table, type Tables } from '../tables/table.js';
import { listed } from '../text.js';
import type { TrainingPlan } from './data-profile.js';

/** How the tables are to be read for training: as it was said, and with what they need beside it. */
export interface MendedReading {
  readonly reading: Reading;
  /** Undefined where nothing is known to be a target. */
  readonly roles?: Roles;
  readonly added: readonly string[];
  /** Why there are no roles. */
  readonly refused?: string;
}

/** Columns that a sentence names. */
const MOST_NAMED = 4;

/** @throws {NablaError | RangeError} for columns that the user names and that are not there */
export function mendedReading({ training: table, validation, test }: Tables, said: Reading): MendedReading {
  for (const what of ['target', 'drop', 'features'] as const) for (const reference of [said[what] ?? []].flat()) columnOf(what, reference, table);
  const summaries = summarise(table);
  const dates = droppable(table, said);
  const names = dates.map((k) => table.columns[k].name);
  const withoutDates = dates.length === 0 ? said : { ...said, drop: [...(said.drop ?? []), ...names] };
  const added = dates.length === 0 ? [] : [`--drop: ${columnsText(names)} ${dates.length === 1 ? 'holds' : 'hold'} dates, which are no numbers`];
  try {
    const roles = rolesOf(table, withoutDates, summaries);
    const missing = missingFill(
      table,
      [validation, test].filter((other) => other !== undefined),
      roles,
      withoutDates,
      summaries,
    );
    return missing
      ? { reading: { ...withoutDates, missing: missing.how }, roles, added: [...added, missing.why] }
      : { reading: withoutDates, roles, added };
  } catch (error) {
    if (!(error instanceof NablaError) || error.code !== 'BAD_DATA') throw error;
    return { reading: withoutDates, added, refused: error.message };
  }
}

/** Columns of dates that nobody has asked for. */
function droppable(table: Table, { target = [], drop = [], features = [] }: Reading): number[] {
  const said = [...[target].flat(), ...drop, ...features].map((reference) => columnOf('drop', reference, table));
  return table.columns.flatMap(({ kind }, k) => (kind === 'date' && !said.includes(k) ? [k] : []));
}

function missingFill(
  table: Table,
  others: readonly Table[],
  { features, targets }: Roles,
  { missing }: Reading,
  summaries: readonly ColumnSummary[],
): { how: 'mean' | 'drop'; why: string } | undefined {
  if (missing !== undefined) return undefined;
  const nameOf = (k: number): string => table.columns[k].name;
  const without = targets.find((k) => summaries[k].missing > 0);
  if (without !== undefined) return { how: 'drop', why: `--missing drop: rows have no ${quoted(nameOf(without))}, which is to be predicted` };
  const elsewhere = new Set(others.flatMap((other) => summarise(other).flatMap((one, k) => (one.missing > 0 ? [other.columns[k].name] : []))));
  const names = features.filter((k) => summaries[k].missing > 0 || elsewhere.has(nameOf(k))).map(nameOf);
  if (names.length === 0) return undefined;
  return { how: 'mean', why: `--missing mean: values are missing in ${columnsText(names)}` };
}

function columnsText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map(quoted);
  return listed(names.length > MOST_NAMED ? [...shown, `${names.length - MOST_NAMED} more columns`] : shown);
}

/** What is said beside how the data are read. */
interface Beside {
  readonly seed: number;
  readonly augment?: string;
  readonly preset?: PresetName;
}

/** How data are read and changed, as options of the command line. */
export function optionsText(reading: Reading, { seed, augment, preset }: Beside): string {
  const flags = READING.flatMap((name) => {
    const value = reading[name];
    const { key, kind } = OPTIONS[name];
    if (value === undefined) return [];
    if (value === true || value === false) return [value ? `--${key}` : `--no-${key}`];
    return [
      `--${key} ${kind === 'path' ? shellPath(String(value)) : shellWord(name === 'scale' ? scaleText(value as number | string) : String(value))}`,
    ];
  });
  const changes = augment === undefined ? [] : [`--${OPTIONS.augment.key} ${shellWord(augmentationText(augmentationOf(augment)))}`];
  return [...flags, ...changes, ...(seed === 1 ? [] : [`--seed ${seed}`]), ...(preset ? [`--preset ${preset}`] : [])].join(' ');
}

/** The network that a run would train. @throws {RangeError | TypeError | NablaError} where the data fit none */
export function usualNetwork(data: Dataset, preset?: PresetName, augment?: string): NonNullable<TrainingPlan['network']> {
  const { network, learning } = configure(withPreset({ preset, augment }, isRegression(data)), data);
  return { layers: network.layers, activations: [network.activations].flat(), cost: network.cost, optimiser: learning.optimiser };
}

/** What an action gives, or why the data do not allow it; what is wrong with an option is thrown. */
export function attempted<T>(action: () => T): { readonly value?: T; readonly refused?: string } {
  try {
    return { value: action() };
  } catch (error) {
    if (!(error instanceof NablaError) || error.code !== 'BAD_DATA') throw error;
    return { refused: error.message };
  }
}
