// Which layers are sliced, and which slice of one is a rank's: its inputs, whole cache lines of rows of w, in a dense layer; its neurons in
// a sparse first one. A layer that is not sliced is replicated: every rank updates all of it.
//
//   replicated   nothing travels but a and δ; the gradient's work is not divided
//   sliced       each rank's rows of w travel to all others after each step
//   columns      a sparse first layer, sliced by neurons: z² of the whole mini-batch travels instead of a², and the weights stay
//
// All of them give the same bits, so whatever decides between them may go by measured speed.

import { columns, stride } from '../../kernels/kernels.js';
import { type Layout, LINE_FLOATS } from '../../model/layout.js';
import { partition, type Range } from '../step/partition.js';
import type { Place } from './rows.js';

type Layer = Layout['layers'][number];

/** Rows of w that fill whole cache lines: where slices may begin. */
export function linesOfRows(O: number): number {
  let unit = 1;
  while ((unit * stride(O)) % LINE_FLOATS !== 0) unit *= 2;
  return unit;
}

/** A rank's inputs of a dense layer. */
export function inputsOfRank({ I, O }: Pick<Layer, 'I' | 'O'>, { rank, size }: Place): Range {
  return partition(I, size, rank, linesOfRows(O));
}

/** A rank's neurons of a sparse first layer. */
export function columnsOfRank({ O }: Pick<Layer, 'O'>, { rank, size }: Place): Range {
  return partition(columns(O), size, rank, LINE_FLOATS);
}
