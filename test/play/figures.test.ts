// Numbers and pictures of the panels: how a figure is written, which colour a weight has, which pixels are named.

import { describe, expect, it } from 'vitest';
import { specifyNetwork } from '#src/model/specification.js';
import { figure, glued, signed, strongest } from '#src/play/parts/figures.js';
import { colourInto, pixelName, scaleOf, sideOf } from '#src/play/parts/signed-picture.js';
import type { Shown } from '#src/play/store.js';
import { strongestInWords, weightsFrom, weightsInto } from '#src/play/weights/first-layer.js';
import { seeded } from '../support/bound-kernels.js';

describe('figures', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [-12, '−12'],
    [0.99999, '1.00'],
    [-0.012345, '−0.0123'],
    [12.345, '12.3'],
    [1234.5, '1235'],
    [1.26e-4, '1.3×10⁻⁴'],
    [-3.9e-13, '−3.9×10⁻¹³'],
    [1.5e7, '1.5×10⁷'],
    [Number.NEGATIVE_INFINITY, '−∞'],
    [Number.NaN, 'no number'],
  ])('%d is written as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it('have a sign where they are changes, and no line breaks within a formula', () => {
    expect([0.5, -0.5, 0].map((v) => signed(v))).toEqual(['+0.500', '−0.500', '0']);
    expect(glued('σ′(z) = 0').match(/[\u00a0\u2060]/g)).toHaveLength(3);
  });

  it('are the strongest whatever their sign', () => {
    expect(strongest([1, -5, 3, 0], 3)).toEqual([1, 2, 0]);
  });
});

describe('a picture of signed numbers', () => {
  const bytesOf = (values: number[], scale: number): number[] => {
    const pixels = new Uint32Array(values.length);
    colourInto(pixels, values, scale);
    return [...new Uint8Array(pixels.buffer)];
  };

  it('is clear at zero, blue below it and vermilion above, full from the scale on', () => {
    const [zero, less, more, beyond, below] = [0, -0.5, 1, 7, -7].map((v) => bytesOf([v], 1));
    expect(zero[3]).toBe(0);
    expect(less[2]).toBeGreaterThan(less[0]);
    expect([127, 129]).toContain(less[3] + (less[3] % 2 ? 0 : 1));
    expect(more[0]).toBeGreaterThan(more[2]);
    expect([more[3], below[3]]).toEqual([255, 255]);
    expect(beyond).toEqual(more);
    expect(bytesOf([3], 0)[3]).toBe(0);
  });

  it('has a scale that all but the furthest two hundredth of the numbers is within', () => {
    const random = seeded('scale');
    const values = Float32Array.from({ length: 20_000 }, () => random.normal());
    const scale = scaleOf(values);
    const within = values.filter((v) => Math.abs(v) <= scale).length / values.length;
    expect(within).toBeGreaterThanOrEqual(0.995);
    expect(within).toBeLessThan(0.997);
    expect([scaleOf([0, 0]), scaleOf([]), scaleOf([Number.POSITIVE_INFINITY])]).toEqual([1, 1, 1]);
  });

  it('is square, with rows and columns from 1', () => {
    expect([sideOf(784), sideOf(10)]).toEqual([28, undefined]);
    expect(pixelName(28 * 6 + 14, 28)).toBe('row 7, column 15');
  });
});

describe('weights that are shown', () => {
  const network = specifyNetwork({ layers: [4, 3, 2] });
  const first = Float32Array.from({ length: 3 * 4 + 3 + 2 * 3 + 2 }, (_, k) => k);
  const shown: Shown = { network, first, parameters: first.map((v, k) => v + (k === 5 ? 3 : k === 7 ? -2 : 0)), version: 1, epoch: 1 };

  it('are those into a layer, or how they have moved, in an array that is used again', () => {
    const weights = weightsInto(shown, 2, 'weights');
    expect([...weights.slice(4, 8)]).toEqual([4, 8, 6, 5]);
    expect(weightsInto(shown, 2, 'moved', weights)).toBe(weights);
    expect([...weights]).toEqual([0, 0, 0, 0, 0, 3, 0, -2, 0, 0, 0, 0]);
    expect(weightsInto(shown, 3, 'weights', weights)).toHaveLength(6);
  });

  it('are those from a neuron into the next layer', () => {
    expect([...weightsFrom(shown, 2, 2, 'weights')]).toEqual([16, 19]);
  });

  it('are put in words by the strongest of each sign', () => {
    expect(strongestInWords([0, 3, 0, -2], 2, 'moved')).toBe('Risen most at row 1, column 2 (+3). Fallen most at row 2, column 2 (−2).');
    expect(strongestInWords([0, 0.5, 0, 0.25], 2, 'weights')).toBe('Ink raises z most at row 1, column 2 (+0.500); row 2, column 2 (+0.250).');
    expect(strongestInWords([0, 0, 0, 0], 2, 'moved')).toBe('No weight has moved yet.');
  });
});
