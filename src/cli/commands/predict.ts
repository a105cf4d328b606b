// `nabla predict`: what a saved network says of pictures, images and rows, one line each, file by file as they are read.

import { Argument, Command, Option } from 'commander';
import { CSV_HEADERS, CSV_LABELS } from '../../data/csv.js';
import { DRAWN_FORMAT_TITLES, SAMPLE_FORMAT_TITLES } from '../../data/formats.js';
import { INVERT, SAMPLES_FILE } from '../../data/samples-file.js';
import { wrongValue } from '../../errors.js';
import type { Prediction } from '../../inference/judge.js';
import { type FailedFile, type FileOutcome, type PredictOptions, predictEach } from '../../inference/predict.js';
import { toFraction } from '../../options/option-text.js';
import { collectInput } from '../../system/input-file.js';
import { count, listed, percent } from '../../text.js';
import { BadInputs, warningLines } from '../bad-inputs.js';
import { flagOf, numberOption, transposeFlags } from '../flags.js';
import { planOutput } from '../output.js';
import { formatOption } from '../values.js';

type Flags = Omit<PredictOptions, 'run' | 'files'> & { format: 'text' | 'json' };

export function predictCommand(): Command {
  const command = new Command('predict')
    .description('Say what a saved network takes pictures, images or rows of numbers for.')
    .addArgument(new Argument('<run>', "folder of the run, RUN@best or RUN@12 for one of its networks, or a file in the book's JSON"))
    .addArgument(new Argument('<files...>', `${listed(SAMPLE_FORMAT_TITLES, 'or')}, gzipped or not: the first bytes say which; - is standard input`))
    .addOption(numberOption('--top', 'classes to name, the likeliest first', 3))
    .addOption(
      new Option(
        '--scale <x>',
        "what values are multiplied with to become inputs, such as 1 or 1/255 (default: as in training; 1/255 for the book's JSON)",
      ).argParser(toFraction('scale')),
    );
  for (const flag of transposeFlags('images of IDX and rows of CSV')) command.addOption(flag);
  return command
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
  if (files.filter((file) => file === '-').length > 1) throw wrongValue('files', 'standard input once', files);
  const { outcomes, classNames } = await predictEach({ ...options, run: from, files: files.map(withStandardInput) });
  const printer = format === 'json' ? new JsonPrinter(from) : new TextPrinter(classNames);
  const bad = new BadInputs();
  let [good, readerGone] = [0, false];
  // The reader may be gone before the last line (`| head`): no fault.
  planOutput({
    readerGone: () => {
      readerGone = true;
    },
  });
  for await (const outcome of outcomes) {
    if (outcome.error) bad.add(outcome.error);
    else good++;
    if (!outcome.error && format === 'text') process.stderr.write(warningLines(warningsOf(outcome)));
    process.stdout.write(printer.lines(outcome));
    if (readerGone) break;
  }
  process.stdout.write(printer.end());
  bad.end(good);
}

function withStandardInput(file: string) {
  return file === '-' ? { name: file, bytes: () => collectInput('standard input', process.stdin, SAMPLES_FILE) } : file;
}

/** An object a sample, and one for each file that could not be judged, in its place; nothing before there is a sample. */
class JsonPrinter {
  readonly #run: string;
  #waiting = '';
  #hasSamples = false;

  constructor(run: string) {
    this.#run = run;
  }

  lines(outcome: FileOutcome): string {
    const { file, error } = outcome;
    const run = this.#run;
    const objects = error
      ? [{ event: 'error', run, file, message: error.message }]
      : [
          ...outcome.warnings.map((text) => ({ event: 'warning', run, text })),
          ...outcome.predictions.map((prediction) => ({ event: 'prediction', run, ...prediction })),
        ];
    this.#hasSamples ||= !error;
    const lines = this.#waiting + objects.map((object) => `${JSON.stringify(object)}\n`).join('');
    this.#waiting = this.#hasSamples ? '' : lines;
    return this.#hasSamples ? lines : '';
  }

  end(): string {
    return '';
  }
}

/** A line a sample, and how many were right where their classes are known. */
class TextPrinter {
  readonly #classNames: readonly string[] | undefined;
  #labelled = 0;
  #right = 0;

  constructor(classNames: readonly string[] | undefined) {
    this.#classNames = classNames;
  }

  lines(outcome: FileOutcome): string {
    return outcome.error ? '' : outcome.predictions.map((prediction) => this.#line(prediction)).join('');
  }

  #line(prediction: Prediction): string {
    const { label, outputs, top, inverted } = prediction;
    if (label !== null && outputs === null) {
      this.#labelled++;
      if (top[0].label === label) this.#right++;
    }
    return `${nameOf(prediction)}: ${outputs ? outputs.join(' ') : classesText(prediction, this.#classNames)}${inverted ? '; inverted' : ''}\n`;
  }

  end(): string {
    if (this.#labelled === 0) return '';
    return `right: ${count(this.#right)} of ${count(this.#labelled)} (${percent(this.#right / this.#labelled, 2)})\n`;
  }
}

/** What is odd about the file's samples, and what about single ones. */
function warningsOf({ warnings, predictions }: Exclude<FileOutcome, FailedFile>): string[] {
  const ofSamples = predictions.flatMap((prediction) => prediction.warnings.map((warning) => `${nameOf(prediction)}: ${warning}`));
  return [...warnings, ...ofSamples];
}

/** The file, in one line, and which of its samples. */
function nameOf({ file, index, of }: Prediction): string {
  const name = file.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?');
  return of === 1 ? name : `${name}[${index + 1}]`;
}

function classesText({ top, label }: Prediction, names: readonly string[] = []): string {
  const called = (k: number): string => names[k] ?? String(k);
  const classes = top.map((named) => `${called(named.label)} (${percent(named.probability, 2)})`).join(', ');
  const verdict = label === top[0].label ? 'right' : `wrong: ${label === null ? '' : called(label)}`;
  return label === null ? classes : `${classes}; ${verdict}`;
}
