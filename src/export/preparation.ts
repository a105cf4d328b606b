// How the columns of a run's data became its inputs, as exports have it: read from the run's record and checked, because an exported model
// computes with it. The readers of a run's data have it from the same record.

import * as v from 'valibot';
import { inputsOf, type PlainColumns, type Preparation } from '../data/columns/preparation.js';
import { NablaError } from '../errors.js';
import { printable } from '../text.js';

/** With what plain columns are multiplied with, which a run keeps beside its preparation. */
export interface ModelPreparation extends Preparation {
  readonly plain?: PlainColumns & { readonly scale: number };
}

const Finite = v.pipe(v.number(), v.finite());
const Divisor = v.pipe(Finite, v.notValue(0));
const Whole = v.pipe(v.number(), v.safeInteger());
const Count = v.pipe(Whole, v.minValue(1));
const Flag = v.optional(v.literal(true));

const Column = v.variant('kind', [
  v.object({
    name: v.string(),
    kind: v.picklist(['number', 'boolean']),
    subtract: Finite,
    divide: Divisor,
    fill: v.optional(Finite),
    indicator: Flag,
  }),
  v.pipe(
    v.object({ name: v.string(), kind: v.literal('words'), words: v.array(v.string()), other: Flag, fill: v.optional(Whole), indicator: Flag }),
    v.check(({ words, fill = -1 }) => fill >= -1 && fill < words.length, 'expected a fill that is the number of a word, or -1'),
  ),
]);
const Target = v.variant('kind', [
  v.object({ kind: v.literal('classes'), name: v.string(), names: v.array(v.string()) }),
  v.object({ kind: v.literal('numbers'), columns: v.array(v.object({ name: v.string(), mean: Finite, deviation: Divisor })) }),
]);
const Recorded = v.object({
  named: v.boolean(),
  columns: v.array(Column),
  plain: v.optional(
    v.pipe(
      v.object({ count: Count, names: v.optional(v.array(v.string())) }),
      v.check(({ count, names }) => names === undefined || names.length === count, 'expected a name for each column'),
    ),
  ),
  target: Target,
  targetsAt: v.optional(v.array(Whole)),
  picture: v.optional(v.object({ width: Count, height: Count, channels: Count })),
});

/**
 * The preparation of a record.
 * @param path of the run, for errors
 * @param recorded as the record has it
 * @param scale what plain columns are multiplied with
 * @param sizes n_1 to n_L
 * @throws {NablaError} BAD_DATA where it is no preparation, or that of another network
 */
export function preparationOf(path: string, recorded: unknown, scale: unknown, sizes: readonly number[]): ModelPreparation {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${path}: the record's data.preparation: ${what}.`);
  const { success, issues, output } = v.safeParse(Recorded, recorded);
  if (!success) throw bad(`${printable(v.getDotPath(issues[0]) ?? 'it', 60)}: ${printable(issues[0].message, 100)}`);
  const { plain, target, ...others } = output as Preparation;
  const outputs = target.kind === 'classes' ? target.names.length : target.columns.length;
  for (const [what, expected, got] of [
    ['inputs', sizes[0], inputsOf(output as Preparation)],
    ['outputs', sizes[sizes.length - 1], outputs],
  ] as const) {
    if (got !== expected) throw bad(`expected one for the ${expected} ${what} of the network, got one for ${got}`);
  }
  if (!plain) return { ...others, target };
  if (typeof scale !== 'number' || !Number.isFinite(scale)) throw bad('its columns are multiplied with a scale that the record does not have');
  return { ...others, target, plain: { ...plain, scale } };
}

/** What the columns are called, in their order; undefined where they have no names. */
export function columnNames({ plain, columns }: ModelPreparation): readonly string[] | undefined {
  return plain ? plain.names : columns.map(({ name }) => name);
}

/** Whether columns or targets become other numbers than by a scale. */
export function isPrepared(preparation: ModelPreparation | undefined): boolean {
  return preparation !== undefined && (preparation.plain === undefined || preparation.target.kind === 'numbers');
}
