// Pictures for a network that was trained on files of pictures: they become what those became, in their size, in grey or in colours, and
// no more is done to them. Digits for a network that knows MNIST, which may be drawn in any way, are for data/samples-file.ts.

import type { Preparation } from '../data/columns/preparation.js';
import { formatOf } from '../data/formats.js';
import { type FileSamples, SAMPLES_FILE } from '../data/samples-file.js';
import { NablaError } from '../errors.js';
import { readPixels } from '../pictures/read.js';
import { inChannels } from '../tables/picture-rows.js';
import type { Source } from '../tables/source.js';

/**
 * The one picture of a file.
 * @param scales whether pictures were scaled to one size in training
 * @throws {NablaError} BAD_DATA, naming file and byte, or the size that is expected
 */
export async function trainedPicture(source: Source, picture: NonNullable<Preparation['picture']>, scales: boolean): Promise<FileSamples> {
  const bytes = await source.bytes(SAMPLES_FILE);
  const { width, height, channels } = picture;
  const pixels = readPixels(source.name, bytes, scales ? { width, height } : undefined);
  if (pixels.width !== width || pixels.height !== height) {
    const got = `${pixels.width} × ${pixels.height}`;
    throw new NablaError('BAD_DATA', `${source.name}: expected ${width} × ${height} pixels, as the network was trained on, got ${got}.`);
  }
  const values = inChannels(pixels, channels === 3 ? 3 : 1);
  return { kind: formatOf(source.name, bytes), values, labels: undefined, inverted: false, warnings: [] };
}
