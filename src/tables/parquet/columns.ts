// What the columns of a Parquet file are, by its schema: numbers, true and false, words, dates, bytes that may be pictures, and lists of
// numbers; anything nested deeper is refused. Values are read elsewhere.

import type { SchemaElement, SchemaTree } from 'hyparquet';
import { listed } from '../../text.js';
import { quoted } from '../table.js';
import type { ParquetFile } from './file.js';

/** What the values of a leaf are taken for. 'bytes': pictures or words, which their first value shows. */
type Use = 'number' | 'boolean' | 'words' | 'date' | 'bytes';

/** A column as it is stored: the schema is a tree, and these are its leaves. */
export interface Leaf {
  readonly use: Use;
  readonly type: NonNullable<SchemaElement['type']>;
  readonly element: SchemaElement;
  readonly path: string[];
  readonly schemaPath: SchemaTree[];
  /** Which of a row group's columns it is. */
  readonly index: number;
  /** The level of definition of a value that is there: how many steps of its path may be missing. */
  readonly deepest: number;
  /** How many steps of its path are lists: 0 or 1. */
  readonly repeated: number;
  /** Of a list: a lower level of definition means that the list itself is missing. */
  readonly listFrom: number;
}

/** A column of the table, before it is known whether it becomes several. */
export interface ParquetColumn {
  readonly name: string;
  readonly leaf: Leaf;
}

/** @throws {NablaError} BAD_DATA for columns that no table can have */
export function columnsOf({ schema, bad }: ParquetFile): ParquetColumn[] {
  const leaves = pathsOf([schema]);
  const columns = schema.children.map((child): ParquetColumn => {
    const { name } = child.element;
    const own = leaves.filter((path) => path[1] === child);
    const path = own.length === 1 ? own[0] : own.find(isPicturePart);
    const leaf = path && leafOf(path, leaves.indexOf(path));
    if (!leaf) throw bad(`column ${quoted(name)} holds ${whatIn(child)}; a cell of a table holds one value. ${NEXT}`);
    return { name, leaf };
  });
  const names = columns.map(({ name }) => name);
  const twice = names.findIndex((name, k) => names.indexOf(name) < k);
  if (twice < 0) return columns;
  const first = names.indexOf(names[twice]);
  throw bad(`columns ${first + 1} and ${twice + 1} are both called ${quoted(names[twice])}. Give each column a name of its own.`);
}

const NEXT = 'Write the file without it, or with each of its values in a column of its own.';

/** From the root to each leaf, in the order in which row groups have them. */
function pathsOf(path: SchemaTree[]): SchemaTree[][] {
  const { children } = path[path.length - 1];
  return children.length === 0 ? [path] : children.flatMap((child) => pathsOf([...path, child]));
}

/** The bytes of a structure { bytes, path }, which is how public hubs keep pictures in a table. */
function isPicturePart([, { children, element }, leaf]: SchemaTree[]): boolean {
  const names = children.map((child) => child.element.name);
  return (
    element.repetition_type !== 'REPEATED' &&
    leaf.element.name === 'bytes' &&
    leaf.children.length === 0 &&
    names.every((name) => name === 'bytes' || name === 'path')
  );
}

/** Undefined for what is nested deeper than a list of numbers, or of a type that no column has. */
function leafOf(schemaPath: SchemaTree[], index: number): Leaf | undefined {
  const steps = schemaPath.slice(1);
  const element = withDecimal(steps[steps.length - 1].element);
  const use = useOf(element);
  const { type } = element;
  if (!use || !type) return undefined;
  const levels = steps.map((step) => step.element.repetition_type);
  const repeated = levels.filter((level) => level === 'REPEATED').length;
  const isList = repeated === 1 && (use === 'number' || use === 'boolean') && steps[0].element.logical_type?.type !== 'MAP';
  const isPicture = steps.length === 2 && repeated === 0 && use === 'bytes' && isPicturePart(schemaPath);
  if (!(isList || isPicture || (steps.length === 1 && repeated === 0))) return undefined;
  const [deepest, listFrom] = [optional(levels), optional(levels.slice(0, levels.indexOf('REPEATED')))];
  return { use, type, element, path: steps.map((step) => step.element.name), schemaPath, index, deepest, repeated, listFrom };
}

const optional = (levels: readonly unknown[]): number => levels.filter((level) => level !== 'REQUIRED').length;

/** Decimal numbers as the library knows them, by the older of the two ways in which a schema says so. */
function withDecimal(element: SchemaElement): SchemaElement {
  const { logical_type: logical } = element;
  return logical?.type === 'DECIMAL' ? { ...element, converted_type: 'DECIMAL', scale: logical.scale } : element;
}

const WORDS: ReadonlySet<string> = new Set(['UTF8', 'STRING', 'ENUM', 'JSON', 'UUID']);
const DATES = /^(?:DATE|TIME|TIMESTAMP)(?:_|$)/;
const NONE: ReadonlySet<string> = new Set(['BSON', 'INTERVAL', 'GEOMETRY', 'GEOGRAPHY', 'VARIANT', 'FILE']);

function useOf({ type, converted_type, logical_type }: SchemaElement): Use | undefined {
  const kind = logical_type?.type ?? converted_type ?? '';
  if (type === undefined || NONE.has(kind)) return undefined;
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'INT96' || DATES.test(kind)) return 'date';
  if (WORDS.has(kind)) return 'words';
  const isBytes = (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY') && kind !== 'DECIMAL' && kind !== 'FLOAT16';
  return isBytes ? 'bytes' : 'number';
}

function whatIn({ children, element }: SchemaTree): string {
  const kind = element.logical_type?.type ?? element.converted_type;
  if (children.length > 0 && kind !== 'LIST' && kind !== 'MAP') {
    const names = children.slice(0, 4).map((child) => quoted(child.element.name));
    return `structures of ${listed(children.length > 4 ? [...names, 'more'] : names)}`;
  }
  return kind === 'MAP'
    ? 'maps'
    : children.length > 0 || element.repetition_type === 'REPEATED'
      ? 'lists of other than numbers'
      : `values of the type ${kind}`;
}
