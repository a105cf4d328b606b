// Pieces of the parameters as the optimiser step sees them, and the cells that the norm of ∇C is added up from. A cell is a cache
// line of a tensor, or, where a sparse first layer is cut by columns or rows, a line of columns or a row; cells have numbers, so
// that neither a cell's sum nor the order of the cells depends on who computes them (see step/optimiser-step.ts).

import { PANEL_FLOATS, panelsOf } from '../../kernels/kernels.js';
import { type Layout, LINE_FLOATS } from '../../model/layout.js';
import type { Range } from '../step/partition.js';

/** A slice of the parameters that one worker updates: `rows` rows of `floats` floats, `step` bytes apart. */
export interface Piece {
  /** From the first parameter, in floats. */
  readonly offset: number;
  readonly rows: number;
  readonly floats: number;
  readonly step: number;
  /** Whether these are weights; biases do not decay. */
  readonly decays: boolean;
  readonly cells: Cells;
}

/** How a piece is cut for its norm: `count` cells from number `first` on, of `rows` rows of `floats` floats. */
interface Cells {
  readonly first: number;
  readonly count: number;
  readonly rows: number;
  readonly floats: number;
  /** Bytes from cell to cell, and from row to row. */
  readonly stepCell: number;
  readonly stepRow: number;
}

/** A stretch of parameters that begins and ends at cache lines. */
export function stretch(offset: number, floats: number, decays: boolean): Piece {
  const count = floats / LINE_FLOATS;
  const stepCell = LINE_FLOATS * 4;
  return {
    offset,
    rows: 1,
    floats,
    step: 0,
    decays,
    cells: { first: offset / LINE_FLOATS, count, rows: 1, floats: LINE_FLOATS, stepCell, stepRow: 0 },
  };
}

/** Columns of a sparse first layer's weights, which lie in panels: one stretch, but a cell for each panel. */
export function columnsPiece({ layers, floats }: Layout, { begin, end }: Range): Piece {
  const { I, w } = layers[0];
  const [first, count] = [panelsOf(begin), panelsOf(end) - panelsOf(begin)];
  const panel = I * PANEL_FLOATS;
  const cells = { first: floats / LINE_FLOATS + first, count, rows: I, floats: PANEL_FLOATS, stepCell: panel * 4, stepRow: PANEL_FLOATS * 4 };
  return { offset: w + first * panel, rows: 1, floats: count * panel, step: 0, decays: true, cells };
}

/** Rows of a sparse first layer's weights: a row of the piece is what lies in a panel, and a cell what an input has in all of them. */
export function rowsPiece({ layers, floats }: Layout, { begin, end }: Range): Piece {
  const { I, O, w } = layers[0];
  const [rows, step] = [panelsOf(O), I * PANEL_FLOATS * 4];
  const cells = { first: floats / LINE_FLOATS + begin, count: end - begin, rows, floats: PANEL_FLOATS, stepCell: PANEL_FLOATS * 4, stepRow: step };
  return { offset: w + begin * PANEL_FLOATS, rows, floats: (end - begin) * PANEL_FLOATS, step, decays: true, cells };
}

/** Cells of a whole network: one per cache line, and as many for a sparse first layer as it has inputs or panels. */
export function cellCount({ layers, floats }: Layout): number {
  return floats / LINE_FLOATS + Math.max(layers[0].I, panelsOf(layers[0].O));
}
