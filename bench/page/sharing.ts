// The part of bench/results/README.md about two threads that write next to each other.

import { range } from '../measure.js';
import type { LayoutName } from '../sharing/trials.js';
import type { SharingResult } from '../sharing.js';
import { distinct, table } from './markdown.js';

const LAYOUTS: readonly (readonly [layout: LayoutName, heading: string])[] = [
  ['neighbours', 'neighbouring lines of the same rows'],
  ['pieces', 'a piece each'],
  ['panels', 'a piece each, in panels'],
];

export function sharingSection(results: readonly SharingResult[]): string {
  const rows = distinct(results, ({ what }) => what).flatMap((what) => {
    const ofTrial = results.filter((result) => result.what === what);
    return distinct(ofTrial, ({ lines }) => lines).map((lines) => {
      const sides = ofTrial.filter((result) => result.lines === lines);
      const cells = LAYOUTS.map(([name]) => sides.find(({ layout }) => layout === name)).map((side) => {
        if (!side) return '';
        return side.trained ? `**${range(side.ratio)}**` : range(side.ratio);
      });
      return [what, `${lines} + ${lines}`, ...cells];
    });
  });
  const headings = ['both threads at once over one alone', 'lines of a row', ...LAYOUTS.map(([, heading]) => heading)];
  return `${table(headings, rows)}\n\nBold: the layout that the trainer has.`;
}
