// A network as JSON that explains itself: sizes, functions as formulas, every layer's weights and biases, and what is known of
// its data. For readers that have nothing but a JSON parser. Nothing here reads it back; the book's JSON goes both ways.

import { wrongValue } from '../errors.js';
import { activationProperties } from '../functions/activations.js';
import { networksOf } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { shortestDecimal } from '../text.js';
import { checkBuiltIn, functionsOf } from './functions.js';
import { inputsAbout, outputsAbout } from './json-preparation.js';
import { describeNetwork, type LayerFunctions, type ModelMetadata } from './metadata.js';
import { type LayerTensors, tensorsOf } from './tensors.js';

const FORMAT = 'nabla network, version 1';
const FORMAT_OF_SEVERAL = 'nabla ensemble, version 1';
const INPUTS = 'Start with a = the inputs of a sample (bytes of the data times metadata.scale).';
const NETWORK =
  'in order: ' +
  'z_j = sum over k of weights[j][k] * a[k] + biases[j], then a_j = f(z_j), f being the entry of activations for this layer, or that ' +
  'of neurons, where layers and neurons count from 1 and layer 1 is the input. The last a are the outputs. functions has each f as an ' +
  'expression in JavaScript. Numbers are float32, each with the fewest digits that give back its bits.';

const ONE = `For each entry of parameters, ${NETWORK}`;
const SEVERAL = `Do this for each entry of members, every time with the same a to start with: for each entry of its parameters, ${NETWORK} Then take the mean of the outputs of all members: these are the outputs of the model.`;

const SEVERAL_OF_THEIR_OWN = `${SEVERAL} Members differ: layers, activations and neurons are those that stand in the entry of each.`;

/** Parameters of the largest network that is written: at 16 characters each, what a text can hold. */
const MAX_PARAMETERS = 30_000_000;

/**
 * The file's text.
 * @param parameters in the book's order, of one network after another, finite
 * @throws {RangeError} for own functions, or more parameters than a text can hold
 */
export function encodeJson(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): string {
  const { networks } = metadata;
  for (const one of networks ?? [network]) checkBuiltIn('this JSON', one);
  if (parameters.length > MAX_PARAMETERS) throw wrongValue('the network', `at most ${MAX_PARAMETERS} weights and biases for JSON`, parameters.length);
  const names = (networks ?? [network]).flatMap(functionsOf);
  const functions = Object.fromEntries(names.map((f) => [f, activationProperties(f)?.formula]));
  const each = networksOf<LayerFunctions>({ network, networks, parameters });
  const [format, about] = each.length === 1 ? [FORMAT, ONE] : [FORMAT_OF_SEVERAL, networks ? SEVERAL_OF_THEIR_OWN : SEVERAL];
  const head = { format, about: aboutText(metadata, about), ...describeNetwork(network), functions, metadata };
  const fields = Object.entries(head).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  const all = each.map((one) => {
    const own = networks
      ? Object.entries(describeNetwork({ ...network, ...one.network })).map(([name, value]) => `"${name}": ${JSON.stringify(value)},\n`)
      : [];
    return `${own.join('')}"parameters": [\n${tensorsOf(one.network.layers, one.parameters).map(layerText).join(',\n')}\n]`;
  });
  const content = all.length === 1 ? all[0] : `"members": [\n${all.map((one) => `{${one}}`).join(',\n')}\n]`;
  return `{\n${fields.join(',\n')},\n${content}\n}\n`;
}

function aboutText({ preparation }: ModelMetadata, network: string): string {
  return `Dense network. ${preparation ? inputsAbout(preparation) : INPUTS} ${network}${preparation ? ` ${outputsAbout(preparation)}` : ''}`;
}

/** With a line for each row of weights. */
function layerText({ number, I, O, weights, biases }: LayerTensors): string {
  const list = (values: Float32Array): string => `[${Array.from(values, shortestDecimal).join(',')}]`;
  const rows = Array.from({ length: O }, (_, j) => list(weights.subarray(j * I, (j + 1) * I)));
  return `{"layer": ${number}, "weights": [\n${rows.join(',\n')}\n], "biases": ${list(biases)}}`;
}
