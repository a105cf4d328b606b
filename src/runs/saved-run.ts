// A run on disk as one object, opened by its path: commands open it here, once, and ask it for record, parameters, network or data.
// Only the record is read at once. What is asked for later may be missing or damaged: that is an error then, not before, so
// that a run that is still under way, or has lost its data, can be opened too. It writes nothing (see folder.ts), and files
// in the book's JSON, which hold a network but no run, are read by saved-network.ts.

import { dirname, join, resolve } from 'node:path';
import { classNamesOf, withClassNames } from '../data/class-names.js';
import type { Dataset } from '../data/dataset.js';
import { checkFits } from '../data/sizes.js';
import { asError, NablaError } from '../errors.js';
import { checkNetwork, type NetworkSpecification } from '../model/specification.js';
import type { Configuration } from '../options/options.js';
import { entryAt } from '../system/folders.js';
import { shellPath } from '../system/shell-word.js';
import { weightsOf } from './checkpoint.js';
import { type Found, newestCheckpoint, readWeights } from './checkpoint-files.js';
import { type DataOptions, dataOfRun } from './data.js';
import { hasWeights, isWeightsOfRun, RECORD, runOfCheckpoint, WEIGHTS } from './files.js';
import { type RunLog, readLog } from './log.js';
import { epochOfFile, networkNamed, runOfNamed } from './named-network.js';
import { type RunRecord, readRecord, statesOf } from './record.js';

export class SavedRun {
  /** As it was named, for messages and results. */
  readonly path: string;
  /** The run's folder. */
  readonly folder: string;
  readonly record: RunRecord;
  /** The checkpoint that was named, whose parameters are then taken. */
  readonly #named: string | undefined;
  #parameters: Float32Array | undefined;

  private constructor(path: string, folder: string, named?: string) {
    this.path = path;
    this.folder = folder;
    this.#named = named;
    this.record = readRecord(folder);
  }

  /**
   * Opens a run by its folder, one of its checkpoints, its best network, or its weights; or one of its networks by name: RUN@best, RUN@12.
   * @throws {NablaError} BAD_DATA where there is no record of a run, or no such network
   */
  static open(path: string): SavedRun {
    const named = networkNamed(path);
    if (named) return new SavedRun(path, named.folder, named.file);
    const folder = runOfFile(path);
    if (folder !== undefined) return new SavedRun(path, folder, isWeightsOfRun(path) ? undefined : path);
    if (entryAt(path)?.isFile()) throw new NablaError('BAD_DATA', `${path}: this is a file. Name the folder of a run, or one of its checkpoints.`);
    return new SavedRun(path, path);
  }

  /** The same where only the folder will do, because all of the run is meant: to report on it, or to go on with it. */
  static openFolder(path: string): SavedRun {
    const folder = runOfNamed(path);
    if (folder !== undefined) throw new NablaError('BAD_DATA', `${path}: this names one network of a run. Name all of it: ${shellPath(folder)}`);
    return new SavedRun(path, path);
  }

  /** Of a checkpoint that was named, the whole epochs that its network has been trained for, where that is known. */
  get namedEpoch(): number | undefined {
    return this.#named === undefined ? undefined : epochOfFile(this.#named);
  }

  get configuration(): Configuration {
    return this.record.configuration;
  }

  /** Whether both name the same network. */
  isSameAs(other: SavedRun): boolean {
    return resolve(this.folder) === resolve(other.folder) && resolve(this.#named ?? '') === resolve(other.#named ?? '');
  }

  /** Whether it has saved the network that it ended with. */
  get hasWeights(): boolean {
    return hasWeights(this.folder);
  }

  /**
   * The weights and biases that it ended with, or of its newest checkpoint where it has not ended; or of the checkpoint that was
   * named. [P] in the book's order. They may be infinite or NaN where the run diverged. Read when first asked for.
   * @throws {NablaError} BAD_DATA where there are none that can be used
   */
  get parameters(): Float32Array {
    this.#parameters ??= this.#readParameters();
    return this.#parameters;
  }

  #readParameters(): Float32Array {
    const { network, learning } = this.configuration;
    if (this.#named !== undefined) return readWeights(this.#named, network.layers, statesOf(learning));
    if (this.hasWeights) return readWeights(join(this.folder, WEIGHTS), network.layers, 0);
    const { checkpoint, damaged } = this.newestCheckpoint();
    if (checkpoint) return weightsOf(checkpoint);
    throw new NablaError(
      'BAD_DATA',
      `${this.folder}: this run has saved nothing that can be used${damaged.length > 0 ? `: ${damaged[0]}` : ' yet.'}`,
    );
  }

  /** The newest checkpoint that is sound, and why newer ones are not. */
  newestCheckpoint(): Found {
    const { network, learning } = this.configuration;
    return newestCheckpoint(this.folder, network.layers, statesOf(learning));
  }

  /**
   * The network of the record, checked as if a user had asked for it; its own functions are loaded.
   * @throws {NablaError} BAD_DATA where it cannot be
   */
  async network(): Promise<NetworkSpecification> {
    try {
      return await checkNetwork(this.configuration.network);
    } catch (error) {
      if (error instanceof NablaError) throw error;
      throw new NablaError('BAD_DATA', `${join(this.folder, RECORD)}: ${asError(error).message}`);
    }
  }

  /**
   * The data that are named, whatever they hold; or else those that the run was trained on, read again and split as they were. Classes
   * with names have the run's numbers.
   * @throws {NablaError} BAD_DATA where they cannot be read, are not known to be the same, or do not fit the network
   */
  async data(options: DataOptions = {}): Promise<Dataset> {
    const data = withClassNames(await dataOfRun(this.path, this.record, options), classNamesOf(this.record.data));
    checkFits(this.path, this.configuration.network.layers, data);
    return data;
  }

  /** What it has written of its epochs so far. @throws {NablaError} BAD_DATA */
  log(): RunLog {
    return { path: this.path, record: this.record, ...readLog(this.folder) };
  }
}

/** The run that a file is of which holds one of its networks; undefined for any other path. */
export function runOfFile(path: string): string | undefined {
  return isWeightsOfRun(path) ? dirname(path) : runOfCheckpoint(path);
}
