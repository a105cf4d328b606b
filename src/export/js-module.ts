// A network, or several whose outputs are averaged, as one JavaScript module that needs nothing else, in a browser or in Node: `predict(x)` and `metadata`; and, where the data
// were columns of a file, `classify(x)` (see js-preparation.ts). The code is meant to be read; the parameters stand at its end, as base64 of float32. It computes in float64, as `predict` of a run does.

import { wrongValue } from '../errors.js';
import { type ActivationName, activationProperties, layerwiseActivation } from '../functions/activations.js';
import { identifier } from '../functions/names.js';
import { networksOf, type OneNetwork, sizesText } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import { checkBuiltIn, functionsOf, otherNeurons } from './functions.js';
import { classifyText, preparedHead, preparedInputs, preparedOutput } from './js-preparation.js';
import { describeNetwork, type LayerFunctions, type ModelMetadata } from './metadata.js';

/** Parameters of the largest network that is written: a module of 270 MB. */
const MAX_PARAMETERS = 50_000_000;
/** Bytes in a line of base64: 140 characters. A list of lines is read in a fifth of the time that one text takes. */
const LINE_BYTES = 105;

/**
 * The module's text.
 * @param parameters in the book's order, of one network after another
 * @throws {RangeError} for own functions, or more parameters than an engine reads as a program
 */
export function encodeJsModule(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): string {
  const { preparation, networks } = metadata;
  for (const one of networks ?? [network]) checkBuiltIn('a JavaScript module', one);
  if (parameters.length > MAX_PARAMETERS) {
    throw wrongValue('the network', `at most ${MAX_PARAMETERS} weights and biases for a JavaScript module`, parameters.length);
  }
  const all = networksOf<LayerFunctions>({ network, networks, parameters });
  return `${headText(network, metadata)}
export const metadata = ${literal({ ...describeNetwork(network), ...metadata })};

${predictText(metadata, all)}${preparation ? classifyText(network, preparation) : ''}
${preparation ? preparedInputs(preparation) : inputsText(metadata)}
${functionsText(networks ?? [network])}
${layersText(network, networks)}

// Weights (a row for each neuron) and biases of each layer in turn${all.length === 1 ? '' : ', member by member'}: little-endian float32 as base64.
const parameters = decode([
${base64Lines(parameters)}
]);

${DECODE}`;
}

function headText({ layers, activations }: NetworkSpecification, metadata: ModelMetadata): string {
  const { producer, preparation, members, networks } = metadata;
  const one = `${layers.join('-')}, ${activations.join(', ')}`;
  const what =
    members === undefined
      ? `A trained network, ${one}`
      : `The average of ${members} trained networks, ${networks ? sizesText({ network: { layers }, networks }) : one}`;
  return `// ${what}: written by ${producer}, needs nothing else.
//
${preparation ? preparedHead({ ...metadata, preparation }) : plainHead(metadata)}`;
}

function plainHead({ inputs, outputs, scale, classes }: ModelMetadata): string {
  const largest = classes === undefined ? '' : '\n//   const answer = a.indexOf(Math.max(...a));   // the class, from 0, whose output is largest';
  const bytes = scale === undefined ? '' : ` A Uint8Array has bytes, which are multiplied with ${scale}.`;
  return `//   import { predict } from './net.mjs';
//   const a = predict(x);   // activations of the ${outputs} outputs${largest}
//
// x has the ${inputs} inputs of one sample, as the network takes them.${bytes}
`;
}

function predictText({ preparation, networks }: ModelMetadata, all: readonly OneNetwork<LayerFunctions>[]): string {
  const K = all.length;
  const numbers = preparation?.target.kind === 'numbers';
  const head = `/**
 * @param {${preparation ? 'ArrayLike<unknown> | object} x the columns of one sample' : 'ArrayLike<number>} x the inputs of one sample'}
 * @returns {number[]} ${numbers ? 'what is predicted, in its own units' : `the activations of the output layer${K === 1 ? '' : ', the mean of those of all members'}`}
 */`;
  const answer = preparation ? preparedOutput(preparation) : 'a';
  if (K === 1) {
    return `${head}
export function predict(x) {
  let a = inputsOf(x);
  let at = 0;
${LAYERS}
  return ${answer};
}
`;
  }
  const calls = networks
    ? `[${all.map((_, k) => `outputsOf(inputs, ${parametersBefore(all, k)}, layersOf[${k}])`).join(', ')}]`
    : `Array.from({ length: ${K} }, (_, k) => outputsOf(inputs, k * ${all[0].parameters.length}))`;
  return `${head}
export function predict(x) {
  const inputs = inputsOf(x);
  const members = ${calls};
  const a = members[0].map((_, j) => members.reduce((sum, outputs) => sum + outputs[j], 0) / ${K});
  return ${answer};
}

/** Of one member, whose parameters begin at \`at\`. */
function outputsOf(a, at${networks ? ', layers' : ''}) {
${LAYERS}
  return a;
}
`;
}

const parametersBefore = (all: readonly OneNetwork<LayerFunctions>[], k: number): number =>
  all.slice(0, k).reduce((sum, { parameters }) => sum + parameters.length, 0);

const LAYERS = `  for (const { I, O, f } of layers) {
    const biases = at + I * O;
    const z = [];
    for (let j = 0; j < O; j++) {
      let sum = parameters[biases + j];
      for (let k = 0; k < I; k++) sum += parameters[at + j * I + k] * a[k];
      z.push(sum);
    }
    a = f(z);
    at = biases + O;
  }`;

const DECODE = `function decode(lines) {
  const text = atob(lines.join(''));
  const view = new DataView(new ArrayBuffer(text.length));
  for (let k = 0; k < text.length; k++) view.setUint8(k, text.charCodeAt(k));
  const values = new Float32Array(text.length / 4);
  for (let k = 0; k < values.length; k++) values[k] = view.getFloat32(4 * k, true);
  return values;
}
`;

/** Bytes are recognised by their type, as those of a data set are. */
function inputsText({ inputs, scale }: ModelMetadata): string {
  const bytes =
    scale === undefined
      ? "throw new TypeError('predict: it is not known how bytes become inputs of this network; give it numbers.');"
      : 'return Array.from(x, (byte) => byte * metadata.scale);';
  return `function inputsOf(x) {
  if (x?.length !== ${inputs}) throw new RangeError(\`predict: expected ${inputs} inputs, got \${x?.length}.\`);
  if (x instanceof Uint8Array || x instanceof Uint8ClampedArray) ${bytes}
  const bad = Array.from(x).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(\`predict[\${bad}]: expected a finite number, got \${typeof x[bad] === 'number' ? x[bad] : typeof x[bad]}.\`);
  return Array.from(x);
}
`;
}

/** The functions that the network has, and how they are applied. */
function functionsText(networks: readonly LayerFunctions[]): string {
  const lines = [...new Set(networks.flatMap(functionsOf))].map((f) => `const ${identifier(f)} = ${codeOf(f)};`);
  const others = networks.some((network) => network.activations.some((_, l) => otherNeurons(network, l).length > 0));
  const plain = networks.some(({ activations }) => activations.some((f) => !layerwiseActivation(f)));
  if (others) lines.push('// f for each neuron, but for those (counted from 0) that have another.', EACH_BUT);
  else if (plain) lines.push(EACH);
  return `${lines.join('\n')}\n`;
}

/** f as an arrow function: of one z, or of all z of a layer. */
const codeOf = (f: ActivationName): string => layerwiseActivation(f)?.code ?? `(z) => ${activationProperties(f)?.formula}`;

const EACH = 'const each = (f) => (zs) => zs.map((z) => f(z));';
const EACH_BUT = 'const each = (f, others = {}) => (zs) => zs.map((z, j) => (others[j] ?? f)(z));';

const LAYERS_ARE = '// Layers after the first: I inputs, O neurons, f from the z of all neurons to their activations';

/** Those of all members, or of each. */
function layersText(network: LayerFunctions, networks: readonly LayerFunctions[] | undefined): string {
  const list = (one: LayerFunctions): string => `[\n${layerLines(one).join('\n')}\n]`;
  if (!networks) return `${LAYERS_ARE}.\nconst layers = ${list(network)};\n`;
  return `${LAYERS_ARE}; of each member.\nconst layersOf = [\n${networks.map(list).join(',\n')},\n];\n`;
}

function layerLines(network: LayerFunctions): string[] {
  return network.layers.slice(1).map((O, l) => {
    const usual = network.activations[l];
    const others = otherNeurons(network, l).flatMap(([f, columns]) => columns.map((column) => `${column}: ${identifier(f)}`));
    const argument = others.length === 0 ? '' : `, { ${others.join(', ')} }`;
    const f = layerwiseActivation(usual) ? identifier(usual) : `each(${identifier(usual)}${argument})`;
    return `  { I: ${network.layers[l]}, O: ${O}, f: ${f} },`;
  });
}

/** An object as source text, a line for each field; no '<', so that the module may stand in a page. */
function literal(value: object): string {
  const fields = Object.entries(value).map(([name, v]) => `  ${name}: ${JSON.stringify(v)},`);
  return `{\n${fields.join('\n')}\n}`.replaceAll('<', '\\u003c');
}

/** Lines of base64 as literals; each but the last has whole triples of bytes, so that together they are base64 again. */
function base64Lines(parameters: Float32Array): string {
  const buffer = Buffer.from(littleEndian(parameters).buffer);
  const lines: string[] = [];
  for (let at = 0; at < buffer.length; at += LINE_BYTES) lines.push(`'${buffer.toString('base64', at, at + LINE_BYTES)}',`);
  return lines.join('\n');
}
