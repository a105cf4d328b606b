// Stand-in.
import type { Table } from './table.js';
export function joined(tables: readonly Table[]): Table {
  if (tables.length > 1) throw new Error('stand-in');
  return tables[0];
}
