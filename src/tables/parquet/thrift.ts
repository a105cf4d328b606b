// Whether bytes are a structure in Thrift's compact protocol, which Parquet's footer and page headers are, before the library reads
// them: it trusts lengths and counts. What the fields mean is for the library.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/** Structures within structures: Parquet has seven. */
const MOST_DEEP = 16;
/** Bytes of the longest number: 64 bits, seven a byte. */
const MOST_VARINT = 10;

const [BOOLEANS, BYTE, INTEGERS, DOUBLE, BINARY, LIST, STRUCT] = [[1, 2], 3, [4, 5, 6], 7, 8, 9, 12];

/** @param from where the structure begins @returns the byte behind it @throws {Error} saying what is wrong, without a full stop */
export function endOfStruct(bytes: Uint8Array, from: number): number {
  return new Walk(bytes).struct(from, 0);
}

/** A number of seven bits a byte, lowest first, and the byte behind it. @throws {Error} for one that does not end, or is longer than 53 bits */
export function varint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let [value, times] = [0, 1];
  for (let at = from; at < bytes.length && at < from + MOST_VARINT; at++) {
    value += (bytes[at] & 0x7f) * times;
    times *= 0x80;
    if (bytes[at] < 0x80) return { value, end: at + 1 };
  }
  throw new Error('a number that does not end');
}

class Walk {
  constructor(readonly bytes: Uint8Array) {}

  struct(from: number, depth: number): number {
    if (depth > MOST_DEEP) throw new Error('structures within structures');
    for (let at = from; at < this.bytes.length; ) {
      const head = this.bytes[at++];
      const type = head & 15;
      if (type === 0) return at;
      // Without a difference to the number of the field before, the number itself follows.
      if (head >> 4 === 0) at = varint(this.bytes, at).end;
      if (!BOOLEANS.includes(type)) at = this.#value(type, at, depth);
    }
    throw new Error('a structure that does not end');
  }

  #value(type: number, at: number, depth: number): number {
    if (type === BYTE) return this.#within(at + 1);
    if (INTEGERS.includes(type)) return varint(this.bytes, at).end;
    if (type === DOUBLE) return this.#within(at + 8);
    if (type === STRUCT) return this.struct(at, depth + 1);
    if (type === BINARY) {
      const { value, end } = varint(this.bytes, at);
      return this.#within(end + value);
    }
    if (type === LIST) return this.#list(at, depth);
    throw new Error(`a field of type ${type}, which Parquet has not`);
  }

  #list(from: number, depth: number): number {
    this.#within(from + 1);
    const [type, short] = [this.bytes[from] & 15, this.bytes[from] >> 4];
    let [count, at] = [short, from + 1];
    if (short === 15) ({ value: count, end: at } = varint(this.bytes, at));
    // Each entry has a byte at least.
    this.#within(at + count);
    for (let k = 0; k < count; k++) at = this.#value(BOOLEANS.includes(type) ? BYTE : type, at, depth);
    return at;
  }

  #within(end: number): number {
    if (!(end <= this.bytes.length)) throw new Error('a length that leads behind the end');
    return end;
  }
}
