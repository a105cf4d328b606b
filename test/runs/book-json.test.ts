// The book's JSON: what is written, to the character, and read again, to the bit; a table of files that are wrong in one way
// each; fuzzing, where a plain look at the shapes says whether a file is sound; and NumPy as the other side.

import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { isBadInput, NablaError } from '#src/errors.js';
import { exportRun, train } from '#src/index.js';
import { layoutOf } from '#src/model/layout.js';
import { type NetworkOptions, specifyNetwork } from '#src/model/specification.js';
import { decodeBookJson } from '#src/runs/formats/book-json.js';
import { encodeBookJson } from '#src/runs/formats/book-json-text.js';
import { readSavedNetwork } from '#src/runs/saved-network.js';
import { seeded } from '../support/bound-kernels.js';
import { inFolder } from '../support/command.js';
import { NEEDS_NUMPY, runPython } from '../support/python.js';

const SIZES = [3, 2, 1];
const SOUND =
  '{"sizes": [3, 2, 1], "weights": [[[0.5, -1.0, 2.25], [0.001, -0.0, -4e21]], [[3.0, -0.125]]], ' +
  '"biases": [[[0.1], [0.2]], [[-0.3]]], "cost": "CrossEntropyCost"}\n';
/** The same, in the book's order. */
const VALUES = [0.5, -1, 2.25, 0.001, -0, -4e21, 0.1, 0.2, 3, -0.125, -0.3];

const decode = (text: string | Uint8Array) => decodeBookJson('net.json', Buffer.from(text as string));

/** What reading `text` is refused with: one line that names the file. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(NablaError);
    expect((error as NablaError).code).toBe('BAD_DATA');
    expect(isBadInput(error)).toBe(true);
    expect((error as Error).message).toMatch(/^[^\n]+$/);
    return (error as Error).message;
  }
  return expect.fail('it was read');
}

/** The same for what is read in time. */
async function refusalLater(reading: Promise<unknown>): Promise<string> {
  const outcome = await reading.then(
    () => () => {},
    (error) => () => {
      throw error;
    },
  );
  return refusal(outcome);
}

describe('a sound file', () => {
  it('gives network and parameters', () => {
    const { network, parameters } = decode(SOUND);
    expect(network).toMatchObject({ layers: SIZES, activations: ['sigmoid', 'sigmoid'], cost: 'cross-entropy' });
    expect(parameters).toEqual(Float32Array.from(VALUES));
    expect(decode(SOUND.replace('CrossEntropy', 'Quadratic')).network.cost).toBe('quadratic');
  });

  it('may have its fields in any order, and any white space', () => {
    const { sizes, weights, biases, cost } = JSON.parse(SOUND);
    for (const fields of [
      { weights, cost, biases, sizes },
      { cost, sizes, weights, biases },
    ]) {
      // JSON.stringify knows no -0.
      const text = JSON.stringify(fields, null, '\r\n\t ').replace(/\b0,/, '-0,');
      expect(decode(`\n${text}\n `).parameters).toEqual(Float32Array.from(VALUES));
    }
  });

  it('is what is written', () => {
    const network = specifyNetwork({ layers: SIZES });
    const text = encodeBookJson(network, Float32Array.of(0.5, -1, 2.25, 0.25, -0, 0, 1, 1.5, 3, -0.125, 2 ** 100));
    expect(text).toBe(
      '{"sizes": [3, 2, 1], "weights": [[[0.5, -1.0, 2.25], [0.25, -0.0, 0.0]], [[3.0, -0.125]]], ' +
        '"biases": [[[1.0], [1.5]], [[1.2676506002282294e+30]]], "cost": "CrossEntropyCost"}\n',
    );
  });

  it('written and read again has the same bits, whatever finite float32 they are', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 });
    const arbitrary = sizes.chain((layers) => {
      const { parameters: P } = layoutOf(layers);
      const value = fc.float({ noNaN: true, noDefaultInfinity: true });
      return fc.record({
        layers: fc.constant(layers),
        cost: fc.constantFrom('quadratic' as const, 'cross-entropy' as const),
        values: fc.array(value, { minLength: P, maxLength: P }),
      });
    });
    fc.assert(
      fc.property(arbitrary, ({ layers, cost, values }) => {
        const network = specifyNetwork({ layers, cost });
        const text = encodeBookJson(network, Float32Array.from(values));
        const again = decode(text);
        expect(again.network).toEqual(network);
        expect(new Uint32Array(again.parameters.buffer)).toEqual(new Uint32Array(Float32Array.from(values).buffer));
        expect(JSON.parse(text).sizes).toEqual(layers);
      }),
    );
  });
});

const big = (n: number): string => Array.from({ length: n }, () => 1).join(',');

/** Part of the sound file, what takes its place, and what is said then. */
const WRONG: [part: string | RegExp, instead: string, says: RegExp][] = [
  [', 2.25]', ']', /weights\[0\]\[0\]: expected 3 numbers, got 2/],
  [' 2.25]', ' 2.25, 7]', /weights\[0\]\[0\]: expected 3 numbers, got 4/],
  ['[0.5, -1.0, 2.25]', '[]', /weights\[0\]\[0\]: expected 3 numbers, got 0/],
  ['[0.5, -1.0, 2.25]', '0.5', /weights\[0\]\[0\]: expected a list, got 0\.5/],
  ['0.5', '[0.5]', /weights\[0\]\[0\]\[0\]: expected a number, got a list/],
  ['0.5', '"0.5"', /weights\[0\]\[0\]\[0\]: expected a number, got '0\.5'/],
  ['0.5', 'null', /weights\[0\]\[0\]\[0\]: expected a number, got null/],
  ['-4e21', 'NaN', /this is no JSON: .*N/],
  ['-4e21', '-Infinity', /this is no JSON: /],
  ['-4e21', '-4e38', /weights\[0\]\[1\]\[2\]: expected a number that float32 can hold, got -4e\+38/],
  ['-4e21', '1e999', /weights\[0\]\[1\]\[2\]: expected a number that float32 can hold, got Infinity/],
  ['-4e21', '4'.repeat(2000), /weights\[0\]\[1\]\[2\]: expected a number that float32 can hold, got Infinity/],
  ['-4e21', '+4', /this is no JSON: /],
  ['-4e21', '0x10', /this is no JSON: /],
  ['-4e21', '\u001b', /this is no JSON: /],
  [', [0.001, -0.0, -4e21]', '', /weights\[0\]: expected 2 rows, got 1\./],
  [', [[3.0, -0.125]]', '', /weights: expected 2, one for each layer after the first, got 1/],
  ['[[3.0, -0.125]]', '[[3.0], [-0.125]]', /weights\[1\]: expected 1 row, got 2/],
  ['[[3.0, -0.125]]', '[[3.0]]', /weights\[1\]\[0\]: expected 2 numbers, got 1/],
  ['[[3.0, -0.125]]', '[[3.0, -0.125]], [[1.0]]', /weights: expected 2, .* got 3/],
  ['[[0.1], [0.2]]', '[0.1, 0.2]', /biases\[0\]\[0\]: expected a list, got 0\.1/],
  ['[0.2]', '[0.2, 0.2]', /biases\[0\]\[1\]: expected 1 number, got 2/],
  ['[[-0.3]]', '[[-0.3], [0]]', /biases\[1\]: expected 1 row, got 2/],
  ['[3, 2, 1]', '[3, 3, 1]', /weights\[0\]: expected 3 rows, got 2/],
  ['[3, 2, 1]', '[3]', /sizes: expected 2 to 1000 of them, got 1/],
  ['[3, 2, 1]', '[]', /sizes: expected 2 to 1000 of them, got 0/],
  ['[3, 2, 1]', `[${big(1001)}]`, /sizes: expected 2 to 1000 of them, got 1001/],
  ['[3, 2, 1]', '[3, 0, 1]', /sizes\[1\]: expected a whole number from 1 to 16777216, got 0/],
  ['[3, 2, 1]', '[3, 2.5, 1]', /sizes\[1\]: expected a whole number .*, got 2\.5/],
  ['[3, 2, 1]', '[3, 1e300, 1]', /sizes\[1\]: expected a whole number .*, got 1e\+300/],
  ['[3, 2, 1]', '[3, "2", 1]', /sizes\[1\]: expected a whole number .*, got '2'/],
  ['[3, 2, 1]', '[16777216, 16777216]', /sizes: 16777216-16777216 has 281474993487872 weights and biases, more than this file of \d+ bytes can hold/],
  ['[3, 2, 1]', '"3,2,1"', /sizes: expected a list, got '3,2,1'/],
  ['[3, 2, 1]', '{"0": 3}', /sizes: expected a list, got an object/],
  ['CrossEntropyCost', 'LogLikelihoodCost', /cost: expected QuadraticCost or CrossEntropyCost, got 'LogLikelihoodCost'/],
  ['CrossEntropyCost', 'toString', /cost: expected QuadraticCost or CrossEntropyCost, got 'toString'/],
  ['CrossEntropyCost', '\\ud800\\n', /cost: expected .*, got '\?\?'/],
  ['CrossEntropyCost', 'Cross\nCost', /this is no JSON: /],
  ['"CrossEntropyCost"', 'null', /cost: expected .*, got null/],
  ['"CrossEntropyCost"', '', /this is no JSON: /],
  ['"CrossEntropyCost"', `"${'x'.repeat(1_000_000)}"`, /cost: expected .*, got 'x{100}…'/],
  [', "cost": "CrossEntropyCost"', '', /the field cost is missing; a network of the book has sizes, weights, biases, cost/],
  ['"sizes": [3, 2, 1], ', '', /the field sizes is missing/],
  ['"cost"', '"activation": "tanh", "cost"', /expected the fields sizes, weights, biases, cost, got also 'activation'/],
  ['"cost"', '"__proto__": {}, "cost"', /got also '__proto__'/],
  ['2.25], [', '2.25] [', /this is no JSON: /],
  [/^\{/, '', /this is no JSON: /],
  [/^.*\n/s, '[]', /expected an object with sizes, weights, biases, cost, got a list/],
  [/^.*\n/s, 'null', /expected an object with .*, got null/],
  [/^.*\n/s, '{}', /the field sizes is missing/],
  [/^.*\n/s, '', /this is no JSON: line 1, column 1: expected a value, got an empty file\. Name/],
  [/\}\n$/, '}{', /this is no JSON: /],
  [/\}\n$/, '', /this is no JSON: /],
  [/2\.25.*$/s, '2.', /this is no JSON: /],
  [/"weights.*$/s, `"weights": ${'['.repeat(1_000_000)}`, /this is no JSON: /],
  [/"weights.*$/s, `"weights": ${'{"a":'.repeat(1_000_000)}`, /this is no JSON: /],
];

describe('a file is refused where', () => {
  it.each(WRONG.map(([part, instead, says]) => ({ part, instead, says, shown: instead.slice(0, 40) })))(
    '$part is $shown',
    ({ part, instead, says }) => {
      const text = SOUND.replace(part, () => instead);
      expect(text).not.toBe(SOUND);
      const message = refusal(() => decode(text));
      expect(message).toMatch(/^net\.json: .*\.$/);
      expect(message).toMatch(says);
      expect(message.length).toBeLessThan(250);
      expect(message).toMatch(/^[^\p{C}]*$/u);
    },
  );

  it('it is longer than any that is read, is no file, or is not there', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'huge.json');
      const file = openSync(path, 'w');
      ftruncateSync(file, 600_000_000);
      closeSync(file);
      expect(await refusalLater(readSavedNetwork(path))).toMatch(/huge\.json: expected at most 64,000,000 bytes, got 600,000,000/);
      expect(await refusalLater(readSavedNetwork('/dev/zero'))).toMatch(
        /^\/dev\/zero: expected the folder of a run, or a file in the book's JSON, got a device\./,
      );
      expect(await refusalLater(readSavedNetwork(join(folder, 'none')))).toMatch(/none: there is no such file or folder/);
      mkdirSync(join(folder, 'empty'));
      expect(await refusalLater(readSavedNetwork(join(folder, 'empty')))).toMatch(/empty: this folder holds no run: there is no run\.json in it\.$/);
    }));
});

describe('what the book’s code cannot represent is not written', () => {
  const CANNOT: [options: Omit<NetworkOptions, 'layers'>, says: string][] = [
    [{ activation: ['sigmoid', 'tanh'] }, "the activation of layer 3: expected 'sigmoid', the only one that the book's code has, got 'tanh'."],
    [{ activation: 'relu' }, "the activation of layer 2: expected 'sigmoid', the only one that the book's code has, got 'relu'."],
    [{ output: 'softmax' }, "the activation of layer 4: expected 'sigmoid', the only one that the book's code has, got 'softmax'."],
    [
      { cost: 'log-likelihood', output: 'sigmoid' },
      "the cost: expected 'quadratic' or 'cross-entropy', as in the book's code, got 'log-likelihood'.",
    ],
  ];
  it.each(CANNOT)('%o', (options, says) => {
    const network = specifyNetwork({ layers: [3, 2, 2, 2], ...options });
    let error: unknown;
    try {
      encodeBookJson(network, new Float32Array(20));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toSatisfy(isBadInput);
    expect((error as Error).message).toBe(says);
  });

  it('more weights than a text can hold', () => {
    const network = specifyNetwork({ layers: [2500, 1000] });
    expect(() => encodeBookJson(network, new Float32Array(2_501_000))).toThrow(/^the network: expected at most 2500000 weights and biases/);
  });
});

/** What stands in the bytes of a sound file; undefined where it is not sound. */
function judge(bytes: Buffer): { sizes: number[]; cost: string; values: number[] } | undefined {
  const text = bytes.toString('utf8');
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(text);
  } catch {
    return undefined;
  }
  const lists = (value: unknown, n: number): value is unknown[] => Array.isArray(value) && value.length === n;
  if (typeof file !== 'object' || file === null || Object.keys(file).sort().join() !== 'biases,cost,sizes,weights') return undefined;
  const { weights, biases, cost } = file;
  const sizes = file.sizes as number[];
  if (cost !== 'QuadraticCost' && cost !== 'CrossEntropyCost') return undefined;
  if (!Array.isArray(sizes) || sizes.length < 2 || !sizes.every((n) => Number.isInteger(n) && n > 0)) return undefined;
  if (!lists(weights, sizes.length - 1) || !lists(biases, sizes.length - 1)) return undefined;
  const values: unknown[] = [];
  for (const [l, O] of sizes.slice(1).entries()) {
    for (const [tensor, columns] of [
      [weights[l], sizes[l]],
      [biases[l], 1],
    ] as const) {
      if (!lists(tensor, O) || !tensor.every((row) => lists(row, columns))) return undefined;
      values.push(...tensor.flat(1));
    }
  }
  const numbers = values.every((v) => typeof v === 'number' && Number.isFinite(Math.fround(v)));
  return numbers ? { sizes, cost, values: values as number[] } : undefined;
}

const TOKENS = [
  'NaN',
  '-Infinity',
  '1e999',
  'null',
  '0',
  '-',
  '.',
  ',',
  ':',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  ' ',
  '\n',
  '7',
  'e5',
  '[1]',
  '"cost":0,',
  'é',
];

/** One change to the bytes of a file. */
const change = fc.record({
  how: fc.constantFrom('flip', 'digit', 'cut', 'drop', 'insert', 'repeat'),
  at: fc.nat(1_000_000),
  length: fc.integer({ min: 1, max: 30 }),
  byte: fc.integer({ min: 1, max: 255 }),
  token: fc.constantFrom(...TOKENS),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Buffer, { how, at, length, byte, token }: Change): Buffer {
  if (bytes.length === 0) return Buffer.from(token);
  const k = at % bytes.length;
  const [head, some, tail] = [bytes.subarray(0, k), bytes.subarray(k, k + length), bytes.subarray(k + length)];
  if (how === 'cut') return head;
  if (how === 'drop') return Buffer.concat([head, tail]);
  if (how === 'insert') return Buffer.concat([head, Buffer.from(token), bytes.subarray(k)]);
  if (how === 'repeat') return Buffer.concat([head, some, some, tail]);
  const copy = Buffer.from(bytes);
  // Another digit leaves most files sound.
  const digit = copy.findIndex((c, i) => i >= k && c >= 0x30 && c <= 0x39);
  if (how === 'flip') copy[k] ^= byte;
  else if (digit >= 0) copy[digit] = 0x30 + (byte % 10);
  return copy;
}

it('500 mutated files: each is read as JSON.parse reads it, or refused', () => {
  let [read, refused] = [0, 0];
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = changes.reduce(changed, Buffer.from(SOUND));
      const expected = judge(bytes);
      if (!expected) {
        expect(refusal(() => decode(bytes))).toMatch(/^net\.json: /);
        refused++;
        return;
      }
      const { network, parameters } = decode(bytes);
      expect(network.layers).toEqual(expected.sizes);
      expect(network.cost).toBe(expected.cost === 'QuadraticCost' ? 'quadratic' : 'cross-entropy');
      expect(parameters).toEqual(Float32Array.from(expected.values));
      read++;
    }),
    { numRuns: 500 },
  );
  expect(Math.min(read, refused)).toBeGreaterThan(10);
});

describe("the book's side", NEEDS_NUMPY, () => {
  const script = fileURLToPath(new URL('book_network.py', import.meta.url));
  const random = seeded('book');
  const samples = Array.from({ length: 20 }, () => Array.from({ length: 30 }, () => Math.fround(random.uniform())));
  const training = { values: Float32Array.from(samples.flat()), labels: Uint16Array.from(samples, (_, k) => k % 5) };
  const none = { values: new Float32Array(0), labels: new Uint16Array(0) };
  const data: Dataset = { name: 'random', inputs: 30, classes: 5, scale: 1, training, validation: none, test: none };
  const outputsOf = (path: string): { cost: string; outputs: number[][] } =>
    JSON.parse(runPython([script, 'outputs', path], JSON.stringify(samples)));
  const furthest = (a: number[][], b: number[][]): number => Math.max(...a.flatMap((row, k) => row.map((v, j) => Math.abs(v - b[k][j]))));

  it.each(['quadratic', 'cross-entropy'] as const)('reads what was trained and exported here, and comes to the same outputs: %s', (cost) =>
    inFolder(async (folder) => {
      const [run, out] = [join(folder, 'run'), join(folder, 'net.json')];
      const result = await train({ data, layers: [30, 12, 7, 5], cost, epochs: 5, batch: 4, eta: 1, workers: 2, run });
      await exportRun({ run, to: 'book', out });
      const theirs = outputsOf(out);
      expect(theirs.cost).toBe(cost === 'quadratic' ? 'QuadraticCost' : 'CrossEntropyCost');
      expect(theirs.outputs).toHaveLength(20);
      expect(furthest(theirs.outputs, samples.map(result.predict))).toBeLessThan(1e-5);
      // The bits survive Python, which writes the shortest decimals too.
      const dumped = runPython(['-c', 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))))', out]);
      expect(dumped).toBe(readFileSync(out, 'utf8'));
    }),
  );

  it('writes a network that goes on training here', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'net.json');
      runPython([script, 'make', path, '30,12,5', 'QuadraticCost', '3']);
      // So small a learning rate leaves the parameters as they are.
      const still = await train({ data, from: path, epochs: 1, eta: 1e-30, workers: 2 });
      expect(still.network).toMatchObject({ layers: [30, 12, 5], activations: ['sigmoid', 'sigmoid'], cost: 'quadratic' });
      const { outputs } = outputsOf(path);
      expect(furthest(outputs, samples.map(still.predict))).toBeLessThan(1e-5);
      const [once, more] = [await train({ data, from: path, epochs: 1, eta: 1 }), await train({ data, from: path, epochs: 30, eta: 1 })];
      expect(more.trainingCost).toBeLessThan(once.trainingCost);
    }));
});

it('a NaN that Python wrote, which JSON does not have, is refused', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'net.json');
    writeFileSync(path, SOUND.replace('0.2', 'NaN'));
    expect(await refusalLater(readSavedNetwork(path))).toMatch(/net\.json: this is no JSON: [^\n]*N[^\n]*\.$/);
  }));
