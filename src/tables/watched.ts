// The pieces of a stream on their way to a reader: who asked is told how far it is, and can give up between two of them.

import { checkSignal } from '../check.js';
import type { TableOptions } from './options.js';

/** @param of bytes of all pieces together, where that is known @throws {NablaError} INTERRUPTED */
export async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  of: number | undefined,
  { progress, signal }: Pick<TableOptions, 'progress' | 'signal'>,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of chunks) {
    checkSignal(signal, `all of ${file} was read`);
    yield chunk;
    done += chunk.length;
    progress?.({ file, done, unit: 'bytes', ...(of !== undefined && { of }) });
  }
}
