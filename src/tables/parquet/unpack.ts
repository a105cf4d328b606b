// The compressions of Parquet's pages, by their names in the format; each unpacks into memory of the length that is wanted, and not more.

import type { CompressionCodec } from 'hyparquet';
import { compressors, decompressZstd } from 'hyparquet-compressors';

type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

const UNPACK: Readonly<Partial<Record<CompressionCodec, Unpack>>> = {
  ...compressors,
  UNCOMPRESSED: (packed) => packed,
  // Without memory of its own it would take as much as the data say.
  ZSTD: (packed, length) => decompressZstd(packed, new Uint8Array(length)),
};

/** @throws {Error} saying what is wrong, without a full stop */
export function unpackedPage(codec: CompressionCodec, packed: Uint8Array, length: number): Uint8Array {
  const unpack = UNPACK[codec];
  if (!unpack) throw new Error(`its compression (${codec}) is not known`);
  if (length === 0) return new Uint8Array(0);
  const bytes = unpack(packed, length);
  if (bytes.length !== length) throw new Error(`${bytes.length} bytes come of it in place of the ${length} that are stated`);
  return bytes;
}
