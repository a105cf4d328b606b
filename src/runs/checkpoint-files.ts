// The checkpoints of a run's folder: `checkpoints/step-000001200.safetensors`, the newest few of them, and `best.safetensors`
// from the best epoch. They are written while training goes on, one at a time.

import { readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asError } from '../errors.js';
import { layoutOf } from '../model/layout.js';
import { replaceFile, replaceFileLater, saving } from '../system/atomic-file.js';
import { makeFolder } from '../system/folders.js';
import { readInput } from '../system/input-file.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, isCheckpoint, weightsOf } from './checkpoint.js';
import { BEST, CHECKPOINTS, startFile } from './files.js';
import { decodeTensors, encodeTensors, MAX_HEADER, parametersOf, parameterTensors } from './formats/safetensors.js';

const NAME = /^step-(\d{9,15})\.safetensors$/;

/** The network of the best epoch so far. */
export interface BestNetwork {
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  readonly metadata: Readonly<Record<string, string>>;
}

export class CheckpointFiles {
  readonly #run: string;
  readonly #path: string;
  readonly #keep: number;
  readonly #lasting: boolean;

  /** @param keep how many of the newest stay @param lasting see replaceFile */
  constructor(run: string, keep: number, lasting = true) {
    this.#run = run;
    this.#path = join(run, CHECKPOINTS);
    this.#keep = keep;
    this.#lasting = lasting;
  }

  /** Keeps the network that the run starts from. @throws {NablaError} NOT_SAVED */
  writeStart(file: Uint8Array): void {
    saving(this.#path, () => makeFolder(this.#path));
    replaceFile(startFile(this.#run), file, this.#lasting);
  }

  /**
   * Writes a checkpoint, and the best one first where it is new; then removes the oldest.
   * @returns its path, once it is on the disk
   * @throws {NablaError} NOT_SAVED; those before are as they were
   */
  async write(checkpoint: Checkpoint, best: BestNetwork | undefined): Promise<string> {
    const path = join(this.#path, nameOf(checkpoint));
    saving(this.#path, () => makeFolder(this.#path));
    const tensors = best && encodeTensors(parameterTensors(checkpoint.layers, best.parameters), best.metadata);
    if (tensors) await replaceFileLater(join(this.#path, BEST), tensors, this.#lasting);
    await replaceFileLater(path, encodeCheckpoint(checkpoint), this.#lasting);
    for (const name of names(this.#path).slice(this.#keep)) await this.#remove(name);
    return path;
  }

  /** The parameters of the best epoch, if it is this one and its file is sound. [P] in the book's order. */
  readBest(epoch: number, sizes: readonly number[]): Float32Array | undefined {
    const path = join(this.#path, BEST);
    try {
      const { tensors, metadata } = decodeTensors(path, readTensorFile(path, sizes, 0));
      return metadata.epoch === String(epoch) ? parametersOf(path, tensors, sizes) : undefined;
    } catch {
      return undefined;
    }
  }

  async #remove(name: string): Promise<void> {
    const path = join(this.#path, name);
    await rm(path, { force: true }).catch((error) =>
      saving(path, () => {
        throw error;
      }),
    );
  }
}

/**
 * Takes away what a run that goes on from so many steps must not find later: checkpoints of more steps, which are damaged and would
 * pass for the newest, get another name; what a process that was killed had begun to write is removed.
 */
export function forgetLater(run: string, steps: number): void {
  const folder = join(run, CHECKPOINTS);
  for (const name of list(folder)) {
    if (name.endsWith('.part')) rmSync(join(folder, name), { force: true });
    else if (NAME.test(name) && stepsOf(name) > steps) renameSync(join(folder, name), join(folder, `${name}.damaged`));
  }
}

function nameOf({ position }: Checkpoint): string {
  return `step-${String(position.steps).padStart(9, '0')}.safetensors`;
}

/** Names of the checkpoints in a folder, the newest first. */
function names(folder: string): string[] {
  return list(folder)
    .filter((name) => NAME.test(name))
    .sort((a, b) => stepsOf(b) - stepsOf(a));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const stepsOf = (name: string): number => Number(NAME.exec(name)?.[1]);

/** Whether a file in the folder of checkpoints is one of them, be it damaged or half written. */
export function isOfCheckpoints(name: string): boolean {
  const whole = name.replace(/\.(part|damaged)$/, '');
  return NAME.test(whole) || whole === BEST || whole === basename(startFile(''));
}

/** Whether a run's folder holds any checkpoint. */
export function hasCheckpoints(run: string): boolean {
  return names(join(run, CHECKPOINTS)).length > 0;
}

/** The newest sound checkpoint of a run, if there is one. */
export interface Found {
  readonly checkpoint: Checkpoint | undefined;
  /** Why newer ones cannot be used. */
  readonly damaged: readonly string[];
}

/** The newest checkpoint of a run that is sound. */
export function newestCheckpoint(run: string, sizes: readonly number[], states: number): Found {
  const folder = join(run, CHECKPOINTS);
  const damaged: string[] = [];
  for (const name of names(folder)) {
    try {
      return { checkpoint: readCheckpoint(join(folder, name), sizes, states), damaged };
    } catch (error) {
      damaged.push(asError(error).message);
    }
  }
  return { checkpoint: undefined, damaged };
}

/** @throws {NablaError} BAD_DATA where it cannot be read or is none of a network of these sizes */
function readCheckpoint(path: string, sizes: readonly number[], states: number): Checkpoint {
  return decodeCheckpoint(path, readTensorFile(path, sizes, states), sizes, states);
}

/**
 * The weights and biases of a file of a run, be it a checkpoint or only those. [P] in the book's order.
 * @throws {NablaError} BAD_DATA where it cannot be read or has none of a network of these sizes
 */
export function readWeights(path: string, sizes: readonly number[], states: number): Float32Array {
  const bytes = readTensorFile(path, sizes, states);
  const { tensors, metadata } = decodeTensors(path, bytes);
  return isCheckpoint(metadata) ? weightsOf(decodeCheckpoint(path, bytes, sizes, states)) : parametersOf(path, tensors, sizes);
}

function readTensorFile(path: string, sizes: readonly number[], states: number): Uint8Array<ArrayBuffer> {
  // The parameters, a mean of them, and the optimiser's states.
  const most = 4 * layoutOf(sizes).parameters * (2 + states) + MAX_HEADER + 8;
  return readInput(path, { what: `the tensors of a network ${sizes.join('-')}`, most });
}
