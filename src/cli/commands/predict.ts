// `nabla predict`: what a saved network says of pictures, images and rows, one line each.

import { Argument, Command, Option } from 'commander';
import { CSV_HEADERS, CSV_LABELS } from '../../data/csv.js';
import { DRAWN_FORMAT_TITLES, SAMPLE_FORMAT_TITLES } from '../../data/formats.js';
import { collect, INVERT } from '../../data/samples-file.js';
import { wrongValue } from '../../errors.js';
import { type NamedBytes, type Prediction, type PredictOptions, type PredictResult, predict } from '../../inference/predict.js';
import { toNumber } from '../../options/option-text.js';
import { count, listed, percent } from '../../text.js';
import { flagOf, numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { formatOption } from '../values.js';

type Flags = Omit<PredictOptions, 'run' | 'files'> & { format: 'text' | 'json' };

export function predictCommand(): Command {
  return new Command('predict')
    .description('Say what a saved network takes pictures, images or rows of numbers for.')
    .addArgument(new Argument('<run>', "folder of the run, or a file in the book's JSON"))
    .addArgument(new Argument('<files...>', `${listed(SAMPLE_FORMAT_TITLES, 'or')}, gzipped or not: the first bytes say which; - is standard input`))
    .addOption(numberOption('--top', 'classes to name, the likeliest first', 3))
    .addOption(
      new Option(
        '--scale <x>',
        "what values are multiplied with to become inputs, such as 1 or 1/255 (default: as in training; 1/255 for the book's JSON)",
      ).argParser(toFraction('scale')),
    )
    .addOption(
      new Option(
        '--invert <when>',
        `${INVERT.join(', ')}: pictures become their negatives; auto: ${listed(DRAWN_FORMAT_TITLES)} that are dark on light`,
      ).default('auto'),
    )
    .addOption(
      new Option(
        '--fit',
        'crop, scale and centre pictures, also large photos, as MNIST was made: into 20 × 20 of 28 × 28, centre of mass in the middle',
      ),
    )
    .addOption(
      new Option(
        '--header <how>',
        `${CSV_HEADERS.join(', ')}: whether the first row of CSV holds names; auto: none of its fields is a number, or they are 0,1,2,…`,
      ).default('auto'),
    )
    .addOption(new Option('--label <column>', `${CSV_LABELS.join(', ')}: which column of CSV holds the class, to be compared`).default('none'))
    .addOption(flagOf('kernels', { default: 'auto, the fastest here' }))
    .addOption(formatOption())
    .action(run);
}

async function run(from: string, files: string[], { format, ...options }: Flags): Promise<void> {
  const result = await predict({ ...options, run: from, files: await withStandardInput(files) });
  // The reader may be gone before the last line (`| head`): no fault.
  const { release } = onInterrupt();
  if (format === 'text') process.stderr.write(warningLines(result));
  process.stdout.write(format === 'json' ? jsonLines(result) : textLines(result));
  release();
}

async function withStandardInput(files: readonly string[]): Promise<(string | NamedBytes)[]> {
  if (files.filter((file) => file === '-').length > 1) throw wrongValue('files', 'standard input once', files);
  return Promise.all(files.map(async (file) => (file === '-' ? { name: file, bytes: await collect('standard input', process.stdin) } : file)));
}

function jsonLines({ predictions, ...of }: PredictResult): string {
  return predictions.map((prediction) => `${JSON.stringify({ event: 'prediction', run: of.run, ...prediction })}\n`).join('');
}

function textLines({ predictions }: PredictResult): string {
  const lines = predictions.map((p) => `${nameOf(p)}: ${p.outputs ? p.outputs.join(' ') : classesText(p)}${p.inverted ? '; inverted' : ''}\n`);
  const labelled = predictions.filter(({ label, outputs }) => label !== null && outputs === null);
  const right = labelled.filter(({ label, top }) => top[0].label === label).length;
  const summary = `right: ${count(right)} of ${count(labelled.length)} (${percent(right / labelled.length, 2)})\n`;
  return lines.join('') + (labelled.length === 0 ? '' : summary);
}

function warningLines({ predictions }: PredictResult): string {
  return predictions.flatMap((p) => p.warnings.map((warning) => `warning: ${nameOf(p)}: ${warning}\n`)).join('');
}

/** The file, and which of its samples, counted from 0 as in IDX files. */
function nameOf({ file, index, of }: Prediction): string {
  return of === 1 ? file : `${file}[${index}]`;
}

function classesText({ top, label }: Prediction): string {
  const classes = top.map((named) => `${named.label} (${percent(named.probability, 2)})`).join(', ');
  const verdict = label === top[0].label ? 'right' : `wrong: ${label}`;
  return label === null ? classes : `${classes}; ${verdict}`;
}

/** A number, or one divided by another. */
function toFraction(option: string) {
  return (text: string): number => {
    const [over, under, more] = text.split('/').map(toNumber(option));
    if (more !== undefined) throw wrongValue(option, 'a number, or one divided by another such as 1/255', text);
    return under === undefined ? over : over / under;
  };
}
