// `nabla data get`: fetches a public data set into the cache folder, or into another one, and says how a network is trained on it. Where
// nothing can be fetched it says what a person has to fetch, and where to put it.

import { resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { checkOneOf } from '../../check.js';
import { folderOf, namedSet, pathOf } from '../../downloads/fetched.js';
import { type Got, getSet, missingFiles, type Progress } from '../../downloads/get-set.js';
import type { PublicSet } from '../../downloads/public-set.js';
import { PUBLIC_SETS } from '../../downloads/sets.js';
import { NablaError } from '../../errors.js';
import { checkFolder } from '../../system/folders.js';
import { shellPath } from '../../system/shell-word.js';
import { count, fixed, noun } from '../../text.js';
import { calledAs } from '../called.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { formatOption } from '../values.js';

interface Flags {
  to?: string;
  format: 'text' | 'json';
}

const NAMES = PUBLIC_SETS.map(({ name }) => name);

const megabytesOf = (bytes: number): string => (bytes < 1e5 ? `${count(Math.ceil(bytes / 1000))} kB` : `${fixed(bytes / 1e6, 1)} MB`);
const sizeOf = ({ files }: PublicSet): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

export function dataGetCommand(): Command {
  const width = Math.max(...NAMES.map((name) => name.length));
  const table = PUBLIC_SETS.map((set) => `  ${set.name.padEnd(width)}  ${megabytesOf(sizeOf(set)).padStart(8)}  ${set.title}`);
  return new Command('get')
    .description('Fetch a public data set, check it, and keep it: nabla train then takes its name.')
    .addArgument(new Argument('<name>', NAMES.join(', ')))
    .addOption(new Option('--to <folder>', 'keep it in this folder (default: data/NAME in the cache folder)'))
    .addOption(formatOption())
    .addHelpText('after', `\nData sets:\n${table.join('\n')}`)
    .action(run);
}

async function run(name: string, { to, format }: Flags): Promise<void> {
  const { set, part } = namedSet(name) ?? { set: PUBLIC_SETS.find((one) => one.name === checkOneOf('name', name, NAMES)) as PublicSet };
  if (to !== undefined) checkFolder('to', to);
  const folder = to === undefined ? folderOf(set) : resolve(to);
  const { signal, release } = onInterrupt();
  const status = new StatusLine(process.stderr);
  try {
    const got = await getSet(set, folder, { signal, onProgress: (progress) => status.show(progressText(set, progress)) });
    status.end();
    process.stdout.write(format === 'json' ? jsonLine(set, folder, got) : textOf(set, folder, got, { part, isUsual: to === undefined }));
  } catch (error) {
    status.end();
    if (!(error instanceof NablaError) || error.code !== 'NOT_FETCHED') throw error;
    process.stderr.write(`error: ${set.name}: ${error.message}\n${byHand(set, folder)}`);
    process.exitCode = 1;
  } finally {
    release();
  }
}

function progressText({ name }: PublicSet, { bytes, of, unpacking }: Progress): string {
  if (unpacking !== undefined) return `${name}: unpacking ${unpacking}`;
  return `${name}: ${megabytesOf(bytes)} of ${megabytesOf(of)}, ${Math.floor((100 * bytes) / of)} %`;
}

function jsonLine(set: PublicSet, folder: string, { isOld, files, bytes, from }: Got): string {
  return `${JSON.stringify({ event: 'fetched', name: set.name, folder, isOld, files, bytes, from, licence: set.licence })}\n`;
}

function textOf(set: PublicSet, folder: string, { isOld, files, bytes, from }: Got, { part, isUsual }: { part?: string; isUsual: boolean }): string {
  const what = `${files} ${noun(files, 'file')}, ${megabytesOf(bytes)}`;
  const hosts = [...new Set(from.map((url) => new URL(url).host))].join(', ');
  return [
    set.title,
    doneText(isOld, what, hosts),
    `kept in    ${folder}`,
    `licence    ${set.licence}`,
    `next       ${calledAs()} train --data ${dataOf(set, folder, part, isUsual)}${set.options === '' ? '' : ` ${set.options}`}`,
    '',
  ].join('\n');
}

/** What was done, by the servers that gave a file. */
function doneText(isOld: boolean, what: string, hosts: string): string {
  if (isOld) return `there      ${what}, already, and unchanged`;
  return hosts === '' ? `unpacked   ${what}, checked by SHA-256` : `fetched    ${what}, checked by SHA-256, from ${hosts}`;
}

/** What `nabla train` is told of it. */
function dataOf(set: PublicSet, folder: string, part: string | undefined, isUsual: boolean): string {
  const one = part ?? set.parts?.[0];
  if (isUsual && !set.byPath) return one === undefined ? set.name : `${set.name}/${one}`;
  return shellPath(pathOf(set, folder, one));
}

/** What a person can do about it. */
function byHand(set: PublicSet, folder: string): string {
  const missing = missingFiles(set, folder);
  if (missing.length === 0) return '';
  const lines = missing.map(({ file, place }) => `  ${file.urls[0]}\n    (${count(file.bytes)} bytes) as ${place}\n`);
  return `By hand: fetch with anything that can\n${lines.join('')}and give the same command again: it checks what lies there, and fetches no more than is missing.\n`;
}
