// Several networks as one exported model: what it gives is the mean of what each of them gives by the reference, in every format that can
// compute; a file of tensors has all of them, each under its name.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { EXPORT_FORMATS } from '#src/export/formats.js';
import { encodeJsModule } from '#src/export/js-module.js';
import { encodeJson } from '#src/export/json.js';
import type { ModelMetadata } from '#src/export/metadata.js';
import { encodeOnnx } from '#src/export/onnx.js';
import { encodeTensors } from '#src/export/safetensors.js';
import { Forward } from '#src/inference/forward.js';
import { loadKernels } from '#src/kernels/load.js';
import { joined, networksOf } from '#src/model/parameter-sets.js';
import type { NetworkOptions } from '#src/model/specification.js';
import { decodeTensors, parametersOf } from '#src/runs/formats/safetensors.js';
import { randomRows, seeded } from '../support/bound-kernels.js';
import { inFolder } from '../support/command.js';
import { furthest, type RandomNetwork, randomNetwork, withParameters } from '../support/random-network.js';
import { refusal } from '../support/refused.js';

ort.env.wasm.numThreads = 1;

const K = 3;
/** Outputs that are probabilities, numbers, and of neurons that differ. */
const CASES: [what: string, options: NetworkOptions][] = [
  ['softmax', { layers: [6, 5, 4], activation: 'tanh', output: 'softmax' }],
  ['linear', { layers: [3, 4, 2], activation: 'relu', output: 'linear' }],
  [
    'single neurons',
    {
      layers: [3, 4, 3],
      neurons: [
        { layer: 2, neuron: 2, f: 'tanh' },
        { layer: 3, neuron: 1, f: 'gelu' },
      ],
    },
  ],
];

const made = CASES.map(([what, options], k) => {
  const members = Array.from({ length: K }, (_, m) => randomNetwork(seeded('members', 10 * k + m), options));
  const [{ network, metadata }] = members;
  const x = randomRows(seeded('members-samples', k), 7, network.layers[0]).map((row) => row.map(Math.fround));
  const mean = x.map((row) =>
    members
      .map(({ outputs }) => outputs(row))
      .reduce((a, b) => a.map((v, j) => v + b[j]))
      .map((v) => v / K),
  );
  const parameters = joined(members.map((member) => member.parameters));
  const known: ModelMetadata = { ...metadata, members: K };
  return { what, network, parameters, members, metadata: known, x, mean };
});
const NEAR = 1e-6;

describe('the average of networks with other hidden layers', () => {
  const members = [
    { layers: [4, 3, 2], activation: 'tanh' },
    { layers: [4, 6, 5, 2], activation: 'relu', neurons: [{ layer: 3, neuron: 2, f: 'gelu' }] },
    { layers: [4, 2] },
  ].map((options, k) => randomNetwork(seeded('members-apart', k), options as NetworkOptions));
  const networks = members.map(({ network }) => network);
  const [network] = networks;
  const parameters = joined(members.map((member) => member.parameters));
  const metadata: ModelMetadata = { ...members[0].metadata, members: K, networks };
  const x = randomRows(seeded('members-apart-samples', 1), 5, 4).map((row) => row.map(Math.fround));
  const mean = x.map((row) =>
    members
      .map(({ outputs }) => outputs(row))
      .reduce((a, b) => a.map((v, j) => v + b[j]))
      .map((v) => v / K),
  );

  it('is what the forward pass gives, and ONNX Runtime, and the JavaScript module', async () => {
    const values = { bytes: false, scale: 1 };
    const forward = await Forward.open({ network, networks, parameters, values, input: 'dense', kernels: await loadKernels('auto') });
    const a = forward.outputs(Float32Array.from(x.flat()));
    expect(
      furthest(
        x.map((_, s) => Array.from(a.subarray(2 * s, 2 * s + 2))),
        mean,
      ),
    ).toBeLessThan(NEAR);
    const session = await ort.InferenceSession.create(encodeOnnx(network, parameters, metadata));
    const out = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x.flat()), [5, 4]) });
    expect(
      furthest(
        x.map((_, s) => Array.from(out.a.data as Float32Array).slice(2 * s, 2 * s + 2)),
        mean,
      ),
    ).toBeLessThan(NEAR);
    await session.release();
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'net.mjs'), encodeJsModule(network, parameters, metadata));
      const { predict } = await import(pathToFileURL(join(folder, 'net.mjs')).href);
      expect(furthest(x.map(predict), mean)).toBeLessThan(1e-12);
    });
  });

  it('lies in a file of tensors, and in JSON, each with its own layers', () => {
    const { tensors, metadata: texts } = decodeTensors('a', encodeTensors(network, parameters, metadata));
    for (const [k, member] of members.entries()) expect(parametersOf('a', tensors, networks[k].layers, `member${k + 1}.`)).toEqual(member.parameters);
    expect(JSON.parse(texts.networks)[1].layers).toEqual([4, 6, 5, 2]);
    const file = JSON.parse(encodeJson(network, parameters, metadata));
    expect(file.members.map(({ layers }: { layers: number[] }) => layers)).toEqual(networks.map(({ layers }) => layers));
    expect(file.functions.gelu).toBeDefined();
    const again = x.map((row) =>
      file.members
        .map((member: { parameters: { weights: number[][]; biases: number[] }[] }, k: number) => {
          const own = member.parameters.flatMap(({ weights, biases }) => [...weights.flat(), ...biases]);
          return withParameters(networks[k], Float32Array.from(own)).outputs(row);
        })
        .reduce((a: number[], b: number[]) => a.map((v, j) => v + b[j]))
        .map((v: number) => v / K),
    );
    expect(furthest(again, mean)).toBeLessThan(1e-12);
  });
});

describe.each(made)('the average of networks with $what outputs', ({ network, parameters, metadata, members, x, mean }) => {
  it.each(['dense', 'sparse'] as const)('is what the forward pass over %s inputs gives', async (input) => {
    const values = { bytes: false, scale: 1 };
    const forward = await Forward.open({ network, parameters, values, input, kernels: await loadKernels('auto') });
    const O = network.layers[network.layers.length - 1];
    for (const some of [x, x.slice(0, 1), x]) {
      const a = forward.outputs(Float32Array.from(some.flat()));
      const rows = some.map((_, s) => Array.from(a.subarray(s * O, (s + 1) * O)));
      expect(furthest(rows, mean.slice(0, some.length))).toBeLessThan(NEAR);
    }
  });

  it('is what ONNX Runtime gives', async () => {
    const session = await ort.InferenceSession.create(encodeOnnx(network, parameters, metadata));
    try {
      const { a } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x.flat()), [x.length, x[0].length]) });
      const [samples, O] = a.dims;
      const rows = Array.from({ length: samples }, (_, s) => Array.from((a.data as Float32Array).subarray(s * O, (s + 1) * O)));
      expect(furthest(rows, mean)).toBeLessThan(NEAR);
    } finally {
      await session.release();
    }
  });

  it('is what the JavaScript module gives', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'net.mjs');
      writeFileSync(path, encodeJsModule(network, parameters, metadata));
      const { predict, metadata: known } = await import(pathToFileURL(path).href);
      expect(furthest(x.map(predict), mean)).toBeLessThan(1e-12);
      expect(known.members).toBe(K);
    }));

  it('is what the JSON says how to compute', () => {
    const file = JSON.parse(encodeJson(network, parameters, metadata));
    expect(file.format).toBe('nabla ensemble, version 1');
    expect(file.about).toContain('Then take the mean of the outputs of all members');
    expect(file.parameters).toBeUndefined();
    const each = file.members.map((member: { parameters: { weights: number[][]; biases: number[] }[] }) =>
      withParameters(network, Float32Array.from(member.parameters.flatMap(({ weights, biases }) => [...weights.flat(), ...biases]))),
    ) as RandomNetwork[];
    expect(each).toHaveLength(K);
    const again = x.map((row) =>
      each
        .map(({ outputs }) => outputs(row))
        .reduce((a, b) => a.map((v, j) => v + b[j]))
        .map((v) => v / K),
    );
    expect(furthest(again, mean)).toBeLessThan(1e-12);
  });

  it('lies in a file of tensors, member by member', () => {
    const { tensors, metadata: texts } = decodeTensors('a', encodeTensors(network, parameters, metadata));
    for (const [k, member] of members.entries()) expect(parametersOf('a', tensors, network.layers, `member${k + 1}.`)).toEqual(member.parameters);
    expect(Object.keys(tensors)).toHaveLength(K * 2 * (network.layers.length - 1));
    expect(texts.members).toBe('3');
  });
});

describe('several networks', () => {
  it("have no place in the book's JSON", async () => {
    const [{ network, parameters, metadata }] = made;
    const said = await refusal(() => EXPORT_FORMATS.book.encode(network, parameters, metadata));
    expect(said).toContain("the network: expected one alone for the book's JSON, got 'the average of 3'. Name one of its members");
  });

  it('are told apart by their sizes', () => {
    const [{ network, parameters, members }] = made;
    expect(networksOf({ network, parameters })).toEqual(members.map((member) => ({ network, parameters: member.parameters })));
    expect(networksOf({ network, parameters: members[0].parameters })).toEqual([{ network, parameters: members[0].parameters }]);
  });
});
