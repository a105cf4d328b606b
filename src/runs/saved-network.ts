// Reads a saved network with its parameters: of a run, or from a file in the book's JSON. The result is complete, finite and
// consistent, with its own functions loaded; anything else is refused.

import { readFileSync } from 'node:fs';
import { asError, NablaError } from '../errors.js';
import type { NetworkSpecification } from '../model/specification.js';
import { entryAt } from '../system/folders.js';
import { decodeBookJson } from './formats/book-json.js';
import { runOfNamed } from './named-network.js';
import { runOfFile, SavedRun } from './saved-run.js';

/** Longest file that is read: three million weights as Python writes them. Nothing but brackets, it would take 15 times as much memory. */
const MAX_BYTES = 64_000_000;

export interface SavedNetwork {
  readonly network: NetworkSpecification;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
  /** The run that it is of; undefined for a file in the book's JSON. */
  readonly run?: SavedRun;
}

/**
 * @param path whatever names a run (see SavedRun.open), or a file in the book's JSON
 * @throws {NablaError} BAD_DATA, naming the file and what is wrong with it
 */
export async function readSavedNetwork(path: string): Promise<SavedNetwork> {
  const entry = entryAt(path);
  const isOfRun = entry ? entry.isDirectory() || runOfFile(path) !== undefined : runOfNamed(path) !== undefined;
  if (isOfRun) return networkOfRun(SavedRun.open(path));
  if (!entry) throw new NablaError('BAD_DATA', `${path}: there is no such file or folder. Name the folder of a run, or a file in the book's JSON.`);
  if (!entry.isFile()) throw new NablaError('BAD_DATA', `${path}: this is neither a file nor a folder.`);
  if (entry.size > MAX_BYTES) throw new NablaError('BAD_DATA', `${path}: expected at most ${MAX_BYTES} bytes, got ${entry.size}.`);
  return decodeBookJson(path, readBytes(path));
}

async function networkOfRun(run: SavedRun): Promise<SavedNetwork> {
  const { path, parameters, record } = run;
  const network = await run.network();
  const bad = parameters.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new NablaError('BAD_DATA', `${path}: a weight or bias is ${bad}; this run ended as '${record.state}'.`);
  return { network, parameters, run };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new NablaError('BAD_DATA', `${path}: this file cannot be read: ${asError(error).message}.`);
  }
}
