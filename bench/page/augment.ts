// The part of bench/results/README.md about what augmentation costs a step.

import { percent } from '../../src/text.js';
import type { AugmentResult } from '../augment.js';
import { figure, range } from '../measure.js';
import { table } from './markdown.js';

export function augmentSection(results: readonly AugmentResult[]): string {
  const rows = results.map(({ input, augment, rate, ratio, gathering }) => [
    input,
    augment === '' ? 'none' : `\`${augment}\``,
    figure(rate.median),
    range(ratio),
    percent(gathering.median, 0),
  ]);
  return table(['input', '`--augment`', 'samples/s', 'time of a step, over none', 'of it, gathering and changing rows'], rows);
}
