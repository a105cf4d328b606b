// The floors of the house, read from the table in src/README.md: the one list of which room stands where. house.test.ts holds the
// imports against it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of the table: '| 3 | [`data/`](data) | …'. */
const ROW = /^\| (\d+) \| \[`[^`]+`\]\(([^)]+)\) \|/gm;

/** Rooms by floor, as paths from the project's folder: each imports from lower floors and from itself. */
export function readFloors(root: string): readonly (readonly string[])[] {
  const table = readFileSync(join(root, 'src/README.md'), 'utf8');
  const floors: string[][] = [];
  for (const [, floor, room] of table.matchAll(ROW)) {
    const rooms = floors[Number(floor)] ?? [];
    floors[Number(floor)] = [...rooms, join('src', room)];
  }
  return Array.from(floors, (rooms) => rooms ?? []);
}
