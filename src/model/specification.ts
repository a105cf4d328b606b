// What a network is: sizes of its layers, an activation for each layer after the first, a cost, and how its parameters
// start. A plain object that can be posted to a thread and written to a file; checked here, once.

import { checkInteger, checkList, checkObject, checkOneOf, type NamedRows } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import {
  ACTIVATION_NAMES,
  ACTIVATIONS,
  type ActivationName,
  activationProperties,
  ELEMENTWISE_NAMES,
  layerwiseActivation,
} from '../functions/activations.js';
import { COST_NAMES, COSTS, type CostName } from '../functions/costs.js';
import { activationNames, costNamed, costNames, loadFunctions, ownActivation } from '../functions/custom.js';
import type { RowsOf } from '../option-row.js';

const INITIALISER_NAMES = ['normal', 'scaled', 'he', 'glorot'] as const;
export type InitialiserName = (typeof INITIALISER_NAMES)[number];
/** What other tools call them. */
const INITIALISER_WORDS: NamedRows & Readonly<Record<InitialiserName, object>> = {
  normal: { also: ['gaussian', 'random-normal', 'standard-normal', 'randn', 'random'] },
  scaled: { also: ['lecun', 'lecun-normal', 'fan-in', 'variance-scaling'] },
  he: { also: ['kaiming', 'kaiming-normal', 'he-normal'] },
  glorot: { also: ['xavier', 'xavier-uniform', 'glorot-uniform'] },
};

/** A neuron whose f is not its layer's. Layers and neurons count from 1, as in the book: layer 1 is the input. */
export interface NeuronFunction {
  readonly layer: number;
  readonly neuron: number;
  readonly f: string;
}

export interface NetworkSpecification {
  /** n_1 … n_L: inputs, hidden layers, outputs. */
  readonly layers: readonly number[];
  /** f of layers 2 … L, the last one that of the output: built-in names, or those of own functions. */
  readonly activations: readonly string[];
  /** Single neurons with another f. */
  readonly neurons: readonly NeuronFunction[];
  readonly cost: string;
  readonly initialiser: InitialiserName;
  /** URLs of the modules that the own functions come from. */
  readonly functions: readonly string[];
}

/** A built-in name, or that of a function of the user's own. */
export type ActivationOption = ActivationName | (string & {});
export type CostOption = CostName | (string & {});

/** What a user may set of a network; all but the layers has a default. */
export interface NetworkOptions {
  /** Sizes of all layers, inputs first: [784, 30, 10]. */
  layers: readonly number[];
  /** f of the hidden layers: one name for all, or one per hidden layer. Default: sigmoid. */
  activation?: ActivationOption | readonly ActivationOption[];
  /** f of the output layer. Default: what goes with the cost. */
  output?: ActivationOption;
  /** Single neurons with another f than their layer's. Default: none. */
  neurons?: readonly NeuronFunction[];
  /** Modules with activations and costs of your own, as paths or URLs (see functions/custom.ts). Every worker imports them. */
  functions?: string | readonly string[];
  /** Default: cross-entropy. */
  cost?: CostOption;
  /** Initial parameters. Default: he where the first hidden layer is ReLU; normal for sigmoids with the quadratic cost; else scaled. */
  init?: InitialiserName;
}

/** The options' rows, in the order of the help. */
export const NETWORK_OPTIONS = {
  layers: {
    key: 'layers',
    kind: 'numbers',
    placeholder: 'n,n,…',
    group: 'data',
    help: 'neurons per layer, inputs first',
    default: 'inputs of the data,100,classes of the data',
    also: ['sizes', 'arch', 'architecture', 'network', 'topology'],
    differs: 'all sizes, also of inputs and outputs, such as 784,100,10',
  },
  activation: {
    key: 'activation',
    kind: 'texts',
    placeholder: 'f,…',
    group: 'functions',
    help: `f of the hidden layers, one for all or one each: ${ELEMENTWISE_NAMES.join(', ')}, or your own`,
    default: 'sigmoid',
    choices: ELEMENTWISE_NAMES,
    choiceWords: ACTIVATIONS as NamedRows,
    also: ['activation-function', 'act', 'nonlinearity', 'non-linearity', 'transfer-function', 'hidden-activation', 'f'],
  },
  output: {
    key: 'output',
    kind: 'text',
    placeholder: 'f',
    group: 'functions',
    help: `f of the output: ${ACTIVATION_NAMES.join(', ')}`,
    default: 'softmax for log-likelihood, linear for huber and hinge, else sigmoid',
    choices: ACTIVATION_NAMES,
    choiceWords: ACTIVATIONS as NamedRows,
    also: ['output-activation', 'out-activation', 'final-activation', 'last-activation'],
  },
  neurons: {
    key: 'neuron',
    kind: 'neurons',
    placeholder: 'l:j=f',
    group: 'functions',
    help: 'another f for neuron j of layer l, both from 1: 2:5=tanh; can be given again',
    step: (neurons: readonly NeuronFunction[]) => `${neurons.length} neurons with another f`,
    also: ['neuron-activation'],
    differs: 'one neuron and its f, such as 2:5=tanh',
  },
  functions: {
    key: 'functions',
    kind: 'modules',
    placeholder: 'file',
    group: 'functions',
    help: 'a module with activations and costs of your own, to be used by name; can be given again',
    also: ['custom-functions', 'custom', 'plugin', 'module'],
  },
  cost: {
    key: 'cost',
    kind: 'text',
    placeholder: 'cost',
    group: 'functions',
    help: `${COST_NAMES.join(', ')}, or one of your own`,
    default: 'cross-entropy',
    choices: COST_NAMES,
    choiceWords: COSTS as NamedRows,
    also: ['loss', 'loss-function', 'cost-function', 'criterion', 'objective', 'error', 'error-function'],
  },
  init: {
    key: 'init',
    kind: 'text',
    placeholder: 'how',
    group: 'functions',
    help: `${INITIALISER_NAMES.join(', ')}: w ~ N(0,1), N(0,1/n_in), N(0,2/n_in), Glorot's uniform; b ~ N(0,1) for the first two, else 0`,
    default: "he for relu and its relatives; normal for sigmoids with the quadratic cost, as in the book's chapter 1; else scaled",
    choices: INITIALISER_NAMES,
    choiceWords: INITIALISER_WORDS as NamedRows,
    also: ['initializer', 'initialization', 'weight-init', 'weights-init', 'kernel-initializer', 'init-method'],
  },
} satisfies RowsOf<NetworkOptions>;

/** What a user would have said to get this network, but for the modules of own functions. */
export function optionsOf({ layers, activations, neurons, cost, initialiser }: NetworkSpecification): Required<Omit<NetworkOptions, 'functions'>> {
  const [activation, output] = [activations.slice(0, -1), activations[activations.length - 1]];
  return { layers, activation, output, neurons, cost, init: initialiser };
}

/**
 * A network that comes from elsewhere, checked as if a user had asked for it; its own functions are loaded.
 * @throws {TypeError | RangeError} where it cannot be
 * @throws {NablaError} BAD_DATA for own functions that cannot be used
 */
export async function checkNetwork(given: NetworkSpecification): Promise<NetworkSpecification> {
  const network = checkObject('network', given, 'a network');
  const layers = checkList('layers', network.layers, SIZES, MOST_LAYERS);
  const activations = checkList('activations', network.activations, 'a list of names');
  const functions = checkList('functions', network.functions ?? [], 'a list of modules');
  for (const url of functions) if (typeof url !== 'string') throw wrongKind('functions', 'a list of modules', url);
  if (activations.length !== layers.length - 1) throw wrongValue('activations', `${layers.length - 1} of them`, activations);
  await loadFunctions(functions);
  return specifyNetwork(optionsOf({ ...network, layers, activations }), functions);
}

const SIZES = 'a list of sizes such as [784, 30, 10]';
/** More layers than this nobody has trained, and their plan would take long. */
const MOST_LAYERS = 1000;

/** Neurons per layer that a 32-bit byte address can still carry with room for the rest. */
export const MAX_NEURONS = 1 << 24;

/**
 * Checks a user's options and fills in the defaults.
 * @param functions URLs of modules with own functions, loaded already
 */
export function specifyNetwork(options: NetworkOptions, functions: readonly string[] = []): NetworkSpecification {
  const layers = checkList('layers', options.layers, SIZES, MOST_LAYERS);
  if (layers.length < 2) throw wrongValue('layers', 'at least two sizes, inputs and outputs', layers);
  for (const [l, n] of layers.entries()) checkInteger(`layers[${l}]`, n, 1, MAX_NEURONS);
  const cost = checkOneOf('cost', options.cost ?? 'cross-entropy', costNames(), COSTS);
  const { outputs } = costNamed(cost);
  const output = checkOneOf('output', options.output ?? outputs[0], activationNames(), ACTIVATIONS);
  if (!isOutput(outputs, output)) {
    throw wrongValue('output', `one that the cost '${cost}' is defined on (${outputs.join(', ')})`, output);
  }
  if (layerwiseActivation(output) && layers[layers.length - 1] === 1) {
    throw wrongValue('layers', `at least two outputs for a ${output}`, layers, `A ${output} over one output is always 1.`);
  }
  const hidden = hiddenActivations(options.activation ?? 'sigmoid', layers.length - 2);
  const activations = [...hidden, output];
  const neurons = checkNeurons(options.neurons ?? [], layers, activations, cost);
  const initialiser = checkOneOf('init', options.init ?? usualInitialiser(activations, cost), INITIALISER_NAMES, INITIALISER_WORDS);
  return { layers: [...layers], activations, neurons, cost, initialiser, functions };
}

/** Whether a cost that is defined on these outputs takes an activation; one of the user's own is always taken, as its range is not known. */
function isOutput(outputs: readonly string[], name: string): boolean {
  return outputs.includes(name) || ownActivation(name) !== undefined;
}

/**
 * The default for these activations and this cost: He's for ReLU and its relatives; else the book's, N(0,1) for its first network
 * (chapter 1) and 1/√n_in for all others (chapter 3).
 */
function usualInitialiser(activations: readonly string[], cost: string): InitialiserName {
  if (activations.length > 1 && activationProperties(activations[0])?.likeRelu) return 'he';
  return cost === 'quadratic' && activations.every((f) => f === 'sigmoid') ? 'normal' : 'scaled';
}

/** Functions that a hidden layer or a single neuron may have. */
const hiddenNames = (): string[] => activationNames().filter((name) => !layerwiseActivation(name));

function hiddenActivations(given: ActivationOption | readonly ActivationOption[], count: number): string[] {
  const names = hiddenNames();
  const list: readonly string[] = typeof given === 'string' ? [given] : checkList('activation', given, 'a name or a list of names');
  if (list.length !== 1 && list.length !== count) {
    throw wrongValue('activation', `one name, or one for each of the ${count} hidden layers`, list);
  }
  for (const name of list) {
    if (layerwiseActivation(name))
      throw wrongValue('activation', `one of ${names.join(', ')}`, name, `The ${name} is for the output: --output ${name}.`);
    checkOneOf('activation', name, names, ACTIVATIONS);
  }
  return Array.from({ length: count }, (_, i) => (list.length === 1 ? list[0] : list[i]));
}

/** @returns the neurons in the order of their layers and numbers */
function checkNeurons(given: readonly NeuronFunction[], layers: readonly number[], activations: readonly string[], cost: string): NeuronFunction[] {
  const expected = "a list such as [{ layer: 2, neuron: 5, f: 'tanh' }]";
  const names = hiddenNames();
  const checked = checkList('neurons', given, expected).map((entry) => {
    const { layer, neuron, f } = checkObject('neurons', entry, expected);
    checkInteger('layer of a neuron', layer, 2, layers.length);
    checkInteger(`neuron of layer ${layer}`, neuron, 1, layers[layer - 1]);
    checkOneOf(`f of neuron ${layer}:${neuron}`, f, names, ACTIVATIONS);
    if (layerwiseActivation(activations[layer - 2]))
      throw wrongValue('neurons', `none in a ${activations[layer - 2]} layer, whose outputs depend on each other`, `${layer}:${neuron}`);
    const { outputs } = costNamed(cost);
    if (layer === layers.length && !isOutput(outputs, f))
      throw wrongValue(`f of neuron ${layer}:${neuron}`, `one that the cost '${cost}' is defined on (${outputs.join(', ')})`, f);
    return { layer, neuron, f };
  });
  checked.sort((a, b) => a.layer - b.layer || a.neuron - b.neuron);
  const twice = checked.find(({ layer, neuron }, k) => checked[k + 1]?.layer === layer && checked[k + 1]?.neuron === neuron);
  if (twice) throw wrongValue('neurons', 'each neuron once', `${twice.layer}:${twice.neuron} twice`);
  return checked;
}
