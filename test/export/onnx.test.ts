// ONNX: what ONNX Runtime computes from an exported file, beside the reference in float64; and what the file says of itself,
// by a reader of the wire format that shares nothing with the writer.

import fc from 'fast-check';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { encodeOnnx } from '#src/export/onnx.js';
import { bytesOf, integer } from '#src/export/protobuf.js';
import { ACTIVATION_NAMES } from '#src/functions/activations.js';
import { type NetworkOptions, specifyNetwork } from '#src/model/specification.js';
import { randomRows, seeded } from '../support/bound-kernels.js';
import { fieldsOf, texts } from '../support/protobuf.js';
import { furthest, type RandomNetwork, randomNetwork, withParameters } from '../support/random-network.js';

ort.env.wasm.numThreads = 1;

const encode = ({ network, parameters, metadata }: RandomNetwork): Uint8Array => encodeOnnx(network, parameters, metadata);

/** a of each row of x, by ONNX Runtime. */
async function run(model: Uint8Array, x: readonly number[][]): Promise<number[][]> {
  const session = await ort.InferenceSession.create(model);
  try {
    const { a } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x.flat()), [x.length, x[0].length]) });
    const [samples, O] = a.dims;
    expect(samples).toBe(x.length);
    return Array.from({ length: samples }, (_, s) => Array.from((a.data as Float32Array).subarray(s * O, (s + 1) * O)));
  } finally {
    await session.release();
  }
}

async function error(made: RandomNetwork, x: readonly number[][]): Promise<number> {
  return furthest(await run(encode(made), x), x.map(made.outputs));
}

const TOLERANCE = 1e-5;
const HIDDEN = ACTIVATION_NAMES.filter((f) => f !== 'softmax');

describe('ONNX Runtime and the reference agree on', () => {
  it.each([
    ...ACTIVATION_NAMES.flatMap((f) =>
      [
        [3, 4],
        [30, 9, 5],
        [1, 3, 2, 3],
      ].map((layers): [string, NetworkOptions] => [`${f} outputs`, { layers, activation: 'tanh', output: f }]),
    ),
    ...HIDDEN.flatMap((f) =>
      [
        [6, 5, 4],
        [17, 8, 1],
        [2, 7, 1, 6, 3],
      ].map((layers): [string, NetworkOptions] => [`hidden ${f}`, { layers, activation: f, output: 'linear' }]),
    ),
    ['every f in one network', { layers: [5, ...HIDDEN.map((_, k) => k + 3), 4], activation: [...HIDDEN], output: 'softmax' }],
    ['the sizes of digits', { layers: [784, 100, 10], activation: 'relu', output: 'softmax', cost: 'log-likelihood' }],
  ])('%s %o', async (_, options) => {
    const random = seeded('onnx');
    const made = randomNetwork(random, options);
    const { layers } = options;
    for (const samples of [1, 7]) expect(await error(made, randomRows(random, samples, layers[0]))).toBeLessThan(TOLERANCE);
  });

  it.each(HIDDEN)('%s, far out and around 0', async (f) => {
    const made = withParameters(specifyNetwork({ layers: [1, 1], output: f, cost: 'quadratic' }), Float32Array.of(1, 0));
    const z = [0, -0, 1e-30, 1e-6, 0.001, 0.1, 0.7, 3, 5.5, 15, 20, 87, 89, 104, 1000, 1e10, 1e20, 3e38].flatMap((v) => [v, -v]);
    expect(
      await error(
        made,
        z.map((v) => [Math.fround(v)]),
      ),
    ).toBeLessThan(TOLERANCE);
  });

  it('a softmax of large z', async () => {
    const made = withParameters(specifyNetwork({ layers: [3, 3], output: 'softmax' }), Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0));
    expect(
      await error(made, [
        [1000, 999, -1000],
        [-500, -500, -501],
        [0, 0, 0],
      ]),
    ).toBeLessThan(TOLERANCE);
  });

  it.each<[string, NetworkOptions]>([
    ['one', { layers: [4, 5, 3], neurons: [{ layer: 2, neuron: 2, f: 'tanh' }] }],
    [
      'several of one f and of others',
      { layers: [4, 6, 3], neurons: [1, 3, 6].map((neuron) => ({ layer: 2, neuron, f: neuron === 3 ? 'gelu' : 'silu' })) },
    ],
    [
      'in the output',
      {
        layers: [4, 5, 3],
        neurons: [
          { layer: 3, neuron: 3, f: 'elu' },
          { layer: 3, neuron: 1, f: 'linear' },
        ],
      },
    ],
    [
      'in every layer',
      { layers: [4, 2, 2, 2], activation: 'relu', neurons: [2, 3, 4].map((layer) => ({ layer, neuron: (layer % 2) + 1, f: 'softplus' })) },
    ],
    [
      "with their layer's own f",
      {
        layers: [4, 3, 3],
        neurons: [
          { layer: 2, neuron: 1, f: 'sigmoid' },
          { layer: 2, neuron: 2, f: 'tanh' },
        ],
      },
    ],
    [
      'all of a layer',
      {
        layers: [4, 2, 3],
        neurons: [
          { layer: 2, neuron: 1, f: 'relu' },
          { layer: 2, neuron: 2, f: 'relu' },
        ],
      },
    ],
  ])('single neurons: %s', async (_, options) => {
    const random = seeded('onnx-neurons');
    const made = randomNetwork(random, options);
    const x = randomRows(random, 9, 4);
    // The neurons matter: without them the network says something else.
    const plain = withParameters({ ...made.network, neurons: [] }, made.parameters);
    expect(furthest(x.map(plain.outputs), x.map(made.outputs))).toBeGreaterThan(0.01);
    expect(await error(made, x)).toBeLessThan(TOLERANCE);
  });
});

describe('the file', () => {
  const made = randomNetwork(seeded('onnx-file'), { layers: [4, 3, 2], neurons: [{ layer: 2, neuron: 3, f: 'gelu' }] });

  it('names its input, its output, its opset and who wrote it', async () => {
    const model = fieldsOf(encode(made));
    expect(model.get(1)).toEqual([7n]);
    expect([...texts(model, 2), ...texts(model, 3)].join(' ')).toBe(made.metadata.producer);
    expect((model.get(8) ?? []).map((set) => fieldsOf(set as Uint8Array).get(2))).toEqual([[13n]]);
    const session = await ort.InferenceSession.create(encode(made));
    expect(session.inputMetadata).toMatchObject([{ name: 'x', isTensor: true, type: 'float32', shape: ['N', 4] }]);
    expect(session.outputMetadata).toMatchObject([{ name: 'a', isTensor: true, type: 'float32', shape: ['N', 2] }]);
  });

  it('carries what is known of the network as metadata', () => {
    const known = { ...made.metadata, data: 'Zürich 数字', scale: 1 / 255, classes: 2, regression: false, testAccuracy: 0.9375 };
    const model = fieldsOf(encodeOnnx(made.network, made.parameters, known));
    const entries = (model.get(14) ?? []).map((entry) => {
      const fields = fieldsOf(entry as Uint8Array);
      return [...texts(fields, 1), ...texts(fields, 2)];
    });
    const { network, ...rest } = Object.fromEntries(entries);
    expect(JSON.parse(network)).toEqual({
      layers: [4, 3, 2],
      activations: ['sigmoid', 'sigmoid'],
      neurons: [{ layer: 2, neuron: 3, f: 'gelu' }],
      cost: 'quadratic',
    });
    expect(rest).toEqual(Object.fromEntries(Object.entries(known).map(([name, value]) => [name, String(value)])));
    expect(Number(rest.scale)).toBe(1 / 255);
  });

  it('gives every value one name', () => {
    const graph = fieldsOf((fieldsOf(encode(made)).get(7) as Uint8Array[])[0]);
    const nodes = (graph.get(1) as Uint8Array[]).map(fieldsOf);
    const tensors = (graph.get(5) as Uint8Array[]).map(fieldsOf);
    const names = [...nodes.flatMap((node) => texts(node, 2)), ...tensors.flatMap((tensor) => texts(tensor, 8)), 'x'];
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['layer2.weight', 'layer2.bias', 'layer3.weight', 'layer3.bias', 'a']));
    // What is read was there before.
    const there = new Set([...tensors.flatMap((tensor) => texts(tensor, 8)), 'x']);
    for (const node of nodes) {
      for (const input of texts(node, 1)) expect(there).toContain(input);
      for (const output of texts(node, 2)) there.add(output);
    }
  });

  it('holds the bits of the weights in the orientation of the book', () => {
    const graph = fieldsOf((fieldsOf(encode(made)).get(7) as Uint8Array[])[0]);
    const tensors = (graph.get(5) as Uint8Array[]).map(fieldsOf);
    const named = (name: string) => tensors.find((tensor) => texts(tensor, 8)[0] === name)!;
    const raw = ['layer2.weight', 'layer2.bias', 'layer3.weight', 'layer3.bias'].flatMap((name) => [...(named(name).get(9) as Uint8Array[])[0]]);
    expect(raw).toEqual([...new Uint8Array(made.parameters.buffer)]);
    expect(named('layer2.weight').get(1)).toEqual([3n, 4n]);
    expect(named('layer3.bias').get(1)).toEqual([2n]);
  });

  it('varints are those of Protocol Buffers, up to 2^53 - 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1 << 20 }), fc.maxSafeNat(), (field, value) => {
        expect(fieldsOf(bytesOf(integer(field, value)))).toEqual(new Map([[field, [BigInt(value)]]]));
      }),
    );
  });
});

it('more parameters than one message holds are refused', () => {
  const network = specifyNetwork({ layers: [2, 2] });
  const many = { length: 500_000_001 } as Float32Array;
  expect(() => encodeOnnx(network, many, withParameters(network, new Float32Array(6)).metadata)).toThrow(
    /^the network: expected at most 500000000 weights and biases for one ONNX file, got 500000001\./,
  );
});
