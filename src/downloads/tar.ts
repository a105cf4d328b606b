// One file out of a tar archive that is in memory (POSIX.1-1988, ustar): blocks of 512 bytes, before each file one with its name and
// its length. Other kinds of entries are passed over.

import { NablaError } from '../errors.js';

const BLOCK = 512;

/**
 * @param path of the archive, for errors
 * @param wanted the name of the file in it
 * @throws {NablaError} BAD_DATA where it is not there, or the archive ends before it does
 */
export function tarMember(path: string, archive: Uint8Array, wanted: string): Uint8Array {
  const text = (begin: number, length: number): string => {
    const field = Buffer.from(archive.buffer, archive.byteOffset + begin, length);
    const end = field.indexOf(0);
    return field.toString('latin1', 0, end < 0 ? length : end);
  };
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const begin = at + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || begin + size > archive.length) {
      throw new NablaError(
        'BAD_DATA',
        `${path}: byte ${at} of what is packed in it: expected a file of a tar archive, and it ends before that does.`,
      );
    }
    if (text(at, 100).replace(/^\.\//, '') === wanted) return archive.subarray(begin, begin + size);
    at = begin + BLOCK * Math.ceil(size / BLOCK);
  }
  throw new NablaError('BAD_DATA', `${path}: there is no ${wanted} in this archive.`);
}
