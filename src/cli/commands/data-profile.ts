// `nabla data FILE…`: what is in a data set, what is odd about it, and what `nabla train` would do with it; as text, as lines of JSON, or
// as a page.

import { basename } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { oneSource } from '../../data/source.js';
import { NablaError, wrongValue } from '../../errors.js';
import { READING_OPTIONS } from '../../options/reading-options.js';
import type { DataProfile } from '../../profile/data-profile.js';
import { type DescribeOptions, describeData } from '../../profile/describe.js';
import { dataPage } from '../../report/pages/data-page.js';
import { augmentedSheetText, contactSheetText } from '../../report/terminal/contact-sheet.js';
import { dataText, sheetText } from '../../report/terminal/data-table.js';
import { entryAt } from '../../system/folders.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { shellPath } from '../../system/shell-word.js';
import { count } from '../../text.js';
import { calledAs } from '../called.js';
import { addGroups, flagOf } from '../flags.js';
import { StatusLine } from '../status-line.js';
import { painter, pixelPainter, roomOn } from '../terminal.js';
import { formatOption } from '../values.js';
import { proposedCommand } from '../words.js';

interface Flags extends DescribeOptions {
  sheet?: true;
  html?: string;
  format: 'text' | 'json';
}

/** Columns of text where the output is no terminal. */
const USUAL_WIDTH = 100;

const AUGMENT = "show pictures also as they are trained on so, beside --sheet or --html: 'rotate:12 elastic:sigma=6,alpha=36'";

const EXAMPLES = `
Examples:
  nabla data people.csv --target income
  nabla data train.csv --test test.csv --html people.html
  nabla data pictures/ --size 28x28
  nabla data mnist --augment 'rotate:15 elastic:sigma=5,alpha=30' --sheet
  nabla data 'parts/*.parquet' --format json`;

/** Makes a command describe data. */
export function addProfile(command: Command): Command {
  command
    .description('Say what is in a data set, what is odd about it, and what train would do with it.')
    .addArgument(new Argument('<files...>', "files of rows, a folder of IDX files or pictures, or 'mnist'; several files are one after another"));
  return addGroups(command, ['columns', 'data'], {}, READING_OPTIONS)
    .addOption(flagOf('seed', { help: 'seed of a split that is drawn, of the pictures that are shown, and of what --augment draws' }))
    .addOption(flagOf('augment', { help: AUGMENT }))
    .addOption(new Option('--sheet', 'print the pictures alone'))
    .addOption(new Option('--html <file>', 'write a page too: one HTML file with histograms and pictures, which loads nothing'))
    .addOption(formatOption())
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(files: string[], { html, format, sheet, ...options }: Flags, command: Command): Promise<void> {
  refuseOtherWords(files, command);
  refuseUnseen({ html, format, sheet, ...options });
  if (html !== undefined) checkOutputPath('html', html);
  const status = new StatusLine(process.stderr);
  status.show('reading data');
  try {
    const profile = await describeData(oneSource(files), options);
    if (sheet && !profile.augmented && !profile.sheet) throw wrongValue('sheet', 'samples that are pictures', profile.name);
    const page = html === undefined ? undefined : dataPage(profile, files.map(withoutFolder));
    status.end();
    process.stdout.write(format === 'json' ? jsonLines(profile) : textOf(profile, files, sheet));
    if (html === undefined || page === undefined) return;
    writeOutput('The page', html, page);
    const bytes = Buffer.byteLength(page);
    process.stdout.write(
      format === 'json' ? `${JSON.stringify({ event: 'page', out: html, bytes })}\n` : `\n${html}: ${count(Math.ceil(bytes / 1024))} kB\n`,
    );
  } finally {
    status.end();
  }
}

/** Pictures that nothing would show. */
function refuseUnseen({ html, format, sheet, augment }: Flags): void {
  if (sheet && format === 'json') throw wrongValue('format', "'text' beside --sheet, which prints pictures", format);
  if (augment === undefined || sheet || html !== undefined) return;
  throw wrongValue('augment', '--sheet or --html beside it, to show what it does', augment);
}

/** A word that other tools have for a command within this one, and that is no file. */
function refuseOtherWords([first]: readonly string[], command: Command): void {
  const proposed = entryAt(first) ? '' : proposedCommand(first, command);
  if (proposed !== '') throw new NablaError('BAD_DATA', `${first}: there is no such file or folder. ${proposed}`);
}

/** A name that leads to the file or folder where it lies; 'mnist' alone is the package. */
function withoutFolder(file: string): string {
  const name = basename(file);
  return file !== 'mnist' && name === 'mnist' ? `./${name}` : name;
}

/** @param sheet whether the pictures are wanted alone */
function textOf(profile: DataProfile, files: readonly string[], sheet = false): string {
  const { stdout, env } = process;
  const width = roomOn(stdout, USUAL_WIDTH);
  const paint = painter(stdout, env);
  const command = [calledAs(), 'train', ...files.map((file) => shellPath(file)), profile.train.options].filter((word) => word !== '').join(' ');
  const paintPixels = pixelPainter(stdout, env);
  const usual = profile.sheet ? contactSheetText(profile.sheet, width, paintPixels) : [];
  const changed = profile.augmented ? augmentedSheetText(profile.augmented, width, paintPixels) : usual;
  if (sheet) return sheetText(profile, { width, pictures: changed, command });
  return dataText(profile, { width, pictures: usual, command }).replace(/^(warning|refused|needed) /gm, (label) => paint('yellow', label));
}

/** The data, each column and each class, rows that are the same, and what training would do: a line each. */
function jsonLines({ columns, classes = [], duplicates, train, sheet, augmented, ...data }: DataProfile): string {
  const lines = [
    { event: 'data', ...data },
    ...columns.map((column) => ({ event: 'column', ...column })),
    ...classes.map((one) => ({ event: 'class', ...one })),
    { event: 'duplicates', ...duplicates },
    { event: 'train', ...train },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
