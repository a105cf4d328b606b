// What the networks of a cross-validation say of samples that they have not seen, as CSV: a row for each sample, in the order of the source.

import type { OutOfFold } from '../../experiments/folds/events.js';
import { shortestDecimal } from '../../text.js';
import { csvLine } from './csv.js';

type Value = string | number;

/** Of float32 no more digits say more. */
const figure = (value: number): Value => (Number.isFinite(value) ? Number(shortestDecimal(value)) : String(value));

/** The lines, the header first; samples of folds that have failed have none. */
export function* outOfFoldLines(all: OutOfFold): Generator<string> {
  const W = all.outputs.length / all.rows.length;
  const { header, fields } = all.labels ? ofClasses(all, W) : ofNumbers(all, W);
  yield `${csvLine(['row', 'fold', ...header])}\n`;
  for (const [k, row] of all.rows.entries()) {
    if (all.folds[k] > 0) yield `${csvLine([row, all.folds[k], ...fields(k)])}\n`;
  }
}

interface Fields {
  readonly header: readonly string[];
  fields(sample: number): readonly Value[];
}

/** Truth, the likeliest class and its probability, and a^L. */
function ofClasses({ outputs, probabilities = new Float32Array(0), labels = new Uint16Array(0), classNames }: OutOfFold, W: number): Fields {
  const called = (label: number): Value => classNames?.[label] ?? label;
  return {
    header: ['truth', 'prediction', 'probability', ...Array.from({ length: W }, (_, j) => `output_${called(j)}`)],
    fields: (k) => {
      const p = probabilities.subarray(k * W, (k + 1) * W);
      const a = outputs.subarray(k * W, (k + 1) * W);
      const best = a.reduce((most, value, j) => (value > a[most] ? j : most), 0);
      return [called(labels[k]), called(best), figure(p[best]), ...Array.from(a, figure)];
    },
  };
}

/** What was stated and what is predicted, of each number, in its own unit. */
function ofNumbers({ outputs, targets = new Float32Array(0), outputNames }: OutOfFold, W: number): Fields {
  const named = (what: string): string[] => Array.from({ length: W }, (_, j) => (W === 1 ? what : `${what}_${outputNames?.[j] ?? j + 1}`));
  return {
    header: [...named('truth'), ...named('prediction')],
    fields: (k) => [...targets.subarray(k * W, (k + 1) * W), ...outputs.subarray(k * W, (k + 1) * W)].map(figure),
  };
}
