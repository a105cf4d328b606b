// The sum over paths on a digit, without a page: it is what BP4 gives, the strongest paths are those that writing all of them out finds, and
// what is said of the three figures is right.

import { describe, expect, it } from 'vitest';
import { loadDataset } from '#src/data/load.js';
import { STEP } from '#src/insight/differences.js';
import { parameterAt, placeOf } from '#src/insight/parameter-name.js';
import { countPaths, pathsOf, rateFactors, sumOf } from '#src/insight/paths.js';
import { pathSums, strongestPaths } from '#src/insight/strongest-paths.js';
import { initialParameters } from '#src/model/initialisers.js';
import { backpropagate, costOf, parametersFrom } from '#src/model/reference.js';
import { type NetworkOptions, specifyNetwork } from '#src/model/specification.js';
import { testDigit } from '#src/play/digits.js';
import { exactParameters } from '#src/play/exact.js';
import { costChart } from '#src/play/paths/cost-chart.js';
import { pathsDrawing } from '#src/play/paths/drawing.js';
import { exampleOf, followed, placeWithin, steepest, type WeightPlace } from '#src/play/paths/followed.js';
import { agreement, moveText, originText, routeOf } from '#src/play/paths/words.js';
import type { Shown } from '#src/play/store.js';
import { Random } from '#src/random.js';
import { unbalanced } from '../support/page-markup.js';

const NETWORKS: Readonly<Record<string, NetworkOptions>> = {
  'the book': { layers: [784, 30, 10], cost: 'quadratic' },
  deeper: { layers: [784, 16, 14, 12, 10], activation: 'tanh', output: 'sigmoid' },
  softmax: { layers: [784, 20, 15, 10], activation: 'relu', output: 'softmax', cost: 'log-likelihood' },
};

const data = await loadDataset('mnist', { seed: 1 });
const digits = { pixels: data.test.values as Uint8Array, labels: Uint8Array.from(data.test.labels), training: 0, validation: 0, test: 300 };

function shownOf(options: NetworkOptions): Shown {
  const network = specifyNetwork(options);
  const parameters = initialParameters(network, 3);
  return { network, parameters, first: parameters, version: 1, epoch: 0 };
}

function exampleAt(number: number) {
  const { input, label } = testDigit(digits, number);
  return exampleOf(input, label as number, 10);
}

/** Random digits, each with a random weight: half of the first layer's, at pixels that are not blank. */
function cases({ network }: Shown, count: number): { number: number; place: WeightPlace }[] {
  const random = Random.stream(1, 'weights');
  const below = (n: number): number => random.below(n) + 1;
  return Array.from({ length: count }, (_, k) => {
    const number = below(digits.test);
    const layer = k % 2 === 0 ? 2 : below(network.layers.length - 1) + 1;
    const inked = [...testDigit(digits, number).input].flatMap((v, pixel) => (v > 0 ? [pixel + 1] : []));
    const input = layer === 2 ? inked[random.below(inked.length)] : below(network.layers[layer - 2]);
    return { number, place: { layer, input, neuron: below(network.layers[layer - 1]) } };
  });
}

describe.each(Object.entries(NETWORKS))('%s', (_, options) => {
  const shown = shownOf(options);
  const { network } = shown;

  it('is read where it lies, number by number as the reference has it', () => {
    const { w, b } = exactParameters(shown);
    expect({ w: w.map((rows) => rows.map((row) => Array.from(row))), b: b.map((row) => Array.from(row)) }).toEqual(
      parametersFrom(network, shown.parameters),
    );
  });

  it('the sum of the paths is what BP4 gives, for 100 random weights and digits, both ways of adding up', () => {
    for (const { number, place } of cases(shown, 100)) {
      const example = exampleAt(number);
      const parameters = exactParameters(shown);
      const rates = rateFactors(network, parameters, example, place);
      const bp4 = backpropagate(network, parameters, example.x, example.y).w[place.layer - 2][place.neuron - 1][place.input - 1];
      const [listed, added] = [sumOf(pathsOf(rates)), pathSums(rates)];
      for (const { sum } of [listed, added]) expect(Math.abs(sum - bp4)).toBeLessThanOrEqual(1e-9 * Math.abs(bp4));
      expect(added.absolute / listed.absolute || 1).toBeCloseTo(1, 12);
    }
  });

  it('the strongest paths are the largest of all that there are', () => {
    for (const { number, place } of cases(shown, 12)) {
      const rates = rateFactors(network, exactParameters(shown), exampleAt(number), place);
      const all = pathsOf(rates).sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
      const best = strongestPaths(rates, 10);
      expect(best.map(({ product }) => Math.abs(product))).toEqual(all.slice(0, 10).map(({ product }) => Math.abs(product)));
      const byRoute = new Map(all.map((path) => [path.route.join(), path]));
      for (const path of best) expect(path).toEqual(byRoute.get(path.route.join()));
      expect(new Set(best.map(({ route }) => route.join())).size).toBe(best.length);
    }
  });

  it('the three figures agree, and so it is said', () => {
    for (const { number, place } of cases(shown, 12)) {
      const found = followed(shown, exampleAt(number), place);
      expect(agreement(found, STEP), JSON.stringify(place)).toMatchObject({ agrees: true });
      expect(found.paths).toBe(countPaths(network, place.layer));
    }
  });

  it('C along a weight is the cost of the network with that weight moved', () => {
    const [{ number, place }] = cases(shown, 1);
    const found = followed(shown, exampleAt(number), place);
    const { x, y } = exampleAt(number);
    const parameters = parametersFrom(network, shown.parameters);
    expect(found.cost).toBeCloseTo(costOf(network, parameters, x, y), 13);
    parameters.w[0][place.neuron - 1][place.input - 1] += 1.5;
    expect(found.costAt(1.5)).toBeCloseTo(costOf(network, parameters, x, y), 12);
  });

  it('the weight that matters most is the one with the largest ∂C/∂w of its layer', () => {
    const example = exampleAt(7);
    const { w } = backpropagate(network, exactParameters(shown), example.x, example.y);
    for (const layer of network.layers.slice(1).map((_, k) => k + 2)) {
      const { neuron, input } = steepest(shown, example, layer);
      const sizes = w[layer - 2].flat().map(Math.abs);
      expect(Math.abs(w[layer - 2][neuron - 1][input - 1])).toBe(sizes.reduce((a, b) => Math.max(a, b)));
    }
  });

  it('drawing and chart are well-formed, with a line for each path and the point where the weight is', () => {
    const found = followed(shown, exampleAt(7), steepest(shown, exampleAt(7), 2));
    for (const text of [pathsDrawing(found).text, costChart(found, 1).text]) {
      expect(unbalanced(text)).toEqual([]);
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(pathsDrawing(found).text.match(/class="route (raises|lowers)"/g)?.length).toBe(10);
    // The point moves along the axis, from one end to the other.
    const across = (t: number) => [...costChart(found, t).text.matchAll(/<svg x="([\d.]+)%"/g)].at(-1)?.[1];
    expect([-4, 0, 4].map(across)).toEqual(['0', '50', '100']);
  });
});

describe('places and words', () => {
  const shown = shownOf(NETWORKS['the book']);
  const found = followed(shown, exampleAt(7), steepest(shown, exampleAt(7), 2));

  it("a parameter has one place in the book's order", () => {
    for (const k of [0, 783, 784, 30 * 784 - 1, 30 * 784, 30 * 785 - 1, 30 * 785, 30 * 785 + 309]) {
      expect(parameterAt([784, 30, 10], placeOf([784, 30, 10], k))).toBe(k);
    }
  });

  it.each([
    [
      { layer: 2, neuron: 5, input: 3 },
      { layer: 2, neuron: 5, input: 3 },
    ],
    [
      { layer: 9, neuron: 99, input: 99 },
      { layer: 3, neuron: 10, input: 30 },
    ],
    [
      { layer: 3, neuron: 0, input: -4 },
      { layer: 3, neuron: 1, input: 1 },
    ],
  ])('the nearest weight to %j is %j', (place, within) => {
    expect(placeWithin(shown.network, place)).toEqual(within);
  });

  it('figures that do not agree are told apart: the sum, the quotient, a kink', () => {
    const { sum, difference } = found;
    expect(agreement({ ...found, sum: 1.001 * sum }, STEP)).toMatchObject({ agrees: false, text: expect.stringContaining('differ by') });
    const slope = 1.001 * difference.slope;
    expect(agreement({ ...found, difference: { ...difference, slope } }, STEP)).toMatchObject({
      agrees: false,
      text: expect.stringContaining('another rate'),
    });
    const kink = { ...difference, slope, roughness: Math.abs(slope) };
    expect(agreement({ ...found, difference: kink }, STEP).text).toContain('kink');
    expect(agreement({ ...found, cost: Number.POSITIVE_INFINITY }, STEP).text).toContain('infinite');
  });

  it('a weight at a blank pixel moves nothing, and that is said', () => {
    const blank = followed(shown, exampleAt(7), { layer: 2, neuron: 1, input: 1 });
    expect([blank.input, blank.sum + 0, blank.costAt(3) - blank.cost]).toEqual([0, 0, 0]);
    expect(agreement(blank, STEP)).toMatchObject({ agrees: true, text: expect.stringContaining('pixel is blank') });
    expect(pathsDrawing(blank).text).not.toContain('NaN');
  });

  it('a move is told with what was predicted and what came of it', () => {
    const shifted = { ...found, name: 'w', value: 0.5, backpropagation: -0.25, cost: 2, costAt: (t: number) => 2 - 0.2 * t };
    expect(moveText(shifted, 1)).toBe('w moved by 1.00 to 1.500: by its rate C would change by −0.2500; it changes by −0.2000, from 2.000 to 1.800.');
  });

  it('pixels by row and column, outputs by their digits', () => {
    expect(originText({ layer: 2, neuron: 1, input: 29 }, 28)).toBe('the pixel in row 2, column 1');
    expect(originText({ layer: 3, neuron: 1, input: 29 }, 28)).toBe('neuron 29 of layer 2');
    expect(routeOf(found, { route: [4, 3], factors: [], product: 0 })).toBe('pixel → 2:4 → output 2 → C');
  });
});
