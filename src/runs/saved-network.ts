// Reads a saved network with its parameters: of a run, from a file in the book's JSON, or several whose average is one model. The result is complete, finite and
// consistent, with its own functions loaded; anything else is refused.

import { isDeepStrictEqual } from 'node:util';
import { NablaError } from '../errors.js';
import { joined, type Networks } from '../model/parameter-sets.js';
import { entryAt, whyUnknown } from '../system/folders.js';
import { readInput } from '../system/input-file.js';
import { openEnsemble, type SavedEnsemble, sha256Of } from './ensemble.js';
import { isEnsemble } from './files.js';
import { BOOK_JSON, decodeBookJson } from './formats/book-json.js';
import { runOfNamed } from './named-network.js';
import { runOfFile, SavedRun } from './saved-run.js';

/** Longest file that is read: three million weights as Python writes them. Nothing but brackets, it would take 15 times as much memory. */
const MAX_BYTES = 64_000_000;

export interface SavedNetwork extends Networks {
  /** The run that it is of; undefined for a file in the book's JSON. Of an ensemble that of its first member, whose data are those of all. */
  readonly run?: SavedRun;
  /** Present where the outputs of several networks are averaged. */
  readonly ensemble?: SavedEnsemble;
}

/**
 * @param path whatever names a run (see SavedRun.open), the folder of an ensemble, or a file in the book's JSON
 * @throws {NablaError} BAD_DATA, naming the file and what is wrong with it
 */
export async function readSavedNetwork(path: string): Promise<SavedNetwork> {
  if (isEnsemble(path)) return networkOfEnsemble(path);
  const entry = entryAt(path);
  const isOfRun = entry ? entry.isDirectory() || runOfFile(path) !== undefined : runOfNamed(path) !== undefined;
  if (isOfRun) return networkOfRun(SavedRun.open(path));
  if (!entry) throw new NablaError('BAD_DATA', `${path}: ${whyUnknown(path) ?? 'there is no such file or folder'}. ${BOOK_JSON.next}`);
  return decodeBookJson(path, readInput(path, { ...BOOK_JSON, most: MAX_BYTES }));
}

/** That of a run, finite. */
export async function networkOfRun(run: SavedRun): Promise<SavedNetwork> {
  const { path, parameters, record } = run;
  const network = await run.network();
  const bad = parameters.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new NablaError('BAD_DATA', `${path}: a weight or bias is ${bad}; this run ended as '${record.state}'.`);
  return { network, parameters, run };
}

async function networkOfEnsemble(path: string): Promise<SavedNetwork> {
  const ensemble = openEnsemble(path);
  const { average } = ensemble.record;
  const members = await Promise.all(ensemble.runs.map(networkOfRun));
  const model = averaged(members);
  if (average?.weightsSha256 !== sha256Of(model.parameters))
    throw new NablaError(
      'BAD_DATA',
      `${path}: these members are not those that were averaged: one of them has been trained again since. Name one of them, or train others.`,
    );
  return { ...model, run: members[0].run, ensemble };
}

/** Several as one model; they fit together (see runs/fit-together.ts). */
export function averaged(members: readonly Networks[]): Networks {
  const [{ network }] = members;
  const networks = members.map((member) => member.network);
  const areAlike = networks.every((one) => isDeepStrictEqual(one, network));
  return { network, ...(!areAlike && { networks }), parameters: joined(members.map(({ parameters }) => parameters)) };
}
