// The benchmark networks as options of a run, and who is compared on those with an optimiser.

import { expect, test } from 'vitest';
import { ALL_NETWORKS, describeNetwork, NETWORKS, OPTIMISER_NETWORKS, trainOptions } from '#bench/networks.js';
import { PEERS, whyLeftOut } from '#bench/peers/catalogue.js';
import { isPlain } from '#src/model/learning.js';
import { configure } from '#src/options/options.js';

const sample = { values: new Uint8Array(784), labels: Uint16Array.of(0) };
const data = { name: 'one', inputs: 784, classes: 10, scale: 1 / 255, training: sample, validation: sample, test: sample };

test('each network has an id of its own, and options that a run takes', () => {
  expect(new Set(ALL_NETWORKS.map(({ id }) => id)).size).toBe(ALL_NETWORKS.length);
  for (const network of NETWORKS) expect(isPlain(configure(trainOptions(network), data).learning)).toBe(true);
  for (const network of OPTIMISER_NETWORKS) {
    const { learning, eta } = configure(trainOptions(network), data);
    const { name, ...numbers } = network.optimiser ?? { name: 'sgd' };
    expect({ ...learning, eta }).toMatchObject({ optimiser: name, ...numbers, eta: network.eta });
  }
});

test('a network with an optimiser says so, with its numbers', () => {
  expect(describeNetwork(OPTIMISER_NETWORKS[0])).toBe(
    'N2-momentum  784-100-10, mini-batch 10, sigmoid, sigmoid, cross-entropy, momentum (momentum 0.9), eta 0.05',
  );
});

test('a side that lacks an optimiser is left out, with a word', () => {
  const sides = (id: string) => {
    const network = ALL_NETWORKS.find((known) => known.id === id) ?? NETWORKS[0];
    return PEERS.filter((entry) => whyLeftOut(entry, network) === undefined).map(({ program }) => program);
  };
  expect(new Set(sides('N2'))).toEqual(new Set(PEERS.map(({ program }) => program)));
  expect(new Set(sides('N2-adam'))).toEqual(new Set(['nabla', 'torch', 'sklearn']));
  expect(new Set(sides('N2-adamw'))).toEqual(new Set(['nabla', 'torch']));
  const numpy = PEERS.filter(({ program }) => program === 'numpy');
  expect(whyLeftOut(numpy[0], OPTIMISER_NETWORKS[0])).toBe('this side has no momentum');
});
