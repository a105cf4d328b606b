// Many runs as a table for a terminal: a line for each, its figures first, then the settings in which they differ. What there is no
// room for is left out, and named below.

import { differingSettings, FIELDS, type FieldName, fieldOf } from '../../runs/fields.js';
import type { RunSummary } from '../../runs/list.js';
import { beginning } from '../../text.js';
import { type Column, textTable, wrap } from './columns.js';

/** Longest cell but a name: lists of weights by class would fill a line. */
const MOST = 24;
/** Columns in the order in which they give way, the first first; settings go between these two parts, the last of them first. */
const BEFORE_SETTINGS: readonly FieldName[] = ['when', 'time', 'network'];
const AFTER_SETTINGS: readonly FieldName[] = ['epochs', 'best', 'state'];
const WORDS: readonly string[] = ['name', 'network'];

interface NamedColumn extends Column {
  readonly head: string;
}

/**
 * @param names of the runs, which a user can type
 * @param width columns that a line may fill
 */
export function runList(runs: readonly RunSummary[], names: readonly string[], width: number): string[] {
  const settings = differingSettings(runs);
  const columns = [...Object.keys(FIELDS), ...settings].map((head) => columnOf(head, runs, names)).filter(({ cells }) => cells.some((c) => c !== ''));
  const order = [...BEFORE_SETTINGS, ...settings.toReversed(), ...AFTER_SETTINGS];
  const left = [...columns];
  const out: string[] = [];
  for (const name of order) {
    if (widthOf(left) <= width) break;
    const at = left.findIndex(({ head }) => head === name);
    if (at >= 0) out.unshift(...left.splice(at, 1).map(({ head }) => head));
  }
  const note = out.length === 0 ? [] : ['', ...wrap(`Not shown, for want of room: ${out.join(', ')}.`, width)];
  return [...textTable(left), ...note];
}

function columnOf(head: string, runs: readonly RunSummary[], names: readonly string[]): NamedColumn {
  const { text } = fieldOf('column', head);
  const cells = head === 'name' ? names : runs.map((run) => beginning(text(run), MOST));
  return { head, cells, left: WORDS.includes(head) || cells.some((cell) => /^[^-\d]/.test(cell)) };
}

function widthOf(columns: readonly Column[]): number {
  return Math.max(...textTable(columns).map((line) => line.length));
}
