// The graph of an ONNX model while it is put together: nodes, constant tensors, and what goes in and out, as fields of a GraphProto.
// It knows the format and no network.
//
// Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose field numbers stand here as constants.

import { littleEndian } from '../runs/formats/safetensors.js';
import { bytes, integer, type Message, message, nested, text } from './protobuf.js';

const GRAPH = { node: 1, name: 2, initialiser: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, integer: 3, integers: 8, texts: 9, type: 20 };
const TENSOR = { dimension: 1, type: 2, name: 8, raw: 9 };
const VALUE = { name: 1, type: 2, doc: 3 };
const TYPE = { tensor: 1 };
const TENSOR_TYPE = { element: 1, shape: 2 };
const SHAPE = { dimension: 1 };
const DIMENSION = { value: 1, name: 2 };

/** TensorProto.DataType. */
export const ELEMENT = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const;
/** AttributeProto.AttributeType. */
const [INT, INTS, STRINGS] = [2, 7, 8];

/** Operators of classical machine learning, from the second version of their set on, of ONNX 1.4 (2019). */
export const ML = { domain: 'ai.onnx.ml', version: 2 };

type AttributeValue = number | readonly number[] | readonly string[];

export class Graph {
  readonly #nodes: Message[] = [];
  readonly #initialisers: Message[] = [];
  readonly #constants = new Set<string>();
  #usesMl = false;

  /** Whether a node is of the set ML. */
  get usesMl(): boolean {
    return this.#usesMl;
  }

  node(name: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, AttributeValue>> = {}): void {
    this.#nodes.push(nested(GRAPH.node, message(nodeFields(name, inputs, output, attributes))));
  }

  /** The same of an operator of the set ML. */
  mlNode(name: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, AttributeValue>>): void {
    this.#usesMl = true;
    this.#nodes.push(nested(GRAPH.node, message([...nodeFields(name, inputs, output, attributes), text(NODE.domain, ML.domain)])));
  }

  floats(name: string, shape: readonly number[], values: Float32Array): void {
    this.#tensor(name, shape, ELEMENT.float, littleEndian(values));
  }

  /** [n] float64 */
  doubles(name: string, values: readonly number[]): void {
    this.#tensor(
      name,
      [values.length],
      ELEMENT.double,
      eightBytes(values, (view, at, value) => view.setFloat64(at, value, true)),
    );
  }

  /** [n] int64 */
  integers(name: string, values: readonly number[]): void {
    this.#tensor(
      name,
      [values.length],
      ELEMENT.int64,
      eightBytes(values, (view, at, value) => view.setBigInt64(at, BigInt(value), true)),
    );
  }

  /** Of n neurons, true where they are among `columns`. */
  mask(name: string, n: number, columns: readonly number[]): void {
    const bits = new Uint8Array(n);
    for (const column of columns) bits[column] = 1;
    this.#tensor(name, [n], ELEMENT.bool, bits);
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
    this.#initialisers.push(nested(GRAPH.initialiser, message(fields)));
  }

  /** The GraphProto. */
  message(name: string, inputs: readonly Message[], outputs: readonly Message[]): Message {
    return message([
      ...this.#nodes,
      text(GRAPH.name, name),
      ...this.#initialisers,
      ...inputs.map((input) => nested(GRAPH.input, input)),
      ...outputs.map((output) => nested(GRAPH.output, output)),
    ]);
  }
}

function nodeFields(name: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, AttributeValue>>): Message[] {
  const fields = [...inputs.map((input) => text(NODE.input, input)), text(NODE.output, output), text(NODE.name, `${output}:${name}`)];
  const given = Object.entries(attributes).map(([key, value]) =>
    nested(NODE.attribute, message([text(ATTRIBUTE.name, key), ...attributeFields(value)])),
  );
  return [...fields, text(NODE.operator, name), ...given];
}

function attributeFields(value: AttributeValue): Message[] {
  if (typeof value === 'number') return [integer(ATTRIBUTE.integer, value), integer(ATTRIBUTE.type, INT)];
  const isTexts = value.some((one) => typeof one === 'string');
  const entries = value.map((one) => (typeof one === 'string' ? text(ATTRIBUTE.texts, one) : integer(ATTRIBUTE.integers, one)));
  return [...entries, integer(ATTRIBUTE.type, isTexts ? STRINGS : INTS)];
}

/** Little-endian. */
function eightBytes(values: readonly number[], set: (view: DataView, at: number, value: number) => void): Uint8Array {
  const raw = new Uint8Array(8 * values.length);
  const view = new DataView(raw.buffer);
  for (const [k, value] of values.entries()) set(view, 8 * k, value);
  return raw;
}

/** What goes in or out: [N, n], N left open. */
export function matrixOf(name: string, n: number, doc: string, element: number = ELEMENT.float): Message {
  const shape = message([nested(SHAPE.dimension, text(DIMENSION.name, 'N')), nested(SHAPE.dimension, integer(DIMENSION.value, n))]);
  const tensor = message([integer(TENSOR_TYPE.element, element), nested(TENSOR_TYPE.shape, shape)]);
  return message([text(VALUE.name, name), nested(VALUE.type, nested(TYPE.tensor, tensor)), text(VALUE.doc, doc)]);
}
