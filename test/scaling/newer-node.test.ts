// The hint of a newer Node: the estimate stays near what was measured, and it is given where it is true and asked of nobody else.

import { describe, expect, it } from 'vitest';
import { NETWORKS, trainOptions } from '#bench/networks.js';
import { configure } from '#src/options/options.js';
import { newerNodeHint, timesFasterWide } from '#src/scaling/newer-node.js';

/** The share of lit pixels of MNIST is 0.19. */
const LIT = 0.19;

/** Samples for the largest mini-batch. */
const S = 256;
const samples = { values: new Uint8Array(784 * S), labels: new Uint16Array(S) };
const DATA = { name: 'dark', inputs: 784, classes: 10, scale: 1 / 255, training: samples, validation: samples, test: samples };

describe('how many times as fast', () => {
  it.each([
    ['N1', 1.2],
    ['N2', 1.25],
    ['N2b', 1.25],
    ['N3', 1.65],
    ['N4', 1.7],
  ])('%s: within a tenth of the %f that was measured', (id, measured) => {
    const network = NETWORKS.find((one) => one.id === id)!;
    expect(Math.abs(timesFasterWide(configure(trainOptions(network), DATA), LIT) - measured)).toBeLessThan(0.1);
  });

  it('is less over sparse inputs than over dense ones, and where an optimiser steps through all parameters', () => {
    const times = (options: object): number => timesFasterWide(configure({ layers: [784, 100, 10], ...options }, DATA), LIT);
    expect(times({ input: 'sparse' })).toBeLessThan(times({ input: 'dense' }));
    expect(times({ optimiser: 'adam' })).toBeLessThan(times({}));
    expect(times({ optimiser: 'adam' })).toBeGreaterThan(1);
  });
});

describe('the hint', () => {
  const node = (node: string, v8: string): NodeJS.ProcessVersions => ({ ...process.versions, node, v8 });
  const NODE_20 = node('20.20.2', '11.3.244.8-node.38');
  const [NODE_22, NODE_24] = [node('22.23.3', '12.4.254.21-node.59'), node('24.9.0', '13.6.233.10-node.28')];
  const hint = (options: object, kernels: 'relaxed' | 'simd' | 'wide' | 'blas', versions = NODE_20, arch = 'x64'): string | undefined =>
    newerNodeHint(configure({ layers: [784, 512, 512, 10], batch: 128, ...options }, DATA), kernels, LIT, versions, arch);

  it('says which Node, and how many times', () => {
    expect(hint({}, 'relaxed')).toBe('Node 24 or later would train this network about 1.6 times as fast as Node 20.20.2.');
    expect(hint({ kernels: 'auto' }, 'relaxed', NODE_22)).toContain('as Node 22.23.3.');
  });

  it.each([
    ['Node 24 itself, where the kernels were refused', hint({}, 'relaxed', NODE_24)],
    ['Node 24 with them', hint({}, 'wide', NODE_24)],
    ['another processor', hint({}, 'relaxed', NODE_20, 'arm64')],
    ['kernels that were asked for', hint({ kernels: 'relaxed' }, 'relaxed')],
    ['wide kernels that were asked for: a note says why not', hint({ kernels: 'wide' }, 'relaxed')],
    ['a machine without multiply-adds', hint({}, 'simd')],
    ['reproducible', hint({ reproducible: true }, 'simd')],
    ['too little to gain', hint({ layers: [784, 10], batch: 1 }, 'relaxed')],
  ])('is not given for %s', (_, text) => {
    expect(text).toBeUndefined();
  });
});
