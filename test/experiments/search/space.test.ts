// Spaces: what is drawn from them hangs on seed and number alone, covers them evenly and repeats nothing; what their grids hold; and what
// is none, whatever it is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBadInput } from '#src/errors.js';
import { type SearchSpace, Space, valueAt } from '#src/experiments/search/space.js';

/** Values of one option, in draws of its own. */
const drawn = (values: unknown, count: number, option = 'eta', seed = 1): number[] =>
  new Space({ [option]: values } as SearchSpace).draw(count, seed).map((setting) => valueAt(setting, option) as number);

/** χ² of shares over bins that should be equally full. */
function chiSquare(values: readonly number[], bins: number, binOf: (value: number) => number): number {
  const counts = new Array(bins).fill(0);
  for (const value of values) counts[binOf(value)]++;
  const expected = values.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** What χ² of 10 bins exceeds once in a million draws of an even one. */
const MOST = 45;

describe('draws', () => {
  it('of a range are even, of one by logarithms even there, and of both within their ends', () => {
    const plain = drawn({ from: 0.2, to: 1.2 }, 5000);
    expect(chiSquare(plain, 10, (value) => Math.min(9, Math.floor(10 * (value - 0.2))))).toBeLessThan(MOST);
    const log = drawn({ from: 0.001, to: 10, log: true }, 5000);
    expect(chiSquare(log, 10, (value) => Math.min(9, Math.floor(2.5 * (Math.log10(value) + 3))))).toBeLessThan(MOST);
    expect([Math.min(...plain) >= 0.2, Math.max(...plain) <= 1.2, Math.min(...log) >= 0.001, Math.max(...log) <= 10]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('of whole numbers and of choices are even, up to the last', () => {
    const both = { batch: { from: 1, to: 10 }, activation: ['tanh', 'relu', 'sigmoid', 'linear', 'softplus'], eta: { from: 0, to: 1 } };
    const settings = new Space(both as SearchSpace).draw(5000, 3);
    expect(
      chiSquare(
        settings.map(({ batch = 0 }) => batch - 1),
        10,
        (bin) => bin,
      ),
    ).toBeLessThan(MOST);
    expect(
      chiSquare(
        settings.map(({ activation }) => both.activation.indexOf(activation as string)),
        5,
        (bin) => bin,
      ),
    ).toBeLessThan(MOST);
    const small = drawn({ from: 1, to: 1000, log: true }, 200, 'batch', 2).filter((value) => value < 10);
    expect(small).toHaveLength(9);
  });

  it('are all there are of a small space, once each, and the first ones the same however many are drawn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.nat(1000), (a, b, seed) => {
        const space = new Space({ hidden: { each: [4, { from: 3, to: 7 }] }, optimiser: ['sgd', 'adam'], lambda: [0, 1, 2] });
        const [few, many] = [Math.min(a, b), Math.max(a, b)].map((count) => space.draw(count, seed).map((setting) => JSON.stringify(setting)));
        expect(many.slice(0, few.length)).toEqual(few);
        expect(many).toHaveLength(Math.min(30, Math.max(a, b)));
        expect(new Set(many).size).toBe(many.length);
      }),
      { numRuns: 50 },
    );
  });

  it('are others for other seeds, and each dimension goes its own way', () => {
    expect(drawn({ from: 0, to: 1 }, 5, 'eta', 1)).not.toEqual(drawn({ from: 0, to: 1 }, 5, 'eta', 2));
    const pairs = new Space({ eta: { from: 0, to: 1 }, lambda: { from: 0, to: 1 } }).draw(2000, 1);
    const mean = pairs.reduce((sum, { eta = 0, lambda = 0 }) => sum + ((eta as number) - 0.5) * (lambda - 0.5), 0) / pairs.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
  });

  it('have few digits, and more where a range is narrow; never one outside', () => {
    expect(drawn({ from: 0.1, to: 1 }, 100).every((value) => String(value).length <= 6)).toBe(true);
    const narrow = drawn({ from: 0.999_98, to: 0.999_99 }, 100);
    expect([new Set(narrow).size, Math.min(...narrow) >= 0.999_98, Math.max(...narrow) <= 0.999_99]).toEqual([100, true, true]);
    // No fifteen digits are between these.
    expect(drawn({ from: 1 + 2 ** -52, to: 1 + 2 ** -50 }, 2).every((value) => value > 1 && value <= 1 + 2 ** -50)).toBe(true);
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        (a, b, log) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          fc.pre(from < to && Number.isFinite(to - from) && !(log && (from <= 0 || !Number.isFinite(to / from))));
          for (const value of drawn({ from, to, log }, 5)) expect(value >= from && value <= to, `${value} of ${from} to ${to}`).toBe(true);
        },
      ),
    );
  });
});

describe('grids', () => {
  it.each<[values: unknown, option: string, expected: readonly unknown[]]>([
    [{ from: 0.1, to: 0.5 }, 'eta', [0.1, 0.2, 0.3, 0.4, 0.5]],
    [{ from: 0.01, to: 1, log: true, steps: 3 }, 'eta', [0.01, 0.1, 1]],
    [{ from: 0.001_234_567, to: 1, steps: 2 }, 'eta', [0.001_234_567, 1]],
    [{ from: 1, to: 3 }, 'batch', [1, 2, 3]],
    [{ from: 1, to: 4, steps: 100 }, 'batch', [1, 2, 3, 4]],
    [{ from: 1, to: 1000, log: true, steps: 4 }, 'batch', [1, 10, 100, 1000]],
    [['sgd', 'adam'], 'optimiser', ['sgd', 'adam']],
  ])('%o', (values, option, expected) => {
    const space = new Space({ [option]: values } as SearchSpace);
    expect(space.grid().map((setting) => valueAt(setting, option))).toEqual(expected);
    expect(space.gridSize).toBe(expected.length);
  });

  it('take every value with every other, the last dimension first', () => {
    const space = new Space({ layers: { each: [6, [3, 4], { from: 1, to: 2 }, 3] }, eta: [0.5] });
    expect(space.grid()).toEqual(
      [
        [3, 1],
        [3, 2],
        [4, 1],
        [4, 2],
      ].map(([a, b]) => ({ layers: [6, a, b, 3], eta: 0.5 })),
    );
    expect(space.dimensions.map(({ name }) => name)).toEqual(['layers[1]', 'layers[2]', 'eta']);
  });
});

describe('what is no space', () => {
  it.each<[space: unknown, says: RegExp]>([
    [{ eta: { from: 1, to: 1 } }, /^space\.eta: expected a range from a smaller number to a larger one, got '1 to 1'/],
    [{ eta: { from: 0, to: 1, log: true } }, /^space\.eta\.from: expected a number above 0, for a range by logarithms, got 0/],
    [{ eta: { from: 0, to: 1, log: 'yes' } }, /^space\.eta\.log: expected true or false, got 'yes'/],
    [{ eta: { from: 0, to: 1, steps: 1 } }, /^space\.eta\.steps: expected a whole number from 2 to 10000, got 1/],
    [{ eta: { from: -1e308, to: 1e308 } }, /^space\.eta: expected a range that is no wider/],
    [{ eta: { from: 5e-324, to: 1, log: true } }, /^space\.eta: expected ends whose ratio is a number/],
    [{ eta: { from: 0, to: 1, by: 2 } }, /^space\.eta: .*'by'/],
    [{ eta: { from: 0 } }, /^space\.eta\.to: expected a finite number, got undefined/],
    [{ eta: 3 }, /^space\.eta: expected a list of choices, or a range/],
    [{ eta: [0.1, 0.2, 0.1] }, /^space\.eta: expected choices that differ, got 0\.1/],
    [{ eta: [1n] }, /^space\.eta: expected a value that can be read/],
    [{ eta: [undefined] }, /^space\.eta: expected choices that are values, got undefined/],
    [{ batch: { from: 1, to: 2.5 } }, /^space\.batch\.to: expected a whole number, got 2\.5/],
    [{ hidden: { each: [{ from: 1.5, to: 3 }] } }, /^space\.hidden\[0\]\.from: expected a whole number, got 1\.5/],
    [{ hidden: { each: [3, 4] } }, /^space\.hidden\.each: expected an entry that has choices or a range/],
    [{ hidden: { each: 'a' } }, /^space\.hidden\.each: expected a list/],
    [{ seed: [1, 2] }, /^space: .*got 'seed'\. It is the same for all runs/],
  ])('%o', (space, says) => {
    expect(() => new Space(space as SearchSpace)).toThrow(says);
  });

  it('is refused whatever it is, in a line', { tags: ['longer'] }, () => {
    const entry = fc.oneof(
      fc.anything(),
      fc.array(fc.anything()),
      fc.record({ from: fc.anything(), to: fc.double(), log: fc.anything(), steps: fc.anything() }),
    );
    const values = fc.oneof(entry, fc.record({ each: fc.oneof(fc.anything(), fc.array(entry)) }));
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom('eta', 'hidden', 'batch', 'optimiser', 'schedule', 'epochs'), values, (option, value) => {
        try {
          const space = new Space({ [option]: value } as SearchSpace);
          for (const setting of [...space.draw(3, 1), ...space.corners().slice(0, 3)]) expect(Object.keys(setting)).toEqual([option]);
        } catch (error) {
          expect(isBadInput(error), String((error as Error).stack)).toBe(true);
          expect((error as Error).message).toMatch(/^[^\p{C}]{1,300}$/u);
          refused++;
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});
