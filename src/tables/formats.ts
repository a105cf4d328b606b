// The formats of files that hold a table, or several: how a file is recognised by its first bytes, never by its name, and what reads it.
// Help, messages and the reading itself follow the table. A reader is loaded when there is a file for it.

import { NablaError } from '../errors.js';
import { kindOf } from '../system/file-kinds.js';
import { firstInZip } from '../system/zip.js';
import { listed } from '../text.js';
import { cachedTables } from './cache.js';
import type { TableOptions } from './options.js';
import type { Source } from './source.js';
import type { Tables } from './table.js';

interface TableFormat {
  /** As help and messages have it. */
  readonly title: string;
  /**
   * Whether a file is of this format.
   * @param start its first eight bytes, each as a character
   * @param bytes its beginning, unpacked: START_BYTES or fewer
   */
  matches(start: string, bytes: Uint8Array): boolean;
  /** @throws {NablaError} BAD_DATA, naming file and line, row or byte, and column */
  read(source: Source, options: TableOptions): Promise<Tables>;
}

/** In the order in which a file is tried. */
const TABLE_FORMATS = {
  parquet: {
    title: 'Parquet',
    // Where the footer is encrypted, PARE.
    matches: (start) => start.startsWith('PAR1') || start.startsWith('PARE'),
    read: async (source, options) => (await import('./parquet/read.js')).readParquetTable(source, options),
  },
  npy: {
    title: 'NPY',
    matches: (start) => start.startsWith('\x93NUMPY'),
    read: async (source, options) => (await import('./arrays/read-npy.js')).readNpy(source, options),
  },
  // ZIP archives whose first entry is an array.
  npz: {
    title: 'NPZ',
    matches: (_, bytes) => firstInZip(bytes)?.endsWith('.npy') ?? false,
    read: async (source, options) => (await import('./arrays/read-npz.js')).readNpz(source, options),
  },
  idx: {
    title: 'IDX',
    matches: (start) => start.startsWith('\0\0'),
    read: async (source, options) => (await import('./idx/read.js')).readIdxTable(source, options),
  },
  // Rows of JSON: objects, or lists of what a list can begin with.
  json: {
    title: 'JSON Lines',
    matches: (_, bytes) => /^(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*(?:[[{\]"\d-]|null|true|false|NaN))/.test(latin(bytes)),
    read: async (source, options) => (await import('./json/read.js')).readJsonTable(source, options),
  },
  // Any text: none of the bytes that no text has, and not the beginning of another known format.
  csv: {
    title: 'CSV',
    matches: (_, bytes) => !kindOf(bytes) && !bytes.subarray(0, 1024).some((byte) => byte < 0x09 || byte === 0x7f),
    read: async (source, options) => (await import('./csv/read.js')).readCsvTable(source, options),
  },
} as const satisfies Readonly<Record<string, TableFormat>>;

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 256));
}

export type TableFormatName = keyof typeof TABLE_FORMATS;

const ROWS = Object.entries(TABLE_FORMATS) as [TableFormatName, TableFormat][];
export const TABLE_FORMAT_TITLES = ROWS.map(([, { title }]) => title);

/** @param bytes a file's beginning, unpacked */
export function tableFormatOf(bytes: Uint8Array): TableFormatName | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  return ROWS.find(([, { matches }]) => matches(start, bytes))?.[0];
}

/**
 * The tables of one file of any format, from the cache where it was read before.
 * @throws {NablaError} BAD_DATA where no format matches, its reader finds a fault, or the file changes meanwhile
 */
export function readTables(source: Source, options: TableOptions): Promise<Tables> {
  return cachedTables(source, options, () => readAnew(source, options));
}

async function readAnew(source: Source, options: TableOptions): Promise<Tables> {
  const bytes = await source.start();
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${source.name}: ${what}`);
  if (bytes.length === 0) throw bad('the file is empty.');
  const format = tableFormatOf(bytes);
  if (format) return TABLE_FORMATS[format].read(source, options);
  const [other, titles] = [kindOf(bytes), listed(TABLE_FORMAT_TITLES)];
  throw bad(
    other === undefined ? `this is none of ${titles}.` : `this is ${other.what}; ${titles} can be read.${other.next ? ` ${other.next}` : ''}`,
  );
}
