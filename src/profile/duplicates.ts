// What rows that are the same mean for training: the same answer twice, different answers for one input, and rows for a test that the
// network has been trained on.

import type { Split } from '../data/dataset.js';
import type { Duplicates } from './data-profile.js';
import type { SameRows } from './same-rows.js';

/** Sets that are shown, and places of each. */
const MOST_EXAMPLES = 5;
const MOST_PLACES = 3;

/** The rows that were compared. */
export interface ComparedRows {
  readonly of: Duplicates['of'];
  /** The part of a row; undefined where it is left out. */
  partOf(row: number): Split | undefined;
  /** Whether the answers of two rows are known and not the same. */
  differ(one: number, other: number): boolean;
  place(row: number): string;
}

/** What is known of a set of rows. */
interface Found {
  readonly places: string[];
  readonly first: number;
  size: number;
  isTrained: boolean;
  contradicts: boolean;
}

export function duplicatesOf({ groups }: SameRows, rows: ComparedRows): Duplicates {
  const found = new Map<number, Found>();
  let [repeated, contradictions] = [0, 0];
  const inTraining = { validation: 0, test: 0 };
  for (let row = 0; row < groups.length; row++) {
    if (groups[row] === 0) continue;
    const part = rows.partOf(row);
    if (part === undefined) continue;
    const one = found.get(groups[row]) ?? { places: [], first: row, size: 0, isTrained: false, contradicts: false };
    if (one.size++ > 0) repeated++;
    else found.set(groups[row], one);
    if (found.size <= MOST_EXAMPLES && one.places.length < MOST_PLACES) one.places.push(rows.place(row));
    one.isTrained ||= part === 'training';
    one.contradicts ||= rows.differ(one.first, row);
  }
  for (let row = 0; row < groups.length; row++) {
    const one = groups[row] === 0 ? undefined : found.get(groups[row]);
    const part = rows.partOf(row);
    if (one === undefined || part === undefined) continue;
    if (one.contradicts) contradictions++;
    if (one.isTrained && part !== 'training') inTraining[part]++;
  }
  const sets = [...found.values()].filter(({ size }) => size > 1);
  const examples = sets.filter(({ places }) => places.length > 1).map(({ places }) => places);
  return { of: rows.of, groups: sets.length, rows: repeated, contradictions, inTraining, examples };
}
