// The folder of an ensemble: several networks whose outputs are averaged and so are one model, trained together, alike but for their seeds, or
// apart. Beside its record lie the runs of its members, each complete by itself (see files.ts); of those that were trained apart they are
// copies. Created, written and opened here; who trains them is experiments/members, and whoever reads a saved network takes the average
// through saved-network.ts.

import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NablaError, wrongValue } from '../errors.js';
import type { DoneEvent } from '../options/events.js';
import { replaceFile, saving } from '../system/atomic-file.js';
import { lockFolder } from '../system/folder-lock.js';
import { checkFolder, makeFolder, namesIn } from '../system/folders.js';
import { readInputText } from '../system/input-file.js';
import { parseJson } from '../system/json-text.js';
import { shellPath } from '../system/shell-word.js';
import { ENSEMBLE, isEnsemble, isRun, memberFolder } from './files.js';
import { littleEndian } from './formats/safetensors.js';
import { copyMember, type MemberCopy } from './member-copy.js';
import { SavedRun } from './saved-run.js';

const FORMAT = 1;
/** Longest record that is read; that of a hundred members with a hundred options takes a hundredth. */
const MOST_BYTES = 4_000_000;
/** Members at most: the average of more is hardly another, and a file of them all would be long. */
export const MOST_MEMBERS = 100;

/** What the average comes to on the samples that its members have not learnt from. */
export interface AverageFigures extends Pick<DoneEvent, 'validationCost' | 'validationAccuracy' | 'testCost' | 'testAccuracy' | 'testFigures'> {
  /** SHA-256 of the parameters of all members, one after another. */
  readonly weightsSha256: string;
}

/** What stands in ensemble.json. */
export interface EnsembleRecord {
  readonly format: typeof FORMAT;
  readonly created: string;
  readonly state: 'running' | 'done';
  readonly members: number;
  /** SHA-256 of their data; of members that were trained apart of those that they were averaged on. */
  readonly sha256: string;
  /** Of members that were trained together: the options of all of them, with the seeds seed, seed + 1, … */
  readonly seed?: number;
  readonly asked?: Readonly<Record<string, unknown>>;
  /** Of members that were trained apart: what they are copies of, as that was named. */
  readonly copies?: readonly string[];
  /** What their figures are to be taken with. */
  readonly warnings?: readonly string[];
  /** There once all members are. */
  readonly average?: AverageFigures;
}

export interface SavedEnsemble {
  readonly path: string;
  readonly record: EnsembleRecord;
  /** Of the members, in their order. */
  readonly runs: readonly SavedRun[];
}

/** SHA-256 of parameters as little-endian float32. */
export function sha256Of(parameters: Float32Array): string {
  return createHash('sha256').update(littleEndian(parameters)).digest('hex');
}

/**
 * An ensemble whose members are all trained.
 * @throws {NablaError} BAD_DATA where there is none, or not yet
 */
export function openEnsemble(path: string): SavedEnsemble {
  const record = readEnsemble(path);
  const numbers = Array.from({ length: record.members }, (_, k) => k + 1);
  const missing = numbers.filter((number) => !isRun(memberFolder(path, number)));
  const what = missing.length > 0 ? `member ${missing[0]} of ${record.members} is not there` : 'its members are not all trained yet';
  if (missing.length > 0 || !record.average) {
    const next = record.copies ? 'Average the runs again.' : `It goes on with: train --members ${record.members} --resume ${shellPath(path)}`;
    throw new NablaError('BAD_DATA', `${path}: ${what}. ${next}`);
  }
  return { path, record, runs: numbers.map((number) => SavedRun.openFolder(memberFolder(path, number))) };
}

/** @throws {NablaError} BAD_DATA where there is no such record */
export function readEnsemble(path: string): EnsembleRecord {
  const file = join(path, ENSEMBLE);
  if (!existsSync(file))
    throw new NablaError('BAD_DATA', `${path}: there is no ensemble in this folder: it has no ${ENSEMBLE}. Name the folder of one.`);
  const { value, fault } = parseJson(readInputText(file, { what: 'the record of an ensemble', most: MOST_BYTES }));
  const record = value as Partial<EnsembleRecord> | null | undefined;
  const isCount = Number.isInteger(record?.members) && (record?.members as number) >= 1 && (record?.members as number) <= MOST_MEMBERS;
  const isTogether = typeof record?.asked === 'object' && Number.isInteger(record.seed);
  if (fault || record?.format !== FORMAT || !isCount || !(isTogether || Array.isArray(record.copies)))
    throw new NablaError('BAD_DATA', `${file}: this is not what nabla wrote${fault ? `: ${fault.text}` : ''}.`);
  return record as EnsembleRecord;
}

/** The folder of an ensemble under way. */
export class EnsembleFolder {
  readonly path: string;
  #record: EnsembleRecord;
  readonly #unlock: () => void;

  private constructor(path: string, record: EnsembleRecord, unlock: () => void) {
    this.path = path;
    this.#record = record;
    this.#unlock = unlock;
  }

  /** Refuses a folder that has something in it. */
  static check(path: string): void {
    if (isEnsemble(path)) throw wrongValue('run', 'one without an ensemble', path, nextOf(path));
    checkFolder('run', path);
    if (existsSync(path) && namesIn(path).length > 0) throw wrongValue('run', 'a new folder, or an empty one', path);
  }

  static create(path: string, record: Omit<EnsembleRecord, 'format' | 'state' | 'created'>): EnsembleFolder {
    EnsembleFolder.check(path);
    saving(path, () => makeFolder(path));
    const whole = { format: FORMAT, created: new Date().toISOString(), state: 'running', ...record } as const;
    const folder = new EnsembleFolder(path, whole, locked(path));
    folder.#write();
    return folder;
  }

  /** To go on with it. @throws {NablaError} BAD_DATA */
  static open(path: string): EnsembleFolder {
    const record = readEnsemble(path);
    if (record.copies)
      throw wrongValue('resume', 'an ensemble whose members were trained together', path, 'The members of this one are copies of runs.');
    return new EnsembleFolder(path, record, locked(path));
  }

  /**
   * Makes the folder of an average that is there already, with the networks that it is of.
   * @throws {NablaError} NOT_SAVED; nothing is left then
   */
  static keep(path: string, copies: readonly MemberCopy[], record: Omit<EnsembleRecord, 'format' | 'state' | 'created'>): void {
    const folder = EnsembleFolder.create(path, record);
    try {
      for (const [k, copy] of copies.entries()) copyMember(memberFolder(path, k + 1), copy);
      folder.finish(record.average as AverageFigures);
    } catch (error) {
      rmSync(path, { recursive: true, force: true });
      throw error;
    } finally {
      folder.close();
    }
  }

  get record(): EnsembleRecord {
    return this.#record;
  }

  /** Where the run of a member goes, which counts from 1: nothing is there, or a run. */
  runOf(number: number): string {
    const path = memberFolder(this.path, number);
    // Ended before its record was written, it has nothing to go on from.
    if (!isRun(path)) saving(path, () => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  finish(average: AverageFigures): void {
    this.#record = { ...this.#record, state: 'done', average };
    this.#write();
  }

  /** Releases the lock. */
  close(): void {
    this.#unlock();
  }

  #write(): void {
    replaceFile(join(this.path, ENSEMBLE), `${JSON.stringify(this.#record, null, 2)}\n`);
  }
}

function nextOf(path: string): string {
  return readEnsemble(path).copies ? 'Name another folder.' : `This one goes on with --resume ${shellPath(path)}.`;
}

function locked(path: string): () => void {
  return lockFolder(path, (who, file) =>
    wrongValue(
      'resume',
      'an ensemble that nobody is at work on',
      path,
      `Process ${who} is; wait for it, or end it. If it is none of nabla's, remove ${file}.`,
    ),
  );
}
