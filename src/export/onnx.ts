// A network as an ONNX model: x [N, I] → a [N, O], one Gemm per layer and its activation in standard operators; of several networks, those
// of each and the mean of their outputs; with the nodes that make
// its inputs of columns of a file, where a run had them (see onnx-preparation.ts). What is said of the network and its data stands in the
// model's metadata. Own functions and whatever else has no operator is refused.
//
// Opset 13 and IR version 7 are those of ONNX 1.8 (2020), which every runtime of today reads. So gelu, an operator only from
// opset 20 on, is put together from its parts, as silu is; and words are looked up with an operator of the set for classical machine
// learning, since Equal knows texts only from opset 19 on.
//
// Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose field numbers stand here and in onnx-graph.ts as constants.

import { wrongValue } from '../errors.js';
import type { ActivationName } from '../functions/activations.js';
import { GELU_CUBE, GELU_ROOT } from '../functions/activations.js';
import { networksOf, type OneNetwork, sizesText } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { checkBuiltIn, otherNeurons } from './functions.js';
import { type LayerFunctions, type ModelMetadata, metadataTexts } from './metadata.js';
import { Graph, ML, matrixOf } from './onnx-graph.js';
import { prepareColumns, restoreTargets } from './onnx-preparation.js';
import { bytesOf, integer, type Message, message, nested, text } from './protobuf.js';
import { tensorsOf } from './tensors.js';

const IR_VERSION = 7;
const OPSET = 13;

const MODEL = { irVersion: 1, producer: 2, producerVersion: 3, doc: 6, graph: 7, opset: 8, metadata: 14 };
const OPERATOR_SET = { domain: 1, version: 2 };
const ENTRY = { key: 1, value: 2 };

/** A message of Protocol Buffers holds less than 2 GiB. */
const MAX_PARAMETERS = 500_000_000;

/**
 * The file's bytes.
 * @param parameters in the book's order, of one network after another
 * @throws {RangeError} for own functions, or more parameters than such a file holds
 */
export function encodeOnnx(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): Uint8Array {
  for (const one of metadata.networks ?? [network]) checkBuiltIn('ONNX', one);
  if (parameters.length > MAX_PARAMETERS) {
    throw wrongValue('the network', `at most ${MAX_PARAMETERS} weights and biases for one ONNX file`, parameters.length);
  }
  const [producer, version] = metadata.producer.split(' ');
  const entries = Object.entries(metadataTexts(network, metadata));
  const { graph, usesMl } = graphOf(network, parameters, metadata);
  return bytesOf(
    message([
      integer(MODEL.irVersion, IR_VERSION),
      text(MODEL.producer, producer),
      text(MODEL.producerVersion, version),
      text(MODEL.doc, docOf(network, metadata)),
      nested(MODEL.graph, graph),
      nested(MODEL.opset, integer(OPERATOR_SET.version, OPSET)),
      ...(usesMl ? [nested(MODEL.opset, message([text(OPERATOR_SET.domain, ML.domain), integer(OPERATOR_SET.version, ML.version)]))] : []),
      ...entries.map(([key, value]) => nested(MODEL.metadata, message([text(ENTRY.key, key), text(ENTRY.value, value)]))),
    ]),
  );
}

function docOf(network: NetworkSpecification, { members, networks }: ModelMetadata): string {
  const sizes = sizesText({ network, networks });
  return members === undefined ? `Dense network ${sizes}.` : `The average of ${members} dense networks ${sizes}.`;
}

function graphOf(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): { graph: Message; usesMl: boolean } {
  const { outputs, preparation } = metadata;
  const graph = new Graph();
  const { inputs, prepared } = preparation ? prepareColumns(graph, preparation) : { inputs: [inputsAsTheyAre(metadata)], prepared: 'x' };
  const targets = preparation?.target.kind === 'numbers' ? preparation.target.columns : undefined;
  const all = networksOf<LayerFunctions>({ network, networks: metadata.networks, parameters });
  const last = `layer${network.layers.length}.a`;
  const a = targets ? last : 'a';
  if (all.length === 1) layersOf(graph, all[0], { prefix: '', from: prepared, to: a });
  else {
    const members = all.map((one, k) => {
      const prefix = `member${k + 1}.`;
      const to = `${prefix}layer${one.network.layers.length}.a`;
      layersOf(graph, one, { prefix, from: prepared, to });
      return to;
    });
    graph.node('Mean', members, a);
  }
  if (targets) restoreTargets(graph, targets, last, 'a');
  const what = targets ? 'what is predicted, named in the metadata, in its own units' : 'activations of the output layer';
  return { graph: graph.message('network', inputs, [matrixOf('a', outputs, what)]), usesMl: graph.usesMl };
}

/** Where the layers of a network stand in a graph: what their names begin with, what goes in, and what comes out. */
interface Between {
  readonly prefix: string;
  readonly from: string;
  readonly to: string;
}

function layersOf(graph: Graph, { network, parameters }: OneNetwork<LayerFunctions>, { prefix, from, to }: Between): void {
  for (const [l, { number, I, O, weights, biases }] of tensorsOf(network.layers, parameters).entries()) {
    const layer = `${prefix}layer${number}`;
    // z^l = a^{l-1} (w^l)ᵀ + b^l, samples in rows
    graph.floats(`${layer}.weight`, [O, I], weights);
    graph.floats(`${layer}.bias`, [O], biases);
    graph.node('Gemm', [l === 0 ? from : `${prefix}layer${number - 1}.a`, `${layer}.weight`, `${layer}.bias`], `${layer}.z`, { transB: 1 });
    activate(graph, network, l, { layer, a: number === network.layers.length ? to : `${layer}.a` });
  }
}

function inputsAsTheyAre({ inputs, scale }: ModelMetadata): Message {
  const scaled = scale === undefined ? '' : `; bytes of the data are multiplied with ${scale} before`;
  return matrixOf('x', inputs, `inputs of N samples as the network takes them${scaled}`);
}

/** a = f(z) of layer l + 2, whose names begin with `layer`. Where single neurons have another f, both are computed for the whole layer and one is chosen. */
function activate(graph: Graph, network: LayerFunctions, l: number, { layer, a }: Readonly<Record<'layer' | 'a', string>>): void {
  const usual = network.activations[l] as ActivationName;
  const others = otherNeurons(network, l);
  let chosen = others.length === 0 ? a : `${layer}.${usual}`;
  OPERATORS[usual](graph, `${layer}.z`, chosen);
  for (const [k, [f, columns]] of others.entries()) {
    const [theirs, mask] = [`${layer}.${f}`, `${layer}.is-${f}`];
    const next = k === others.length - 1 ? a : `${layer}.with-${f}`;
    OPERATORS[f](graph, `${layer}.z`, theirs);
    graph.mask(mask, network.layers[l + 1], columns);
    graph.node('Where', [mask, theirs, chosen], next);
    chosen = next;
  }
}

/** Adds nodes that compute a = f(z), element by element or, for the softmax, along a row. */
type Operator = (graph: Graph, z: string, a: string) => void;
const operator =
  (name: string): Operator =>
  (graph, z, a) =>
    graph.node(name, [z], a);

/** The slope of LeakyRelu is 0.01 and that of Elu 1 unless the file says otherwise: ours. */
const OPERATORS: Readonly<Record<ActivationName, Operator>> = {
  sigmoid: operator('Sigmoid'),
  tanh: operator('Tanh'),
  relu: operator('Relu'),
  'leaky-relu': operator('LeakyRelu'),
  elu: operator('Elu'),
  /** ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))) */
  gelu(graph, z, a) {
    graph.node('Mul', [z, z], `${a}.square`);
    graph.node('Mul', [`${a}.square`, z], `${a}.cube`);
    graph.node('Mul', [`${a}.cube`, graph.constant(GELU_CUBE)], `${a}.bent`);
    graph.node('Add', [z, `${a}.bent`], `${a}.sum`);
    graph.node('Mul', [`${a}.sum`, graph.constant(GELU_ROOT)], `${a}.inner`);
    graph.node('Tanh', [`${a}.inner`], `${a}.tanh`);
    graph.node('Add', [`${a}.tanh`, graph.constant(1)], `${a}.gate`);
    graph.node('Mul', [z, graph.constant(0.5)], `${a}.half`);
    graph.node('Mul', [`${a}.half`, `${a}.gate`], a);
  },
  silu(graph, z, a) {
    graph.node('Sigmoid', [z], `${a}.gate`);
    graph.node('Mul', [z, `${a}.gate`], a);
  },
  softplus: operator('Softplus'),
  linear: operator('Identity'),
  softmax: operator('Softmax'),
};
