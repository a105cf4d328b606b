// How well a network tells the classes of a split apart, beyond one number: the confusion matrix, precision, recall and F1 of
// each class (class-figures.ts), what the sizes of the outputs say (score-figures.ts), and the mistakes it was surest of. From the outputs of
// every sample, computed on the calling thread with the kernels and the first layer of an evaluation by workers: its hits are theirs.
// Nothing is kept of a sample but, for two classes, its score. For classes; of a regression see regression.ts.

import { checkInteger, checkOneOf, checkOptions, checkSignal } from '../check.js';
import { countSamples, type Dataset, isRegression, SPLITS, type Split } from '../data/dataset.js';
import { type DatasetLike, datasetOfProgram } from '../data/given.js';
import { checkLabels } from '../data/labels.js';
import { misfitOf } from '../data/sizes.js';
import { wrongKind, wrongValue } from '../errors.js';
import type { KernelChoice } from '../kernels/bind.js';
import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { loadKernels } from '../kernels/load.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import { layoutOf } from '../model/layout.js';
import { classNamed } from '../model/probabilities.js';
import { checkNetwork, type NetworkSpecification, optionsOf } from '../model/specification.js';
import { configure } from '../options/options.js';
import type { SavedNetwork } from '../runs/saved-network.js';
import { type AverageFigures, type ClassFigures, classFigures, macroOf, weightedOf } from './class-figures.js';
import { Foremost } from './foremost.js';
import { eachOutputs } from './forward.js';
import { type ScoreFigures, ScoreTally } from './score-figures.js';

/** A sample whose largest output was not that of its class. */
export interface Mistake {
  /** Number of the sample within the split, from 0. */
  readonly index: number;
  readonly label: number;
  /** The class of the largest output. */
  readonly named: number;
  /** Output of the class named. */
  readonly confidence: number;
  /** Output of the right class. */
  readonly right: number;
}

export interface Assessment extends ScoreFigures {
  readonly samples: number;
  readonly correct: number;
  /** Share of the samples that is right; null where there are none. */
  readonly accuracy: number | null;
  /** How often a sample of a class was named so, [actual][named], one row and column per output; empty above MOST_CLASSES. */
  readonly confusion: readonly (readonly number[])[];
  /** One for each output. */
  readonly classes: readonly ClassFigures[];
  /** The plain mean of those of the classes. */
  readonly macro: AverageFigures;
  /** Their mean by the samples of each. */
  readonly weighted: AverageFigures;
  /** The surest first, at most as many as asked for. */
  readonly mistakes: readonly Mistake[];
}

export interface AssessOptions {
  /** Mistakes to list. Default: 10. */
  readonly mistakes?: number;
  /** Largest outputs among which the right class counts as found, in `topK`. Default: 3 from six classes on, 5 from twenty on. */
  readonly top?: number;
  /** Default: 'auto', the fastest WebAssembly here. */
  readonly kernels?: KernelName | 'auto';
  /** How the first layer takes its inputs. Default: by the share of zeros, as in training. */
  readonly input?: InputFormat;
  /** Gives up between some thousand samples. */
  readonly signal?: AbortSignal;
}

const NAMES: Readonly<Record<keyof AssessOptions, true>> = { mistakes: true, top: true, kernels: true, input: true, signal: true };

/** Classes up to which there is a confusion matrix: a million numbers. */
const MOST_CLASSES = 1000;

/**
 * Assesses a network on one split of a data set with classes.
 * @param parameters [P] in the book's order; of K networks whose outputs are averaged [K][P]
 * @throws {TypeError | RangeError} where data and network do not fit each other, or the data have numbers as targets
 */
export async function assess(
  network: NetworkSpecification,
  parameters: Float32Array,
  data: DatasetLike,
  split: Split,
  options: AssessOptions = {},
): Promise<Assessment> {
  const { mistakes = 10, top, kernels = 'auto', input, signal } = checkOptions(options, Object.keys(NAMES));
  checkInteger('mistakes', mistakes, 0);
  checkOneOf('split', split, SPLITS);
  checkOneOf('kernels', kernels, ['auto', ...KERNEL_NAMES]);
  if (input !== undefined) checkOneOf('input', input, INPUT_FORMATS);
  checkSignal(signal, 'the first sample');
  const trained = { network: await checkNetwork(network), parameters };
  if (top !== undefined) checkTop(top, trained.network.layers);
  const P = layoutOf(trained.network.layers).parameters;
  if (!ArrayBuffer.isView(parameters) || !(parameters instanceof Float32Array)) throw wrongKind('parameters', `a Float32Array of ${P}`, parameters);
  if (parameters.length === 0 || parameters.length % P !== 0)
    throw wrongValue('parameters', `${P} of them, as the network has, or as many for each of several`, parameters.length);
  const own = datasetOfProgram(data);
  return assessSplit(trained, own, split, { mistakes, top, kernels: await loadKernels(kernels), input, signal });
}

/** @throws {TypeError | RangeError} where it is no number of outputs, or all of them */
export function checkTop(top: number, layers: readonly number[]): number {
  return checkInteger('top', top, 1, Math.max(1, layers[layers.length - 1] - 1));
}

/** How a split is assessed, checked. */
export interface Way extends Pick<AssessOptions, 'input' | 'signal' | 'top'> {
  readonly mistakes: number;
  /** Default: the fastest WebAssembly here. */
  readonly kernels?: KernelChoice;
}

/** The same for a network and data that are checked. */
export async function assessSplit(saved: SavedNetwork, data: Dataset, split: Split, way: Way): Promise<Assessment> {
  const { network } = saved;
  if (isRegression(data)) throw wrongValue('data', 'classes as targets', 'numbers');
  const misfit = misfitOf(network.layers, data);
  if (misfit) throw wrongValue('network', misfit.expected, misfit.got);
  checkLabels(data[split].labels, data.classes, (sample) => `data.${split}, sample ${sample + 1}`);
  const input = way.input ?? configure({ ...optionsOf(network), functions: network.functions, workers: 1 }, data).input;
  const kernels = way.kernels ?? (await loadKernels('auto'));
  const tally = new Tally(network, countSamples(data, split), { ...way, names: data.classNames });
  for await (const { first, end, outputs } of eachOutputs({ ...saved, data, input, kernels }, split)) {
    checkSignal(way.signal, 'all samples were assessed');
    tally.add(first, data[split].labels.subarray(first, end), outputs);
  }
  return tally.assessment;
}

/** What is asked of a tally. */
interface TallyOptions extends Pick<Way, 'mistakes' | 'top'> {
  /** What the classes are called, where they have names. */
  readonly names?: readonly string[];
}

/** Counts hits and mistakes as outputs come in. */
export class Tally {
  readonly #K: number;
  readonly #names: readonly string[] | undefined;
  readonly #confusion: Float64Array | undefined;
  readonly #samples: Float64Array;
  readonly #named: Float64Array;
  readonly #hits: Float64Array;
  readonly #mistakes: Foremost<Mistake>;
  readonly #scores: ScoreTally;

  /** @param samples that will come in */
  constructor(network: NetworkSpecification, samples: number, { mistakes, top, names }: TallyOptions) {
    const K = network.layers[network.layers.length - 1];
    this.#K = K;
    this.#names = names;
    this.#confusion = K > MOST_CLASSES ? undefined : new Float64Array(K * K);
    this.#samples = new Float64Array(K);
    this.#named = new Float64Array(K);
    this.#hits = new Float64Array(K);
    this.#mistakes = new Foremost(mistakes, surer);
    this.#scores = new ScoreTally(network, samples, top);
  }

  /** Adds samples first, first + 1, … of the split. @param outputs [samples][K] */
  add(first: number, labels: ArrayLike<number>, outputs: Float32Array): void {
    const K = this.#K;
    this.#scores.add(labels, outputs);
    for (let s = 0; s < labels.length; s++) {
      const label = labels[s];
      const named = classNamed(outputs, s * K, K);
      this.#samples[label]++;
      this.#named[named]++;
      if (this.#confusion) this.#confusion[label * K + named]++;
      if (named === label) this.#hits[label]++;
      else this.#mistakes.add({ index: first + s, label, named, confidence: outputs[s * K + named], right: outputs[s * K + label] });
    }
  }

  /** What has come in so far. */
  get assessment(): Assessment {
    const K = this.#K;
    const all = Array.from({ length: K }, (_, j) => j);
    const classes = all.map((j) => classFigures(j, this.#samples[j], this.#named[j], this.#hits[j], this.#names?.[j]));
    const matrix = this.#confusion;
    const [samples, correct] = [this.#samples, this.#hits].map((counts) => counts.reduce((a, b) => a + b, 0));
    return {
      samples,
      correct,
      accuracy: samples === 0 ? null : correct / samples,
      ...this.#scores.figures(this.#names),
      confusion: matrix ? all.map((label) => Array.from(matrix.subarray(label * K, (label + 1) * K))) : [],
      classes,
      macro: macroOf(classes),
      weighted: weightedOf(classes),
      mistakes: this.#mistakes.first,
    };
  }
}

/** Larger outputs first, then by number; an output that is NaN comes last. */
function surer(a: Mistake, b: Mistake): number {
  const [first, second] = [a, b].map(({ confidence }) => (Number.isNaN(confidence) ? Number.NEGATIVE_INFINITY : confidence));
  return first === second ? a.index - b.index : second > first ? 1 : -1;
}
