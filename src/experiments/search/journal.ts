// The folder of a search:
//
//   search.json      what is searched: options, space, plan, data, and how it ended          written when it begins and ends
//   journal.jsonl    a line for each trial that has come to the end of a rung, as they end   from which the search goes on
//   trials/NNNN      the run of each trial
//   best.toml        options that train the best network again
//   lock-1, …        the process at work in the folder

import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { NablaError, wrongValue } from '../../errors.js';
import type { ConfigTable } from '../../options/config-writer.js';
import { SEARCH } from '../../runs/files.js';
import { replaceFile, saving, syncEntry } from '../../system/atomic-file.js';
import { lockFolder } from '../../system/folder-lock.js';
import { checkFolder, makeFolder, namesIn } from '../../system/folders.js';
import { readInput, readInputText } from '../../system/input-file.js';
import { parseJson } from '../../system/json-text.js';
import { shellPath } from '../../system/shell-word.js';
import type { SearchEnd, SearchFacts } from './events.js';
import type { TrialFailure, TrialFigures } from './trial.js';

const JOURNAL = 'journal.jsonl';
const TRIALS = 'trials';
export const BEST = 'best.toml';
const FORMAT = 1;
const MOST_BYTES = 64_000_000;

/** What a trial has come to in a rung. */
export interface Entry {
  readonly trial: number;
  readonly rung: number;
  /** Epochs of the rung. */
  readonly upTo: number;
  /** What of the trial is looked for, as options of a configuration file. */
  readonly options: ConfigTable;
  readonly figures?: TrialFigures;
  readonly failure?: TrialFailure;
}

/** What stands in search.json, beside what the caller keeps there. */
export interface SearchRecord<T> {
  readonly format: typeof FORMAT;
  readonly created: string;
  readonly state: 'running' | 'done';
  readonly asked: T;
  readonly facts: SearchFacts;
  /** Once it is done. */
  readonly end?: SearchEnd;
}

/** A search as its folder has it. */
export interface SavedSearch<T> {
  readonly record: SearchRecord<T>;
  /** In the order in which they ended. */
  readonly entries: readonly Entry[];
  /** Lines of the journal that could not be read. */
  readonly unread: number;
}

/** Whether a folder holds a search. */
export const isSearch = (path: string): boolean => existsSync(join(path, SEARCH));

/** Reads a search that may be going on. @throws {NablaError} BAD_DATA where there is none */
export function readSearch<T>(path: string): SavedSearch<T> {
  const { entries, unread } = readJournal(path);
  const last = new Map(entries.map((entry) => [keyOf(entry), entry]));
  return { record: readRecord<T>(path), entries: [...last.values()], unread };
}

/** Where the run of a trial is, which is counted from 0 here and from 1 for people. */
export function runOfTrial(search: string, trial: number): string {
  return join(search, TRIALS, String(trial + 1).padStart(4, '0'));
}

export class SearchFolder<T> {
  readonly path: string;
  readonly #lasting: boolean;
  #record: SearchRecord<T>;
  readonly #unlock: () => void;
  /** Of earlier processes and of this one, by trial and rung. */
  readonly #entries = new Map<string, Entry>();

  private constructor(path: string, record: SearchRecord<T>, unlock: () => void, lasting = true) {
    this.path = path;
    this.#lasting = lasting;
    this.#record = record;
    this.#unlock = unlock;
  }

  /** Refuses a folder that has something in it. */
  static check(path: string): void {
    if (isSearch(path)) throw wrongValue('folder', 'one without a search', path, `This one goes on with --resume ${shellPath(path)}.`);
    checkFolder('folder', path);
    if (existsSync(path) && namesIn(path).length > 0) throw wrongValue('folder', 'a new folder, or an empty one', path);
  }

  /** @param lasting whether what is written is to be on the disk */
  static create<T>(path: string, asked: T, facts: SearchFacts, lasting: boolean): SearchFolder<T> {
    SearchFolder.check(path);
    saving(path, () => makeFolder(path));
    const created = new Date().toISOString();
    const folder = new SearchFolder<T>(path, { format: FORMAT, created, state: 'running', asked, facts }, locked(path), lasting);
    folder.#write();
    return folder;
  }

  /** @throws {NablaError} BAD_DATA where there is no search */
  static open<T>(path: string): SearchFolder<T> {
    const record = readRecord<T>(path);
    const folder = new SearchFolder<T>(path, record, locked(path));
    try {
      const { entries, isTorn } = readJournal(path);
      for (const entry of entries) folder.#entries.set(keyOf(entry), entry);
      // So that the next line stands by itself.
      if (isTorn) saving(path, () => appendFileSync(join(path, JOURNAL), '\n'));
      return folder;
    } catch (error) {
      folder.close();
      throw error;
    }
  }

  get asked(): T {
    return this.#record.asked;
  }

  entry(trial: number, rung: number): Entry | undefined {
    return this.#entries.get(keyOf({ trial, rung }));
  }

  /** Where the run of a trial is. */
  runOf(trial: number): string {
    return runOfTrial(this.path, trial);
  }

  get best(): string {
    return join(this.path, BEST);
  }

  /**
   * Adds a line; one that is cut off by the end of the process is not there when it is read again. What a trial was lost by that may go
   * well another time is none: it is tried again when the search goes on.
   */
  add(entry: Entry): void {
    this.#entries.set(keyOf(entry), entry);
    if (entry.failure && entry.failure.code !== 'DIVERGED') return;
    const path = join(this.path, JOURNAL);
    saving(path, () => appendFileSync(path, `${JSON.stringify(entry)}\n`));
  }

  /**
   * Puts on the disk what has been added. Not line by line: that held up the main thread, and with it all lanes, for 5 to 25 ms a run; and a
   * run whose line is lost with the power is trained again, to the same bits.
   */
  async sync(): Promise<void> {
    if (this.#lasting) await syncEntry(join(this.path, JOURNAL));
  }

  finish(best: string, end: SearchEnd): void {
    replaceFile(this.best, best);
    this.#record = { ...this.#record, state: 'done', end };
    this.#write();
  }

  /** Releases the lock. */
  close(): void {
    this.#unlock();
  }

  #write(): void {
    replaceFile(join(this.path, SEARCH), `${JSON.stringify(this.#record, null, 2)}\n`, this.#lasting);
  }
}

const keyOf = ({ trial, rung }: Pick<Entry, 'trial' | 'rung'>): string => `${trial} ${rung}`;

function locked(path: string): () => void {
  return lockFolder(path, (who, file) =>
    wrongValue(
      'resume',
      'a search that nobody is at work on',
      path,
      `Process ${who} is; wait for it, or end it. If it is none of nabla's, remove ${file}.`,
    ),
  );
}

function readRecord<T>(path: string): SearchRecord<T> {
  const file = join(path, SEARCH);
  if (!existsSync(file)) throw new NablaError('BAD_DATA', `${path}: there is no search in this folder: it has no ${SEARCH}. Name the folder of one.`);
  const { value, fault } = parseJson(readInputText(file, { what: 'the record of a search', most: MOST_BYTES }));
  if (fault) throw new NablaError('BAD_DATA', `${file}: this is no JSON: ${fault.text}.`);
  const record = value as Partial<SearchRecord<T>> | null;
  if (record?.format !== FORMAT) throw new NablaError('BAD_DATA', `${file}: expected a search of format ${FORMAT}, got ${record?.format}.`);
  if (!isObject(record.asked) || !isObject(record.facts)) throw new NablaError('BAD_DATA', `${file}: there is not in it what was looked for.`);
  return record as SearchRecord<T>;
}

interface Journal {
  /** The lines that are whole, and make sense. */
  readonly entries: readonly Entry[];
  /** The others. */
  readonly unread: number;
  /** Whether the last line has no end: a process that was killed may have left a part of one. */
  readonly isTorn: boolean;
}

function readJournal(path: string): Journal {
  const file = join(path, JOURNAL);
  if (!existsSync(file)) return { entries: [], unread: 0, isTorn: false };
  // A machine that was switched off may leave bytes in it that are no text.
  const text = Buffer.from(readInput(file, { what: 'the journal of a search', most: MOST_BYTES })).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const entries = lines.flatMap((line) => {
    const { value } = parseJson(line);
    return isEntry(value) ? [value] : [];
  });
  return { entries, unread: lines.length - entries.length, isTorn: text !== '' && !text.endsWith('\n') };
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false;
  const { trial, rung, figures, failure } = value as Partial<Entry>;
  if (![trial, rung].every((number) => Number.isSafeInteger(number) && (number as number) >= 0)) return false;
  if (failure !== undefined)
    return figures === undefined && isObject(failure) && typeof failure.code === 'string' && typeof failure.text === 'string';
  if (!isObject(figures)) return false;
  const { epochs, trainingCost, validationCost, validationAccuracy, weightsSha256 } = figures as TrialFigures;
  const areNumbers = [validationCost, validationAccuracy].every((figure) => figure === null || typeof figure === 'number');
  return Number.isSafeInteger(epochs) && typeof trainingCost === 'number' && areNumbers && typeof weightsSha256 === 'string';
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
