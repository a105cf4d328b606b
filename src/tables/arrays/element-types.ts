// Types of an array's elements, as NumPy names them: how many bytes one takes, and how it is read, in either byte order. IDX files
// have six of them. What cannot be a cell is refused here, each kind with what to do about it in NumPy.

/** A number, or true or false. */
export interface NumberType {
  readonly bytes: number;
  readonly kind: 'number' | 'boolean';
  /** Whether each is a byte as it stands. */
  readonly isByte: boolean;
  read(view: DataView, at: number, little: boolean): number;
}

const number = (bytes: number, read: NumberType['read']): NumberType => ({ bytes, kind: 'number', isByte: false, read });
/** Two halves of 32 bits: their sum is rounded once. */
const halves = (high: number, low: number): number => high * 2 ** 32 + low;

export const NUMBER_TYPES = {
  b1: { bytes: 1, kind: 'boolean', isByte: true, read: (view, at) => Number(view.getUint8(at) !== 0) },
  u1: { bytes: 1, kind: 'number', isByte: true, read: (view, at) => view.getUint8(at) },
  i1: number(1, (view, at) => view.getInt8(at)),
  u2: number(2, (view, at, little) => view.getUint16(at, little)),
  i2: number(2, (view, at, little) => view.getInt16(at, little)),
  u4: number(4, (view, at, little) => view.getUint32(at, little)),
  i4: number(4, (view, at, little) => view.getInt32(at, little)),
  u8: number(8, (view, at, little) => halves(view.getUint32(at + (little ? 4 : 0), little), view.getUint32(at + (little ? 0 : 4), little))),
  i8: number(8, (view, at, little) => halves(view.getInt32(at + (little ? 4 : 0), little), view.getUint32(at + (little ? 0 : 4), little))),
  f2: number(2, (view, at, little) => halfFloat(view.getUint16(at, little))),
  f4: number(4, (view, at, little) => view.getFloat32(at, little)),
  f8: number(8, (view, at, little) => view.getFloat64(at, little)),
} as const satisfies Readonly<Record<string, NumberType>>;

/** The number of 16 bits: sign, five bits of exponent, ten of fraction (IEEE 754, binary16). */
function halfFloat(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** What is read one by one: a text, a date, or a number among others. */
interface ValueType {
  readonly bytes: number;
  /** What a table can hold, or null where it is missing. */
  read(view: DataView, at: number): unknown;
}

/** A type of one element: numbers, which can be read fast, or values. */
export type ElementType = { readonly numbers: NumberType; readonly little: boolean } | ValueType;

/** A byte order, a letter, a number of bytes (of characters for U), of dates a unit. */
const TYPE = /^([<>|=]?)([a-zA-Z])(\d{0,9})(?:\[(\d{0,9})(\w{1,7})\])?$/;

/**
 * @param text as in a header: '<f4', '|u1', '>U12', '<M8[ns]'
 * @returns what it is, or why it cannot be read, with the way out
 */
export function elementType(text: string): ElementType | { readonly why: string } {
  const [, order, letter, digits, times, unit] = TYPE.exec(text) ?? [];
  const [little, length] = [order !== '>', Number(digits)];
  const numbers: NumberType | undefined = Object.hasOwn(NUMBER_TYPES, letter + digits)
    ? NUMBER_TYPES[(letter + digits) as keyof typeof NUMBER_TYPES]
    : undefined;
  if (numbers) return { numbers, little };
  if (letter === 'U' && length > 0) return { bytes: 4 * length, read: (view, at) => unicodeText(view, at, length, little) };
  if ((letter === 'S' || letter === 'a') && length > 0) return { bytes: length, read: (view, at) => byteText(view, at, length) };
  if (letter === 'M' && length === 8 && Object.hasOwn(UNITS, unit ?? '')) return { bytes: 8, read: dateReader(Number(times || 1), unit, little) };
  return { why: WHY_NOT[letter] ?? 'numbers, booleans and texts can be read' };
}

/** What cannot be read, by its letter. */
const WHY_NOT: Readonly<Record<string, string>> = {
  O: "Python objects can be read by nothing but Python. In numpy: a.astype('float32') for numbers, a.astype('U') for texts, then save again",
  c: 'complex numbers are none of a table. In numpy: save a.real and a.imag',
  f: "there is no such float here. In numpy: a.astype('float32')",
  m: "periods of time are no numbers yet. In numpy: a / np.timedelta64(1, 's')",
  V: 'bytes without a type cannot be read. In numpy: a.view of a type, or fields with names',
  U: 'texts of no character',
  S: 'texts of no byte',
};

/** UTF-32, filled up with zeros. */
function unicodeText(view: DataView, at: number, length: number, little: boolean): string {
  const codes = Array.from({ length }, (_, k) => view.getUint32(at + 4 * k, little));
  while (codes.at(-1) === 0) codes.pop();
  return codes.map((code) => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd')).join('');
}

const UTF8 = new TextDecoder();

/** Taken for UTF-8, filled up with zeros. */
function byteText(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  let end = length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return UTF8.decode(bytes.subarray(0, end));
}

/** Milliseconds of NumPy's units of time; those of years and months differ. */
const UNITS: Readonly<Record<string, number>> = {
  Y: Number.NaN,
  M: Number.NaN,
  W: 604_800_000,
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
};

/** Since 1970; the least number stands for no time. */
const NO_TIME = -(2n ** 63n);

function dateReader(times: number, unit: string, little: boolean): ValueType['read'] {
  return (view, at) => {
    const since = view.getBigInt64(at, little);
    const n = times * Number(since);
    const ms = unit === 'Y' ? Date.UTC(1970 + n, 0) : unit === 'M' ? Date.UTC(1970, n) : n * UNITS[unit];
    const date = new Date(ms);
    return since === NO_TIME || Number.isNaN(date.getTime()) ? null : date;
  };
}
