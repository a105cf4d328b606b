// Every export of the library, given anything at all: as an argument, or as any one of its options. It gives a result, or an error
// that is the user's to mend, in one short line; it writes nothing, and it comes back. A new export has to have a row here.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { chdir, cwd } from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READING } from '#src/data/reading.js';
import * as library from '#src/index.js';
import { SUBJECT_OPTIONS } from '#src/insight/subject.js';
import { NETWORK_OPTIONS } from '#src/model/specification.js';
import { namesOf } from '#src/option-row.js';
import { OPTIONS } from '#src/options/table.js';
import { temporaryFolder, writeIdxFolder } from './support/idx-folder.js';
import { SLOW } from './support/slow.js';

type Call = (value: unknown) => unknown;
type Options = Readonly<Record<string, unknown>>;
/** Calls that put a value in one place each; by the name of the place. */
type Places = Readonly<Record<string, Call>>;

const folder = temporaryFolder();
const [run, digits, empty, table] = ['run', 'digits', 'empty', 'table.csv'].map((name) => `${folder}/${name}`);
const before = cwd();
const samples = { values: Float32Array.of(0, 1, 1, 0, 1, 1, 0, 0), labels: Uint16Array.of(0, 1, 0, 1) };
const data = { name: 'own', inputs: 2, classes: 2, scale: 1, training: samples, validation: samples, test: samples };
const rows = [1, 2, 3, 4].map((x) => ({ x, y: x < 3 ? 'a' : 'b' }));
let trained: library.TrainResult;
let model: library.Model;
let ofColumns: library.TrainResult;
let columnsModel: library.Model;

/** A function of the library, for values that its types do not allow. */
const loose = (f: unknown) => f as (...values: unknown[]) => unknown;
/** One option after another beside those that are right. */
const each = (f: unknown, names: readonly string[], base: () => Options, rest: readonly unknown[] = []): Places =>
  Object.fromEntries(names.map((name) => [name, (value: unknown) => loose(f)(...rest, { ...base(), [name]: value })]));
/** The options that hold paths: a text there is one, and would be written to. */
const PATHS = ['run', 'runs', 'resume', 'from', 'trace', 'out', 'functions', 'blas', 'files', 'data', 'folder'];
function isText(value: unknown): boolean {
  try {
    return typeof value === 'string' || (Array.isArray(value) && value.slice(0, 20).some(isText));
  } catch {
    return false;
  }
}
const withoutText = (places: Places): Places =>
  Object.fromEntries(
    Object.entries(places).map(([name, call]) => [name, PATHS.includes(name) ? (value: unknown) => (isText(value) ? undefined : call(value)) : call]),
  );

/** No options: then the defaults would be at work, with a thousand digits. */
function isNothing(value: unknown): boolean {
  try {
    return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0);
  } catch {
    return false;
  }
}

/** A signal that stops what is right after it has been checked, when it first waits. */
function soon(): AbortSignal {
  const controller = new AbortController();
  queueMicrotask(() => controller.abort());
  return controller.signal;
}
const training = (): Options => ({ data, layers: [2, 2], epochs: 1, batch: 2, workers: 1, signal: soon() });
const inspected = (): Options => ({ data, layers: [2, 2], cost: 'quadratic', signal: soon() });
/** Threads and epochs by the thousand are right, and take long. */
const few: Readonly<Record<string, (value: unknown) => boolean>> = {
  workers: (value) => typeof value === 'number' && value > 2,
  epochs: (value) => typeof value === 'number' && value > 2,
  signal: (value) => value === undefined,
  data: (value) => value === undefined || value === null,
  onEvent: (value) => value === undefined || typeof value === 'function',
};
const bounded = (places: Places): Places =>
  Object.fromEntries(Object.entries(places).map(([name, call]) => [name, (value: unknown) => (few[name]?.(value) ? undefined : call(value))]));

/** The options of a run, where several runs are trained that each check them as `train` does: some of them, and all in the long version. */
const OF_EACH_RUN = namesOf(OPTIONS).filter((_, k) => SLOW || k % 6 === 0);

const PLACES: Readonly<Record<keyof typeof library | 'TrainResult.predict' | 'Model.predict', () => Places>> = {
  NablaError: () => ({
    code: (value) => new library.NablaError(value as library.ErrorCode, 'text'),
    message: (value) => new library.NablaError('BAD_DATA', value as string),
  }),
  isBadInput: () => ({ error: loose(library.isBadInput) }),
  loadDataset: () => ({
    source: (value) => (isText(value) || value === undefined ? undefined : loose(library.loadDataset)(value)),
    options: (value) => loose(library.loadDataset)(digits, value),
    ...each(library.loadDataset, ['seed', 'validation'], () => ({}), [digits]),
    ...each(library.loadDataset, READING, () => ({}), [table]),
  }),
  datasetOfRows: () => ({
    rows: loose(library.datasetOfRows),
    row: (value) => loose(library.datasetOfRows)([...rows, value]),
    value: (value) => loose(library.datasetOfRows)([...rows, { x: value, y: 'a' }]),
    options: (value) => loose(library.datasetOfRows)(rows, value),
    ...each(
      library.datasetOfRows,
      ['split', 'target', 'task', 'drop', 'features', 'categorical', 'missing', 'scale', 'validation', 'test', 'seed', 'name', 'signal'],
      () => ({}),
      [rows],
    ),
  }),
  datasetFrom: () => ({
    options: loose(library.datasetFrom),
    ...each(library.datasetFrom, ['inputs', 'labels', 'targets', 'classNames', 'validation', 'test', 'seed', 'scale', 'name'], () => ({
      inputs: [[1], [2], [3]],
      labels: [0, 1, 0],
    })),
  }),
  describeData: () => ({
    data: (value) => (isText(value) ? undefined : loose(library.describeData)(value)),
    options: (value) => loose(library.describeData)(digits, value),
    ...each(library.describeData, ['seed', 'augment', 'validation', 'test', 'target', 'drop', 'scale', 'transpose', 'size'], () => ({}), [digits]),
    ...dataPlaces((value) => loose(library.describeData)(value)),
  }),
  train: () => ({
    options: (value) => (isNothing(value) ? undefined : loose(library.train)(value)),
    ...bounded(withoutText(each(library.train, namesOf(OPTIONS), training))),
    ...dataPlaces((value) => loose(library.train)({ ...training(), data: value })),
  }),
  trainSeeds: () => ({
    options: (value) => (isNothing(value) ? undefined : loose(library.trainSeeds)(value)),
    ...bounded(
      withoutText(
        each(
          library.trainSeeds,
          OF_EACH_RUN.filter((name) => name !== 'runs'),
          () => ({ ...training(), seeds: 2 }),
        ),
      ),
    ),
    ...each(library.trainSeeds, ['jobs'], () => ({ ...training(), seeds: 2 })),
    seeds: (value) => (value === undefined ? undefined : loose(library.trainSeeds)({ ...training(), seeds: value })),
  }),
  compareRuns: () => ({
    a: (value) => (isText(value) ? undefined : loose(library.compareRuns)(value, run)),
    b: (value) => (isText(value) ? undefined : loose(library.compareRuns)(run, value)),
    options: (value) => loose(library.compareRuns)(run, run, value),
    by: (value) => loose(library.compareRuns)(run, run, { by: value }),
  }),
  averageRuns: () => ({
    options: loose(library.averageRuns),
    run: (value) => loose(library.averageRuns)({ runs: [value] }),
    ...each(library.averageRuns, ['runs', 'run', 'parent', 'data', 'validation', 'signal'], () => ({ runs: [] })),
  }),
  trainMembers: () => ({
    options: loose(library.trainMembers),
    ...bounded(
      withoutText(
        each(library.trainMembers, ['members', 'jobs', 'seed', 'run', 'runs', 'resume', 'from', 'onEvent'], () => ({ ...training(), members: 2 })),
      ),
    ),
  }),
  crossValidate: () => ({
    options: (value) => (isNothing(value) ? undefined : loose(library.crossValidate)(value)),
    ...bounded(
      withoutText(each(library.crossValidate, [...OF_EACH_RUN, 'folds', 'group', 'outOfFold', 'jobs'], () => ({ ...training(), folds: 2 }))),
    ),
    ...dataPlaces((value) => loose(library.crossValidate)({ ...training(), folds: 2, data: value })),
  }),
  search: () => searchPlaces(loose(library.search)),
  searchRuns: () => {
    const { options, space, signal, onEvent, keep } = searchPlaces(async (given) => {
      for await (const _ of loose(library.searchRuns)(given) as AsyncIterable<unknown>);
    });
    return { options, space, signal, onEvent, keep };
  },
  'TrainResult.predict': () => ({
    x: loose(trained.predict),
    columns: loose(ofColumns.predict),
    value: (value) => loose(ofColumns.predict)({ height: value, colour: value }),
  }),
  loadModel: () => ({
    path: (value) => (isText(value) ? undefined : loose(library.loadModel)(value)),
    options: (value) => loose(library.loadModel)(run, value),
    ...each(library.loadModel, ['scale', 'kernels'], () => ({}), [run]),
  }),
  'Model.predict': () => ({
    samples: (value) => loose(model.predict.bind(model))(value),
    row: (value) => loose(model.predict.bind(model))([value]),
    columns: (value) => loose(columnsModel.predict.bind(columnsModel))(value),
    'row of columns': (value) => loose(columnsModel.predict.bind(columnsModel))([value]),
    'value by name': (value) => loose(columnsModel.predict.bind(columnsModel))([{ height: value, colour: 'red' }]),
    'value in order': (value) => loose(columnsModel.predict.bind(columnsModel))([[1, value]]),
  }),
  predict: () => ({
    options: loose(library.predict),
    ...withoutText(
      each(
        library.predict,
        ['run', 'files', 'top', 'scale', 'invert', 'fit', 'header', 'separator', 'decimal', 'label', 'kernels', 'signal'],
        () => ({
          run,
          files: [{ name: 'a.csv', bytes: Buffer.from('1,2') }],
        }),
      ),
    ),
  }),
  evaluate: () => ({
    options: loose(library.evaluate),
    ...bounded(
      withoutText(
        each(library.evaluate, ['run', 'data', 'split', 'workers', 'kernels', 'mistakes', 'signal'], () => ({
          run,
          data,
          workers: 1,
          signal: soon(),
        })),
      ),
    ),
    ...dataPlaces((value) => loose(library.evaluate)({ run, data: value, workers: 1, signal: soon() })),
  }),
  assess: () => ({
    network: (value) => loose(library.assess)(value, trained.parameters, data, 'test'),
    parameters: (value) => loose(library.assess)(trained.network, value, data, 'test'),
    data: (value) => loose(library.assess)(trained.network, trained.parameters, value, 'test'),
    split: (value) => loose(library.assess)(trained.network, trained.parameters, data, value),
    ...each(
      (options: unknown) => loose(library.assess)(trained.network, trained.parameters, data, 'test', options),
      ['mistakes', 'kernels', 'input', 'signal'],
      () => ({}),
    ),
    ...each(
      (network: unknown) => loose(library.assess)(network, trained.parameters, data, 'test'),
      ['layers', 'activations', 'neurons', 'cost', 'initialiser'],
      () => ({ ...trained.network }),
    ),
  }),
  findRate: () => ({
    options: (value) => (isNothing(value) ? undefined : loose(library.findRate)(value)),
    ...bounded(
      withoutText(
        each(
          library.findRate,
          ['range', 'rates', 'onProgress', 'data', 'layers', 'batch', 'workers', 'eta', 'schedule', 'run', 'from', 'signal'],
          () => ({
            ...training(),
            epochs: undefined,
            rates: 10,
          }),
        ),
      ),
    ),
  }),
  diagnose: () => ({
    options: (value) => (isNothing(value) ? undefined : loose(library.diagnose)(value)),
    ...bounded(withoutText(each(library.diagnose, [...SUBJECT_OPTIONS, 'batch', 'workers', 'onEvent', 'signal', 'samples', 'epochs'], inspected))),
  }),
  checkGradients: () => ({
    options: (value) => (isNothing(value) ? undefined : loose(library.checkGradients)(value)),
    ...bounded(
      withoutText(each(library.checkGradients, [...SUBJECT_OPTIONS, 'samples', 'weights', 'step', 'signal'], () => ({ ...inspected(), samples: 1 }))),
    ),
  }),
  explain: () => ({
    options: loose(library.explain),
    ...withoutText(
      each(library.explain, [...namesOf(NETWORK_OPTIONS), 'seed', 'run', 'data', 'sample', 'x', 'y', 'weight', 'bias', 'maxPaths'], () => ({})),
    ),
  }),
  exportRun: () => ({
    options: loose(library.exportRun),
    ...withoutText(each(library.exportRun, ['run', 'to', 'out'], () => ({ run, to: 'book', out: `${folder}/net.json` }))),
  }),
  reportPage: () => ({
    runs: (value) => (isText(value) ? undefined : loose(library.reportPage)(value)),
    options: (value) => loose(library.reportPage)([run], value),
    ...each(library.reportPage, ['signal'], () => ({}), [[run]]),
  }),
  searchPage: () => ({ folder: (value) => (isText(value) ? undefined : loose(library.searchPage)(value)) }),
};

/** Each option of a search, and what an option of its space, a range and an entry may be. */
function searchPlaces(call: Call): Places {
  const base = (): Options => ({ ...training(), space: { eta: [0.1, 0.5] }, jobs: 1, signal: soon() });
  const own = ['space', 'folder', 'resume', 'jobs', 'keep', 'strategy', 'runs', 'factor', 'totalEpochs', 'forTime'];
  const names = [...own, 'data', 'layers', 'validation', 'workers', 'eta', 'run', 'timeout', 'signal', 'onEvent'];
  const inSpace = (values: unknown): unknown => call({ ...base(), space: { eta: values } });
  return {
    options: (value) => (isNothing(value) ? undefined : call(value)),
    ...bounded(withoutText(each(call, names, base))),
    values: inSpace,
    choice: (value) => inSpace([0.5, value]),
    ...each(inSpace, ['from', 'to', 'log', 'steps'], () => ({ from: 0.1, to: 1 })),
    each: (value) => call({ ...base(), layers: undefined, space: { hidden: { each: value } } }),
    entry: (value) => call({ ...base(), layers: undefined, space: { hidden: { each: [value, [3, 4]] } } }),
  };
}

/** Each field of a data set, and of one of its splits. */
function dataPlaces(call: Call): Places {
  const own = Object.keys({ ...data, classNames: true }).map((name): [string, Call] => [`data.${name}`, (value) => call({ ...data, [name]: value })]);
  const split = ['values', 'labels', 'targets'].map((name): [string, Call] => [
    `data.training.${name}`,
    (value) => call({ ...data, training: { ...samples, [name]: value } }),
  ]);
  return Object.fromEntries([...own, ...split]);
}

/** What throws wherever it is touched. */
const thrower = (): never => {
  throw new Error('touched');
};
const touchy = new Proxy(
  {},
  Object.fromEntries(['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'].map((trap) => [trap, thrower])),
);
const revoked = Proxy.revocable([], {});
revoked.revoke();
const detached = new Float32Array(2);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const sparse = Object.assign([0, 1], { length: 4_294_967_295 });
const deep = Array.from({ length: 5000 }).reduce((inner) => [inner], [] as unknown);
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
const getters = Object.defineProperties(
  {},
  Object.fromEntries([...namesOf(OPTIONS), 'name', 'inputs', 'training', 'files'].map((name) => [name, { get: thrower, enumerable: true }])),
);
const touchyList = Object.defineProperty([0, 1], 0, { get: thrower });

const NASTY: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  true: true,
  'a long text': 'x'.repeat(1_000_000),
  'a text with lines': 'a\nb\u001b[2J\u2028\ud800',
  'an empty text': '',
  'a text with NUL': '\0',
  NaN: Number.NaN,
  infinity: Number.NEGATIVE_INFINITY,
  '-1': -1,
  '0.5': 0.5,
  'a large number': 1e300,
  'a BigInt': 2n ** 100_000n,
  'a symbol': Symbol('a\nsymbol'),
  'a function': () => 'stop',
  'a class': class A {},
  'a promise': Promise.resolve(1),
  'a date': new Date(Number.NaN),
  'a map': new Map([[1, 2]]),
  'a null prototype': Object.create(null),
  'an object that throws': touchy,
  'a revoked proxy': revoked.proxy,
  'getters that throw': getters,
  'a list whose getter throws': touchyList,
  'no text of it': { toString: thrower, valueOf: thrower, [Symbol.toPrimitive]: thrower, constructor: { name: 'A\nB' } },
  cyclic,
  deep,
  'a sparse list': sparse,
  'a list of holes': new Array(3),
  'a huge list': new Array(11_000_000).fill(1 / 3),
  'lists in a list': [[0, 1], [1]],
  'an empty list': [],
  'mixed rows': [Uint8Array.of(0, 1), [0, 1]],
  'big integers': BigInt64Array.of(1n, 2n),
  doubles: Float64Array.of(1e300, 1),
  'shared bytes': new Uint8Array(new SharedArrayBuffer(2)),
  detached,
  'a view': new DataView(new ArrayBuffer(8)),
  'a buffer': Buffer.from('ab'),
};

/** What comes of a call: nothing, or an error that is not the user's to mend, or not said in a line. */
async function faultOf(call: Call, value: unknown): Promise<string | undefined> {
  try {
    await call(value);
    return undefined;
  } catch (thrown) {
    const error = thrown as Error;
    if (!(thrown instanceof Error)) return `threw ${String(thrown)}`;
    const stopped = thrown instanceof library.NablaError && thrown.code === 'INTERRUPTED';
    if (!stopped && !library.isBadInput(thrown)) return `threw ${error.stack}`;
    if (error.message.length > 300 || /[\p{C}\p{Zl}\p{Zp}]/u.test(error.message))
      return `said ${error.message.length}: ${error.message.slice(0, 400)}`;
    return undefined;
  }
}

beforeAll(async () => {
  for (const name of [digits, empty]) mkdirSync(name);
  writeIdxFolder(digits);
  writeFileSync(table, `x,y\n${rows.map(({ x, y }) => `${x},${y}`).join('\n')}\n`);
  trained = await library.train({ data, layers: [2, 2], epochs: 1, workers: 1, run });
  model = await trained.model();
  const lines = Array.from({ length: 30 }, (_, k) => `${k},${k % 2 === 0 ? 'red' : 'blue'},${k < 15 ? 'low' : 'high'}`);
  writeFileSync(`${folder}/rows.csv`, ['height,colour,kind', ...lines].join('\n'));
  ofColumns = await library.train({ data: `${folder}/rows.csv`, target: 'kind', hidden: [2], epochs: 1, workers: 1 });
  columnsModel = await ofColumns.model();
  chdir(empty);
});
afterAll(() => {
  chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.entries(PLACES))('%s', (_, places) => {
  it('takes or refuses what is nasty', async () => {
    const faults: string[] = [];
    for (const [place, call] of Object.entries(places())) {
      for (const [name, value] of Object.entries(NASTY)) {
        const fault = await faultOf(call, value);
        if (fault !== undefined) faults.push(`${place}: ${name}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    expect(readdirSync(empty)).toEqual([]);
  });

  it('takes or refuses anything', { tags: ['longer'] }, async () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
    });
    const all = Object.entries(places());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...all), anything, async ([place, call], value) => {
        const fault = await faultOf(call, value);
        expect(fault === undefined ? undefined : `${place}: ${fault}`).toBeUndefined();
      }),
      { numRuns: SLOW ? 10_000 : 40, seed: SLOW ? undefined : 1 },
    );
    expect(readdirSync(empty)).toEqual([]);
  });
});

it('every export has a row', () => {
  expect(Object.keys(library).sort()).toEqual(
    Object.keys(PLACES)
      .filter((name) => !name.includes('.'))
      .sort(),
  );
});
