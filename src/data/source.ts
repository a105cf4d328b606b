// What lies where a user says that data are: a folder of IDX files, files of rows, or pictures by class; and the tables of what is no
// folder of IDX files.

import { entryAt } from '../system/folders.js';
import { readTables } from '../tables/formats.js';
import type { TableOptions } from '../tables/options.js';
import { fileSource } from '../tables/source.js';
import type { Table, Tables } from '../tables/table.js';
import { type Reading, sizeOf } from './reading.js';

export type Found = { readonly kind: 'idx' | 'file'; readonly path: string };

/** Undefined where there is nothing. */
export function foundAt(path: string): Found | undefined {
  const entry = entryAt(path);
  if (!entry) return undefined;
  return { kind: entry.isDirectory() ? 'idx' : 'file', path };
}

/** The tables of a source, with those of the files for validation and test beside it. @throws {NablaError} BAD_DATA */
export async function tablesAt({ path }: Found, reading: Reading): Promise<Tables> {
  const options = tableOptions(reading);
  const tables = await readTables(fileSource(path), options);
  const { validation, test } = reading;
  const other = async (file: string | undefined): Promise<Table | undefined> =>
    file === undefined ? undefined : (await readTables(fileSource(file), options)).training;
  const [own, kept] = [await other(typeof validation === 'string' ? validation : undefined), await other(test)];
  return { ...tables, ...(own && { validation: own }), ...(kept && { test: kept }) };
}

function tableOptions({ categorical = [], separator, decimal, header = 'auto', transpose = false, size, colours }: Reading): TableOptions {
  return {
    categorical,
    ...(separator !== undefined && { separator }),
    ...(decimal && { decimal }),
    header,
    transpose,
    ...(size !== undefined && { size: sizeOf(size) }),
    ...(colours && { channels: colours === 'rgb' ? 3 : 1 }),
  };
}
