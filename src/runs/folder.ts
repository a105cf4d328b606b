// Creates, locks and writes the folder of a run under way, file by file (see files.ts). The folder of any run, ended or not, is
// read by saved-run.ts.

import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { wrongValue } from '../errors.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { DiagnosisEvent, EpochEvent } from '../options/events.js';
import { replaceFile, saving } from '../system/atomic-file.js';
import { checkFolder, makeFolder } from '../system/folders.js';
import { nameOfPath } from '../system/path-name.js';
import type { Checkpoint, History } from './checkpoint.js';
import { type BestNetwork, CheckpointFiles, forgetLater, hasCheckpoints } from './checkpoint-files.js';
import { CHECKPOINTS, CONFIG, isRun, LOG, METRICS, RECORD, WEIGHTS } from './files.js';
import { encodeSafetensors } from './formats/safetensors.js';
import { lock } from './lock.js';
import { Metrics } from './metrics.js';
import { type EndState, RECORD_FORMAT, type RunRecord } from './record.js';

export class RunFolder {
  readonly path: string;
  readonly #checkpoints: CheckpointFiles;
  readonly #lasting: boolean;
  #record: RunRecord;
  readonly #metrics: Metrics;
  /** Undefined where the caller that opened the folder has locked it. */
  #unlock: (() => void) | undefined;

  private constructor(path: string, record: RunRecord, config: string, lasting: boolean, history?: History) {
    this.path = path;
    this.#lasting = lasting;
    this.#record = record;
    this.#checkpoints = new CheckpointFiles(path, record.configuration.keepCheckpoints, lasting);
    this.#metrics = new Metrics(path, history, lasting);
    replaceFile(join(path, CONFIG), config, lasting);
    this.#writeRecord();
  }

  /**
   * Creates the folder and its record. Refuses a folder that holds a run already.
   * @param config the options as a file, which starts the same run again
   * @param lasting whether what is written is on the disk at once: see replaceFile
   * @param start what it starts from, where that was saved elsewhere and may change there; [P] in the book's order
   */
  static create(path: string, record: Omit<RunRecord, 'format' | 'state'>, config: string, lasting: boolean, start?: Float32Array): RunFolder {
    RunFolder.check(path);
    saving(path, () => makeFolder(path));
    const unlock = lock(path);
    try {
      const folder = new RunFolder(path, { format: RECORD_FORMAT, state: 'running', ...record }, config, lasting);
      folder.#unlock = unlock;
      if (start) folder.#checkpoints.writeStart(folder.#file(start));
      return folder;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Resumes the run of a folder, which the caller has locked, from this history and after so many steps. */
  static reopen(path: string, record: RunRecord, history: History | undefined, steps: number, config: string, lasting: boolean): RunFolder {
    saving(path, () => forgetLater(path, steps));
    const folder = new RunFolder(path, { ...record, state: 'running', outcome: undefined }, config, lasting, history);
    // Of a run that is under way the newest checkpoint counts.
    saving(path, () => rmSync(join(path, WEIGHTS), { force: true }));
    return folder;
  }

  /**
   * A path in `parent` that does not exist yet: 2026-11-23T08-15-00-784-30-10, with a number after it where that is taken.
   * @param ending '-x8' for eight runs in one folder
   */
  static fresh(parent: string, layers: readonly number[], ending = ''): string {
    const date = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const path = join(parent, `${date}-${layers.join('-')}${ending}`);
    let n = 1;
    while (existsSync(n === 1 ? path : `${path}-${n}`)) n++;
    return n === 1 ? path : `${path}-${n}`;
  }

  /** Throws where `path` cannot become a run's folder: there is a run in it, or something that is no folder. */
  static check(path: string): void {
    checkFolder('run', path);
    if (isRun(path)) throw wrongValue('run', 'a folder without a run in it', path, 'Name another folder, or resume that run.');
    const taken = [CONFIG, METRICS, LOG, WEIGHTS].find((name) => existsSync(join(path, name))) ?? (hasCheckpoints(path) ? CHECKPOINTS : undefined);
    if (taken !== undefined) throw wrongValue('run', `a folder without '${taken}', which a run writes`, path, 'Name another folder.');
  }

  /** Adds a line to metrics.jsonl. @throws {NablaError} NOT_SAVED; it is then added with the next one */
  addMetrics(line: EpochEvent | DiagnosisEvent): void {
    this.#metrics.add(line);
  }

  /** Files that have changed since the run was stopped, as warnings. */
  get warnings(): string[] {
    return this.#metrics.isChanged ? [`${this.path}: ${METRICS} is not what it was when the run was stopped; its lines are left as they are.`] : [];
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
    return this.#checkpoints.write(checkpoint, best && { ...best, metadata: { ...best.metadata, network: this.#network } });
  }

  /** The parameters of the best epoch, if it is this one and its file is sound. [P] in the book's order. */
  readBest(epoch: number): Float32Array | undefined {
    return this.#checkpoints.readBest(epoch, this.#record.configuration.network.layers);
  }

  /** Keeps the parameters, [P] in the book's order. */
  saveParameters(parameters: Float32Array): void {
    replaceFile(join(this.path, WEIGHTS), this.#file(parameters), this.#lasting);
  }

  #file(parameters: Float32Array): Uint8Array {
    return weightsFile(this.#record.configuration.network, parameters);
  }

  get #network(): string {
    return networkText(this.#record.configuration.network);
  }

  /** Releases the lock. */
  close(): void {
    this.#unlock?.();
  }

  /** Writes how the run ended. */
  finish(state: EndState, outcome: unknown): void {
    this.#record = { ...this.#record, state, outcome };
    this.#writeRecord();
  }

  #writeRecord(): void {
    replaceFile(join(this.path, RECORD), `${JSON.stringify(this.#record, null, 2)}\n`, this.#lasting);
  }
}

/** Parameters with the network that they are of. @param parameters [P] in the book's order */
export function weightsFile(network: NetworkSpecification, parameters: Float32Array): Uint8Array {
  return encodeSafetensors(network.layers, parameters, { network: networkText(network) });
}

/** The network for a file of its parameters, which may be passed on: modules by their names. */
function networkText(network: NetworkSpecification): string {
  return JSON.stringify({ ...network, functions: network.functions.map(nameOfPath) });
}
