// Stretches of parameters for strategies that cut them without regard to layers.

import type { Layout } from '../../model/layout.js';
import type { Range } from './partition.js';

/** A stretch of parameters that one update treats alike. Offsets in floats. */
export interface Segment {
  readonly begin: number;
  readonly floats: number;
  readonly decays: boolean;
}

/** The tensors' stretches inside a range of the parameters, weights apart from biases. */
export function segmentsOf({ layers, floats }: Layout, range: Range): Segment[] {
  const starts = layers.flatMap(({ w, b }) => [
    { begin: w, decays: true },
    { begin: b, decays: false },
  ]);
  return starts
    .map(({ begin, decays }, k) => ({ begin: Math.max(begin, range.begin), end: Math.min(starts[k + 1]?.begin ?? floats, range.end), decays }))
    .filter(({ begin, end }) => begin < end)
    .map(({ begin, end, decays }) => ({ begin, floats: end - begin, decays }));
}
