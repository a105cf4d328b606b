// The description of files of rows. Their tables are looked at as they were read, then opened as `train` would open them; what fails
// there is part of the description. The tables' cells are used up.

import { datasetOfOpened, type OpenedTables, openTables } from '../data/columns/from-tables.js';
import type { Roles } from '../data/columns/roles.js';
import { completeRowNumbers } from '../data/columns/rows.js';
import { countSamples, type Dataset, isRegression, SPLITS, type Split } from '../data/dataset.js';
import { dataDoubts } from '../data/doubts.js';
import type { Reading } from '../data/reading.js';
import { NablaError } from '../errors.js';
import type { PictureColumns, Table, Tables } from '../tables/table.js';
import { augmentedSheet } from './augmented-sheet.js';
import { classBalance } from './class-balance.js';
import { MOST_DESCRIBED, profileColumns, profilePixels } from './columns.js';
import { type ComparedTable, comparedTables } from './compared-tables.js';
import { contactSheet } from './contact-sheet.js';
import type { ClassBalance, DataProfile, PixelProfile } from './data-profile.js';
import { duplicatesOf } from './duplicates.js';
import { leakingColumns } from './leaks.js';
import { pictureIn } from './pictures.js';
import { sameRows } from './same-rows.js';
import { attempted, mendedReading, optionsText, usualNetwork } from './training-plan.js';
import { warningsOf } from './warnings.js';

export interface ReadTables {
  readonly name: string;
  readonly tables: Tables;
  readonly reading: Reading;
  /** Of the run; that of the split where the reading says no other. */
  readonly seed: number;
  /** What training shall do to the samples, as an option says it. */
  readonly augment?: string;
}

export async function describeTables({ name, tables, reading: said, seed, augment }: ReadTables): Promise<DataProfile> {
  const { training: table } = tables;
  const { rows } = table;
  const { splitSeed = seed } = said;
  const { reading, roles, added, refused } = mendedReading(tables, said);
  const { columns, pixels, picture } = describedColumns(table, roles);
  const compared = comparedTables(tables, roles?.features ?? table.columns.map((_, k) => k));
  const same = sameRows(compared.map(({ reader }) => reader));
  const kept = roles && reading.missing === 'drop' ? completeRowNumbers(table, [...roles.features, ...roles.targets]) : undefined;
  const opening = attempted(() => (roles ? openTables(tables, { name, reading, seed: splitSeed }) : undefined));
  const opened = opening.value;
  const duplicates = duplicatesOf(same, rowsOf(compared, opened, kept));
  const leaks = opened && !picture ? leaksIn(opened) : [];
  const sheet = picture && pixels ? sheetOf(table, picture, pixels, opened, seed) : undefined;
  const making = attempted(() => opened && datasetOfOpened(opened, { name, reading, seed: splitSeed }));
  const data = making.value;
  const preset = data?.preparation && !data.preparation.plain ? 'tabular' : undefined;
  const plan = attempted(() => data && usualNetwork(data, preset, augment));
  const splits = splitsOf(tables, opened, data);
  const target = opened && {
    columns: opened.opened.roles.targets.map((k) => table.columns[k].name),
    kind: opened.opened.classes ? ('classes' as const) : ('numbers' as const),
  };
  const classes = balanceOf(opened, data);
  const inputs = new Set(opened?.opened.roles.features.map((k) => table.columns[k].name));
  const why = refused ?? opening.refused ?? making.refused ?? plan.refused;
  return {
    name,
    rows: SPLITS.reduce((sum, split) => sum + (tables[split]?.rows ?? 0), 0),
    width: table.columns.length,
    splits,
    drawn: opened !== undefined && SPLITS.some((split) => split !== 'training' && opened.split[split].length > 0),
    described: { rows, what: 'all rows' },
    columns,
    ...(pixels && { pixels }),
    ...(target && { target }),
    ...(classes && { classes }),
    duplicates,
    warnings: [
      ...warningsOf({ splits, columns, rows, target, classes, duplicates, leaks, inputs }),
      ...(data ? dataDoubts(data) : (tables.warnings ?? [])),
    ],
    train: {
      options: optionsText(reading, { seed, augment, preset }),
      added: preset ? [...added, '--preset tabular: defaults that fit columns'] : added,
      ...(why !== undefined && { refused: why }),
      ...(data?.decisions && { decisions: data.decisions }),
      ...(plan.value && { network: plan.value }),
    },
    ...(sheet && { sheet }),
    ...(augment !== undefined && { augmented: await augmentedSheet(usable(data, why), augment, seed) }),
  };
}

/** The data set that a run would be trained on, where it is wanted itself. */
function usable(data: Dataset | undefined, why = 'train refuses them'): Dataset {
  if (data) return data;
  throw new NablaError('BAD_DATA', `The samples cannot be shown as they are trained on: ${why}`);
}

function describedColumns(table: Table, roles: Roles | undefined) {
  // Pixels that are the same in every row are no inputs, and yet part of the picture.
  const beside = table.columns.flatMap((_, k) => (roles?.targets.includes(k) ? [] : [k]));
  const picture = pictureIn(table, roles ? [beside, roles.features] : []);
  const end = picture ? picture.first + picture.width * picture.height * picture.channels : 0;
  const others = table.columns.flatMap((_, k) => (picture && k >= picture.first && k < end ? [] : [k]));
  return {
    picture,
    columns: profileColumns(table, others.slice(0, MOST_DESCRIBED)),
    ...(picture && {
      pixels: profilePixels(table, picture.first, { width: picture.width, height: picture.height, channels: picture.channels }),
    }),
  };
}

/** What the compared rows are for, and their answers. @param kept rows of the first table that were not left out, by their numbers */
function rowsOf(
  compared: readonly ComparedTable[],
  opened: OpenedTables | undefined,
  kept: Uint32Array | undefined,
): Parameters<typeof duplicatesOf>[1] {
  const [first] = compared;
  const parts = new Array<Split | undefined>(first.table.rows).fill(opened ? undefined : 'training');
  const places = new Int32Array(first.table.rows).fill(-1);
  if (opened)
    for (const split of SPLITS)
      for (const row of opened.split[split]) {
        const at = kept ? kept[row] : row;
        parts[at] = split;
        places[at] = row;
      }
  const starts = compared.map((_, t) => compared.slice(0, t).reduce((sum, { table }) => sum + table.rows, 0));
  const tableOf = (row: number): number => starts.findLastIndex((start) => start <= row);
  const { labels, targets } = opened?.opened.answers ?? { labels: new Uint16Array(0), targets: undefined };
  const K = opened?.opened.roles.targets.length ?? 0;
  const answer = (row: number): string | undefined => {
    const at = places[row] ?? -1;
    if (at < 0) return undefined;
    return targets ? targets.subarray(at * K, (at + 1) * K).join() : String(labels[at]);
  };
  return {
    of: opened ? 'inputs' : 'all columns',
    partOf: (row) => (row < parts.length ? parts[row] : compared[tableOf(row)].part),
    differ: (one, other) => {
      const [a, b] = [answer(one), answer(other)];
      return a !== undefined && b !== undefined && a !== b;
    },
    place: (row) => {
      const t = tableOf(row);
      return compared[t].table.place(row - starts[t]);
    },
  };
}

/** Names of columns that alone determine the target. */
function leaksIn({ opened: { table, roles, classes, answers } }: OpenedTables): string[] {
  const K = roles.targets.length;
  const { labels, targets } = answers;
  const answer = targets ? (row: number) => targets[row * K] : (row: number) => labels[row];
  const found = leakingColumns({ table, features: roles.features, answer, ...(classes && { classes: classes.length }) });
  return found.map((k) => table.columns[k].name);
}

function sheetOf(given: Table, picture: PictureColumns, pixels: PixelProfile, opened: OpenedTables | undefined, seed: number): DataProfile['sheet'] {
  const table = opened?.opened.table ?? given;
  const { first, width, height, channels } = picture;
  const count = width * height * channels;
  const { classes, answers } = opened?.opened ?? {};
  return contactSheet(
    {
      rows: table.rows,
      width,
      height,
      channels,
      pixels: (row) => {
        const from = row * table.columns.length + first;
        return table.cells.subarray(from, from + count);
      },
      label: (row) => (classes && answers ? answers.labels[row] : 0),
      names: classes ?? [],
    },
    seed,
    pixels,
  );
}

function splitsOf(tables: Tables, opened: OpenedTables | undefined, data: Dataset | undefined): Record<Split, number> {
  const of = (split: Split): number => {
    if (data) return countSamples(data, split);
    const own = split === 'training' ? 0 : (tables[split]?.rows ?? 0);
    return own + (opened ? opened.split[split].length : split === 'training' ? tables.training.rows : 0);
  };
  return { training: of('training'), validation: of('validation'), test: of('test') };
}

/** Of the data set, or where there is none of the first table's rows. */
function balanceOf(opened: OpenedTables | undefined, data: Dataset | undefined): ClassBalance[] | undefined {
  const names = opened?.opened.classes;
  if (!opened || !names) return undefined;
  if (data && !isRegression(data)) return classBalance(names, data);
  const { labels } = opened.opened.answers;
  const part = (split: Split) => ({ labels: Uint16Array.from(opened.split[split], (row) => labels[row]) });
  return classBalance(names, { training: part('training'), validation: part('validation'), test: part('test') });
}
