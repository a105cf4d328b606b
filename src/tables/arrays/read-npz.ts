// An .npz file as tables: NumPy arrays in a ZIP archive, as np.savez and np.savez_compressed write them, inputs and targets of one split
// or of several. Headers come first, so that all is known before memory is taken; then targets, which are small; then inputs as they come.

import { NablaError } from '../../errors.js';
import { type ZipEntry, zipEntries } from '../../system/zip.js';
import { count } from '../../text.js';
import type { TableOptions } from '../options.js';
import { Pieces } from '../pieces.js';
import { partsOf, type Source } from '../source.js';
import { quoted, type Table, type Tables } from '../table.js';
import { asLabels, fromOneHot, isOneHot } from '../targets.js';
import { watched } from '../watched.js';
import { arrayTable } from './array-table.js';
import { type ArrayHeader, type Bad, readNpyHeader, sizesText } from './npy.js';
import { type Pair, type Pairs, rolesOf, type Shaped, type SplitName } from './roles.js';

/** An array whose header is read. */
interface Member extends Shaped {
  readonly header: ArrayHeader;
  readonly entry: ZipEntry;
  readonly bad: Bad;
}

const WANTED = { what: 'an archive of NumPy arrays', most: Number.POSITIVE_INFINITY };
const SUFFIX = '.npy';
/** More are no data set. */
const MOST_ARRAYS = 1000;

/** @throws {NablaError} BAD_DATA, naming file, array, row and column */
export async function readNpz(source: Source, options: TableOptions): Promise<Tables> {
  const bad: Bad = (what) => new NablaError('BAD_DATA', `${source.name}: ${what}`);
  const parts = await partsOf(source, WANTED);
  try {
    const entries = zipEntries(source.name, parts).filter(({ name }) => name.endsWith(SUFFIX));
    if (entries.length === 0) throw bad('there are no arrays in it.');
    if (entries.length > MOST_ARRAYS) throw bad(`${count(entries.length)} arrays; ${count(MOST_ARRAYS)} can be read.`);
    const found = entries.map((entry) => ({ entry, name: entry.name.slice(0, -SUFFIX.length) }));
    const shapes: Member[] = [];
    for (const one of found) shapes.push(await memberOf(one, source.name));
    const pairs = rolesOf(shapes, bad);
    checkLengths(pairs, bad);
    return await tablesOf(pairs, source, options, bad);
  } finally {
    parts.close();
  }
}

async function memberOf({ entry, name }: { entry: ZipEntry; name: string }, file: string): Promise<Member> {
  const bad: Bad = (what) => new NablaError('BAD_DATA', `${file}: ${quoted(name)} in it: ${what}`);
  const pieces = new Pieces(entry.stream());
  try {
    const header = await readNpyHeader(pieces, entry.size, bad);
    const stated = pieces.taken + header.length;
    if (stated < entry.size) throw bad(`the header states ${sizesText(header.shape)} values, but ${count(entry.size - stated)} bytes follow them.`);
    return { name, shape: header.shape, header, entry, bad };
  } finally {
    await pieces.close();
  }
}

/** Inputs and targets of a split are as many; samples of all splits are alike. */
function checkLengths(pairs: Pairs<Member>, bad: Bad): void {
  const first = (pairs.training as Pair<Member>).inputs;
  for (const { inputs, targets } of Object.values(pairs)) {
    if (targets && targets.shape[0] !== inputs.shape[0]) {
      throw bad(
        `${quoted(inputs.name)} has ${sizesText(inputs.shape)} values, and ${quoted(targets.name)} ${sizesText(targets.shape)}: not as many samples.`,
      );
    }
    if (inputs.shape.slice(1).join() !== first.shape.slice(1).join()) {
      throw bad(
        `${quoted(first.name)} has ${sizesText(first.shape)} values, and ${quoted(inputs.name)} ${sizesText(inputs.shape)}: samples of another size.`,
      );
    }
  }
}

async function tablesOf(pairs: Pairs<Member>, source: Source, options: TableOptions, bad: Bad): Promise<Tables> {
  const splits = Object.entries(pairs) as [SplitName, Pair<Member>][];
  const plain: TableOptions = { ...options, transpose: false, categorical: [] };
  const targets = new Map<SplitName, Table>();
  for (const [split, pair] of splits) if (pair.targets) targets.set(split, await read(pair.targets, source, plain));
  const widths = [...targets.values()].map(({ columns }) => columns.length);
  if (widths.some((width) => width !== widths[0]))
    throw bad(`targets of ${widths[0]} values in one split, and of ${widths.find((width) => width !== widths[0])} in another.`);
  const areClasses = [...targets.values()].every(isOneHot);
  const tables: Partial<Record<SplitName, Table>> = {};
  for (const [split, { inputs }] of splits) {
    const own = targets.get(split);
    const labels = own && (areClasses ? fromOneHot(own) : asLabels(own));
    tables[split] = await read(inputs, source, options, labels);
  }
  return tables as Tables;
}

/** Reads one array. */
async function read({ name, header, entry, bad }: Member, source: Source, options: TableOptions, labels?: Table): Promise<Table> {
  const pieces = new Pieces(watched(entry.stream(), `${source.name}: ${name}`, entry.size, options));
  try {
    await readNpyHeader(pieces, entry.size, bad);
    return await arrayTable({ title: source.title, says: `${source.name}: ${name}`, unit: 'row', header, pieces, bad }, options, labels);
  } finally {
    await pieces.close();
  }
}
