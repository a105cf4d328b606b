// The description of a data set whose samples are inputs already: IDX files, the digits of the `mnist` package, data of a program.

import { countSamples, type Dataset, isRegression, type Samples, SPLITS, type Split } from '../data/dataset.js';
import { dataDoubts } from '../data/doubts.js';
import type { Reading } from '../data/reading.js';
import { numberedNames, type Table } from '../tables/table.js';
import { count } from '../text.js';
import { augmentedSheet } from './augmented-sheet.js';
import { classBalance, namesOf } from './class-balance.js';
import { MOST_DESCRIBED, profileColumns, profilePixels } from './columns.js';
import { contactSheet } from './contact-sheet.js';
import type { DataProfile, Duplicates } from './data-profile.js';
import { duplicatesOf } from './duplicates.js';
import { leakingColumns } from './leaks.js';
import { sidesOf } from './pictures.js';
import { byteReader, readerOf, sameRows } from './same-rows.js';
import { attempted, optionsText, usualNetwork } from './training-plan.js';
import { warningsOf } from './warnings.js';

/** @param augment what training shall do to the samples, as an option says it */
export async function describeDataset(data: Dataset, reading: Reading, seed: number, augment?: string): Promise<DataProfile> {
  const table = tableOf(data);
  const sides = data.training.values instanceof Uint8Array ? sidesOf(data) : undefined;
  const pixels = sides && profilePixels(table, 0, sides);
  const all = table.columns.map((_, k) => k).slice(0, MOST_DESCRIBED);
  const columns = sides ? [] : profileColumns(table, all);
  const splits = { training: table.rows, validation: countSamples(data, 'validation'), test: countSamples(data, 'test') };
  const classes = isRegression(data) ? undefined : classBalance(namesOf(data), data);
  const target = { columns: [data.training.targets ? 'target' : 'label'], kind: classes ? ('classes' as const) : ('numbers' as const) };
  const duplicates = duplicatesIn(data);
  const leaks = leakingColumns({ table, features: sides ? [] : all, ...(classes && { classes: data.classes }), answer: answerOf(data) });
  const found = {
    splits,
    columns,
    rows: table.rows,
    target,
    ...(classes && { classes }),
    duplicates,
    inputs: new Set<string>(),
    leaks: leaks.map((k) => String(k + 1)),
  };
  const { value: network, refused } = attempted(() => usualNetwork(data, undefined, augment));
  return {
    name: data.name,
    rows: SPLITS.reduce((sum, split) => sum + splits[split], 0),
    width: data.inputs,
    splits,
    drawn: false,
    described: { rows: table.rows, what: 'training' },
    columns,
    ...(pixels && { pixels }),
    target,
    ...(classes && { classes }),
    duplicates,
    warnings: [...warningsOf(found), ...dataDoubts(data)],
    train: { options: optionsText(reading, { seed, augment }), added: [], ...(refused !== undefined && { refused }), ...(network && { network }) },
    ...(pixels && { sheet: sheetOf(data, pixels, seed) }),
    ...(augment !== undefined && { augmented: await augmentedSheet(data, augment, seed) }),
  };
}

/** The training samples as a table without names. */
function tableOf({ training, inputs, name }: Dataset): Table {
  return {
    name,
    rows: training.values.length / inputs,
    columns: numberedNames(inputs).map((column) => ({ name: column, kind: 'number' })),
    named: false,
    cells: training.values,
    place: (row) => `sample ${row + 1}`,
  };
}

function answerOf({ training: { labels, targets }, classes }: Dataset): (row: number) => number {
  return targets ? (row) => targets[row * classes] : (row) => labels[row];
}

function duplicatesIn(data: Dataset): Duplicates {
  const { inputs, classes } = data;
  const parts: readonly Samples[] = SPLITS.map((split) => data[split]);
  const areBytes = parts.every(({ values }) => values instanceof Uint8Array);
  const all = Array.from({ length: inputs }, (_, k) => k);
  const columns = all.map(() => ({ name: '', kind: 'number' as const }));
  const readers = parts.map(({ values }) =>
    areBytes ? byteReader(values as Uint8Array, inputs) : readerOf({ rows: values.length / inputs, columns, cells: values }, all),
  );
  const ends = [readers[0].rows, readers[0].rows + readers[1].rows];
  const partOf = (row: number): Split => (row < ends[0] ? 'training' : row < ends[1] ? 'validation' : 'test');
  const inPart = (row: number): number => (row < ends[0] ? row : row < ends[1] ? row - ends[0] : row - ends[1]);
  const answer = (row: number): string => {
    const { labels, targets } = data[partOf(row)];
    const at = inPart(row);
    return targets ? targets.subarray(at * classes, (at + 1) * classes).join() : String(labels[at]);
  };
  return duplicatesOf(sameRows(readers), {
    of: 'inputs',
    partOf,
    differ: (one, other) => answer(one) !== answer(other),
    place: (row) => `${partOf(row)} sample ${count(inPart(row) + 1)}`,
  });
}

function sheetOf(data: Dataset, pixels: NonNullable<DataProfile['pixels']>, seed: number): DataProfile['sheet'] {
  const { inputs, training } = data;
  const { width, height, channels } = pixels;
  return contactSheet(
    {
      rows: training.values.length / inputs,
      width,
      height,
      channels,
      pixels: (row) => training.values.subarray(row * inputs, (row + 1) * inputs),
      label: (row) => (training.targets ? 0 : training.labels[row]),
      names: training.targets ? [] : namesOf(data),
    },
    seed,
    pixels,
  );
}
