// The keys of a configuration file, which are the long options of `nabla train`, each with its option and kind of value.

import { type Rows, rowsForPeople } from '../option-row.js';
import { FILE_KINDS, type FileKind } from './kinds.js';
import { OPTIONS, type OptionName } from './table.js';

/** A key's option and kind. */
type Key = readonly [option: OptionName, kind: FileKind];

/** The keys of a table, in its order. */
export function configKeys(rows: Rows): Readonly<Record<string, Key>> {
  const ours = rowsForPeople(rows).filter(([, { commandLineOnly }]) => !commandLineOnly);
  return Object.fromEntries(ours.map(([name, { key, kind }]) => [key, [name as OptionName, FILE_KINDS[kind]]]));
}

/** Every key there is. */
export const CONFIG_KEYS = configKeys(OPTIONS);

/** Rows by their keys. */
export const ROWS_BY_KEY = Object.fromEntries(rowsForPeople(OPTIONS).map(([, row]) => [row.key, row]));

/** A key's option and kind; undefined where there is no such key. */
export function configKey(key: string): Key | undefined {
  return Object.hasOwn(CONFIG_KEYS, key) ? CONFIG_KEYS[key] : undefined;
}
