// The folder of runs with several seeds:
//
//   seeds.json      which seeds there are, the figures of each, and of all together    written when they begin and when they end
//   seed-1, …       the run of each

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NablaError, wrongValue } from '../../errors.js';
import { SEEDS } from '../../runs/files.js';
import { replaceFile, saving } from '../../system/atomic-file.js';
import { checkFolder, makeFolder, namesIn } from '../../system/folders.js';
import { readInputText } from '../../system/input-file.js';
import { parseJson } from '../../system/json-text.js';
import type { FigureSpread, SeedRun } from './events.js';

const FORMAT = 1;
/** A run of a thousand seeds takes some 600 bytes for each. */
const MOST_BYTES = 16_000_000;

/** What stands in seeds.json. */
export interface SeedsRecord {
  readonly format: typeof FORMAT;
  readonly created: string;
  readonly state: 'running' | 'interrupted' | 'failed' | 'done';
  readonly seeds: readonly number[];
  readonly splitSeed?: number;
  readonly network: readonly number[];
  readonly data: { readonly name: string; readonly sha256: string };
  readonly runs?: readonly SeedRun[];
  readonly figures?: readonly FigureSpread[];
}

/** Refuses a folder that has something in it. */
export function checkSeedsFolder(path: string): void {
  checkFolder('run', path);
  if (existsSync(path) && namesIn(path).length > 0) throw wrongValue('run', 'a new folder, or an empty one', path);
}

export const runOfSeed = (folder: string, seed: number): string => join(folder, `seed-${seed}`);

/** @throws {NablaError} NOT_SAVED */
export function writeSeeds(folder: string, record: Omit<SeedsRecord, 'format'>): void {
  saving(folder, () => makeFolder(folder));
  replaceFile(join(folder, SEEDS), `${JSON.stringify({ format: FORMAT, ...record }, null, 2)}\n`);
}

/** The seeds that there were to be in a folder; undefined where it does not say. @throws {NablaError} BAD_DATA */
export function seedsOfFolder(folder: string): readonly number[] | undefined {
  const file = join(folder, SEEDS);
  if (!existsSync(file)) return undefined;
  const { value, fault } = parseJson(readInputText(file, { what: 'the record of several seeds', most: MOST_BYTES }));
  const { format, seeds } = (value ?? {}) as Partial<SeedsRecord>;
  if (fault || format !== FORMAT || !Array.isArray(seeds))
    throw new NablaError('BAD_DATA', `${file}: this is not what nabla wrote${fault ? `: ${fault.text}` : ''}.`);
  return seeds;
}
