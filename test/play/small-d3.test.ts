// The page's own scales, lines and marks are d3's, to the last bit of a place and the last letter of a path.

import * as scales from 'd3-scale';
import * as shapes from 'd3-shape';
import { describe, expect, it } from 'vitest';
import { line, scaleLinear, scaleLog, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from '#src/play/small-d3.js';
import { Random } from '#src/random.js';

const random = Random.stream(1, 'scales');
const DOMAINS = Array.from({ length: 400 }, (_, k): [number, number] => {
  const begin = (random.uniform() - (k % 2 ? 0.5 : 0)) * 10 ** (random.below(12) - 6);
  return [begin, begin + random.uniform() * 10 ** (random.below(12) - 6) + 1e-9];
});

describe('in the place of d3', () => {
  it('a linear scale has the same places and ticks', () => {
    for (const domain of [...DOMAINS, [0, 0.3], [1, 30], [5, 5], [0, 100]] as [number, number][]) {
      const [own, theirs] = [scaleLinear(domain, [250, 0]), scales.scaleLinear(domain, [250, 0])];
      for (const count of [5, 6]) expect(own.ticks(count), String(domain)).toEqual(theirs.ticks(count));
      for (const value of [domain[0], domain[1], (domain[0] + domain[1]) / 3, 0]) expect(own(value)).toBe(theirs(value));
    }
  });

  it('a logarithmic scale has the same places', () => {
    for (const [begin, end] of DOMAINS.filter(([begin]) => begin > 0)) {
      const [own, theirs] = [scaleLog([begin, end], [250, 0]), scales.scaleLog([begin, end], [250, 0])];
      for (const value of [begin, end, (begin + end) / 2]) expect(own(value)).toBe(theirs(value));
    }
  });

  it('a line has the same path, with its gaps and its lone points', () => {
    const points = Array.from({ length: 60 }, (_, k): [number, number | null] => [k, [3, 5, 6, 20].includes(k) ? null : random.uniform() * 100]);
    const paths = [line, shapes.line as never as typeof line].map((make) =>
      make<[number, number | null]>()
        .defined(([, y]) => y !== null)
        .x(([x]) => 3 * x)
        .y(([, y]) => y as number)
        .digits(2)([[0, null], ...points, [99, null]]),
    );
    expect(paths[0]).toBe(paths[1]);
    expect(line().digits(2)([])).toBe(null);
  });

  it.each([
    ['circle', symbolCircle, shapes.symbolCircle],
    ['diamond', symbolDiamond, shapes.symbolDiamond],
    ['square', symbolSquare, shapes.symbolSquare],
    ['triangle', symbolTriangle, shapes.symbolTriangle],
  ] as const)('a %s is drawn alike', (_, own, theirs) => {
    expect(symbol(own, 46).digits(2)()).toBe(shapes.symbol(theirs, 46).digits(2)());
  });
});
