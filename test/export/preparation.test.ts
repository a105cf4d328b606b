// Exports of networks whose data were columns of a file: each takes raw columns and comes to what the network says of the same rows when
// nabla prepares them itself. By way of a network that passes its inputs on, the prepared inputs are compared to the last bit.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetOfPrepared, datasetOfTables } from '#src/data/columns/from-tables.js';
import { inputsOf, type Preparation } from '#src/data/columns/preparation.js';
import type { Reading } from '#src/data/reading.js';
import { isBadInput } from '#src/errors.js';
import { encodeJsModule } from '#src/export/js-module.js';
import { encodeJson } from '#src/export/json.js';
import { encodeOnnx } from '#src/export/onnx.js';
import { exportRun, train } from '#src/index.js';
import { eachOutputs } from '#src/inference/forward.js';
import { loadKernels } from '#src/kernels/load.js';
import { probabilitiesOf } from '#src/model/probabilities.js';
import { specifyNetwork } from '#src/model/specification.js';
import { decodeTensors } from '#src/runs/formats/safetensors.js';
import { readTables } from '#src/tables/formats.js';
import { bytesSource } from '#src/tables/source.js';
import type { Tables } from '#src/tables/table.js';
import { seeded } from '../support/bound-kernels.js';
import { contents, inFolder, quickNabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { fieldsOf, texts } from '../support/protobuf.js';
import { furthest, type RandomNetwork, randomNetwork, withParameters } from '../support/random-network.js';

ort.env.wasm.numThreads = 1;
const TOLERANCE = 1e-5;
const kernels = loadKernels('scalar');

type Value = number | string | boolean | null;
type Row = Readonly<Record<string, Value>>;

/** Rows of people: gaps in two columns of numbers and one of words, rare words, and a column whose values differ in the last digits alone. */
const random = seeded('people');
const JOBS = ['clerk', 'cook', 'nurse'];
const CITIES = ['Ulm', 'Bonn', 'Zürich', ''];
const PEOPLE: Row[] = Array.from({ length: 240 }, (_, k) => {
  const age = Math.floor(18 + 60 * random.uniform());
  return {
    age: k % 11 === 3 ? null : age,
    serial: 1_000_000 + Math.floor(16 * random.uniform()) / 16,
    debt: k % 7 === 2 ? null : Math.round(1e5 * (random.uniform() - 0.7)) / 100,
    job: k === 30 ? 'pilot' : k === 60 ? 'diver' : JOBS[Math.floor(3 * random.uniform())],
    city: CITIES[Math.floor(4 * random.uniform())] || null,
    married: random.uniform() < 0.4,
    price: 250_000 + Math.round(1000 * random.uniform()) * (age / 40),
    weight: random.uniform() / 1000,
    income: age + 40 * random.uniform() > 60 ? 'high' : 'low',
  };
});
/** Without answers of their own: gaps, words that are rare or were never seen, and numbers far out. */
const WITHOUT_GAPS: Row[] = [
  { age: 44, serial: 1_000_007.5, debt: -120.25, job: 'cook', city: 'Bonn', married: true },
  { age: 0.1, serial: 1_000_000.0625, debt: 0, job: 'pilot', city: 'Ulm', married: false },
  { age: -3e9, serial: 7, debt: 1e-20, job: 'wizard', city: 'Oz', married: true },
];
const WITH_GAPS: Row[] = [
  { age: null, serial: 1_000_001, debt: 12, job: 'nurse', city: null, married: false },
  { age: 33, serial: null, debt: null, job: null, city: 'Zürich', married: null },
];
const ANSWERS = { price: 1, weight: 2, income: 'low' };

const csvOf = (rows: readonly Row[]): string => {
  const names = Object.keys(rows[0]);
  return [names.join(','), ...rows.map((row) => names.map((name) => row[name] ?? '').join(','))].join('\n');
};
const read = (text: string, header: Reading['header'] = 'auto'): Promise<Tables> =>
  readTables(bytesSource('people.csv', new TextEncoder().encode(text)), { categorical: [], header, transpose: false });

interface Prepared {
  readonly preparation: Preparation;
  readonly scale: number;
  /** Of the rows that are asked, in the columns' order. */
  readonly rows: readonly (readonly Value[])[];
  /** Whether the columns have names, and which. */
  readonly names: readonly string[] | undefined;
  /** What nabla makes of these rows. */
  readonly data: ReturnType<typeof datasetOfPrepared>;
}

async function prepared(reading: Reading, training = csvOf(PEOPLE), asked = WITHOUT_GAPS, header?: Reading['header']): Promise<Prepared> {
  const options = { name: 'people.csv', reading, seed: 1 };
  const { preparation, scale } = datasetOfTables(await read(training, header), options) as { preparation: Preparation; scale: number };
  const text = csvOf(asked.map((row) => ({ ...row, ...(header === 'no' ? {} : ANSWERS) })));
  const data = datasetOfPrepared(await read(header === 'no' ? text.slice(text.indexOf('\n') + 1) : text, header), { preparation, scale }, options);
  const names = preparation.plain ? preparation.plain.names : preparation.columns.map(({ name }) => name);
  return { preparation, scale, names, data, rows: asked.map((row) => (names ?? Object.keys(row).slice(0, -1)).map((name) => row[name])) };
}

/** The same network with the preparation, as `metadataOf` has it of a run. */
function of({ network, parameters, metadata }: RandomNetwork, { preparation, scale }: Pick<Prepared, 'preparation' | 'scale'>) {
  const { plain, target } = preparation;
  const known = {
    ...metadata,
    preparation: { ...preparation, plain: plain && { ...plain, scale } },
    ...(target.kind === 'classes' && { classNames: target.names }),
  };
  return [network, parameters, known] as const;
}

/** A network whose outputs are its inputs; of a regression, so that its targets have to be numbers without a scale. */
function passingOn({ preparation, scale }: Pick<Prepared, 'preparation' | 'scale'>) {
  const n = inputsOf(preparation);
  const parameters = new Float32Array(n * n + n);
  for (let k = 0; k < n; k++) parameters[k * n + k] = 1;
  const target: Preparation['target'] = { kind: 'classes', name: '', names: Array.from({ length: n }, (_, k) => String(k)) };
  const made = withParameters(specifyNetwork({ layers: [n, n], output: 'linear', cost: 'quadratic' }), parameters);
  return of(made, { preparation: { ...preparation, target }, scale });
}

/** The outputs of rows that nabla has prepared: by its kernels, and by the reference, in the target's own units. */
async function ours({ network, parameters, outputs }: RandomNetwork, { data, preparation: { target } }: Prepared) {
  const inOwnUnits = (a: number[]): number[] =>
    target.kind === 'classes' ? a : target.columns.map(({ mean, deviation }, k) => a[k] * deviation + mean);
  const fast: number[][] = [];
  const K = network.layers.at(-1) as number;
  for await (const part of eachOutputs({ network, parameters, data, input: 'dense', kernels: await kernels }, 'test')) {
    for (let at = 0; at < part.outputs.length; at += K) fast.push(inOwnUnits(Array.from(part.outputs.subarray(at, at + K))));
  }
  return { fast, exact: inputsIn(data).map((x) => inOwnUnits(outputs(x))) };
}

/** The inputs of each row of the test part. */
function inputsIn({ inputs, scale, test: { values } }: Prepared['data']): number[][] {
  return Array.from({ length: values.length / inputs }, (_, s) => Array.from(values.subarray(s * inputs, (s + 1) * inputs), (v) => v * scale));
}

/** What ONNX Runtime makes of raw rows, a missing word as `missing`. */
async function byOnnx(model: Uint8Array, rows: Prepared['rows'], missing = ''): Promise<number[][]> {
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
  const floats = (values: readonly Value[]): Float32Array => Float32Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
  const feeds = session.inputMetadata.map((input, k): [string, ort.Tensor] => {
    if (!input.isTensor) throw new Error('no tensor');
    if (input.shape[1] === rows[0].length && rows[0].length > 1)
      return [input.name, new ort.Tensor('float32', floats(rows.flat()), [rows.length, rows[0].length])];
    const column = rows.map((row) => row[k]);
    const shape = [rows.length, 1];
    if (input.type === 'float32') return [input.name, new ort.Tensor('float32', floats(column), shape)];
    return [
      input.name,
      new ort.Tensor(
        'string',
        column.map((value) => (value === null ? missing : String(value))),
        shape,
      ),
    ];
  });
  try {
    const { a } = await session.run(Object.fromEntries(feeds));
    const [S, O] = a.dims;
    return Array.from({ length: S }, (_, s) => Array.from((a.data as Float32Array).subarray(s * O, (s + 1) * O)));
  } finally {
    await session.release();
  }
}

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Module {
  predict(x: unknown): number[];
  classify(x: unknown): { label: number; name: string; probability: number; probabilities: number[] };
  readonly metadata: Record<string, unknown>;
}
let modules = 0;
function asModule(text: string): Promise<Module> {
  const file = join(folder, `net${modules++}.mjs`);
  writeFileSync(file, text);
  return import(pathToFileURL(file).href);
}

/** A column as the JSON has it, with the fields of either kind. */
interface JsonColumn {
  kind: string;
  subtract: number;
  divide: number;
  words: string[];
  other?: true;
  fill: number;
  indicator?: true;
}

/** Inputs by what the JSON says of itself. */
function byJson(text: string, row: readonly Value[]): number[] {
  const { columns, plain } = JSON.parse(text).metadata.preparation;
  if (plain) return row.map((value) => Number(value) * plain.scale);
  return columns.flatMap(({ kind, subtract, divide, words, other, fill, indicator }: JsonColumn, k: number) => {
    const value = row[k];
    const last = indicator ? [value === null ? 1 : 0] : [];
    if (kind !== 'words') return [Math.fround(((value === null ? fill : Math.fround(Number(value))) - subtract) / divide), ...last];
    const is = value === null ? words[fill] : value;
    const own = words.map((word: string) => (word === is ? 1 : 0));
    return [...own, ...(other ? [value === null || words.includes(String(value)) ? 0 : 1] : []), ...last];
  });
}

const NUMBERS = ['age', 'serial', 'debt', 'married'];
const ALL = ['age', 'serial', 'debt', 'job', 'city', 'married'];
const NO_GAPS: Reading = { features: ['serial', 'job', 'married'] };
const PIXELS = csvOf(
  Array.from({ length: 40 }, (_, k) => ({
    ...Object.fromEntries(Array.from({ length: 64 }, (_, p) => [`p${p}`, Math.floor(256 * random.uniform())])),
    income: k % 2 ? 'high' : 'low',
  })),
);
const ASKED_PIXELS = [0, 1, 2].map((k) => ({
  ...Object.fromEntries(Array.from({ length: 64 }, (_, p) => [`p${p}`, (37 * p + 100 * k) % 256])),
  income: 'low',
}));
const unnamed = PIXELS.slice(PIXELS.indexOf('\n') + 1);

type Case = [what: string, make: () => Promise<Prepared>];
const CASES: Case[] = [
  ...(['none', '255', 'minmax', 'standard', 0.5] as const).map(
    (scale): Case => [`numbers, scale ${scale}`, () => prepared({ target: 'income', features: ['serial', 'married'], scale })],
  ),
  ...(['mean', 'indicator'] as const).map(
    (missing): Case => [
      `numbers with gaps, ${missing}`,
      () => prepared({ target: 'income', features: NUMBERS, missing }, undefined, [...WITHOUT_GAPS, ...WITH_GAPS]),
    ],
  ),
  ...(['mean', 'median', 'zero', 'indicator'] as const).map(
    (missing): Case => [
      `all columns, ${missing}`,
      () => prepared({ target: 'income', features: ALL, missing, scale: 'minmax' }, undefined, [...WITHOUT_GAPS, ...WITH_GAPS]),
    ],
  ),
  ['words without gaps', () => prepared({ target: 'income', features: ['job'] })],
  ['words between numbers', () => prepared({ target: 'income', ...NO_GAPS })],
  ['two targets', () => prepared({ target: ['price', 'weight'], features: ALL, missing: 'indicator' }, undefined, [...WITHOUT_GAPS, ...WITH_GAPS])],
  ['one target', () => prepared({ target: 'price', task: 'regression', features: ['serial'] })],
  ['bytes', () => prepared({ target: 'income', scale: '255' }, PIXELS, ASKED_PIXELS)],
  ['bytes as they are', () => prepared({ target: 'income', scale: 'none' }, PIXELS, ASKED_PIXELS)],
  ['bytes without names', () => prepared({ target: -1, scale: 0.01 }, unnamed, ASKED_PIXELS, 'no')],
];

describe.each(CASES)('%s', (_, make) => {
  let one: Prepared;
  let made: RandomNetwork;
  beforeAll(async () => {
    one = await make();
    const { target } = one.preparation;
    const [n, k] = [inputsOf(one.preparation), target.kind === 'classes' ? target.names.length : target.columns.length];
    const output = target.kind === 'classes' ? 'softmax' : 'linear';
    made = randomNetwork(seeded('prepared'), { layers: [n, 7, k], activation: 'tanh', output });
  });

  it('ONNX Runtime, from raw columns', async () => {
    const same = await byOnnx(encodeOnnx(...passingOn(one)), one.rows);
    const { fast } = await ours(made, one);
    // A product of two float32 here, of two float64 in the reference.
    if (one.preparation.plain) expect(furthest(same, inputsIn(one.data))).toBeLessThan(1e-7);
    else expect(same.map((row) => row.map((x) => x + 0))).toEqual(inputsIn(one.data).map((row) => row.map((x) => x + 0)));
    expect(furthest(await byOnnx(encodeOnnx(...of(made, one)), one.rows), fast)).toBeLessThan(TOLERANCE);
  });

  it('the module, to the last bit', async () => {
    const { predict } = await asModule(encodeJsModule(...of(made, one)));
    const { exact } = await ours(made, one);
    expect(one.rows.map((row) => predict(row))).toEqual(exact);
    const { names } = one;
    if (names) expect(one.rows.map((row) => predict(Object.fromEntries(names.map((name, k) => [name, row[k]]))))).toEqual(exact);
  });

  it('the JSON, by what it says of itself', () => {
    const text = encodeJson(...of(made, one));
    expect(one.rows.map((row) => byJson(text, row))).toEqual(inputsIn(one.data));
    const { columns, plain, target } = one.preparation;
    const used = [...columns.flatMap(Object.keys), ...(plain ? ['plain.scale'] : []), ...(target.kind === 'numbers' ? ['deviation', 'mean'] : [])];
    for (const field of new Set(used.filter((name) => name !== 'name'))) expect(JSON.parse(text).about).toMatch(new RegExp(`\\b${field}\\b`));
  });
});

it('the cases have what they are about', async () => {
  const of = async (what: string) => (await (CASES.find(([name]) => name === what) as Case)[1]()).preparation;
  const { columns } = await of('all columns, median');
  expect(columns).toMatchObject([
    { name: 'age', fill: expect.any(Number) },
    { name: 'serial' },
    { name: 'debt' },
    { name: 'job', words: ['clerk', 'cook', 'nurse'], other: true },
    { name: 'city', words: ['Bonn', 'Ulm', 'Zürich'] },
    { name: 'married', kind: 'boolean' },
  ]);
  expect(columns[4]).not.toHaveProperty('other');
  expect((await of('bytes')).plain).toEqual({ count: 64, names: expect.any(Array) });
  expect((await of('bytes without names')).plain).toEqual({ count: 64 });
  expect((await of('two targets')).target).toMatchObject({ columns: [{ name: 'price' }, { name: 'weight' }] });
});

describe('the ONNX model', () => {
  const opsets = (model: Uint8Array): unknown[] =>
    (fieldsOf(model).get(8) ?? []).map((set) => [texts(fieldsOf(set as Uint8Array), 1)[0], fieldsOf(set as Uint8Array).get(2)]);

  it('takes one matrix of numbers, or an input for each column, named as it is', async () => {
    const [numbers, mixed] = [
      await prepared({ target: 'income', features: ['serial', 'married'] }),
      await prepared({ target: 'income', ...NO_GAPS }),
    ];
    const inputsTo = async (one: Prepared) => {
      const model = encodeOnnx(...passingOn(one));
      const session = await ort.InferenceSession.create(model);
      return { opsets: opsets(model), inputs: session.inputMetadata };
    };
    expect(await inputsTo(numbers)).toMatchObject({ opsets: [[undefined, [13n]]], inputs: [{ name: 'x', type: 'float32', shape: ['N', 2] }] });
    expect(await inputsTo(mixed)).toMatchObject({
      opsets: [
        [undefined, [13n]],
        ['ai.onnx.ml', [2n]],
      ],
      inputs: [
        { name: 'serial', type: 'float32', shape: ['N', 1] },
        { name: 'job', type: 'string', shape: ['N', 1] },
        { name: 'married', type: 'float32', shape: ['N', 1] },
      ],
    });
  });

  it('finds other names for columns that are called as its own values are, or not at all', async () => {
    const names = ['a', '', 'prepared.order', 'layer2.z', '_a', 'x', 'word'];
    const columns = names.map((name, k) =>
      k === 6 ? ({ name, kind: 'words', words: ['up'] } as const) : ({ name, kind: 'number', subtract: k, divide: 2 } as const),
    );
    const preparation: Preparation = { named: true, columns, target: { kind: 'classes', name: 'c', names: ['n', 'y'] } };
    const model = encodeOnnx(...passingOn({ preparation, scale: 1 }));
    const session = await ort.InferenceSession.create(model);
    expect(session.inputNames).toEqual(['__a', '_', '_prepared.order', '_layer2.z', '_a', 'x', 'word']);
    expect(await byOnnx(model, [[2, 3, 4, 5, 6, 7, 'up']])).toEqual([[1, 1, 1, 1, 1, 1, 1]]);
  });

  it('has fills and indicators where columns have them, and nowhere else', async () => {
    const column = { kind: 'number', subtract: 1, divide: 2 } as const;
    const columns = [
      { ...column, name: 'x' },
      { ...column, name: 'y', fill: 7 },
      { ...column, name: 'z', fill: 5, indicator: true as const },
    ];
    const preparation: Preparation = { named: true, columns, target: { kind: 'classes', name: '', names: ['', ''] } };
    const model = encodeOnnx(...passingOn({ preparation, scale: 1 }));
    expect(
      await byOnnx(model, [
        [3, null, null],
        [3, 5, 7],
      ]),
    ).toEqual([
      [1, 3, 2, 1],
      [1, 2, 3, 0],
    ]);
  });

  it('takes for missing what tables do, but for words of the column', async () => {
    const words = { name: 'w', kind: 'words', words: ['none', 'some'], fill: -1, indicator: true } as const;
    const preparation: Preparation = { named: true, columns: [words], target: { kind: 'classes', name: '', names: ['', ''] } };
    const asked = ['', 'NA', 'NaN', 'nan', 'None', 'NULL', '?', 'N/A', 'none', 'some', 'other'].map((text) => [text]);
    const missing = [0, 0, 1];
    expect(await byOnnx(encodeOnnx(...passingOn({ preparation, scale: 1 })), asked)).toEqual([
      ...Array(8).fill(missing),
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  it.each(['relu', 'leaky-relu', 'elu', 'gelu', 'softplus'] as const)('gives NaN where a missing value has no fill, through %s', async (f) => {
    const one = await prepared({ target: 'income', ...NO_GAPS });
    const made = randomNetwork(seeded('gaps'), { layers: [inputsOf(one.preparation), 5, 2], activation: f, output: 'softmax' });
    const rows = [
      [1_000_001, 'cook', true],
      [null, 'cook', true],
      [1_000_001, null, true],
      [1_000_001, 'cook', null],
    ];
    const [there, ...gaps] = await byOnnx(encodeOnnx(...of(made, one)), rows);
    expect(there.every(Number.isFinite)).toBe(true);
    expect(gaps).toEqual(Array(3).fill([Number.NaN, Number.NaN]));
  });
});

describe('the module', () => {
  it.each(['softmax', 'sigmoid', 'tanh'] as const)('names the class and its probability, of outputs that are %s', async (output) => {
    const one = await prepared({ target: 'income', ...NO_GAPS });
    const made = randomNetwork(seeded('classes'), { layers: [inputsOf(one.preparation), 4, 2], activation: 'tanh', output });
    const { classify, predict } = await asModule(encodeJsModule(...of(made, one)));
    for (const row of one.rows) {
      const a = predict(row);
      const label = a[1] > a[0] ? 1 : 0;
      const probabilities = probabilitiesOf(made.network, a);
      expect(classify(row)).toEqual({ label, name: ['high', 'low'][label], probability: probabilities[label], probabilities });
    }
  });

  it('refuses what is no sample, and says which column', async () => {
    const one = await prepared({ target: 'income', features: ['age', 'serial', 'job', 'married'], missing: 'mean' });
    const made = randomNetwork(seeded('refused'), { layers: [inputsOf(one.preparation), 2], output: 'softmax' });
    const { predict } = await asModule(encodeJsModule(...of(made, one)));
    const good = { age: 30, job: 'cook', serial: 1e6, married: true };
    expect(predict({ ...good, id: 7 })).toEqual(predict([30, 1e6, 'cook', 1]));
    expect(predict({ ...good, age: undefined })).toEqual(predict([Number.NaN, 1e6, 'cook', true]));
    const refused: [unknown, RegExp][] = [
      [undefined, /^predict: expected 4 values in an array, or in an object by the names of the columns, got undefined\.$/],
      ['cook', /got string\.$/],
      [null, /got null\.$/],
      [[1, 'cook', 3], /^predict: expected 4 values, got 3\.$/],
      [
        { age: 30, job: 'cook', married: true },
        /^predict: serial: expected a value, or null where it is missing; the object has none of that name\.$/,
      ],
      [{ ...good, age: '30' }, /^predict: age: expected a finite number, got string\.$/],
      [{ ...good, age: 1e39 }, /^predict: age: expected a finite number, got 1e\+39\.$/],
      [{ ...good, serial: Number.POSITIVE_INFINITY }, /^predict: serial: expected a finite number, got Infinity\.$/],
      [{ ...good, job: ['cook'] }, /^predict: job: expected a text, got an object\.$/],
    ];
    for (const [x, says] of refused) expect(() => predict(x), String(says)).toThrow(says);
    const plain = await prepared({ target: -1, scale: '255' }, unnamed, ASKED_PIXELS, 'no');
    const net = await asModule(encodeJsModule(...passingOn(plain)));
    expect(() => net.predict({ p0: 1 })).toThrow(/^predict: expected 64 values, got undefined\.$/);
    expect(() => net.predict([...Array(63).fill(0), null])).toThrow(/^predict: column 64: expected a finite number, got object\.$/);
    const gapless = await asModule(encodeJsModule(...passingOn(await prepared({ target: 'income', ...NO_GAPS }))));
    expect(() => gapless.predict([1, null, true])).toThrow(/^predict: job: expected a value, got none/);
  });

  it('has no function too many', async () => {
    const codeOf = async (reading: Reading): Promise<string> => encodeJsModule(...passingOn(await prepared(reading)));
    expect(await codeOf({ target: 'income', features: ['serial'] })).not.toMatch(/wordInputs/);
    expect(await codeOf({ target: 'income', features: ['job'] })).not.toMatch(/numberInputs|numberOf/);
    const one = await prepared({ target: ['price', 'weight'], features: ['serial'] });
    const made = randomNetwork(seeded('regression'), { layers: [1, 2], output: 'linear' });
    expect(encodeJsModule(...of(made, one))).not.toMatch(/classify|probabilit/);
  });
});

interface Recorded {
  classNames?: string[];
  preparation: { columns: object[]; target: { names: string[] } };
}

describe('a run on columns of a file', () => {
  const names = { classes: ['high', 'low'], columns: ['age', 'job', 'city'] };
  let run: string;
  beforeAll(async () => {
    const data = join(folder, 'people.csv');
    writeFileSync(data, csvOf(PEOPLE));
    run = join(folder, 'people');
    const common = { data, features: names.columns, missing: 'indicator', epochs: 1, batch: 20, workers: 1 } as const;
    await train({ ...common, target: 'income', activation: 'sigmoid', cost: 'quadratic', hidden: [4], run });
  });

  it('is exported with all that its columns take', async () => {
    const { preparation } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')).data;
    const known = { preparation, classNames: names.classes, classes: 2, data: 'people.csv', regression: false };
    const fileOf = async (to: 'onnx' | 'js' | 'json' | 'safetensors'): Promise<string> => {
      const out = join(folder, `people.${to === 'js' ? 'mjs' : to}`);
      expect((await exportRun({ run, to, out })).warnings).toEqual([]);
      return out;
    };
    expect((await import(pathToFileURL(await fileOf('js')).href)).metadata).toMatchObject(known);
    const json = JSON.parse(readFileSync(await fileOf('json'), 'utf8'));
    expect(json.metadata).toMatchObject(known);
    expect(json.metadata).not.toHaveProperty('scale');
    const entries = [
      decodeTensors('', readFileSync(await fileOf('safetensors'))).metadata,
      Object.fromEntries(
        (fieldsOf(readFileSync(await fileOf('onnx'))).get(14) ?? []).map((entry) => [1, 2].map((n) => texts(fieldsOf(entry as Uint8Array), n)[0])),
      ),
    ];
    for (const of of entries) {
      expect(of).toMatchObject({ columns: JSON.stringify(names.columns), targets: '["income"]', classNames: '["high","low"]', classes: '2' });
      expect(JSON.parse(of.preparation)).toEqual(preparation);
      expect(of).not.toHaveProperty('scale');
    }
  });

  it("is exported in the book's JSON with a warning, which has no room for them", async () => {
    const out = join(folder, 'people.book.json');
    const { code, stderr, stdout } = await quickNabla(['export', run, '--to', 'book', '--out', out], folder);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning {3}The book's JSON has the network alone: .*--to onnx, js or json\.\n$/)]);
    expect(stdout).toMatch(/^.*people\.book\.json: /);
  });

  /** The run in a folder of its own, with another record of its data. */
  function changed(work: string, change: (data: Recorded) => void): void {
    const record = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
    change(record.data);
    writeFileSync(join(work, 'run.json'), JSON.stringify(record));
    writeFileSync(join(work, 'weights.safetensors'), readFileSync(join(run, 'weights.safetensors')));
  }

  it('has names of classes that are called by their numbers too', () =>
    inFolder(async (work) => {
      changed(work, (data) => {
        delete data.classNames;
        data.preparation.target.names = ['0', '1'];
      });
      await exportRun({ run: work, to: 'json', out: join(work, 'x.json') });
      expect(JSON.parse(readFileSync(join(work, 'x.json'), 'utf8')).metadata.classNames).toEqual(['0', '1']);
    }));

  it.each<[string, (data: Recorded) => void, RegExp]>([
    ['nothing', (data) => Object.assign(data, { preparation: 5 }), /data\.preparation: it: /],
    ['of no kind', (data) => Object.assign(data.preparation.columns[0], { kind: 'date' }), /data\.preparation: columns\.0\.kind: /],
    ['a divisor of 0', (data) => Object.assign(data.preparation.columns[0], { divide: 0 }), /data\.preparation: columns\.0\.divide: /],
    [
      'a fill that is no word',
      (data) => Object.assign(data.preparation.columns[1], { fill: 3 }),
      /columns\.1: expected a fill that is the number of a word, or -1/,
    ],
    ['of fewer inputs', (data) => data.preparation.columns.pop(), /expected one for the \d+ inputs of the network, got one for \d+/],
    ['of more outputs', (data) => data.preparation.target.names.push('c'), /expected one for the 2 outputs of the network, got one for 3/],
  ])('is not exported with a preparation that is %s', (_, change, says) =>
    inFolder(async (work) => {
      changed(work, change);
      const before = contents(work);
      const error = await exportRun({ run: work, to: 'onnx', out: join(work, 'x.onnx') }).catch((e: unknown) => e);
      expect([isBadInput(error), String(error)]).toEqual([true, expect.stringMatching(says)]);
      expect(contents(work)).toEqual(before);
    }),
  );
});
