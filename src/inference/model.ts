// A trained network as an object that answers: loaded from a run, or what a run has just trained. One sample or many, at once and
// on the calling thread, with the bits of `nabla predict` (forward.ts). Where a run was trained on the columns of a file, samples are rows
// with these columns. Files of samples are for predict.ts.

import { checkList, checkOneOf, checkOptions, checkPath, reading } from '../check.js';
import { classNamesOf } from '../data/class-names.js';
import { featureNames, targetNamesOf } from '../data/columns/locate.js';
import type { Row } from '../data/numbers.js';
import { BYTE_SCALE, checkScale } from '../data/reading.js';
import type { DataRecord } from '../data/record.js';
import { wrongValue } from '../errors.js';
import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import type { InputFormat } from '../model/input.js';
import { countNetworks, type Networks } from '../model/parameter-sets.js';
import { classNamed, probabilitiesOf } from '../model/probabilities.js';
import type { NetworkSpecification } from '../model/specification.js';
import { readSavedNetwork } from '../runs/saved-network.js';
import { Forward } from './forward.js';
import { inputsOf } from './inputs.js';
import { RawRows } from './raw-rows.js';

export interface ModelOptions {
  /** What a byte is multiplied with to become an input. Default: what the run's data were, 1/255 for the book's JSON; none for prepared columns. */
  scale?: number;
  /** Default: 'auto', the fastest WebAssembly here. */
  kernels?: KernelName | 'auto';
}

/** What a network says of one sample. */
export interface Answer {
  /** The class of the largest output; null for a network whose targets were numbers, as are the next two. */
  readonly label: number | null;
  /** What that class is called, where the classes have names. */
  readonly name: string | null;
  /** Its probability (see model/probabilities.ts for what it is where the outputs are no distribution). */
  readonly probability: number | null;
  /** a^L, [n_L]; of numbers that were columns of a file, in their own units. */
  readonly outputs: readonly number[];
}

/** A row of a file: values by the names of their columns, or in the order of those; null where one is missing. A list stands for 'name[1]', 'name[2]', …. */
export type RawRow = Readonly<Record<string, RawValue | readonly RawValue[]>> | readonly RawValue[];
export type RawValue = string | number | boolean | bigint | null | undefined;

/** What is known of the data that a network was trained on. */
export type KnownData = Partial<Pick<DataRecord, 'scale' | 'regression' | 'classNames' | 'preparation'>>;

/** Samples in one call of predict: their rows are copied. */
const MOST_SAMPLES = 10_000_000;
const NAMES: Readonly<Record<keyof ModelOptions, true>> = { scale: true, kernels: true };

export class Model {
  /** Of several networks whose outputs are averaged, that of the first. */
  readonly network: NetworkSpecification;
  /** Of each of several, where they are not all alike. */
  readonly networks: readonly NetworkSpecification[] | undefined;
  /** [P] in the book's order; of several networks whose outputs are averaged, those of one after another. */
  readonly parameters: Float32Array;
  /** Networks whose outputs are averaged: 1 for a network of its own. */
  readonly members: number;
  /** Numbers of a sample: n_1. */
  readonly inputs: number;
  /** n_L */
  readonly outputs: number;
  /** Whether its outputs are numbers instead of classes. */
  readonly regression: boolean;
  /** What the classes are called, where they have names. */
  readonly classNames: readonly string[] | undefined;
  /** What the numbers are called that it predicts, where they have names. */
  readonly outputNames: readonly string[] | undefined;
  /** What a byte is multiplied with to become an input; 1 where the data were no bytes, undefined where it is not known. */
  readonly scale: number | undefined;
  /** The columns of a row, in their order, where it was trained on those of a file that have names. */
  readonly columns: readonly string[] | undefined;
  readonly #forward: Forward;
  readonly #rows: RawRows | undefined;

  private constructor(trained: Trained, { scale, regression = false, classNames, preparation }: KnownData, forward: Forward) {
    const { layers } = trained.network;
    this.network = trained.network;
    this.networks = trained.networks;
    this.parameters = trained.parameters;
    this.members = countNetworks(trained);
    this.inputs = layers[0];
    this.outputs = layers[layers.length - 1];
    this.regression = regression;
    this.classNames = classNames;
    this.scale = scale;
    this.columns = preparation?.named ? featureNames(preparation) : undefined;
    this.outputNames = preparation?.target.kind === 'numbers' ? targetNamesOf(preparation) : undefined;
    this.#forward = forward;
    this.#rows = preparation && new RawRows(preparation, scale);
  }

  /** Makes a model of a network that is there already. */
  static async of(trained: Trained, known: KnownData, kernels: KernelName | 'auto' = 'auto'): Promise<Model> {
    const values = { bytes: false, scale: 1 };
    return new Model(trained, known, await Forward.open({ ...trained, values, kernels: await loadKernels(kernels) }));
  }

  /**
   * What the network says of a sample, or of each of a list of samples. The numbers of a sample are taken as they are; those of a
   * Uint8Array are bytes and multiplied with the scale. An array of numbers is one sample, never several.
   *
   * Where the network was trained on the columns of a file, a sample is a row of it: an object with a value for each of `columns`, or an
   * array of values in their order. Values are as they stood in the file, words as texts; other fields of an object are not looked at.
   * @throws {TypeError | RangeError} for anything but finite numbers, one for each input; or but a row with a value for each column
   */
  predict(sample: Row | RawRow): Answer;
  predict(samples: readonly (Row | RawRow)[]): Answer[];
  predict(given: Row | RawRow | readonly (Row | RawRow)[]): Answer | Answer[] {
    const samples = samplesOf(given);
    if (samples === undefined) return this.#answers([this.#row('predict', given)])[0];
    return this.#answers(samples.map((row, k) => this.#row(`predict[${k}]`, row)));
  }

  #row(what: string, given: unknown): ArrayLike<number> {
    if (this.#rows) return this.#rows.inputs(what, given);
    return inputsOf(what, given, this.inputs, this.scale === undefined ? undefined : Math.fround(this.scale));
  }

  #answers(rows: readonly ArrayLike<number>[]): Answer[] {
    const answers: Answer[] = [];
    for (let first = 0; first < rows.length; first += Forward.rows) {
      const some = rows.slice(first, first + Forward.rows);
      const values = new Float32Array(some.length * this.inputs);
      for (const [s, row] of some.entries()) values.set(row, s * this.inputs);
      const outputs = this.#forward.outputs(values);
      for (let s = 0; s < some.length; s++) answers.push(this.#answer(Array.from(outputs.subarray(s * this.outputs, (s + 1) * this.outputs))));
    }
    return answers;
  }

  #answer(outputs: readonly number[]): Answer {
    if (this.regression) return { label: null, name: null, probability: null, outputs: this.#rows?.numbers(outputs) ?? outputs };
    const label = classNamed(outputs);
    return { label, name: this.classNames?.[label] ?? null, probability: probabilitiesOf(this.network, outputs)[label], outputs };
  }
}

/** The entries of a list of samples; undefined for what can only be one. An empty list is one of no samples. */
function samplesOf(given: unknown): unknown[] | undefined {
  return reading('predict', given, () => {
    if (!Array.isArray(given)) return undefined;
    const list = checkList<unknown>('predict', given, 'samples', MOST_SAMPLES);
    return list.length === 0 || list.some((entry) => typeof entry === 'object' && entry !== null) ? list : undefined;
  });
}

/** A network with its parameters, or several, and how the first layer takes its inputs. */
export interface Trained extends Networks {
  readonly input: InputFormat;
}

/**
 * Loads a trained network.
 * @param path the folder of a run or of an ensemble, a checkpoint, or a file in the book's JSON
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA where there is no network that can be used
 */
export async function loadModel(path: string, options: ModelOptions = {}): Promise<Model> {
  checkPath('path', path, 'the folder of a run');
  const { scale, kernels = 'auto' } = checkOptions(options, Object.keys(NAMES));
  if (scale !== undefined) checkScale('scale', scale);
  checkOneOf('kernels', kernels, ['auto', ...KERNEL_NAMES]);
  const { network, networks, parameters, run } = await readSavedNetwork(path);
  if (scale !== undefined && run?.record.data?.preparation && !run.record.data.preparation.plain)
    throw wrongValue('scale', 'none for a run whose columns have scales of their own', scale);
  const known: KnownData = run ? { ...run.record.data, classNames: classNamesOf(run.record.data) } : { scale: BYTE_SCALE };
  if (known.scale !== undefined) checkScale('data.scale of the run', known.scale);
  const input = run?.configuration.input ?? 'dense';
  return Model.of({ network, networks, parameters, input }, { ...known, ...(scale !== undefined && { scale }) }, kernels);
}
