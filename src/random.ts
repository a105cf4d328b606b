// Seeded random numbers with the same bits on every machine and every version of Node: xoshiro128** (Blackman and Vigna,
// 2018), seeded through splitmix32. The normal deviates use a logarithm of their own, because Math.log and Math.cos may
// differ in the last bit between versions of V8. Everything random in the project comes from here, by named streams.

const SQRT_HALF = Math.SQRT1_2;

/** A generator's state: four 32-bit words. Saved and restored, it goes on with the same numbers. */
export type RandomState = readonly [number, number, number, number];

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | undefined;

  private constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /**
   * The generator of one named purpose: a stream depends on the seed, its name and its index alone, so that drawing more
   * numbers for one purpose never changes another (order of epoch 7, initial weights, split of the data, …).
   */
  static stream(seed: number, name: string, index = 0): Random {
    let h = mix32(seed >>> 0) ^ mix32(Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1) >>> 0);
    for (let i = 0; i < name.length; i++) h = mix32(h ^ name.charCodeAt(i));
    h = mix32(h ^ (index >>> 0));
    const state = [1, 2, 3, 4].map((i) => mix32((h + Math.imul(i, 0x9e3779b9)) >>> 0));
    return new Random(state as unknown as RandomState);
  }

  static from(state: RandomState): Random {
    return new Random(state);
  }

  /** The state as it is now; a kept second normal deviate is not part of it. */
  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /** The next 32 bits, 0 to 2³² - 1. */
  next(): number {
    const b = this.#b;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const t = b << 9;
    this.#c ^= this.#a;
    this.#d ^= b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotate(this.#d, 11);
    return result >>> 0;
  }

  /** Uniform in [0, 1), with 53 bits. */
  uniform(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number uniform in [0, n), n from 1 to 2³², without bias: what would favour small values is drawn again. */
  below(n: number): number {
    for (;;) {
      const x = this.next();
      // Only the last, unfinished stretch of n values is in question: so the limit is hardly ever worked out.
      if (x < 2 ** 32 - n || x < 2 ** 32 - remainder(2 ** 32, n)) return remainder(x, n);
    }
  }

  /** Normal with mean 0 and deviation 1 (Marsaglia's polar method: two per draw, the second kept for the next call). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * naturalLogarithm(s)) / s);
        this.#spare = v * factor;
        return u * factor;
      }
    }
  }

  /** Puts the items in a uniformly random order, in place (Fisher and Yates). */
  shuffle(items: Uint32Array | Uint16Array | number[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
  }
}

/** x mod n for whole numbers up to 2³²: exact, and a quarter of the time of %, which beyond 31 bits is a remainder of doubles. */
function remainder(x: number, n: number): number {
  return x - Math.floor(x / n) * n;
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** splitmix32: a bijection of 32-bit words that mixes well enough to seed from neighbouring numbers. */
export function mix32(x: number): number {
  let z = (x + 0x9e3779b9) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** ln s for s in (0, 1], with the same bits everywhere: by additions, products and one division: ln f = 2 artanh((f - 1) / (f + 1)), f in [1/√2, √2). */
export function naturalLogarithm(s: number): number {
  let f = s;
  let exponent = 0;
  while (f < SQRT_HALF) {
    f *= 2;
    exponent--;
  }
  const r = (f - 1) / (f + 1);
  const r2 = r * r;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * r2 + 1 / k;
  return 2 * r * sum + exponent * Math.LN2;
}
