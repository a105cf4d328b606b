// The plan of the rows of a mini-batch: inputs or their entries, z, a, δ, targets and costs, each a matrix of so many rows.

import { stride } from '../../kernels/kernels.js';
import { type GroupedRows, type InputFormat, SPAN_BYTES, SparseInput } from '../../model/input.js';
import type { Layout } from '../../model/layout.js';
import type { Learning } from '../../model/learning.js';
import type { Rows } from '../../model/rows.js';

/** Sets so many bytes aside and returns their address. */
export type Take = (bytes: number) => number;

/** Rows of even and of odd steps. */
export type OwnEntries = readonly [GroupedRows, GroupedRows];

/** Rows for a forward pass and its costs. */
export function planRows(layout: Layout, rows: number, input: InputFormat, take: Take): Rows {
  const inputs = layout.layers[0].I;
  const matrix = (n: number): number => take(rows * stride(n) * 4);
  const each = layout.layers.map(({ O }) => O);
  const outputs = each[each.length - 1];
  const a = each.map(matrix);
  return {
    ...(input === 'sparse' ? planEntries(inputs, rows, take) : { x: matrix(inputs), spans: 0 }),
    y: matrix(outputs),
    c: take(rows * 4),
    z: each.map(matrix),
    a,
    d: a,
    delta: [],
    weights: 0,
  };
}

/** The same with errors, and what dropout and class weights need. */
export function planTrainingRows(layout: Layout, rows: number, input: InputFormat, take: Take, { dropout, classWeights }: Learning): Rows {
  const plain = planRows(layout, rows, input, take);
  const matrix = (n: number): number => take(rows * stride(n) * 4);
  return {
    ...plain,
    d: plain.a.map((a, l) => (dropout[l] > 0 ? matrix(layout.layers[l].O) : a)),
    delta: layout.layers.map(({ O }) => matrix(O)),
    weights: classWeights === undefined ? 0 : take(rows * 4),
  };
}

/**
 * The same rows of a mini-batch over sparse inputs, for each worker in `owned`: with entries by inputs of its own. Those by rows are its own as
 * well, since it gathers all samples; but where each makes some for all (`changed`), all have the same two, one for every other step: a worker
 * begins its next step while another is still at the end of this one.
 */
export function planGroupedRows(rows: Rows, inputs: number, batch: number, workers: number, changed: boolean, take: Take): OwnEntries[] {
  const entries = (): Pick<Rows, 'x' | 'spans'> => planEntries(inputs, batch, take);
  const shared = changed ? ([entries(), entries()] as const) : undefined;
  return Array.from({ length: workers }, () => {
    const groups = { groups: take(SparseInput.entryBytes(inputs, batch)), groupSpans: take(inputs * SPAN_BYTES) };
    const [even, odd] = (shared ?? [entries()]).map((byRows) => ({ ...rows, ...byRows, ...groups }));
    return [even, odd ?? even];
  });
}

function planEntries(inputs: number, rows: number, take: Take): Pick<Rows, 'x' | 'spans'> {
  return { x: take(SparseInput.entryBytes(inputs, rows)), spans: take(rows * SPAN_BYTES) };
}
