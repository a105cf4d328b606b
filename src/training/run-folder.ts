// The folder of a run: `run.json` with the configuration, the machine and the outcome, `metrics.jsonl` with a line per
// epoch, `weights.safetensors` with the parameters. Files that are replaced are written beside, synced and renamed, so that
// a reader sees an old one or a new one, never half of one.

import { appendFileSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asError, NablaError, wrongValue } from '../errors.js';
import { specifyNetwork } from '../model/specification.js';
import type { Configuration } from './options.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

const FORMAT = 1;

/** How to load the run's data again, and how inputs of the same kind are to be read. */
export interface DataRecord {
  /** 'mnist', a folder, or the name of a data set that a program brought. */
  readonly source: string;
  readonly validation?: number;
  readonly name: string;
  readonly inputs: number;
  /** Of a regression: how many numbers a target has. */
  readonly classes: number;
  /** What a byte is multiplied with to become an input; 1 for floats. */
  readonly scale: number;
  readonly regression: boolean;
}

/** What stands in run.json. */
export interface RunRecord {
  readonly format: typeof FORMAT;
  readonly created: string;
  readonly configuration: Configuration;
  readonly data: DataRecord;
  readonly environment: Readonly<Record<string, unknown>>;
  /** running, done, interrupted, diverged or failed. */
  readonly state: string;
  /** The last event of the run, or why it ended. */
  readonly outcome?: unknown;
}

export class RunFolder {
  readonly path: string;
  #record: RunRecord;

  /** Creates the folder and its record. Refuses a folder that holds a run already. */
  constructor(path: string, record: Omit<RunRecord, 'format' | 'state'>) {
    RunFolder.check(path);
    this.path = path;
    this.#record = { format: FORMAT, state: 'running', ...record };
    saving(path, () => mkdirSync(path, { recursive: true }));
    this.#writeRecord();
  }

  /** A path in `parent` that does not exist yet: 2026-11-23T08-15-00-784-30-10, with a number after it where that is taken. */
  static fresh(parent: string, layers: readonly number[]): string {
    const date = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const path = join(parent, `${date}-${layers.join('-')}`);
    let n = 1;
    while (existsSync(n === 1 ? path : `${path}-${n}`)) n++;
    return n === 1 ? path : `${path}-${n}`;
  }

  /** Throws where `path` cannot become a run's folder because there is one. */
  static check(path: string): void {
    if (existsSync(join(path, 'run.json'))) throw wrongValue('run', 'a folder without a run in it', path, 'Name another folder.');
  }

  /** Adds a line to metrics.jsonl. */
  addMetrics(line: object): void {
    saving(this.path, () => appendFileSync(join(this.path, 'metrics.jsonl'), `${JSON.stringify(line)}\n`));
  }

  /** Keeps the parameters, [P] in the book's order. */
  saveParameters(parameters: Float32Array): void {
    const { network } = this.#record.configuration;
    replace(this.path, 'weights.safetensors', encodeSafetensors(network.layers, parameters, { network: JSON.stringify(network) }));
  }

  /** Writes how the run ended. */
  finish(state: 'done' | 'interrupted' | 'diverged' | 'failed', outcome: unknown): void {
    this.#record = { ...this.#record, state, outcome };
    this.#writeRecord();
  }

  #writeRecord(): void {
    replace(this.path, 'run.json', `${JSON.stringify(this.#record, null, 2)}\n`);
  }
}

/** Reads a run's record and parameters. @throws {NablaError} BAD_DATA where there is none */
export function readRun(path: string): { record: RunRecord; parameters: Float32Array } {
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(path, name));
    } catch (error) {
      throw new NablaError(
        'BAD_DATA',
        `${path}: this folder holds no finished run: ${name} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      );
    }
  };
  let record: RunRecord;
  try {
    record = JSON.parse(read('run.json').toString('utf8'));
  } catch (error) {
    if (error instanceof NablaError) throw error;
    throw new NablaError('BAD_DATA', `${join(path, 'run.json')}: ${asError(error).message}.`);
  }
  if (record?.format !== FORMAT || !Array.isArray(record.configuration?.network?.layers)) {
    throw new NablaError('BAD_DATA', `${join(path, 'run.json')}: expected a run of format ${FORMAT}, got ${record?.format}.`);
  }
  try {
    const { network } = record.configuration;
    specifyNetwork({ layers: network.layers });
    // Runs of version 0.1.0 had neither.
    record = {
      ...record,
      configuration: { ...record.configuration, network: { ...network, neurons: network.neurons ?? [], functions: network.functions ?? [] } },
    };
  } catch (error) {
    throw new NablaError('BAD_DATA', `${join(path, 'run.json')}: ${asError(error).message}`);
  }
  const { parameters } = decodeSafetensors(join(path, 'weights.safetensors'), read('weights.safetensors'), record.configuration.network.layers);
  return { record, parameters };
}

function replace(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  saving(path, () => {
    const file = openSync(`${path}.part`, 'w');
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.part`, path);
  });
}

function saving(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new NablaError('NOT_SAVED', `${path} cannot be written: ${asError(error).message}.`);
  }
}
