// The options of `explain`, checked, and what they name: a network with its parameters, one sample, and the weight or bias whose
// paths are followed; from a saved run, or made up from a seed.

import { checkInteger, checkList, checkNumber, checkPath } from '../check.js';
import { countSamples, targetOf } from '../data/dataset.js';
import type { DatasetLike } from '../data/given.js';
import { READING_BESIDE, type ReadingBeside, readingBesideOf } from '../data/reading.js';
import { wrongKind, wrongValue } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { initialParameters } from '../model/initialisers.js';
import { layoutOf } from '../model/layout.js';
import { NETWORK_OPTIONS, type NetworkOptions, type NetworkSpecification, specifyNetwork } from '../model/specification.js';
import { namesOf } from '../option-row.js';
import { functionUrls } from '../options/options.js';
import { Random } from '../random.js';
import { SavedRun } from '../runs/saved-run.js';
import type { Place } from './paths.js';

/** Which network, sample and weight; everything has a default. */
export interface SubjectOptions extends Partial<NetworkOptions>, ReadingBeside {
  /** Seed of the initial parameters, as in training, and of x and y. Default: 1. */
  seed?: number;
  /** Folder of a saved run, for its network and parameters. */
  run?: string;
  /** Data of the run's sample. Default: what the run was trained on, split in the same way. */
  data?: DatasetLike | string;
  /** Sample of their test split, counted from 1. Default: 1. */
  sample?: number;
  /** The input, [n_1]. Default: the run's sample; without a run, from the seed. */
  x?: readonly number[];
  /** The target, [n_L]. Default: the label of the run's sample, one-hot; without a run, from the seed. */
  y?: readonly number[];
  /** [l, j, k] of the weight w^l_jk, counted from 1, layer 1 being the input. Default: [2, 1, 1]. */
  weight?: readonly [layer: number, neuron: number, input: number];
  /** Or [l, j] of the bias b^l_j. */
  bias?: readonly [layer: number, neuron: number];
}

export interface SubjectNetwork {
  readonly spec: NetworkSpecification;
  readonly seed: number;
  /** The run that the network comes from. */
  readonly run?: SavedRun;
  /** The parameters, [P] in the book's order. */
  values(): Float32Array;
}

export interface Sample {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Where x comes from: what was given, the seed, or a data set. */
  readonly origin:
    | 'given'
    | 'seed'
    | {
        readonly data: string;
        readonly split: 'test';
        readonly number: number;
        /** Null where the targets are numbers. */
        readonly label: number | null;
      };
}

/** The network that is explained where none is named: four paths lead from its first weight to the cost. */
const EXAMPLE_LAYERS = [2, 3, 2, 2];
/** The paths of a network with more than this are too many to follow, and as lists of numbers it would take gigabytes. */
const MAX_PARAMETERS = 2 ** 24;
/** Options that a saved run determines. */
const OF_A_NETWORK = [...namesOf(NETWORK_OPTIONS), 'seed'] as const;
const OF_A_RUN = ['data', ...READING_BESIDE, 'sample'] as const;

/** The network and, when asked for, its parameters. */
export async function networkOf(options: SubjectOptions): Promise<SubjectNetwork> {
  const network = options.run === undefined ? await freshNetwork(options) : await savedNetwork(options, options.run);
  const { parameters } = layoutOf(network.spec.layers);
  if (parameters > MAX_PARAMETERS) throw wrongValue('layers', `a network of at most ${MAX_PARAMETERS} parameters`, parameters);
  return network;
}

async function freshNetwork(options: SubjectOptions): Promise<SubjectNetwork> {
  for (const name of OF_A_RUN) if (options[name] !== undefined) throw wrongValue(name, 'a run beside it', options[name]);
  const { layers = EXAMPLE_LAYERS, cost = 'quadratic' } = options;
  const functions = functionUrls(options);
  await loadFunctions(functions);
  const spec = specifyNetwork({ ...options, layers, cost }, functions);
  const seed = checkInteger('seed', options.seed ?? 1, 0);
  return { spec, seed, values: () => initialParameters(spec, seed) };
}

async function savedNetwork(options: SubjectOptions, path: string): Promise<SubjectNetwork> {
  checkPath('run', path, 'the folder of a run');
  for (const name of OF_A_NETWORK) {
    if (options[name] !== undefined) throw wrongValue(name, 'none beside a run, which has its own', options[name]);
  }
  const run = SavedRun.open(path);
  const { parameters } = run;
  const spec = await run.network();
  return { spec, seed: run.configuration.seed, run, values: () => parameters };
}

/** The weight or bias that the options name. */
export function placeOf({ weight, bias }: SubjectOptions, { layers }: NetworkSpecification): Place {
  if (weight !== undefined && bias !== undefined) throw wrongValue('bias', 'none beside a weight', bias);
  const [what, place, length] = bias === undefined ? (['weight', weight ?? [2, 1, 1], 3] as const) : (['bias', bias, 2] as const);
  const expected = length === 3 ? 'layer, neuron and input, such as [2, 5, 3]' : 'layer and neuron, such as [2, 5]';
  const given = checkList<number>(what, place, expected);
  if (given.length !== length) throw wrongKind(what, expected, given);
  const layer = checkInteger(`${what}, layer`, given[0], 2, layers.length);
  const neuron = checkInteger(`${what}, neuron of layer ${layer}`, given[1], 1, layers[layer - 1]);
  if (length === 2) return { layer, neuron };
  return { layer, neuron, input: checkInteger(`${what}, neuron of layer ${layer - 1}`, given[2], 1, layers[layer - 2]) };
}

/** The sample that the change is followed for. */
export async function sampleOf(options: SubjectOptions, { spec, seed, run }: SubjectNetwork): Promise<Sample> {
  const [inputs, outputs] = [spec.layers[0], spec.layers[spec.layers.length - 1]];
  const x = options.x === undefined ? undefined : checkVector('x', options.x, inputs);
  const y = options.y === undefined ? undefined : checkVector('y', options.y, outputs);
  if (!run) return { x: x ?? madeUpInput(seed, inputs), y: y ?? madeUpTarget(seed, outputs), origin: x ? 'given' : 'seed' };
  if (!x) {
    const sample = await fromData(options, run, spec);
    return { ...sample, y: y ?? sample.y };
  }
  for (const name of OF_A_RUN) if (options[name] !== undefined) throw wrongValue(name, 'none beside x', options[name]);
  if (!y) throw wrongValue('y', 'the target that belongs to x', y);
  return { x, y, origin: 'given' };
}

async function fromData(options: SubjectOptions, run: SavedRun, { layers }: NetworkSpecification): Promise<Sample> {
  const data = await run.data({ data: options.data, ...readingBesideOf(options) });
  const outputs = layers[layers.length - 1];
  const { values, labels } = data.test;
  const number = checkInteger('sample', options.sample ?? 1, 1, countSamples(data, 'test'));
  const label = labels[number - 1] ?? null;
  const x = Array.from(values.subarray((number - 1) * data.inputs, number * data.inputs), (v) => v * data.scale);
  return { x, y: targetOf(data, 'test', number - 1, outputs), origin: { data: data.name, split: 'test', number, label } };
}

/** Inputs from 0 to 1 with two decimals, to be read and typed again. */
function madeUpInput(seed: number, length: number): number[] {
  const random = Random.stream(seed, 'explained x');
  return Array.from({ length }, () => random.below(101) / 100);
}

/** One class of several; for a single output 0 or 1. */
function madeUpTarget(seed: number, length: number): number[] {
  const random = Random.stream(seed, 'explained y');
  return length === 1 ? [random.below(2)] : oneHot(random.below(length), length);
}

function oneHot(label: number, length: number): number[] {
  return Array.from({ length }, (_, j) => (j === label ? 1 : 0));
}

function checkVector(what: 'x' | 'y', given: readonly number[], length: number): readonly number[] {
  const vector = checkList(what, given, 'a list of numbers', MAX_PARAMETERS);
  if (vector.length !== length) throw wrongValue(what, `${length} numbers, one for each ${what === 'x' ? 'input' : 'output'}`, vector);
  for (const [k, v] of vector.entries()) checkNumber(`${what}[${k}]`, v);
  return vector;
}
