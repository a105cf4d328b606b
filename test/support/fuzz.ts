// Fuzzing of whatever reads files: sound files, damaged in ways that files are damaged and attacked, and noise. Each case must
// end in a result or in a refusal: bad input, one line, the file's name in it; and must not ask for more memory at once than
// the reader allows itself. The same seed gives the same cases: a failure names its case, and `only` runs it alone.
//
//   await fuzz({ name: 'idx', sound: [bytes], read: (bytes) => decode('file', bytes), named: 'file', most: 2 ** 20 });

import { expect } from 'vitest';
import { isBadInput } from '#src/errors.js';
import { Random } from '#src/random.js';
import { SLOW } from './slow.js';

/** Cases of a suite: 500, or 5,000 in the long version, which is why the tests of suites have the tag 'longer'. */
export const FUZZ_CASES = SLOW ? 5_000 : 500;

export interface FuzzOptions<T> {
  /** Of the suite; its cases are drawn from it. */
  readonly name: string;
  /** Sound files, each of which must be read. */
  readonly sound: readonly Uint8Array[];
  /** The reader under test. */
  read(bytes: Buffer): T | Promise<T>;
  /** What a refusal must name: the file. */
  readonly named: string;
  /** Bytes that the reader may ask for at once, as an array or a buffer. */
  readonly most: number;
  /** What must hold of a result, however it came about. */
  check?(result: T, bytes: Buffer): void;
  /** Default: FUZZ_CASES. */
  readonly cases?: number;
  /** The number of one case, to run it alone. */
  readonly only?: number;
}

export interface Fuzzed {
  readonly read: number;
  readonly refused: number;
}

/** Runs all cases. How many were read and how many refused is for the caller to judge: a suite that refuses nothing tests nothing. */
export async function fuzz<T>(options: FuzzOptions<T>): Promise<Fuzzed> {
  const { name, sound, cases = FUZZ_CASES, only } = options;
  for (const [k, bytes] of sound.entries()) {
    expect(await outcomeOf(options, Buffer.from(bytes), `sound file ${k}`), `${name}: sound file ${k}`).toBe('read');
  }
  const counts = { read: 0, refused: 0 };
  for (let k = 0; k < cases; k++) {
    if (only !== undefined && k !== only) continue;
    counts[await outcomeOf(options, damaged(name, k, sound), `case ${k}`)]++;
  }
  return counts;
}

/** The bytes of case k: one of the sound files with one to three damages, or every tenth time noise. */
export function damaged(name: string, k: number, sound: readonly Uint8Array[]): Buffer {
  const random = Random.stream(k, `fuzz ${name}`);
  if (k % 10 === 9) return noise(random, random.below(200));
  let bytes: Buffer = Buffer.from(sound[random.below(sound.length)]);
  const times = random.below(2) === 0 ? 1 : 1 + random.below(3);
  for (let n = 0; n < times; n++) bytes = DAMAGES[random.below(DAMAGES.length)](bytes, random, sound);
  return bytes;
}

type Damage = (bytes: Buffer, random: Random, sound: readonly Uint8Array[]) => Buffer;

/** Positions lie in the first 64 bytes half of the time: there stand headers. */
const position = (bytes: Buffer, random: Random): number =>
  random.below(Math.max(1, random.below(2) === 0 ? Math.min(64, bytes.length) : bytes.length));

const noise = (random: Random, length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));

/** `bytes` with `count` of them from `at` on replaced. */
const replaced = (bytes: Buffer, at: number, count: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(Math.min(bytes.length, at + count))]);

const EDGES = [0, 1, 0x20, 0x2d, 0x7f, 0x80, 0xfe, 0xff];
const HUGE = [0xffffffff, 0x7fffffff, 0x80000000, 0x10000000, 0x00ffffff, 65_536, 65_535];

const DAMAGES: readonly Damage[] = [
  // A bit flipped.
  (bytes, random) => {
    const at = position(bytes, random);
    return replaced(bytes, at, 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.below(8))]));
  },
  // A byte at the edge of what it can be.
  (bytes, random) => replaced(bytes, position(bytes, random), 1, Buffer.from([EDGES[random.below(EDGES.length)]])),
  // Cut short.
  (bytes, random) => bytes.subarray(0, position(bytes, random)),
  // Something inserted, or at the end.
  (bytes, random) => replaced(bytes, position(bytes, random), 0, noise(random, 1 + random.below(20))),
  (bytes, random) => Buffer.concat([bytes, noise(random, 1 + random.below(20))]),
  // A piece taken out, or twice.
  (bytes, random) => replaced(bytes, position(bytes, random), 1 + random.below(20), Buffer.alloc(0)),
  (bytes, random) => {
    const at = position(bytes, random);
    return replaced(bytes, at, 0, bytes.subarray(at, at + 1 + random.below(40)));
  },
  // A length or size made huge, as a 32-bit number in either order.
  (bytes, random) => {
    const field = Buffer.alloc(4);
    const value = HUGE[random.below(HUGE.length)];
    if (random.below(2) === 0) field.writeUInt32BE(value);
    else field.writeUInt32LE(value);
    return replaced(bytes, position(bytes, random), 4, field);
  },
  // A number in a text made huge, negative, a fraction, or none.
  (bytes, random) => {
    const digits = [...bytes.keys()].filter((k) => bytes[k] >= 0x30 && bytes[k] <= 0x39);
    if (digits.length === 0) return bytes;
    const texts = ['99999999999', '4294967296', '-1', '1e999', '0.5', 'NaN', '', '9'.repeat(400)];
    return replaced(bytes, digits[random.below(digits.length)], 1, Buffer.from(texts[random.below(texts.length)]));
  },
  // The end of another sound file.
  (bytes, random, sound) =>
    Buffer.concat([bytes.subarray(0, position(bytes, random)), Buffer.from(sound[random.below(sound.length)]).subarray(random.below(64))]),
];

async function outcomeOf<T>({ name, read, named, most, check }: FuzzOptions<T>, bytes: Buffer, which: string): Promise<keyof Fuzzed> {
  const what = `${name}, ${which} (${bytes.length} bytes: ${bytes.subarray(0, 40).toString('hex')})`;
  const before = Buffer.from(bytes);
  let result: T | undefined;
  let error: unknown;
  const asked = await largestAllocation(async () => {
    try {
      result = await read(bytes);
    } catch (thrown) {
      error = thrown ?? new Error('nothing was thrown');
    }
  });
  expect(asked, `${what}: asked for memory`).toBeLessThanOrEqual(most);
  expect(bytes.equals(before), `${what}: its bytes were changed`).toBe(true);
  if (error === undefined) {
    check?.(result as T, bytes);
    return 'read';
  }
  expect(isBadInput(error), `${what}: ${error instanceof Error ? error.stack : error}`).toBe(true);
  const { message } = error as Error;
  expect(message, what).toContain(named);
  expect(message, what).toMatch(/^[^\p{Cc}]{1,600}$/u);
  return 'refused';
}

const ARRAYS = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Uint8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
] as const;
const BUFFERS = ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const;

/** The most bytes that are asked for at once while `action` runs, by making typed arrays and buffers tell. */
export async function largestAllocation(action: () => Promise<unknown>): Promise<number> {
  let largest = 0;
  const note = (bytes: unknown): void => {
    if (typeof bytes === 'number' && bytes > largest) largest = bytes;
  };
  const world = globalThis as unknown as Record<string, new (...args: unknown[]) => unknown>;
  const makers = Buffer as unknown as Record<string, (...args: unknown[]) => unknown>;
  const plain = ARRAYS.map((name) => [name, world[name]] as const);
  const plainMakers = BUFFERS.map((name) => [name, makers[name]] as const);
  for (const [name, original] of plain) {
    const size = (original as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    const construct = (target: new (...args: unknown[]) => unknown, args: unknown[], as: unknown): object => {
      note(typeof args[0] === 'number' ? args[0] * size : 0);
      return Reflect.construct(target, args, as === world[name] ? target : (as as typeof target)) as object;
    };
    world[name] = new Proxy(original, { construct });
  }
  for (const [name, original] of plainMakers) {
    makers[name] = (...args) => {
      note(args[0]);
      return original.apply(Buffer, args);
    };
  }
  try {
    await action();
  } finally {
    for (const [name, original] of plain) world[name] = original;
    for (const [name, original] of plainMakers) makers[name] = original;
  }
  return largest;
}
