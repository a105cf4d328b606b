// The record of a run, run.json: its configuration, data and machine, and how it ended. Its format is defined and read here;
// folder.ts writes it.

import { join } from 'node:path';
import { checkOneOf } from '../check.js';
import type { DataRecord } from '../data/record.js';
import { asError, NablaError } from '../errors.js';
import { OPTIMISER_NAMES, OPTIMISERS } from '../functions/optimisers/index.js';
import type { Learning } from '../model/learning.js';
import { specifyNetwork } from '../model/specification.js';
import type { Asked, Configuration } from '../options/options.js';
import { type Ranks, readRanks } from '../options/ranks.js';
import { entryAt, isFolder, whyUnknown } from '../system/folders.js';
import { readInputText } from '../system/input-file.js';
import { parseJson } from '../system/json-text.js';
import { RECORD } from './files.js';
import { whatElse } from './several-runs.js';

export const RECORD_FORMAT = 1;

/** Longest record that is read; the class weights of 50,000 classes take a sixtieth. */
const MAX_BYTES = 64_000_000;

/** How a run ended. */
export type EndState = 'done' | 'interrupted' | 'diverged' | 'failed';

/** What stands in run.json. */
export interface RunRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly created: string;
  readonly configuration: Configuration;
  readonly asked: Asked;
  /** SHA-256 of the modules with own functions, by URL. */
  readonly modules: Readonly<Record<string, string>>;
  readonly data: DataRecord;
  /** The machine and the kernels that it began on; where several processes did, `ranks`. Who went on with it stands in its log. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** running, or an EndState. */
  readonly state: string;
  /** The last event of the run, or why it ended. */
  readonly outcome?: unknown;
}

/**
 * Reads a run's record.
 * @throws {NablaError} BAD_DATA where there is none
 */
export function readRecord(path: string): RunRecord {
  const file = join(path, RECORD);
  const missing = entryAt(file) ? undefined : whyMissing(path);
  if (missing !== undefined) throw new NablaError('BAD_DATA', `${path}: ${missing}`);
  const { value, fault } = parseJson(readInputText(file, { what: 'the record of a run', most: MAX_BYTES }));
  if (fault) throw new NablaError('BAD_DATA', `${file}: this is no JSON: ${fault.text}.`);
  const record = value as RunRecord;
  if (record?.format !== RECORD_FORMAT || !Array.isArray(record.configuration?.network?.layers)) {
    throw new NablaError('BAD_DATA', `${file}: expected a run of format ${RECORD_FORMAT}, got ${record?.format}.`);
  }
  try {
    const { network, learning } = record.configuration;
    specifyNetwork({ layers: network.layers });
    if (learning !== undefined) checkOneOf('learning.optimiser', learning?.optimiser, OPTIMISER_NAMES);
    // Runs of version 0.1.0 had neither.
    const completed = { ...network, neurons: network.neurons ?? [], functions: network.functions ?? [] };
    return { ...record, configuration: { ...record.configuration, network: completed } };
  } catch (error) {
    throw new NablaError('BAD_DATA', `${file}: ${asError(error).message}`);
  }
}

/** Why there is no record at a path, as a sentence. */
function whyMissing(path: string): string {
  const why = whyUnknown(join(path, RECORD));
  if (why !== undefined) return `${why}.`;
  if (isFolder(path)) return whatElse(path) ?? `this folder holds no run: there is no ${RECORD} in it.`;
  return `${entryAt(path) ? 'this is no folder' : 'there is no such folder'}. Name the folder of a run.`;
}

/** The processes that the run began with; undefined where it was one. */
export function ranksOfRecord({ environment }: Pick<RunRecord, 'environment'>): Ranks | undefined {
  return readRanks(environment?.ranks);
}

/** What the optimiser keeps of each parameter. Runs of version 0.1.0 had plain steps only. */
export function statesOf(learning: Learning | undefined): number {
  return learning === undefined ? 0 : OPTIMISERS[learning.optimiser].states;
}
