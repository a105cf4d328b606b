// The random numbers, judged from outside: xoshiro128** written again in BigInt from the published
// algorithm, and its published numbers, whole ranges that must be even, moments and tails of the normal deviates, and a list of first deviates to the
// last bit, which shows at once when another version of Node or another machine draws other weights from the same seed.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random, type RandomState } from '#src/random.js';

const MASK = (1n << 32n) - 1n;
const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & MASK;

/** xoshiro128** 1.1, next() as Blackman and Vigna print it, over unbounded integers cut to 32 bits. */
function* xoshiro128(state: RandomState): Generator<number, never> {
  const s = state.map(BigInt);
  for (;;) {
    const result = (rotl((s[1] * 5n) & MASK, 7n) * 9n) & MASK;
    const t = (s[1] << 9n) & MASK;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
    yield Number(result);
  }
}

const take = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const word = fc.integer({ min: 0, max: 0xffffffff });
const someState = fc.tuple(word, word, word, word).filter((state) => state.some((w) => w !== 0)) as fc.Arbitrary<RandomState>;

describe('xoshiro128**', () => {
  it("gives the numbers that the authors' C program (1.1) gives for the state 1, 2, 3, 4", () => {
    const random = Random.from([1, 2, 3, 4]);
    // The same ten stand in the tests of Rust's rand_xoshiro.
    const published = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804];
    expect(take(10, () => random.next())).toEqual(published);
  });

  it('agrees with an independent BigInt implementation from any state', () => {
    fc.assert(
      fc.property(someState, (state) => {
        const random = Random.from(state);
        const referee = xoshiro128(state);
        for (let k = 0; k < 50; k++) expect(random.next()).toBe(referee.next().value);
      }),
    );
  });

  it('agrees with it for a hundred thousand numbers in a row', () => {
    const random = Random.stream(7, 'long');
    const referee = xoshiro128(random.state);
    const wrong = take(100_000, () => random.next() - referee.next().value).findIndex((difference) => difference !== 0);
    expect(wrong).toBe(-1);
  });

  it('goes on with the same numbers from a saved state', () => {
    fc.assert(
      fc.property(someState, fc.nat(100), (state, drawn) => {
        const random = Random.from(state);
        take(drawn, () => random.next());
        const restored = Random.from(JSON.parse(JSON.stringify(random.state)));
        expect(restored.state).toEqual(random.state);
        expect(take(20, () => restored.next())).toEqual(take(20, () => random.next()));
      }),
    );
  });
});

describe('streams', () => {
  const STREAMS: [seed: number, name: string, index: number][] = [
    [1, 'order', 1],
    [1, 'order', 2],
    [2, 'order', 1],
    [1, 'parameters', 1],
    [1, 'redro', 1],
    [1, 'orde', 114],
    [0, 'order', 1],
    [2 ** 32, 'order', 1],
    [2 ** 32 + 1, 'order', 1],
    [2 ** 33, 'order', 1],
    [Number.MAX_SAFE_INTEGER, 'order', 1],
  ];

  it('start anew with the same numbers each time', () => {
    for (const stream of STREAMS) {
      const [first, second] = [Random.stream(...stream), Random.stream(...stream)];
      expect(take(10, () => first.next())).toEqual(take(10, () => second.next()));
    }
  });

  it('differ as soon as the seed, the name or the index does, for seeds past 32 bits too', () => {
    const seen = new Map<string, string[]>();
    for (const [seed, name, index] of STREAMS) {
      const random = Random.stream(seed, name, index);
      const numbers = take(4, () => random.next()).join(' ');
      seen.set(numbers, [...(seen.get(numbers) ?? []), `(${seed}, ${name}, ${index})`]);
    }
    expect([...seen.values()].filter((streams) => streams.length > 1)).toEqual([]);
  });

  it('do not disturb each other, in whatever order they draw', () => {
    const order = (): Random => Random.stream(1, 'order', 3);
    const alone = order();
    const expected = take(10, () => alone.next());
    const random = order();
    const other = Random.stream(1, 'parameters', 3);
    const between = take(10, () => [other.normal(), random.next()][1]);
    expect(between).toEqual(expected);
  });

  it('of neighbouring seeds and indices are not correlated', () => {
    const draws = (seed: number, index: number): number[] => {
      const random = Random.stream(seed, 'order', index);
      return take(10_000, () => random.uniform() - 0.5);
    };
    const base = draws(1, 1);
    for (const other of [draws(2, 1), draws(1, 2), draws(0, 1)]) {
      // The mean product of two independent centred uniforms has deviation 1/12/√n = 0.00083; five of them are allowed.
      expect(Math.abs(sum(base.map((value, k) => value * other[k])) / base.length)).toBeLessThan(0.0042);
    }
  });
});

describe('uniform and below', () => {
  it('uniform lies in [0, 1), with the words that the referee gives it', () => {
    fc.assert(
      fc.property(someState, (state) => {
        const random = Random.from(state);
        const referee = xoshiro128(state);
        for (let k = 0; k < 20; k++) {
          const value = random.uniform();
          const bits = (BigInt(referee.next().value) >> 5n) * (1n << 26n) + (BigInt(referee.next().value) >> 6n);
          expect(value).toBe(Number(bits) / 2 ** 53);
          expect(value >= 0 && value < 1).toBe(true);
        }
      }),
    );
  });

  it.each([1, 2, 3, 7, 10, 1000])('below(%d) fills its range evenly', (n) => {
    const random = Random.stream(1, 'below', n);
    const draws = 100 * n + 10_000;
    const counts = new Array<number>(n).fill(0);
    for (let k = 0; k < draws; k++) counts[random.below(n)]++;
    expect(sum(counts)).toBe(draws);
    // χ² has mean n - 1 and deviation √(2(n - 1)); five deviations, and a little for small n.
    const chi2 = sum(counts.map((count) => (count - draws / n) ** 2 / (draws / n)));
    expect(chi2).toBeLessThan(n - 1 + 5 * Math.sqrt(2 * (n - 1)) + 5);
  });

  it('below(3·2³⁰) is unbiased: the lower third is not drawn twice as often', () => {
    // Taking 32-bit words modulo 3·2³⁰ would send half of all draws to the lower third.
    const random = Random.stream(1, 'bias');
    const low = take(30_000, () => random.below(3 * 2 ** 30)).filter((value) => value < 2 ** 30).length;
    expect(low / 30_000).toBeGreaterThan(0.32);
    expect(low / 30_000).toBeLessThan(0.347);
  });

  it('below(2³²) is the next word itself', () => {
    expect(Random.from([1, 2, 3, 4]).below(2 ** 32)).toBe(11520);
  });
});

describe('normal', () => {
  it('has the moments and the tails of N(0, 1)', () => {
    const random = Random.stream(1, 'normal');
    const n = 200_000;
    const draws = take(n, () => random.normal());
    const share = (bound: number): number => draws.filter((x) => Math.abs(x) < bound).length / n;
    const mean = sum(draws) / n;
    // Bounds of five standard errors: 1/√n of the mean, √(2/n) of the variance, √(15/n), √(96/n) of the third and fourth moment.
    expect(Math.abs(mean)).toBeLessThan(0.0112);
    expect(Math.abs(sum(draws.map((x) => x ** 2)) / n - 1)).toBeLessThan(0.0158);
    expect(Math.abs(sum(draws.map((x) => x ** 3)) / n)).toBeLessThan(0.0433);
    expect(Math.abs(sum(draws.map((x) => x ** 4)) / n - 3)).toBeLessThan(0.1096);
    expect(Math.abs(share(1) - 0.682689)).toBeLessThan(0.0053);
    expect(Math.abs(share(2) - 0.9545)).toBeLessThan(0.0024);
    expect(Math.abs(sum(draws.slice(1).map((x, k) => x * draws[k])) / n)).toBeLessThan(0.0112);
  });

  it('is the polar method, with the logarithm right to the last bits', () => {
    const random = Random.stream(3, 'polar');
    const words = Random.from(random.state);
    for (let pair = 0; pair < 5_000; pair++) {
      let [u, v, s] = [0, 0, 0];
      do {
        u = 2 * words.uniform() - 1;
        v = 2 * words.uniform() - 1;
        s = u * u + v * v;
      } while (s === 0 || s >= 1);
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      for (const expected of [u * factor, v * factor]) {
        const got = random.normal();
        if (Math.abs(got - expected) > 4e-15 * Math.abs(expected)) expect(got).toBe(expected);
      }
    }
    expect(random.state).toEqual(words.state);
  });

  it('draws the same first deviates of stream(1, parameters, 1), bit for bit, on every machine', () => {
    const random = Random.stream(1, 'parameters', 1);
    const bits = take(GOLDEN.length, () => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(random.normal());
      return bytes.toString('hex');
    });
    expect(bits).toEqual(GOLDEN);
  });
});

describe('shuffle', () => {
  it('is a permutation, whatever the array and its values', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(65_535), { maxLength: 200 }), fc.nat(), (items, seed) => {
        const sorted = [...items].sort((a, b) => a - b);
        for (const copy of [[...items], Uint16Array.from(items), Uint32Array.from(items)]) {
          Random.stream(seed, 'shuffle').shuffle(copy);
          expect(Array.from(copy).sort((a, b) => a - b)).toEqual(sorted);
        }
      }),
    );
  });

  it('gives each of the 24 orders of four items its share', () => {
    const random = Random.stream(1, 'orders');
    const counts = new Map<string, number>();
    for (let k = 0; k < 24_000; k++) {
      const items = [0, 1, 2, 3];
      random.shuffle(items);
      counts.set(items.join(''), (counts.get(items.join('')) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // χ² with 23 degrees of freedom: mean 23, five deviations of √46.
    expect(sum([...counts.values()].map((count) => (count - 1000) ** 2 / 1000))).toBeLessThan(57);
  });
});

/** Recorded on Node 20.20, x86-64; the eight bytes of each double, most significant first. */
const GOLDEN = [
  '3fd8278829d6a9f3', // 0.37741283498567596
  'bfe01bed82f3c922', // -0.5034091527616378
  '3fd02c67be76b66d', // 0.25271028137181056
  'bff8d88f909ed894', // -1.5528712891805627
  '3fd6600603af48a3', // 0.34961080894312085
  '3fe67c7d96264e2c', // 0.7026966030702559
  'bff1c2b9b43858e6', // -1.1100403823707494
  '3fd9f25351437d59', // 0.40541537223721985
  '3fcc2267e82a5ffb', // 0.21979998432357192
  'bf77ccc7c60c936a', // -0.005810528150310338
  '3fcc24ba12c07a53', // 0.21987081447237475
  '3fe1de5b322d4318', // 0.558393095017979
  '3ff173f4c3b7e4f7', // 1.090809597515827
  'c0010fcbef997d7f', // -2.132713195678377
  '3fd1ac79b28d71b7', // 0.27615206181306057
  'bfd9bfe4de2449ff', // -0.4023372811654155
];
