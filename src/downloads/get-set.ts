// Fetches a public data set into a folder: its files as they are published, each checked by its hash, and what is made of them where
// nabla does not read those. What lies in the folder already and is sound is used, whoever put it there; what is something else is
// never replaced, unless this file wrote it. One process at a time is at work in a folder.

import { createHash } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { array, type InferOutput, literal, number, object, safeParse, string } from 'valibot';
import { NablaError } from '../errors.js';
import { replaceFile, replaceFileLater, saving } from '../system/atomic-file.js';
import { lockFolder } from '../system/folder-lock.js';
import { entryAt, makeFolder } from '../system/folders.js';
import { readInputText } from '../system/input-file.js';
import { parseJson } from '../system/json-text.js';
import { type FetchOptions, fetchFile } from './fetch-file.js';
import { otherThan } from './hash.js';
import type { PublicSet, PublishedFile, Unpacked } from './public-set.js';

/** The file that says what was written into a folder, last of all. */
const RECORD = 'fetched.json';
const FORMAT = 'nabla-fetched/1';
const MOST_RECORD = 1_000_000;
/** The folder in which published files lie from which others are made. */
const PUBLISHED = 'published';

const FetchedRecord = object({
  format: literal(FORMAT),
  set: string(),
  files: array(object({ name: string(), bytes: number(), sha256: string() })),
});
type FetchedRecord = InferOutput<typeof FetchedRecord>;
type NamedKnown = FetchedRecord['files'][number];

export interface GetOptions extends Omit<FetchOptions, 'onBytes'> {
  onProgress?(progress: Progress): void;
}

/** Bytes of the published files that are there, of all of them; and what is being unpacked. */
export interface Progress {
  readonly bytes: number;
  readonly of: number;
  readonly unpacking?: string;
}

export interface Got {
  /** Whether all was there, and sound. */
  readonly isOld: boolean;
  /** The addresses that gave a file; none where somebody else had put them there. */
  readonly from: readonly string[];
  /** Of the files that are read afterwards. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * @param folder is made where it is not there
 * @throws {NablaError} NOT_FETCHED, NOT_SAVED, INTERRUPTED; BAD_DATA where something else has the name of a file
 */
export async function getSet(set: PublicSet, folder: string, options: GetOptions = {}): Promise<Got> {
  const old = await soundRecord(set, folder);
  if (old) return gotFrom(old, true);
  saving(folder, () => makeFolder(folder));
  const release = lockFolder(
    folder,
    (who, path) =>
      new NablaError(
        'NOT_SAVED',
        `${folder}: process ${who} is at work in this folder. Wait for it, or end it; if it is none of nabla's, remove ${path}.`,
      ),
  );
  try {
    // Another process may have just done it.
    const meanwhile = await soundRecord(set, folder);
    return meanwhile ? gotFrom(meanwhile, true) : await getAll(set, folder, options);
  } finally {
    release();
  }
}

async function getAll(set: PublicSet, folder: string, options: GetOptions): Promise<Got> {
  const isOurs = readRecord(set, folder) !== undefined;
  if (set.unpack && !isOurs) refuseOthers(set, folder);
  const { from, places } = await getPublished(set, folder, isOurs, options);
  if (!set.unpack) return { ...gotFrom(writeRecord(set, folder, set.files), from.length === 0), from };
  // What an earlier process was stopped in is then known to be ours.
  writeRecord(set, folder, []);
  const record = writeRecord(set, folder, await unpackAll(set.unpack(places[0]), folder, options));
  removePublished(places);
  return { ...gotFrom(record, false), from };
}

function writeRecord({ name }: PublicSet, folder: string, files: readonly NamedKnown[]): FetchedRecord {
  const record: FetchedRecord = { format: FORMAT, set: name, files: files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })) };
  replaceFile(join(folder, RECORD), `${JSON.stringify(record, undefined, 1)}\n`);
  return record;
}

const gotFrom = ({ files }: FetchedRecord, isOld: boolean): Got => ({
  isOld,
  from: [],
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** Where a published file is kept, for a person to put it there too. */
function placeOf({ unpack }: PublicSet, folder: string, { name }: PublishedFile): string {
  return unpack ? join(folder, PUBLISHED, name) : join(folder, name);
}

/** The files that are not there yet, with the place where a person can put each. */
export function missingFiles(set: PublicSet, folder: string): { readonly file: PublishedFile; readonly place: string }[] {
  return set.files.map((file) => ({ file, place: placeOf(set, folder, file) })).filter(({ place }) => entryAt(place) === undefined);
}

/** The published files, one after the other. */
async function getPublished(set: PublicSet, folder: string, isOurs: boolean, options: GetOptions): Promise<{ from: string[]; places: string[] }> {
  const of = set.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const from: string[] = [];
  const places: string[] = [];
  let before = 0;
  for (const file of set.files) {
    const place = placeOf(set, folder, file);
    saving(place, () => makeFolder(dirname(place)));
    options.onProgress?.({ bytes: before, of });
    if (await isMissing(place, file, isOurs)) {
      const onBytes = (bytes: number): void => options.onProgress?.({ bytes: before + bytes, of });
      from.push(await fetchFile(file, place, { ...options, onBytes }));
    }
    before += file.bytes;
    places.push(place);
  }
  return { from, places };
}

/** What this wrote and is damaged is fetched anew; a file of somebody else's stays, and is named. */
async function isMissing(place: string, file: PublishedFile, isOurs: boolean): Promise<boolean> {
  const other = await otherThan(place, file);
  if (other !== undefined && other !== '' && !isOurs) throw foreign(place, `it ${other}`);
  return other !== undefined;
}

function foreign(place: string, why: string): NablaError {
  return new NablaError('BAD_DATA', `${place}: this is not the published file: ${why}. Remove it, and it is fetched; or name another folder.`);
}

/** What is made of published files replaces none that is there. */
function refuseOthers({ results }: PublicSet, folder: string): void {
  const there = results.map((name) => join(folder, name)).find((path) => entryAt(path) !== undefined);
  if (there !== undefined) throw new NablaError('BAD_DATA', `${there}: there is such a file already. Remove it, or name another folder.`);
}

async function unpackAll(made: Iterable<Unpacked>, folder: string, { signal, onProgress }: GetOptions): Promise<NamedKnown[]> {
  const files: NamedKnown[] = [];
  for (const { name, pieces } of made) {
    onProgress?.({ bytes: 0, of: 0, unpacking: name });
    const path = join(folder, name);
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        if (signal?.aborted) throw new NablaError('INTERRUPTED', `${name}: stopped while it was unpacked; what was fetched is kept.`);
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    };
    saving(path, () => makeFolder(dirname(path)));
    await replaceFileLater(path, counted());
    files.push({ name, bytes, sha256: hash.digest('hex') });
  }
  return files;
}

/** All that was in them is unpacked. Where they cannot be removed they stay, and harm nothing. */
function removePublished(places: readonly string[]): void {
  try {
    for (const place of places) rmSync(place, { force: true });
    for (const folder of new Set(places.map((place) => dirname(place)))) rmdirSync(folder);
  } catch {}
}

/** What was written into the folder for this set, by its own record. */
function readRecord({ name }: PublicSet, folder: string): FetchedRecord | undefined {
  const path = join(folder, RECORD);
  if (!entryAt(path)?.isFile()) return undefined;
  try {
    const { success, output } = safeParse(FetchedRecord, parseJson(readInputText(path, { what: 'a record', most: MOST_RECORD })).value);
    return success && output.set === name ? output : undefined;
  } catch {
    return undefined;
  }
}

/** The record, where all that is read afterwards is there as it was written. */
async function soundRecord(set: PublicSet, folder: string): Promise<FetchedRecord | undefined> {
  const record = readRecord(set, folder);
  for (const name of set.results) {
    const file = record?.files.find((one) => one.name === name);
    if (!file || (await otherThan(join(folder, name), file)) !== undefined) return undefined;
  }
  return record;
}
