// A network as an ONNX model: x [N, I] → a [N, O], one Gemm per layer and its activation in standard operators. What is said of
// the network and its data stands in the model's metadata. Own functions and whatever else has no operator is refused.
//
// Opset 13 and IR version 7 are those of ONNX 1.8 (2020), which every runtime of today reads. So gelu, an operator only from
// opset 20 on, is put together from its parts, as silu is.
//
// Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose field numbers stand here as constants.

import { wrongValue } from '../errors.js';
import type { ActivationName } from '../functions/activations.js';
import { GELU_CUBE, GELU_ROOT } from '../functions/activations.js';
import type { NetworkSpecification } from '../model/specification.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import { checkBuiltIn, otherNeurons } from './functions.js';
import { type ModelMetadata, metadataTexts } from './metadata.js';
import { bytes, bytesOf, integer, type Message, message, nested, text } from './protobuf.js';
import { tensorsOf } from './tensors.js';

const IR_VERSION = 7;
const OPSET = 13;

const MODEL = { irVersion: 1, producer: 2, producerVersion: 3, doc: 6, graph: 7, opset: 8, metadata: 14 };
const OPERATOR_SET = { version: 2 };
const ENTRY = { key: 1, value: 2 };
const GRAPH = { node: 1, name: 2, initialiser: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, integer: 3, type: 20 };
const TENSOR = { dimension: 1, type: 2, name: 8, raw: 9 };
const VALUE = { name: 1, type: 2, doc: 3 };
const TYPE = { tensor: 1 };
const TENSOR_TYPE = { element: 1, shape: 2 };
const SHAPE = { dimension: 1 };
const DIMENSION = { value: 1, name: 2 };
/** TensorProto.DataType and AttributeProto.AttributeType. */
const [FLOAT, BOOL, INT] = [1, 9, 2];

/** A message of Protocol Buffers holds less than 2 GiB. */
const MAX_PARAMETERS = 500_000_000;

/**
 * The file's bytes.
 * @param parameters [P] in the book's order
 * @throws {RangeError} for own functions, or more parameters than such a file holds
 */
export function encodeOnnx(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): Uint8Array {
  checkBuiltIn('ONNX', network);
  if (parameters.length > MAX_PARAMETERS) {
    throw wrongValue('the network', `at most ${MAX_PARAMETERS} weights and biases for one ONNX file`, parameters.length);
  }
  const [producer, version] = metadata.producer.split(' ');
  const entries = Object.entries(metadataTexts(network, metadata));
  return bytesOf(
    message([
      integer(MODEL.irVersion, IR_VERSION),
      text(MODEL.producer, producer),
      text(MODEL.producerVersion, version),
      text(MODEL.doc, `Dense network ${network.layers.join('-')}.`),
      nested(MODEL.graph, graphOf(network, parameters, metadata)),
      nested(MODEL.opset, integer(OPERATOR_SET.version, OPSET)),
      ...entries.map(([key, value]) => nested(MODEL.metadata, message([text(ENTRY.key, key), text(ENTRY.value, value)]))),
    ]),
  );
}

function graphOf(network: NetworkSpecification, parameters: Float32Array, { inputs, outputs, scale }: ModelMetadata): Message {
  const graph = new Graph();
  const layers = tensorsOf(network.layers, parameters);
  for (const [l, { number, I, O, weights, biases }] of layers.entries()) {
    const layer = `layer${number}`;
    // z^l = a^{l-1} (w^l)ᵀ + b^l, samples in rows
    const from = l === 0 ? 'x' : `layer${number - 1}.a`;
    graph.floats(`${layer}.weight`, [O, I], weights);
    graph.floats(`${layer}.bias`, [O], biases);
    graph.node('Gemm', [from, `${layer}.weight`, `${layer}.bias`], `${layer}.z`, { transB: 1 });
    activate(graph, network, l, l === layers.length - 1 ? 'a' : `${layer}.a`);
  }
  const scaled = scale === undefined ? '' : `; bytes of the data are multiplied with ${scale} before`;
  const x = matrixOf('x', inputs, `inputs of N samples as the network takes them${scaled}`);
  const a = matrixOf('a', outputs, 'activations of the output layer');
  return message([...graph.nodes, text(GRAPH.name, 'network'), ...graph.initialisers, nested(GRAPH.input, x), nested(GRAPH.output, a)]);
}

/** a = f(z) of layer l + 2. Where single neurons have another f, both are computed for the whole layer and one is chosen. */
function activate(graph: Graph, network: NetworkSpecification, l: number, a: string): void {
  const layer = `layer${l + 2}`;
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

/** Nodes and constant tensors under way, as fields of a GraphProto. */
class Graph {
  readonly nodes: Message[] = [];
  readonly initialisers: Message[] = [];
  readonly #constants = new Set<string>();

  node(name: string, inputs: readonly string[], output: string, integers: Readonly<Record<string, number>> = {}): void {
    const attributes = Object.entries(integers).map(([key, value]) =>
      nested(NODE.attribute, message([text(ATTRIBUTE.name, key), integer(ATTRIBUTE.integer, value), integer(ATTRIBUTE.type, INT)])),
    );
    const fields = [...inputs.map((input) => text(NODE.input, input)), text(NODE.output, output), text(NODE.name, `${output}:${name}`)];
    this.nodes.push(nested(GRAPH.node, message([...fields, text(NODE.operator, name), ...attributes])));
  }

  floats(name: string, shape: readonly number[], values: Float32Array): void {
    this.#tensor(name, shape, FLOAT, littleEndian(values));
  }

  /** Of n neurons, true where they are among `columns`. */
  mask(name: string, n: number, columns: readonly number[]): void {
    const bits = new Uint8Array(n);
    for (const column of columns) bits[column] = 1;
    this.#tensor(name, [n], BOOL, bits);
  }

  /** A number as a tensor without dimensions, each once. @returns its name */
  constant(value: number): string {
    const name = `constant.${value}`;
    if (!this.#constants.has(name)) this.floats(name, [], Float32Array.of(value));
    this.#constants.add(name);
    return name;
  }

  #tensor(name: string, shape: readonly number[], type: number, raw: Uint8Array): void {
    const fields = [...shape.map((n) => integer(TENSOR.dimension, n)), integer(TENSOR.type, type), text(TENSOR.name, name), bytes(TENSOR.raw, raw)];
    this.initialisers.push(nested(GRAPH.initialiser, message(fields)));
  }
}

/** What goes in or out: float32 [N, n], N left open. */
function matrixOf(name: string, n: number, doc: string): Message {
  const shape = message([nested(SHAPE.dimension, text(DIMENSION.name, 'N')), nested(SHAPE.dimension, integer(DIMENSION.value, n))]);
  const tensor = message([integer(TENSOR_TYPE.element, FLOAT), nested(TENSOR_TYPE.shape, shape)]);
  return message([text(VALUE.name, name), nested(VALUE.type, nested(TYPE.tensor, tensor)), text(VALUE.doc, doc)]);
}
