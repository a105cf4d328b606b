// Some training samples as pictures, as they are and as the first epochs of a run train on them, so that a person sees whether they still
// are what their labels say.

import { countSamples, type Dataset, pictureOf } from '../data/dataset.js';
import { wrongValue } from '../errors.js';
import { FOR_ALL_SAMPLES } from '../functions/augmentations.js';
import { augmentationOf, augmentationText } from '../model/augmentation-text.js';
import { augmentedRows } from './augmented-rows.js';
import { namesOf } from './class-balance.js';
import { drawnRows, type Range, shownPictures } from './contact-sheet.js';
import type { AugmentedSheet } from './data-profile.js';

const EPOCHS = [1, 2, 3, 4, 5, 6];
/** Samples of a class, and of all; and of large pictures as many as have so many values. */
const MOST_OF_CLASS = 3;
const MOST = 60;
const MOST_VALUES = 1 << 24;

/**
 * @param augment as an option says it
 * @throws {RangeError} where the samples are no pictures
 */
export async function augmentedSheet(data: Dataset, augment: string, seed: number): Promise<AugmentedSheet> {
  const { inputs, scale, training, name } = data;
  const picture = pictureOf(data);
  if (!picture)
    throw wrongValue('augment', 'samples that are pictures, to be shown', name, `nabla train changes others too, by ${FOR_ALL_SAMPLES.join(', ')}.`);
  const row = await augmentedRows(data, { augment, picture, seed });
  const names = training.targets ? [] : namesOf(data);
  const label = (sample: number): number => (training.targets ? 0 : training.labels[sample]);
  const all = Math.max(1, Math.min(MOST, Math.floor(MOST_VALUES / inputs)));
  const drawn = drawnRows({ rows: countSamples(data, 'training'), label, names }, seed, { ofClass: MOST_OF_CLASS, all }).flat();
  const range = training.values instanceof Uint8Array ? { least: 0, most: 255 * scale } : rangeOf(drawn.map((sample) => row(sample)));
  const { pixels, ...size } = shownPictures(picture, range);
  return {
    ...size,
    augment: augmentationText(augmentationOf(augment)),
    seed,
    epochs: EPOCHS,
    pictures: drawn.map((sample) => ({
      label: names[label(sample)] ?? '',
      sample,
      pixels: pixels(row(sample)),
      changed: EPOCHS.map((epoch) => pixels(row(sample, epoch))),
    })),
  };
}

function rangeOf(rows: readonly Float32Array[]): Range {
  const of = (choose: (a: number, b: number) => number): number => rows.map((row) => row.reduce(choose)).reduce(choose);
  return { least: of((a, b) => Math.min(a, b)), most: of((a, b) => Math.max(a, b)) };
}
