// The compressions of Parquet's pages, by their names in the format; each unpacks into memory of the length that is wanted, and not more.

import type { CompressionCodec } from 'hyparquet';
import { compressors, decompressZstd } from 'hyparquet-compressors';

type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

const UNPACK: Readonly<Partial<Record<CompressionCodec, Unpack>>> = {
  ...compressors,
  UNCOMPRESSED: (packed) => packed,
  ZSTD: (packed, length) => {
    const stated = zstdLength(packed);
    if (stated !== undefined && stated > length) throw unlike(stated, length);
    // Without memory of its own it would take as much as the data turn out to be.
    return decompressZstd(packed, new Uint8Array(length));
  },
};

/** @throws {Error} saying what is wrong, without a full stop */
export function unpackedPage(codec: CompressionCodec, packed: Uint8Array, length: number): Uint8Array {
  const unpack = UNPACK[codec];
  if (!unpack) throw new Error(`its compression (${codec}) is not known`);
  if (length === 0) return new Uint8Array(0);
  const bytes = unpack(packed, length);
  if (bytes.length !== length) throw unlike(bytes.length, length);
  return bytes;
}

const unlike = (got: number, stated: number): Error => new Error(`${got} bytes come of it in place of the ${stated} that are stated`);

/** The length that the first frame of Zstandard states, if it does (RFC 8878, 3.1.1.1). */
function zstdLength(packed: Uint8Array): number | undefined {
  const [flags, isOne] = [packed[4] ?? 0, ((packed[4] ?? 0) >> 5) & 1];
  const size = flags >> 6 === 0 ? isOne : 2 ** (flags >> 6);
  const from = 6 - isOne + [0, 1, 2, 4][flags & 3];
  if (size === 0) return undefined;
  const number = packed.subarray(from, from + size).reduceRight((sum, byte) => 256 * sum + byte, 0);
  return size === 2 ? number + 256 : number;
}
