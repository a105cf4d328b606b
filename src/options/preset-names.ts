// What presets are called (see presets.ts), for the rows of the table of options.

import type { NamedRows } from '../check.js';

export const PRESET_NAMES = ['tabular', 'book', 'modern'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** What other tools call them. */
export const PRESET_WORDS: NamedRows = {
  tabular: { also: ['table', 'csv', 'columns', 'tab'] },
  book: { also: ['nielsen', 'classic'] },
  modern: { also: ['default', 'best', 'images'] },
};
