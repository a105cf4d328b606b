// The record of a run, run.json: its configuration, data and machine, and how it ended. Its format is defined and read here;
// folder.ts writes it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOneOf } from '../check.js';
import type { DataRecord } from '../data/record.js';
import { asError, NablaError } from '../errors.js';
import { OPTIMISER_NAMES, OPTIMISERS } from '../functions/optimisers/index.js';
import type { Learning } from '../model/learning.js';
import { specifyNetwork } from '../model/specification.js';
import type { Asked, Configuration } from '../options/options.js';
import { RECORD } from './files.js';

export const RECORD_FORMAT = 1;

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
  let record: RunRecord;
  try {
    record = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = asError(error) as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') throw new NablaError('BAD_DATA', `${path}: this is no folder. Name the folder of a run.`);
    if (code) throw new NablaError('BAD_DATA', `${path}: this folder holds no run: ${RECORD} cannot be read (${code}).`);
    throw new NablaError('BAD_DATA', `${file}: ${message}.`);
  }
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

/** What the optimiser keeps of each parameter. Runs of version 0.1.0 had plain steps only. */
export function statesOf(learning: Learning | undefined): number {
  return learning === undefined ? 0 : OPTIMISERS[learning.optimiser].states;
}
