// Markdown of tables and of where figures come from. Pure functions.

import { formatMachine } from '../measure.js';
import type { BenchRecord } from '../record.js';

/** A table whose columns stand to the right, as figures do; those that hold text, to the left. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], text: readonly string[] = [headings[0]]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map((heading) => (text.includes(heading) ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** Day, machine and settings of a record, in a line. */
export function source({ date, machine, settings }: BenchRecord): string {
  const how = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return `${date}; ${formatMachine(machine)}; ${how.join(', ')}.`;
}

/** The distinct values of a key, in order of appearance. */
export function distinct<T, K>(list: readonly T[], key: (entry: T) => K): K[] {
  return [...new Set(list.map(key))];
}
