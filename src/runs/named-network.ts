// The networks of a run by their names: RUN@best is that of its best epoch, RUN@12 that of the end of epoch 12, as far as checkpoints keep
// it. Only the headers of the files are read to find it. A file or folder that is itself named so comes first.

import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { NablaError } from '../errors.js';
import { entryAt } from '../system/folders.js';
import { listed } from '../text.js';
import { BEST, CHECKPOINTS, isRun } from './files.js';
import { readMetadata } from './formats/safetensors.js';

/** The run and the file that a name with @ stands for. */
export interface NamedNetwork {
  /** The run's folder. */
  readonly folder: string;
  readonly file: string;
}

/**
 * The network that a path with @ names.
 * @returns undefined for any other path
 * @throws {NablaError} BAD_DATA where the run does not have it, naming those that it has
 */
export function networkNamed(path: string): NamedNetwork | undefined {
  const [, folder, name] = splitName(path) ?? [];
  if (folder === undefined) return undefined;
  const kept = keptNetworks(folder);
  const found = kept.find(({ names }) => names.includes(isNumber(name) ? String(Number(name)) : name));
  if (found) return { folder, file: found.file };
  throw new NablaError('BAD_DATA', `${path}: ${whatIsThere(name, kept)}`);
}

/** The folder of the run that a path with @ names a network of; undefined for any other path. */
export function runOfNamed(path: string): string | undefined {
  return splitName(path)?.[1];
}

function splitName(path: string): RegExpExecArray | undefined {
  const match = /^(.+)@([^@/\\]*)$/.exec(path);
  return match && entryAt(path) === undefined && isRun(match[1]) ? match : undefined;
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);

interface KeptNetwork {
  readonly file: string;
  /** What may stand after the @. */
  readonly names: readonly string[];
}

/** The best network first, then those of ends of epochs by their number. */
function keptNetworks(run: string): KeptNetwork[] {
  const folder = join(run, CHECKPOINTS);
  const files = entryAt(folder)?.isDirectory() ? readdirSync(folder).filter((name) => name.endsWith('.safetensors')) : [];
  const kept = files.map((name) => ({ file: join(folder, name), names: namesOf(join(folder, name), name) })).filter(({ names }) => names.length > 0);
  const order = ({ names: [first] }: KeptNetwork): number => (first === 'best' ? 0 : Number(first));
  return kept.sort((a, b) => order(a) - order(b));
}

/** Whole epochs that the network in one of a run's files has been trained for; undefined where the file does not say. */
export function epochOfFile(path: string): number | undefined {
  const metadata = metadataOf(path);
  try {
    const epoch = metadata?.checkpoint === undefined ? Number(metadata?.epoch) : JSON.parse(metadata.checkpoint).position.epoch - 1;
    return Number.isInteger(epoch) ? epoch : undefined;
  } catch {
    return undefined;
  }
}

/** None where the file is damaged, or holds a moment within an epoch. */
function namesOf(path: string, name: string): string[] {
  const metadata = metadataOf(path);
  if (name === BEST) return metadata ? ['best', ...(metadata.epoch === undefined ? [] : [metadata.epoch])] : [];
  try {
    const { epoch, samples } = JSON.parse(metadata?.checkpoint ?? '').position;
    return samples === 0 && epoch > 1 ? [String(epoch - 1)] : [];
  } catch {
    return [];
  }
}

function metadataOf(path: string): Readonly<Record<string, string>> | undefined {
  const file = openSync(path, 'r');
  try {
    return readMetadata(path, (length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, 0));
    });
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

function whatIsThere(name: string, kept: readonly KeptNetwork[]): string {
  const best = kept.find(({ names }) => names[0] === 'best');
  const epochs = kept.flatMap(({ names: [first] }) => (first === 'best' ? [] : [`@${first}`]));
  const there = [...(best ? [best.names[1] === undefined ? '@best' : `@best (epoch ${best.names[1]})`] : []), ...shortened(epochs)];
  const has = there.length === 0 ? 'it keeps none yet' : `it keeps ${listed(there)}`;
  if (name === 'best') return `this run keeps no network of a best epoch yet; ${has}.`;
  if (!isNumber(name)) return `expected the run's name with @best or the number of an epoch, such as @12; ${has}.`;
  return `this run keeps no network of the end of epoch ${Number(name)}; ${has}. --checkpoint-every 1e --keep-checkpoints 100 keeps the last hundred.`;
}

/** A line has room for few. */
function shortened(names: readonly string[]): string[] {
  return names.length <= 6 ? [...names] : [...names.slice(0, 2), `${names.length - 4} more`, ...names.slice(-2)];
}
