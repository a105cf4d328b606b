// Reads a saved network with its parameters: of a run, or from a file in the book's JSON. The result is complete, finite and
// consistent, with its own functions loaded; anything else is refused.

import { NablaError } from '../errors.js';
import type { NetworkSpecification } from '../model/specification.js';
import { entryAt, whyUnknown } from '../system/folders.js';
import { readInput } from '../system/input-file.js';
import { BOOK_JSON, decodeBookJson } from './formats/book-json.js';
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
  if (!entry) throw new NablaError('BAD_DATA', `${path}: ${whyUnknown(path) ?? 'there is no such file or folder'}. ${BOOK_JSON.next}`);
  return decodeBookJson(path, readInput(path, { ...BOOK_JSON, most: MAX_BYTES }));
}

async function networkOfRun(run: SavedRun): Promise<SavedNetwork> {
  const { path, parameters, record } = run;
  const network = await run.network();
  const bad = parameters.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new NablaError('BAD_DATA', `${path}: a weight or bias is ${bad}; this run ended as '${record.state}'.`);
  return { network, parameters, run };
}
