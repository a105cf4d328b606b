// Files of NumPy for tests: those that NumPy itself has written (see test/tables/numpy-files.py), and others put together byte by byte,
// so that any part of them can be wrong.

import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

interface NumpyFiles {
  readonly numbers: readonly { readonly dtype: string; readonly file: string; readonly values: readonly (number | boolean | null)[] }[];
  readonly versions: readonly string[];
  readonly fortran: Readonly<Record<'file' | 'flat', string>>;
  readonly words: Readonly<Record<'unicode' | 'bytes' | 'big', string>>;
  readonly pixels: readonly number[];
  readonly labels: readonly number[];
  readonly [name: string]: unknown;
}

export const NUMPY_FILES = JSON.parse(readFileSync(new URL('../tables/numpy-files.json', import.meta.url), 'utf8')) as NumpyFiles;

export const numpyFile = (name: string): Buffer => Buffer.from(NUMPY_FILES[name] as string, 'base64');

/** An .npy file of version 1. @param header as Python writes it */
export function npyBytes(header: string, data: Uint8Array, version = 1): Buffer {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const start = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  return Buffer.concat([start, length, text, data]);
}

export const npyHeader = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** An array of bytes. */
export const byteArray = (shape: readonly number[], values: ArrayLike<number>): Buffer =>
  npyBytes(npyHeader("'|u1'", `(${shape.join(', ')},)`), Uint8Array.from(values));

export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  /** What its row in the directory says in place of what is so. */
  readonly says?: Partial<Record<'flags' | 'method' | 'crc' | 'packed' | 'size' | 'at', number>>;
  /** Whether its sizes and place stand in the directory as 64-bit numbers. */
  readonly wide?: boolean;
}

/** A ZIP archive. */
export function zipBytes(members: readonly ZipMember[]): Buffer {
  const [parts, rows]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const { name, bytes, deflated = false, says = {}, wide = false } of members) {
    const packed = deflated ? deflateRawSync(bytes) : Buffer.from(bytes);
    const fields = { flags: 0, method: deflated ? 8 : 0, crc: crc32(bytes), packed: packed.length, size: bytes.length, at, ...says };
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(fields.method, 8);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const row = Buffer.alloc(46 + name.length + (wide ? 28 : 0));
    row.writeUInt32LE(0x02014b50);
    row.writeUInt16LE(fields.flags, 8);
    row.writeUInt16LE(fields.method, 10);
    row.writeUInt32LE(fields.crc, 16);
    row.writeUInt16LE(name.length, 28);
    row.write(name, 46);
    const [size, length, place] = wide ? [0xffffffff, 0xffffffff, 0xffffffff] : [fields.packed, fields.size, fields.at];
    row.writeUInt32LE(size, 20);
    row.writeUInt32LE(length, 24);
    row.writeUInt32LE(place, 42);
    if (wide) {
      row.writeUInt16LE(28, 30);
      row.writeUInt16LE(1, 46 + name.length);
      row.writeUInt16LE(24, 48 + name.length);
      for (const [k, value] of [fields.size, fields.packed, fields.at].entries()) row.writeBigUInt64LE(BigInt(value), 50 + name.length + 8 * k);
    }
    parts.push(local, packed);
    rows.push(row);
    at += local.length + packed.length;
  }
  const directory = Buffer.concat(rows);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}
