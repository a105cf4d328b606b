// What a saved network says of new samples: pictures, images in IDX files, rows of columns. Inputs become what they were in training, and
// the outputs come from the kernels of an evaluation, with the bits that the same samples have there. Files are read and judged one
// after another; one that cannot be read keeps none of the others from being judged. How a file is judged stands in judge.ts, and of one
// with the columns that a run was trained on in judge-rows.ts.

import { checkInteger, checkList, checkObject, checkOneOf, checkOptions, checkPath, checkSignal } from '../check.js';
import { classNamesOf } from '../data/class-names.js';
import { type Preparation, wordColumns } from '../data/columns/preparation.js';
import { CSV_LABELS, type CsvOptions } from '../data/csv.js';
import { holdsPictures } from '../data/formats.js';
import { BYTE_SCALE, checkReading, checkScale } from '../data/reading.js';
import { areBytes, type DataRecord } from '../data/record.js';
import { INVERT, readSamplesFile, SAMPLES_FILE, type SamplesFileOptions } from '../data/samples-file.js';
import { isBadInput, wrongKind, wrongValue } from '../errors.js';
import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import { isPicture } from '../pictures/read.js';
import type { RunRecord } from '../runs/record.js';
import { readSavedNetwork } from '../runs/saved-network.js';
import type { TableOptions } from '../tables/options.js';
import { bytesSource, fileSource, pipeSource, type Source } from '../tables/source.js';
import { Forward } from './forward.js';
import { type Judge, type JudgedFile, judged, type Prediction } from './judge.js';
import { type GivenRows, judgedFile, judgedStream } from './judge-rows.js';
import { trainedPicture } from './trained-pictures.js';

/** A file that is in memory already, with the name that errors and results have for it. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Standard input, or another stream. */
interface NamedStream {
  readonly name: string;
  /** For messages. */
  readonly called: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** A file when it is its turn. */
interface Named {
  readonly name: string;
  readonly source: Source;
  readonly isStream: boolean;
}

export interface PredictOptions {
  /** Folder of a run, or a file in the book's JSON. */
  run: string;
  /**
   * PNG, JPEG, PGM, IDX or CSV, gzipped or not; their first bytes say which. For a run that was trained on the columns of a file: rows with
   * these columns, in CSV, JSON Lines or whatever else it could be trained on.
   */
  files: readonly (string | NamedBytes)[];
  /** Classes to name, the likeliest first. Default: 3. */
  top?: number;
  /** What values are multiplied with to become inputs. Default: what the run's data were, 1/255 for the book's JSON. */
  scale?: number;
  /** Whether IDX and CSV hold pictures column by column. Default: as the files were that the run was trained on. */
  transpose?: boolean;
  /** Whether pictures become their negatives: 'auto' where they are dark on light. Default: 'auto'. */
  invert?: SamplesFileOptions['invert'];
  /** Crops, scales and centres pictures, of up to 64 megapixels, as MNIST was made. Default: false. */
  fit?: boolean;
  /** Whether the first row of CSV holds names: 'auto' where none of its fields is a number, or those that are count from 0. Default: 'auto'. */
  header?: CsvOptions['header'];
  /** What divides the columns of CSV. Default: found. */
  separator?: string;
  /** Of numbers in CSV. Default: as in training; else '.'. */
  decimal?: '.' | ',';
  /** Which column of CSV holds the class. Default: 'none'; a run that was trained on columns knows which. */
  label?: CsvOptions['label'];
  /** Default: 'auto', the fastest WebAssembly here. */
  kernels?: KernelName | 'auto';
  /** Gives up before the next file. */
  signal?: AbortSignal;
}

const NAMES: Readonly<Record<keyof PredictOptions, true>> = {
  run: true,
  files: true,
  top: true,
  scale: true,
  transpose: true,
  invert: true,
  fit: true,
  header: true,
  separator: true,
  decimal: true,
  label: true,
  kernels: true,
  signal: true,
};

/** A file that could not be judged, and why. */
export interface FailedFile {
  readonly file: string;
  /** Bad input: what is wrong with the file, and where. */
  readonly error: Error;
}

/** What a file gave: its samples or some of them, or an error. */
export type FileOutcome =
  | (FailedFile & { /** The row of a stream that it is about, from 0. */ readonly index?: number })
  | (JudgedFile & { readonly file: string; readonly given?: GivenRows });

/** The network, and how values become its inputs. */
interface Predicting {
  readonly run: string;
  readonly network: readonly number[];
  readonly kernels: KernelName;
  /** What values were multiplied with. */
  readonly scale: number;
  /** What the classes are called; absent where they have no names. */
  readonly classNames?: readonly string[];
  /** What the numbers are called that a network predicts; absent where they have no names. */
  readonly outputNames?: readonly string[];
}

export interface PredictResult extends Predicting {
  /** What is odd about the samples, though they can be judged. */
  readonly warnings: readonly string[];
  /** Of all samples of all files, in order. */
  readonly predictions: readonly Prediction[];
  /** Files that could not be judged. */
  readonly failed: readonly FailedFile[];
}

/**
 * What a saved network says of the samples in these files. Of several, those that cannot be used are listed beside the predictions.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA for a run that cannot be used; for a file, naming it and byte, or line and column, where none can be used
 */
export async function predict(options: PredictOptions): Promise<PredictResult> {
  const { outcomes, ...about } = await predictEach(options);
  const predictions: Prediction[] = [];
  const warnings: string[] = [];
  const failed: FailedFile[] = [];
  for await (const outcome of outcomes) {
    if (outcome.error) {
      failed.push(outcome);
      continue;
    }
    for (const prediction of outcome.predictions) predictions.push(prediction);
    warnings.push(...outcome.warnings);
  }
  if (predictions.length === 0 && failed.length > 0) throw failed[0].error;
  return { ...about, warnings, predictions, failed };
}

/** The same file by file, and of rows some at a time, each read when its outcome is asked for. */
export async function predictEach(
  given: Omit<PredictOptions, 'files'> & { files: readonly (string | NamedBytes | NamedStream)[] },
): Promise<Predicting & { readonly outcomes: AsyncIterable<FileOutcome> }> {
  const options = checkOptions(given, Object.keys(NAMES));
  const { top = 3, kernels = 'auto', signal } = options;
  checkPath('run', options.run, 'the folder of a run');
  const files = checkList('files', options.files, 'a list of files').map(namedSource);
  if (files.length === 0) throw wrongKind('files', 'a list of files', options.files);
  checkInteger('top', top, 1);
  checkOneOf('kernels', kernels, ['auto', ...KERNEL_NAMES]);
  const reading = fileOptions(options);
  checkSignal(signal, 'the first file was read');
  const saved = await readSavedNetwork(options.run);
  const { network, run } = saved;
  const record = run?.record;
  const { regression = false, preparation } = record?.data ?? {};
  const classNames = classNamesOf(record?.data);
  const target = preparation?.target;
  const scale = scaleOf(options, record);
  if (regression && !preparation && reading.label !== 'none')
    throw wrongValue('label', "'none' for a network whose targets were numbers", reading.label);
  const choice = await loadKernels(kernels);
  const input = record?.configuration.input ?? 'dense';
  const forward = await Forward.open({ ...saved, values: { bytes: false, scale: 1 }, input, kernels: choice });
  const { layers } = network;
  const judge: Judge = { network, regression, classNames, top, scale, forward, given: options.scale !== undefined, trained: record?.data };
  const bytesWanted = options.scale === undefined && (record === undefined || areBytes(record.data ?? {}));
  const transpose = reading.transpose ?? record?.data?.transpose ?? false;
  const { header = 'auto' } = reading;
  const wanted = { ...reading, header, transpose, bytes: bytesWanted, inputs: layers[0], classes: layers[layers.length - 1], classNames };
  const { picture } = preparation ?? {};
  const ofPictures = (name: string, source: Source, start: Uint8Array) =>
    outcomeOf(name, async () => {
      const asTrained = picture && isPicture(start) && !wanted.fit && wanted.invert === 'auto' ? picture : undefined;
      const samples = asTrained
        ? await trainedPicture(source, asTrained, record?.data?.size !== undefined)
        : await readSamplesFile(source.name, await source.bytes(SAMPLES_FILE), wanted);
      return judged(name, samples, judge);
    });
  const rows = preparation && { ...judge, preparation, reading: tableReading(options, reading, preparation, record?.data ?? {}) };
  const outcomes = (async function* (): AsyncGenerator<FileOutcome> {
    for (const { name, source, isStream } of files) {
      checkSignal(signal, `${name} was read`);
      const start = rows?.preparation.plain ? await startOf(source) : NOTHING;
      if (!rows || holdsPictures(start)) yield await ofPictures(name, source, start);
      else for await (const outcome of (isStream ? judgedStream : judgedFile)(name, source, rows)) yield { file: name, ...outcome };
    }
  })();
  const outputNames = target?.kind === 'numbers' ? target.columns.map((column) => column.name) : undefined;
  return {
    run: options.run,
    network: layers,
    kernels: choice.name,
    scale,
    ...(classNames && { classNames }),
    ...(outputNames && { outputNames }),
    outcomes,
  };
}

const NOTHING = new Uint8Array(0);

/** What a file begins with; nothing where it cannot be read: the reader says why. */
async function startOf(source: Source): Promise<Uint8Array> {
  try {
    return await source.start();
  } catch (error) {
    if (isBadInput(error)) return NOTHING;
    throw error;
  }
}

/** How files of rows are read: as the run's own were, but for what is said. */
function tableReading(
  { label, separator, decimal }: Pick<PredictOptions, 'label' | 'separator' | 'decimal'>,
  { header, transpose }: Pick<PredictOptions, 'header' | 'transpose'>,
  preparation: Preparation,
  trained: Partial<DataRecord>,
): TableOptions {
  if (label !== undefined && label !== 'none')
    throw wrongValue('label', "'none' for a run that was trained on columns: that of the target is found", label);
  const { picture } = preparation;
  const [divides, mark] = [separator ?? trained.separator, decimal ?? trained.decimal];
  return {
    categorical: wordColumns(preparation),
    header: header ?? trained.header ?? 'auto',
    transpose: transpose ?? trained.transpose ?? false,
    ...(divides !== undefined && { separator: divides }),
    ...(mark && { decimal: mark }),
    ...(picture && { channels: picture.channels === 3 ? 3 : 1 }),
    ...(picture && trained.size !== undefined && { size: { width: picture.width, height: picture.height } }),
  };
}

/** What judging a file gives, or why it cannot be judged. */
async function outcomeOf(file: string, judging: () => Promise<JudgedFile>): Promise<FileOutcome> {
  try {
    return { file, ...(await judging()) };
  } catch (error) {
    if (!isBadInput(error)) throw error;
    return { file, error };
  }
}

function fileOptions({ invert = 'auto', fit = false, label = 'none', header, separator, decimal, transpose }: Omit<PredictOptions, 'files'>) {
  if (typeof fit !== 'boolean') throw wrongKind('fit', 'true or false', fit);
  checkReading({ transpose, header, separator, decimal });
  return { invert: checkOneOf('invert', invert, INVERT), fit, label: checkOneOf('label', label, CSV_LABELS), header, separator, decimal, transpose };
}

function namedSource(file: string | NamedBytes | NamedStream): Named {
  if (typeof file === 'string' && checkPath('files', file)) return { name: file, source: fileSource(file), isStream: false };
  const { name, bytes, called, pieces } = checkObject('files', file as Partial<NamedBytes & NamedStream>, 'paths, or names with bytes');
  if (typeof name === 'string' && called !== undefined && pieces) return { name, source: pipeSource(called, pieces), isStream: true };
  if (typeof name === 'string' && bytes instanceof Uint8Array) return { name, source: bytesSource(name, bytes), isStream: false };
  throw wrongKind('files', 'paths, or names with bytes', file);
}

/** What values are multiplied with: what is said, or what was done in training. */
function scaleOf({ scale }: Pick<PredictOptions, 'scale'>, record: RunRecord | undefined): number {
  const { preparation } = record?.data ?? {};
  if (scale !== undefined && preparation && !preparation.plain)
    throw wrongValue('scale', 'none for a run whose columns have scales of their own', scale);
  if (scale !== undefined) return checkScale('scale', scale);
  if (!record) return BYTE_SCALE;
  if (record.data?.scale === undefined)
    throw wrongValue('scale', 'one, because this run does not say how its inputs were read', scale, 'Bytes of MNIST take --scale 1/255.');
  return checkScale('data.scale of the run', record.data.scale);
}
