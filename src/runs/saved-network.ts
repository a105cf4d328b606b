// A network that was saved somewhere, with its parameters: the folder of a run, or a file in the book's JSON. Whatever comes
// out of here is complete and fits together, its own functions are loaded; anything else is refused.

import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asError, NablaError, wrongKind, wrongValue } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { type NetworkSpecification, optionsOf, specifyNetwork } from '../model/specification.js';
import { entryAt } from '../system/folders.js';
import { runOfCheckpoint } from './checkpoint-files.js';
import { isRun, type RunRecord, readRun } from './folder.js';
import { decodeBookJson } from './formats/book-json.js';

/** Longest file that is read: three million weights as Python writes them. Nothing but brackets, it would take 15 times as much memory. */
const MAX_BYTES = 64_000_000;

export interface SavedNetwork {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** What is known of the run that it comes from. */
  readonly record?: RunRecord;
}

/** @throws {NablaError} BAD_DATA, naming the file and what is wrong with it */
export async function readSavedNetwork(path: string): Promise<SavedNetwork> {
  const entry = entryAt(path);
  if (!entry) throw new NablaError('BAD_DATA', `${path}: there is no such file or folder. Name the folder of a run, or a file in the book's JSON.`);
  if (entry.isDirectory() || isOfRun(path)) return readFinite(path);
  if (!entry.isFile()) throw new NablaError('BAD_DATA', `${path}: this is neither a file nor a folder.`);
  if (entry.size > MAX_BYTES) throw new NablaError('BAD_DATA', `${path}: expected at most ${MAX_BYTES} bytes, got ${entry.size}.`);
  return decodeBookJson(path, readBytes(path));
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new NablaError('BAD_DATA', `${path}: this file cannot be read: ${asError(error).message}.`);
  }
}

/**
 * The network of a run, whose parameters may be infinite or NaN where it diverged. Its own functions are loaded.
 * @throws {NablaError} BAD_DATA where there is none that can be used
 */
export async function readSavedRun(path: string): Promise<Required<SavedNetwork>> {
  if (entryAt(path)?.isFile() && !isOfRun(path)) {
    throw new NablaError('BAD_DATA', `${path}: this is a file. Name the folder of a run, or one of its checkpoints.`);
  }
  const { record, parameters } = readRun(isWeights(path) ? dirname(path) : path);
  await loadFunctions(record.configuration.network.functions);
  return { network: networkOf(path, record), parameters, record };
}

/** Whether a file is one that a run keeps a network in. */
function isOfRun(path: string): boolean {
  return isWeights(path) || runOfCheckpoint(path) !== undefined;
}

/** Whether a file holds the weights that a run ended with: the run's folder stands for the same. */
function isWeights(path: string): boolean {
  return basename(path) === 'weights.safetensors' && isRun(dirname(path));
}

async function readFinite(path: string): Promise<SavedNetwork> {
  const saved = await readSavedRun(path);
  const bad = saved.parameters.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new NablaError('BAD_DATA', `${path}: a weight or bias is ${bad}; this run ended as '${saved.record.state}'.`);
  return saved;
}

/** The network of a record, checked as if a user had asked for it. */
function networkOf(path: string, { configuration }: RunRecord): NetworkSpecification {
  const { network } = configuration;
  const { layers, activations } = network;
  try {
    if (!Array.isArray(activations)) throw wrongKind('activations', 'a list of names', activations);
    if (activations.length !== layers.length - 1) throw wrongValue('activations', `${layers.length - 1} of them`, activations);
    return specifyNetwork(optionsOf(network), network.functions);
  } catch (error) {
    throw new NablaError('BAD_DATA', `${join(path, 'run.json')}: ${asError(error).message}`);
  }
}
