// `nabla predict`: what a saved network says of pictures, images and rows, one line each, file by file as they are read; or as a file of
// rows for other programs.

import { once } from 'node:events';
import { Argument, Command, Option } from 'commander';
import { checkSignal } from '../../check.js';
import { CSV_LABELS } from '../../data/csv.js';
import { DRAWN_FORMAT_TITLES, SAMPLE_FORMAT_TITLES } from '../../data/formats.js';
import { INVERT } from '../../data/samples-file.js';
import { isBadInput, wrongValue } from '../../errors.js';
import { type FileOutcome, type PredictOptions, predictEach } from '../../inference/predict.js';
import { toFraction } from '../../options/option-text.js';
import { PREDICTION_FORMAT_NAMES } from '../../report/data/prediction-rows.js';
import { TABLE_FORMAT_TITLES } from '../../tables/formats.js';
import { listed } from '../../text.js';
import { BadInputs, warningLines } from '../bad-inputs.js';
import { addTextFlags, flagOf, numberOption, transposeFlags } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { planOutput } from '../output.js';
import { checkOut, type OutFlags, PredictionFile, writtenText } from '../prediction-file.js';
import { JsonPrinter, type PredictionPrinter, TextPrinter, Verdict, warningsOf } from '../prediction-text.js';
import { formatOption } from '../values.js';

type Flags = Omit<PredictOptions, 'run' | 'files'> & OutFlags & { format: 'text' | 'json' };

/** Formats of files, each once. */
const TITLES = [...new Set([...SAMPLE_FORMAT_TITLES, ...TABLE_FORMAT_TITLES])];

export function predictCommand(): Command {
  const command = new Command('predict')
    .description('Say what a saved network takes pictures, images or rows for: classes, or numbers in their own units.')
    .addArgument(
      new Argument('<run>', "folder of the run, or of an ensemble, RUN@best or RUN@12 for one of its networks, or a file in the book's JSON"),
    )
    .addArgument(new Argument('<files...>', `${listed(TITLES, 'or')}, gzipped or not: the first bytes say which; - is standard input, row by row`))
    .addOption(numberOption('--top', 'classes to name, the likeliest first (default: 3; in a file of --out 1)'))
    .addOption(new Option('--out <file>', 'write a row for each sample into this file instead, .csv or .jsonl; - is standard output'))
    .addOption(new Option('--to <name>', `${PREDICTION_FORMAT_NAMES.join(', ')}: what that file is, whatever its name`))
    .addOption(new Option('--probabilities', 'that of every class too, each in a column of its own'))
    .addOption(new Option('--with-inputs', "the columns of the rows too, as they were given, before the answer's"))
    .addOption(
      new Option(
        '--scale <x>',
        "what values are multiplied with to become inputs, such as 1 or 1/255 (default: as in training; 1/255 for the book's JSON)",
      ).argParser(toFraction('scale')),
    );
  for (const flag of transposeFlags('images of IDX and rows of CSV')) command.addOption(flag);
  return addTextFlags(command)
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
        '--label <column>',
        `${CSV_LABELS.join(', ')}: which column of CSV holds the class, to be compared (default: none; of a run that was trained on columns, the target's)`,
      ),
    )
    .addOption(flagOf('kernels', { default: 'auto, the fastest here' }))
    .addOption(formatOption())
    .action(run);
}

async function run(from: string, files: string[], { format, out, to, probabilities, withInputs, top, ...options }: Flags): Promise<void> {
  if (files.filter((file) => file === '-').length > 1) throw wrongValue('files', 'standard input once', files);
  const written = checkOut({ out, to, probabilities, withInputs }, files, format);
  const most = top ?? (written ? 1 : 3);
  const { signal, release } = onInterrupt();
  signal.addEventListener('abort', () => process.stdin.destroy());
  const { outcomes, classNames, network, outputNames } = await predictEach({
    ...options,
    signal,
    run: from,
    top: probabilities ? Number.MAX_SAFE_INTEGER : most,
    files: files.map((file) => (file === '-' ? { name: file, called: 'standard input', pieces: process.stdin } : file)),
  });
  const classes = classNames ?? Array.from({ length: network[network.length - 1] }, (_, k) => String(k));
  const columns = { files: files.length > 1, top: most, ...(probabilities && { classes }), ...(outputNames && { outputNames }) };
  const sink = written
    ? new FileSink(from, out as string, new PredictionFile(out as string, written, columns, withInputs === true), format)
    : new PrinterSink(format === 'json' ? new JsonPrinter(from) : new TextPrinter(classNames), format);
  await pour(outcomes, sink, signal);
  release();
}

/** Where predictions go. */
interface Sink {
  /** What is left for standard output. @throws {NablaError} BAD_DATA for a file that does not go with those before */
  take(outcome: FileOutcome): string;
  /** The last of it; `isGood` where there was any. */
  end(isGood: boolean): string;
}

/** Takes outcomes as they come; what is wrong or odd is said on standard error. */
async function pour(outcomes: AsyncIterable<FileOutcome>, sink: Sink, signal: AbortSignal): Promise<void> {
  const bad = new BadInputs();
  let [good, readerGone] = [0, false];
  // The reader may be gone before the last line (`| head`): no fault.
  planOutput({
    readerGone: () => {
      readerGone = true;
    },
  });
  try {
    for await (const outcome of outcomes) {
      checkSignal(signal, 'all samples were judged');
      const { text, error } = taken(sink, outcome);
      if (error) bad.add(error);
      else if (!outcome.error && outcome.predictions.length > 0) good++;
      if (!process.stdout.write(text) && !readerGone) await once(process.stdout, 'drain').catch(() => {});
      if (readerGone) break;
    }
    checkSignal(signal, 'all samples were judged');
  } catch (error) {
    sink.end(false);
    throw error;
  }
  process.stdout.write(sink.end(good > 0));
  bad.end(good);
}

function taken(sink: Sink, outcome: FileOutcome): { readonly text: string; readonly error?: Error } {
  try {
    return { text: sink.take(outcome), ...(outcome.error && { error: outcome.error }) };
  } catch (error) {
    if (!isBadInput(error)) throw error;
    return { text: '', error };
  }
}

class PrinterSink implements Sink {
  readonly #printer: PredictionPrinter;
  readonly #format: Flags['format'];

  constructor(printer: PredictionPrinter, format: Flags['format']) {
    this.#printer = printer;
    this.#format = format;
  }

  take(outcome: FileOutcome): string {
    if (!outcome.error && this.#format === 'text') process.stderr.write(warningLines(warningsOf(outcome)));
    return this.#printer.lines(outcome);
  }

  end(): string {
    return this.#printer.end();
  }
}

/** A file of rows, and a line about it. */
class FileSink implements Sink {
  readonly #run: string;
  readonly #out: string;
  readonly #file: PredictionFile;
  readonly #format: Flags['format'];
  readonly #verdict = new Verdict();

  constructor(run: string, out: string, file: PredictionFile, format: Flags['format']) {
    this.#run = run;
    this.#out = out;
    this.#file = file;
    this.#format = format;
  }

  take(outcome: FileOutcome): string {
    if (outcome.error) return '';
    process.stderr.write(warningLines(warningsOf(outcome)));
    this.#verdict.add(outcome);
    return this.#file.add(outcome);
  }

  end(isGood: boolean): string {
    this.#file.end(isGood);
    if (!isGood) return '';
    const { rows } = this.#file;
    const verdict = this.#verdict.text();
    if (this.#format === 'json')
      return `${JSON.stringify({ event: 'predictions', run: this.#run, out: this.#out, rows, ...this.#verdict.figures() })}\n`;
    const text = [...(this.#out === '-' ? [] : [writtenText(this.#out, rows)]), ...(verdict ? [verdict] : [])].join('; ');
    if (this.#out !== '-') return `${text}\n`;
    if (text) process.stderr.write(`${text}\n`);
    return '';
  }
}
