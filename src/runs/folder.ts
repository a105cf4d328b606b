// The folder of a run: `run.json` with the configuration, the machine and the outcome, `config.json` with the options that
// start the same run again, `metrics.jsonl` with a line per epoch, `log.txt` with what happened when, `checkpoints` to go on from, `weights.safetensors` with the parameters in the end.

import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkOneOf } from '../check.js';
import type { DataRecord } from '../data/record.js';
import { asError, NablaError, wrongValue } from '../errors.js';
import { OPTIMISER_NAMES, OPTIMISERS } from '../functions/optimisers/index.js';
import type { Learning } from '../model/learning.js';
import { specifyNetwork } from '../model/specification.js';
import type { DiagnosisEvent, EpochEvent } from '../options/events.js';
import type { Asked, Configuration } from '../options/options.js';
import { replaceFile, saving } from '../system/atomic-file.js';
import { checkFolder, makeFolder } from '../system/folders.js';
import { type Checkpoint, type History, weightsOf } from './checkpoint.js';
import {
  type BestNetwork,
  CheckpointFiles,
  forgetLater,
  hasCheckpoints,
  newestCheckpoint,
  readWeights,
  runOfCheckpoint,
} from './checkpoint-files.js';
import { encodeSafetensors } from './formats/safetensors.js';
import { lock } from './lock.js';
import { METRICS, Metrics } from './metrics.js';

const FORMAT = 1;
const RECORD = 'run.json';
const WEIGHTS = 'weights.safetensors';
const CONFIG = 'config.json';
const LOG = 'log.txt';

/** What stands in run.json. */
export interface RunRecord {
  readonly format: typeof FORMAT;
  readonly created: string;
  readonly configuration: Configuration;
  readonly asked: Asked;
  /** SHA-256 of the modules with own functions, by URL. */
  readonly modules: Readonly<Record<string, string>>;
  readonly data: DataRecord;
  readonly environment: Readonly<Record<string, unknown>>;
  /** running, done, interrupted, diverged or failed. */
  readonly state: string;
  /** The last event of the run, or why it ended. */
  readonly outcome?: unknown;
}

export class RunFolder {
  readonly path: string;
  readonly #checkpoints: CheckpointFiles;
  #record: RunRecord;
  readonly #metrics: Metrics;
  /** Undefined where whoever opened the folder has locked it. */
  #unlock: (() => void) | undefined;

  private constructor(path: string, record: RunRecord, history: History | undefined, config: string) {
    this.path = path;
    this.#record = record;
    this.#checkpoints = new CheckpointFiles(path, record.configuration.keepCheckpoints);
    this.#metrics = new Metrics(path, history);
    replaceFile(join(path, CONFIG), config);
    this.#writeRecord();
  }

  /**
   * Creates the folder and its record. Refuses a folder that holds a run already.
   * @param config the options as a file, which starts the same run again
   * @param start what it starts from, where that was saved elsewhere and may change there; [P] in the book's order
   */
  static create(path: string, record: Omit<RunRecord, 'format' | 'state'>, config: string, start?: Float32Array): RunFolder {
    RunFolder.check(path);
    saving(path, () => makeFolder(path));
    const unlock = lock(path);
    try {
      const folder = new RunFolder(path, { format: FORMAT, state: 'running', ...record }, undefined, config);
      folder.#unlock = unlock;
      if (start) folder.#checkpoints.writeStart(folder.#file(start));
      return folder;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Goes on in the folder of a run, which the caller has locked, from where its history is this and it has made so many steps. */
  static reopen(path: string, record: RunRecord, history: History | undefined, steps: number, config: string): RunFolder {
    saving(path, () => forgetLater(path, steps));
    const folder = new RunFolder(path, { ...record, state: 'running', outcome: undefined }, history, config);
    // Of a run that is under way the newest checkpoint counts.
    saving(path, () => rmSync(join(path, WEIGHTS), { force: true }));
    return folder;
  }

  /** A path in `parent` that does not exist yet: 2026-11-23T08-15-00-784-30-10, with a number after it where that is taken. */
  static fresh(parent: string, layers: readonly number[]): string {
    const date = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const path = join(parent, `${date}-${layers.join('-')}`);
    let n = 1;
    while (existsSync(n === 1 ? path : `${path}-${n}`)) n++;
    return n === 1 ? path : `${path}-${n}`;
  }

  /** Throws where `path` cannot become a run's folder: there is a run in it, or something that is no folder. */
  static check(path: string): void {
    checkFolder('run', path);
    if (existsSync(join(path, RECORD))) throw wrongValue('run', 'a folder without a run in it', path, 'Name another folder, or resume that run.');
    const taken = [CONFIG, METRICS, LOG, WEIGHTS].find((name) => existsSync(join(path, name))) ?? (hasCheckpoints(path) ? 'checkpoints' : undefined);
    if (taken !== undefined) throw wrongValue('run', `a folder without '${taken}', which a run writes`, path, 'Name another folder.');
  }

  /** Adds a line to metrics.jsonl. @throws {NablaError} NOT_SAVED; it is then added with the next one */
  addMetrics(line: EpochEvent | DiagnosisEvent): void {
    this.#metrics.add(line);
  }

  /** What is not as it was when the run was stopped. */
  get warnings(): string[] {
    return this.#metrics.isChanged
      ? [`${this.path}: metrics.jsonl is not what it was when the run was stopped; its lines are left as they are.`]
      : [];
  }

  /** What metrics.jsonl holds so far. */
  get history(): History {
    return this.#metrics.history;
  }

  /** Adds a line to log.txt, with the time before it. */
  log(line: string): void {
    saving(this.path, () => appendFileSync(join(this.path, LOG), `${new Date().toISOString()} ${line}\n`));
  }

  /** Writes a checkpoint and, where it is new, the best one, while the caller goes on. Returns its path. */
  async saveCheckpoint(checkpoint: Checkpoint, best?: BestNetwork): Promise<string> {
    await this.#metrics.sync();
    const network = JSON.stringify(this.#record.configuration.network);
    return this.#checkpoints.write(checkpoint, best && { ...best, metadata: { ...best.metadata, network } });
  }

  /** Keeps the parameters, [P] in the book's order. */
  saveParameters(parameters: Float32Array): void {
    replaceFile(join(this.path, WEIGHTS), this.#file(parameters));
  }

  /** Parameters with the network that they are of. */
  #file(parameters: Float32Array): Uint8Array {
    const { network } = this.#record.configuration;
    return encodeSafetensors(network.layers, parameters, { network: JSON.stringify(network) });
  }

  /** This process is no longer at work in the folder. */
  close(): void {
    this.#unlock?.();
  }

  /** Writes how the run ended. */
  finish(state: 'done' | 'interrupted' | 'diverged' | 'failed', outcome: unknown): void {
    this.#record = { ...this.#record, state, outcome };
    this.#writeRecord();
  }

  #writeRecord(): void {
    replaceFile(join(this.path, RECORD), `${JSON.stringify(this.#record, null, 2)}\n`);
  }
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
  if (record?.format !== FORMAT || !Array.isArray(record.configuration?.network?.layers)) {
    throw new NablaError('BAD_DATA', `${file}: expected a run of format ${FORMAT}, got ${record?.format}.`);
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

/**
 * Reads a run's record and parameters: those it ended with, or of its newest checkpoint where it has not ended.
 * @param path the run's folder, or one of its checkpoints
 * @throws {NablaError} BAD_DATA where there are none
 */
export function readRun(path: string): { record: RunRecord; parameters: Float32Array } {
  const one = runOfCheckpoint(path);
  const record = readRecord(one ?? path);
  const { network, learning } = record.configuration;
  if (one !== undefined) return { record, parameters: readWeights(path, network.layers, statesOf(learning)) };
  const weights = join(path, WEIGHTS);
  if (existsSync(weights)) return { record, parameters: readWeights(weights, network.layers, 0) };
  const { checkpoint, damaged } = newestCheckpoint(path, network.layers, statesOf(learning));
  if (checkpoint) return { record, parameters: weightsOf(checkpoint) };
  throw new NablaError('BAD_DATA', `${path}: this run has saved nothing that can be used${damaged.length > 0 ? `: ${damaged[0]}` : ' yet.'}`);
}

/** Whether a folder holds a run. */
export function isRun(path: string): boolean {
  return existsSync(join(path, RECORD));
}

/** Whether a run has saved the network that it ended with. */
export function hasWeights(path: string): boolean {
  return existsSync(join(path, WEIGHTS));
}

/** What the optimiser keeps of each parameter. Runs of version 0.1.0 had plain steps only. */
export function statesOf(learning: Learning | undefined): number {
  return learning === undefined ? 0 : OPTIMISERS[learning.optimiser].states;
}
