// One published file, from whichever of its addresses gives it: goes on where a transfer broke off, asks the next address where one
// fails, and takes nothing whose hash is another. The part that has been fetched stays on the disk for a later process.

import { renameSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { NablaError } from '../errors.js';
import { saving } from '../system/atomic-file.js';
import { entryAt } from '../system/folders.js';
import { otherThan } from './hash.js';
import type { PublishedFile } from './public-set.js';
import { type Limits, type Outcome, type Transfer, transfer } from './transfer.js';

export interface FetchOptions extends Pick<Transfer, 'signal' | 'onBytes'> {
  readonly limits?: Limits;
  /** Milliseconds before all addresses are asked again; twice that the time after. */
  readonly pause?: number;
}

const LIMITS: Limits = { answer: 30_000, silence: 30_000 };
const PAUSE = 2000;
/** How often all addresses are asked that may have the file, and one that gives some of it each time. */
const ROUNDS = 3;
const MOST_PIECES = 100;

/**
 * Fetches a file to its place.
 * @returns the address that gave the last of it
 * @throws {NablaError} NOT_FETCHED, with what each address said; NOT_SAVED; INTERRUPTED
 */
export async function fetchFile(file: PublishedFile, place: string, options: FetchOptions): Promise<string> {
  const said = new Map<string, Outcome & { why: string }>();
  const mayHaveIt = (): string[] => file.urls.filter((url) => !(said.get(url)?.kind === 'wrong'));
  for (let round = 0; round < ROUNDS; round++) {
    for (const url of mayHaveIt()) {
      const outcome = await fromAddress(url, file, place, options);
      if (outcome.kind === 'whole') return url;
      said.set(url, outcome);
    }
    // Where no server can be reached, none will be in a moment.
    if (mayHaveIt().every((url) => said.get(url)?.kind === 'unreachable') || round === ROUNDS - 1) break;
    await wait((options.pause ?? PAUSE) * 2 ** round, undefined, { signal: options.signal }).catch(() => {
      throw new NablaError('INTERRUPTED', `${file.name}: stopped before it could be fetched.`);
    });
  }
  const why = [...said].map(([url, outcome]) => `${new URL(url).host}: ${outcome.why}`).join('; ');
  throw new NablaError('NOT_FETCHED', `${file.name} could not be fetched. ${why}.`);
}

/** All that one address gives: as long as it gives more, and once from the beginning where what was there already was of another file. */
async function fromAddress(url: string, file: PublishedFile, place: string, options: FetchOptions): Promise<Outcome> {
  const part = `${place}.part`;
  const { limits = LIMITS } = options;
  let isOwn = sizeOf(part) === 0;
  for (let pieces = 0, most = sizeOf(part); ; pieces++) {
    const outcome = await transfer(url, part, file, { ...options, limits });
    const bytes = sizeOf(part);
    if (outcome.kind === 'whole') {
      const other = await otherThan(part, file);
      if (other === undefined) {
        saving(place, () => renameSync(part, place));
        return outcome;
      }
      rmSync(part, { force: true });
      if (isOwn) return { kind: 'wrong', why: `it sends another file: that ${other}` };
      [isOwn, most] = [true, 0];
    } else if (outcome.kind !== 'broken' || bytes <= most || pieces >= MOST_PIECES) {
      return outcome;
    } else most = bytes;
  }
}

const sizeOf = (path: string): number => entryAt(path)?.size ?? 0;
