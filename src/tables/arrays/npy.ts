// The header of an .npy file, versions 1 to 3 (NumPy's NEP 1): what its elements are, and how many there are. Header and length are held
// against each other before any memory is taken; the elements themselves are read elsewhere.

import type { NablaError } from '../../errors.js';
import { count } from '../../text.js';
import type { Pieces } from '../pieces.js';
import { MOST_COLUMNS, quoted } from '../table.js';
import { type ElementType, elementType } from './element-types.js';
import { type Literal, pythonLiteral } from './python-literal.js';

/** A value of an element that has several, or is no number. */
export interface Field {
  /** Empty where elements have no fields. */
  readonly name: string;
  /** Byte of the element at which it begins. */
  readonly at: number;
  read(view: DataView, at: number): unknown;
}

export interface ArrayHeader {
  readonly shape: readonly number[];
  /** Whether the first number of a place counts fastest. */
  readonly fortran: boolean;
  /** Bytes of an element, and of all. */
  readonly bytes: number;
  readonly length: number;
  /** What elements are: numbers, or fields. */
  readonly element: ElementType | { readonly fields: readonly Field[] };
}

export type Bad = (what: string) => NablaError;

const NPY_SIGNATURE = '\x93NUMPY';
/** Bytes of the longest header that is read; NumPy itself warns from 10,000 on. */
const MOST_HEADER = 1 << 20;
const ORDERS = 'In numpy: np.save with an array of numbers, or of named fields';

/** @param holds bytes that header and elements can have together @throws {NablaError} BAD_DATA through `bad` */
export async function readNpyHeader(pieces: Pieces, holds: number, bad: Bad): Promise<ArrayHeader> {
  const start = await pieces.take(8);
  if (start.toString('latin1', 0, 6) !== NPY_SIGNATURE) throw bad('this is no NumPy array: it does not begin with its signature.');
  if (start.length < 8) throw bad('the file ends inside its header.');
  const version = start[6];
  if (version < 1 || version > 3) throw bad(`version ${version} of the format; 1 to 3 can be read. In numpy: load it and save it again.`);
  const size = await pieces.take(version === 1 ? 2 : 4);
  if (size.length < (version === 1 ? 2 : 4)) throw bad('the file ends inside its header.');
  const length = size.readUIntLE(0, size.length);
  if (length > MOST_HEADER) throw bad(`a header of ${count(length)} bytes; ${count(MOST_HEADER)} can be read.`);
  const text = await pieces.take(length);
  if (text.length < length) throw bad(`the file ends inside its header of ${count(length)} bytes.`);
  const header = headerOf(text.toString(version === 3 ? 'utf8' : 'latin1'), bad);
  const stated = pieces.taken + header.length;
  if (stated > holds) throw bad(`the header states ${sizesText(header.shape)} values, more than this file can hold.`);
  return header;
}

/** '60000 × 28 × 28'. */
export const sizesText = (shape: readonly number[]): string => (shape.length === 0 ? 'a single value' : shape.slice(0, 8).join(' × '));

function headerOf(text: string, bad: Bad): ArrayHeader {
  const literal = pythonLiteral(text);
  const header = literal instanceof Map ? literal : new Map<string, Literal>();
  const [descr, fortran, shape] = ['descr', 'fortran_order', 'shape'].map((key) => header.get(key));
  if (descr === undefined || typeof fortran !== 'boolean' || !isShape(shape)) {
    throw bad(`the header is damaged: expected descr, fortran_order and shape, got ${quoted(text.trim())}.`);
  }
  const { bytes, element } = elementOf(descr, bad);
  return { shape, fortran, bytes, length: shape.reduce((product, n) => product * n, bytes), element };
}

const isShape = (shape: Literal | undefined): shape is readonly number[] => Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0);

function elementOf(descr: Literal, bad: Bad): Pick<ArrayHeader, 'bytes' | 'element'> {
  if (typeof descr === 'string') {
    const element = typeOf(descr, bad);
    return { bytes: bytesOf(element), element };
  }
  const fields: Field[] = [];
  const bytes = addFields(fields, descr, '', 0, bad);
  if (fields.length === 0) throw bad(`elements without fields. ${ORDERS}.`);
  return { bytes, element: { fields } };
}

const bytesOf = (element: ElementType): number => ('numbers' in element ? element.numbers.bytes : element.bytes);

function typeOf(text: string, bad: Bad): ElementType {
  const element = elementType(text);
  if ('why' in element) throw bad(`the elements are of type ${quoted(text)}: ${element.why}.`);
  return element;
}

/** Adds the fields of a structured type, those within others as 'outer.inner'; returns the bytes that they take. */
function addFields(fields: Field[], descr: Literal, prefix: string, from: number, bad: Bad): number {
  if (!Array.isArray(descr)) throw bad(`a type of elements that is not known. ${ORDERS}.`);
  let at = from;
  for (const entry of descr as readonly Literal[]) {
    const [named, type, shape = []] = Array.isArray(entry) ? (entry as readonly Literal[]) : [];
    const own = Array.isArray(named) ? named[1] : named;
    if (typeof own !== 'string' || type === undefined || !isShape(shape)) throw bad(`a field of elements that is not known. ${ORDERS}.`);
    const times = shape.reduce((product, n) => product * n, 1);
    const name = prefix + own;
    if (typeof type !== 'string') {
      if (times !== 1) throw bad(`the field ${quoted(name)} holds lists of fields. ${ORDERS}.`);
      at += addFields(fields, type, `${name}.`, at, bad);
      continue;
    }
    const padding = own === '' ? /^[|]V(\d{1,6})$/.exec(type) : null;
    if (padding) {
      at += Number(padding[1]);
      continue;
    }
    const element = typeOf(type, (what) => bad(`the field ${quoted(name)}: ${what}`));
    if (fields.length + times > MOST_COLUMNS) throw bad(`more than the ${count(MOST_COLUMNS)} columns that can be read.`);
    const bytes = bytesOf(element);
    for (let k = 0; k < times; k++) fields.push({ name: times === 1 ? name : `${name}[${k + 1}]`, at: at + k * bytes, read: readerOf(element) });
    at += times * bytes;
  }
  return at - from;
}

/** Reads one element. */
export function readerOf(element: ElementType): Field['read'] {
  if (!('numbers' in element)) return element.read;
  const { numbers, little } = element;
  return numbers.kind === 'boolean' ? (view, at) => numbers.read(view, at, little) === 1 : (view, at) => numbers.read(view, at, little);
}
