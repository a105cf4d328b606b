// The options of a run and of a network: what they are when nobody says anything, and a table of everything that cannot be
// meant, each refused with a TypeError (wrong kind) or a RangeError (wrong value) that is marked as bad input and says what
// was expected and what was got.

import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset, Samples } from '#src/data/dataset.js';
import { isBadInput } from '#src/errors.js';
import { specifyNetwork } from '#src/model/specification.js';
import { configure, type TrainOptions, workersOf } from '#src/options/options.js';
import { countCores } from '#src/system/cores.js';

/** A data set of this size; the first `filled` of a hundred values are not zero. */
function dataset(inputs: number, classes: number, samples = 50, filled = 100): Dataset {
  const split = (count: number): Samples => ({
    values: Float32Array.from({ length: count * inputs }, (_, k) => Number(k % 100 < filled)),
    labels: new Uint16Array(count),
  });
  return { name: 'small', inputs, classes, scale: 1, training: split(samples), validation: split(2), test: split(2) };
}
const DATA = dataset(6, 3);

/** What `act` throws; it must be marked as bad input. */
function refusal(act: () => unknown): Error {
  let got: unknown;
  try {
    got = act();
  } catch (error) {
    expect(error, String(error)).toSatisfy(isBadInput);
    return error as Error;
  }
  return expect.fail(`expected an error, got ${JSON.stringify(got)}`);
}

const bad = (options: object): Error => refusal(() => configure(options as TrainOptions, DATA));

describe('defaults', () => {
  it('are those of the documentation', () => {
    const cores = countCores().usable;
    expect(configure({}, DATA)).toMatchObject({
      network: {
        layers: [6, 100, 3],
        activations: ['sigmoid', 'sigmoid'],
        neurons: [],
        cost: 'cross-entropy',
        initialiser: 'scaled',
        functions: [],
      },
      epochs: 30,
      batch: 10,
      eta: 0.5,
      learning: {
        optimiser: 'sgd',
        momentum: 0.9,
        rho: 0.9,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        lambda: 0,
        l1: 0,
        dropout: [0],
        smooth: 0,
        schedule: { kind: 'constant' },
      },
      seed: 1,
      workers: cores,
      shards: cores,
      gradient: 'owned',
      input: 'dense',
      kernels: 'auto',
      timeout: 60_000,
      checkpointEvery: '30s',
      keepCheckpoints: 2,
    });
  });

  const DEPENDENT: [what: string, options: TrainOptions, outcome: object][] = [
    ['shards follow the workers', { workers: 5 }, { workers: 5, shards: 5 }],
    ['a fixed number of shards stays', { workers: 5, shards: 8 }, { workers: 5, shards: 8 }],
    ['reproducible is owned with simd', { reproducible: true }, { gradient: 'owned', kernels: 'simd' }],
    ['reproducible beside what it means', { reproducible: true, gradient: 'owned', kernels: 'simd' }, { gradient: 'owned', kernels: 'simd' }],
    ['tree has eight shards', { gradient: 'tree', workers: 3 }, { gradient: 'tree', shards: 8, input: 'dense' }],
    ['tree with shards of its own', { gradient: 'tree', shards: 16 }, { gradient: 'tree', shards: 16 }],
    ['shards ask for partial', { shards: 4 }, { gradient: 'partial', shards: 4 }],
    ['a library asks for blas', { blas: 'libx.so' }, { kernels: 'blas', blas: 'libx.so' }],
    ['the path of one is whole, for who goes on elsewhere', { blas: 'lib/x.so' }, { blas: resolve('lib/x.so') }],
    ['reproducible: false is nothing', { reproducible: false }, { gradient: 'owned', kernels: 'auto' }],
    ['a mini-batch is at most the training split', { batch: 51 }, { batch: 50 }],
    ['a mini-batch of all samples', { batch: 50 }, { batch: 50 }],
    ['the smallest values', { epochs: 1, batch: 1, seed: 0, workers: 1, shards: 1, lambda: 0, timeout: 1 }, { epochs: 1, batch: 1, seed: 0 }],
    ['the largest seed', { seed: Number.MAX_SAFE_INTEGER }, { seed: Number.MAX_SAFE_INTEGER }],
    ['a momentum asks for its optimiser', { momentum: 0.5 }, { eta: 0.1, learning: { optimiser: 'momentum', momentum: 0.5 } }],
    ['or for nesterov', { momentum: 0.5, optimiser: 'nesterov' }, { eta: 0.1, learning: { optimiser: 'nesterov', momentum: 0.5 } }],
    ['adam has a smaller η', { optimiser: 'adam' }, { eta: 0.001 }],
    ['but not than a given one', { optimiser: 'adam', eta: 0.5 }, { eta: 0.5 }],
    ['one dropout for all hidden layers', { layers: [6, 5, 4, 3], dropout: 0.5 }, { learning: { dropout: [0.5, 0.5] } }],
    ['one dropout for each', { layers: [6, 5, 4, 3], dropout: [0.5, 0] }, { learning: { dropout: [0.5, 0] } }],
    ['a schedule by its name', { schedule: 'step' }, { learning: { schedule: { kind: 'step', every: 10, factor: 0.1 } } }],
    ['a schedule with numbers', { schedule: { kind: 'halve', patience: 3 } }, { learning: { schedule: { kind: 'halve', patience: 3 } } }],
    [
      'neurons in the order of the layers',
      {
        layers: [6, 5, 3],
        neurons: [
          { layer: 3, neuron: 1, f: 'softplus' },
          { layer: 2, neuron: 5, f: 'tanh' },
        ],
        cost: 'quadratic',
      },
      {
        network: {
          neurons: [
            { layer: 2, neuron: 5, f: 'tanh' },
            { layer: 3, neuron: 1, f: 'softplus' },
          ],
        },
      },
    ],
    ['more outputs than classes', { layers: [6, 4] }, { network: { layers: [6, 4], activations: ['sigmoid'] } }],
  ];
  it.each(DEPENDENT)('%s', (_, options, outcome) => {
    expect(configure(options, DATA)).toMatchObject(outcome);
  });

  it("'auto' is one worker per usable core", () => {
    expect([workersOf(), workersOf('auto'), workersOf(3)]).toEqual([countCores().usable, countCores().usable, 3]);
  });

  const INPUTS: [filled: number, wanted: TrainOptions['input'], got: string][] = [
    [0, undefined, 'sparse'],
    [20, undefined, 'sparse'],
    [20, 'auto', 'sparse'],
    [20, 'dense', 'dense'],
    [60, undefined, 'dense'],
    [100, 'auto', 'dense'],
    [100, 'sparse', 'sparse'],
  ];
  it.each(INPUTS)('%d %% of the inputs not zero, input %s: %s', (filled, input, got) => {
    expect(configure({ input }, dataset(6, 3, 100, filled)).input).toBe(got);
  });

  it('more inputs than sparse indices can tell apart are dense, and refused where sparse is asked for', () => {
    const [most, tooMany] = [dataset(65_536, 2, 2, 20), dataset(65_537, 2, 2, 20)];
    expect([most, tooMany].map((data) => configure({}, data).input)).toEqual(['sparse', 'dense']);
    const error = refusal(() => configure({ input: 'sparse' }, tooMany));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^input: expected at most 65536 inputs.*, got 65537/);
  });

  const NETWORKS: [options: Omit<Parameters<typeof specifyNetwork>[0], 'layers'>, hidden: string[], output: string, init: string][] = [
    [{}, ['sigmoid', 'sigmoid'], 'sigmoid', 'scaled'],
    [{ cost: 'quadratic' }, ['sigmoid', 'sigmoid'], 'sigmoid', 'normal'],
    [{ cost: 'quadratic', init: 'scaled' }, ['sigmoid', 'sigmoid'], 'sigmoid', 'scaled'],
    [{ cost: 'quadratic', activation: 'tanh' }, ['tanh', 'tanh'], 'sigmoid', 'scaled'],
    [{ cost: 'quadratic', activation: 'relu' }, ['relu', 'relu'], 'sigmoid', 'he'],
    [{ cost: 'quadratic', output: 'linear' }, ['sigmoid', 'sigmoid'], 'linear', 'scaled'],
    [{ cost: 'log-likelihood' }, ['sigmoid', 'sigmoid'], 'softmax', 'scaled'],
    [{ activation: 'relu' }, ['relu', 'relu'], 'sigmoid', 'he'],
    [{ activation: 'gelu' }, ['gelu', 'gelu'], 'sigmoid', 'he'],
    [{ activation: 'softplus' }, ['softplus', 'softplus'], 'sigmoid', 'scaled'],
    [{ cost: 'huber' }, ['sigmoid', 'sigmoid'], 'linear', 'scaled'],
    [{ cost: 'hinge' }, ['sigmoid', 'sigmoid'], 'linear', 'scaled'],
    [{ activation: ['tanh'] }, ['tanh', 'tanh'], 'sigmoid', 'scaled'],
    [{ activation: ['relu', 'tanh'] }, ['relu', 'tanh'], 'sigmoid', 'he'],
    [{ activation: ['tanh', 'relu'], init: 'normal' }, ['tanh', 'relu'], 'sigmoid', 'normal'],
    [{ output: 'linear', cost: 'quadratic', init: 'glorot' }, ['sigmoid', 'sigmoid'], 'linear', 'glorot'],
  ];
  it.each(NETWORKS)('of a network with %o', (options, hidden, output, initialiser) => {
    const layers = [6, 5, 4, 3];
    const spec = specifyNetwork({ layers, ...options });
    expect(spec).toEqual({
      ...{ layers, activations: [...hidden, output], neurons: [], functions: [] },
      ...{ cost: options.cost ?? 'cross-entropy', initialiser },
    });
    expect(spec.layers).not.toBe(layers);
  });

  it('a network without a hidden layer has one activation', () => {
    expect(specifyNetwork({ layers: [6, 3] }).activations).toEqual(['sigmoid']);
    expect(specifyNetwork({ layers: [6, 3], activation: [] }).activations).toEqual(['sigmoid']);
  });
});

describe('numbers', () => {
  const KINDS = ['3', '', true, {}, [3], 3n];
  /** Options that are whole numbers, with the smallest that they may be. */
  const WHOLE: [name: string, min: number][] = [
    ['epochs', 1],
    ['batch', 1],
    ['seed', 0],
    ['workers', 1],
    ['shards', 1],
    ['timeout', 1],
    ['patience', 1],
  ];
  const BROKEN = [-1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53];
  const wholeRows = WHOLE.flatMap(([name, min]) => [
    ...KINDS.map((value) => [name, value, TypeError] as const),
    ...[min - 1, ...BROKEN].map((value) => [name, value, RangeError] as const),
  ]);
  /** Options that are any finite number, above zero or from zero on. */
  const realRows = [
    ...['eta', 'lambda', 'l1', 'maxNorm', 'clipNorm', 'momentum'].flatMap((name) => KINDS.map((value) => [name, value, TypeError] as const)),
    ...['eta', 'lambda', 'l1', 'maxNorm', 'clipNorm', 'momentum'].flatMap((name) =>
      [-0.1, -Number.MIN_VALUE, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => [name, value, RangeError] as const),
    ),
    ['eta', 0, RangeError] as const,
  ];
  const more = [['workers', 1025, RangeError] as const, ['timeout', 2 ** 31, RangeError] as const];

  it.each([...wholeRows, ...realRows, ...more])('%s: %o is a %o', (name, value, kind) => {
    const error = bad({ [name]: value });
    expect(error).toBeInstanceOf(kind);
    const got = typeof value === 'string' ? `'${value}'` : typeof value === 'object' ? '' : String(value);
    expect(error.message).toMatch(new RegExp(`^${name}: expected a (whole|finite) number.*, got `));
    expect(error.message).toContain(`, got ${got}`);
  });

  it.each([Number.MIN_VALUE, 1e-8, 1e6])('eta and lambda may be %d', (value) => {
    expect(configure({ eta: value, lambda: value }, DATA)).toMatchObject({ eta: value, learning: { lambda: value } });
  });
});

describe('names', () => {
  const MISSPELT: [name: string, value: string, meant: string][] = [
    ['activation', 'sigmod', 'sigmoid'],
    ['activation', 'ReLU', 'relu'],
    ['output', 'softmx', 'softmax'],
    ['cost', 'crossentropy', 'cross-entropy'],
    ['cost', 'quadric', 'quadratic'],
    ['cost', 'log_likelihood', 'log-likelihood'],
    ['init', 'skaled', 'scaled'],
    ['optimiser', 'adm', 'adam'],
    ['optimiser', 'nestrov', 'nesterov'],
    ['schedule', 'cosin', 'cosine'],
    ['schedule', 'restart', 'restarts'],
    ['gradient', 'partal', 'partial'],
    ['gradient', 'own', 'owned'],
    ['input', 'spars', 'sparse'],
    ['kernels', 'smid', 'simd'],
    ['kernels', 'relax', 'relaxed'],
  ];
  it.each(MISSPELT)("%s: '%s' proposes '%s'", (name, value, meant) => {
    const error = bad({ [name]: value });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(new RegExp(`^${name}: expected one of .*${meant}.*, got '${value}'\\. Did you mean '${meant}'\\?$`));
  });

  const wrongKinds = ['activation', 'output', 'cost', 'init', 'gradient', 'input', 'kernels'].flatMap((name) =>
    [5, true, {}, Symbol('relu')].map((value) => [name, value] as const),
  );
  it.each([...wrongKinds, ['activation', ['tanh', 5]] as const, ['output', ['softmax']] as const])('%s: %o is a TypeError', (name, value) => {
    const error = bad({ layers: [6, 5, 4, 3], [name]: value });
    expect(error.message).toMatch(new RegExp(`^${name}: expected .*, got `));
    expect(error).toBeInstanceOf(TypeError);
  });

  it.each(['yes', 1, 0, {}])('reproducible: %o is a TypeError', (value) => {
    expect(bad({ reproducible: value }).message).toMatch(/^reproducible: expected true or false, got /);
    expect(bad({ reproducible: value })).toBeInstanceOf(TypeError);
  });
});

describe('options that do not fit each other or the data', () => {
  const CONFLICTS: [options: TrainOptions, says: RegExp][] = [
    [{ reproducible: true, gradient: 'partial' }, /^gradient: expected 'owned' or nothing beside reproducible, got 'partial'/],
    [{ reproducible: true, kernels: 'relaxed' }, /^kernels: expected 'simd' or nothing beside reproducible, got 'relaxed'/],
    [{ reproducible: true, kernels: 'scalar' }, /^kernels: .* got 'scalar'/],
    [{ gradient: 'tree', shards: 6 }, /^shards: expected a power of two with gradient 'tree', such as 8, got 6/],
    [{ gradient: 'tree', input: 'sparse' }, /^input: expected 'dense' or 'auto' with gradient 'tree', got 'sparse'/],
    [{ gradient: 'owned', shards: 4 }, /^shards: expected none with gradient 'owned'.*, got 4/],
    [{ reproducible: true, shards: 4 }, /^shards: expected none with gradient 'owned'.*, got 4/],
    [{ layers: [5, 3] }, /^layers: expected 6 inputs, .* 'small' .*, got 5/],
    [{ layers: [7, 20, 3] }, /^layers: expected 6 inputs, .*, got 7/],
    [{ layers: [6, 20, 2] }, /^layers: expected at least 3 outputs, .* 'small', got 2/],
    [{ layers: [6] }, /^layers: expected at least two sizes.*, got \[6\]/],
    [{ layers: [] }, /^layers: expected at least two sizes.*, got \[\]/],
    [{ activation: 'softmax' }, /^activation: expected one of sigmoid, .*, linear, got 'softmax'\..*output/],
    [{ layers: [6, 5, 4, 3], activation: ['tanh', 'softmax'] }, /^activation: .*got 'softmax'/],
    [{ layers: [6, 5, 4, 3], activation: ['tanh', 'tanh', 'tanh'] }, /^activation: .*each of the 2 hidden layers, got \[tanh, tanh, tanh\]/],
    [{ momentum: 1 }, /^momentum: expected a number of at least 0 and below 1, got 1/],
    [{ optimiser: 'adam', momentum: 0.5 }, /^momentum: expected none with the optimiser 'adam'.*, got 0\.5.*momentum, nesterov/],
    [{ optimiser: 'sgd', beta1: 0.5 }, /^beta1: expected none with the optimiser 'sgd'.*adam, adamw/],
    [{ optimiser: 'rmsprop', rho: 1.5 }, /^rho: .*below 1, got 1\.5/],
    [{ optimiser: 'adam', epsilon: 0 }, /^epsilon: expected a finite number of at least 1e-37, got 0/],
    [{ smooth: 1 }, /^smooth: expected a number of at least 0 and below 1, got 1/],
    [{ smooth: -0.1 }, /^smooth: .*got -0\.1/],
    [{ smooth: 0.1, cost: 'hinge' }, /^smooth: expected none with the cost 'hinge'.*got 0\.1.*quadratic, cross-entropy, log-likelihood, huber\.$/],
    [{ average: 0 }, /^average: expected a whole number of at least 1, got 0/],
    [{ average: 1.5 }, /^average: .*got 1\.5/],
    [{ growBatch: '20' }, /^growBatch: expected epochs, a factor and, if you like, the most samples.*got '20'/],
    [{ growBatch: '20,x' }, /^growBatch: expected epochs, a factor .*got '20,x'/],
    [{ growBatch: '1,2,3,4' }, /^growBatch: expected epochs, a factor .*got '1,2,3,4'/],
    [{ growBatch: '0,2' }, /^epochs of growBatch: .*got 0/],
    [{ growBatch: '1,1' }, /^factor of growBatch: expected a finite number above 1, got 1/],
    [{ growBatch: '1,2,0.5' }, /^most samples of growBatch: .*got 0\.5/],
    [{ ema: 1 }, /^ema: expected a number above 0 and below 1, got 1/],
    [{ ema: 0 }, /^ema: .*got 0/],
    [{ epochs: 3, average: 4 }, /^average: expected at most the 3 epochs, got 4/],
    [{ dropout: 1 }, /^dropout: .*below 1, got 1/],
    [{ dropout: 0.995 }, /^dropout: expected at most 0\.99, got 0\.995/],
    [{ layers: [6, 3], dropout: 0.5 }, /^dropout: expected none without a hidden layer, got \[0\.5\]/],
    [{ classWeights: [0, 0, 0] }, /^classWeights: expected one above 0 at least/],
    [{ epochs: 3, schedule: { kind: 'cosine', warmUp: 3 } }, /^warm-up of the schedule: expected fewer than the 3 epochs, got 3/],
    [{ dropout: [0.5, 0.5] }, /^dropout: expected one number, or one for each of the 1 hidden layers, got \[0\.5, 0\.5\]/],
    [{ classWeights: [1, 2] }, /^classWeights: expected 3 numbers, one for each class, got \[1, 2\]/],
    [{ classWeights: [1, 2, -1] }, /^classWeights\[2\]: .*got -1/],
    [{ schedule: { kind: 'step', every: 0, factor: 0.5 } }, /^epochs of the schedule: .*got 0/],
    [{ schedule: { kind: 'step', every: 2, factor: 0 } }, /^factor of the schedule: .*above 0, got 0/],
    [{ schedule: { kind: 'restarts', first: 0, factor: 2 } }, /^epochs of the schedule: .*got 0/],
    [{ schedule: { kind: 'restarts', first: 3, factor: 1.5 } }, /^factor of the schedule: expected a whole number.*got 1\.5/],
    [{ schedule: { kind: 'restarts', first: 3, factor: 0 } }, /^factor of the schedule: .*got 0/],
    [{ schedule: { kind: 'cosine', warmUp: -1 } }, /^warm-up of the schedule: .*got -1/],
    [{ neurons: [{ layer: 1, neuron: 1, f: 'tanh' }] }, /^layer of a neuron: expected a whole number from 2 to 3, got 1/],
    [{ neurons: [{ layer: 2, neuron: 101, f: 'tanh' }] }, /^neuron of layer 2: expected a whole number from 1 to 100, got 101/],
    [{ neurons: [{ layer: 2, neuron: 1, f: 'tahn' }] }, /^f of neuron 2:1: .*Did you mean 'tanh'/],
    [{ neurons: [{ layer: 3, neuron: 1, f: 'tanh' }] }, /^f of neuron 3:1: expected one that the cost 'cross-entropy' is defined on.*got 'tanh'/],
    [{ cost: 'log-likelihood', neurons: [{ layer: 3, neuron: 1, f: 'sigmoid' }] }, /^neurons: expected none in a softmax layer.*got '3:1'/],
    [{ neurons: [2, 2].map((layer) => ({ layer, neuron: 4, f: 'tanh' })) }, /^neurons: expected each neuron once, got '2:4 twice'/],
    [{ activation: [] }, /^activation: .*each of the 1 hidden layers, got \[\]/],
    [{ layers: [6, 3], activation: ['tanh', 'tanh'] }, /^activation: .*each of the 0 hidden layers, got \[tanh, tanh\]/],
    ...(['tanh', 'relu', 'linear'] as const).flatMap((output): [TrainOptions, RegExp][] => [
      [{ cost: 'cross-entropy', output }, new RegExp(`^output: expected .*'cross-entropy'.*sigmoid, softmax.*, got '${output}'`)],
      [{ cost: 'log-likelihood', output }, new RegExp(`^output: expected .*'log-likelihood'.*softmax, sigmoid.*, got '${output}'`)],
    ]),
  ];
  it.each(CONFLICTS)('%o', (options, says) => {
    expect(bad(options).message).toMatch(says);
    expect(bad(options)).toBeInstanceOf(RangeError);
  });

  it.each(['sigmoid', 'tanh', 'relu', 'linear', 'softmax'] as const)('the quadratic cost stands on a %s output', (output) => {
    expect(configure({ cost: 'quadratic', output }, DATA).network.activations).toEqual(['sigmoid', output]);
  });

  it('a softmax over one output is refused', () => {
    const error = refusal(() => configure({ layers: [6, 1], cost: 'log-likelihood' }, dataset(6, 1)));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^layers: expected at least two outputs for a softmax, got \[6, 1\]/);
    expect(configure({ layers: [6, 1] }, dataset(6, 1)).network.layers).toEqual([6, 1]);
  });

  const LAYERS: [layers: unknown, kind: typeof TypeError | typeof RangeError, says: RegExp][] = [
    ['784,10', TypeError, /^layers: expected a list of sizes/],
    [784, TypeError, /^layers: expected a list of sizes/],
    [{ 0: 6, 1: 3 }, TypeError, /^layers: expected a list of sizes/],
    [[6, '5', 3], TypeError, /^layers\[1\]: expected a whole number .*, got '5'/],
    [[6, undefined, 3], TypeError, /^layers\[1\]: .*got undefined/],
    [[6, 0, 3], RangeError, /^layers\[1\]: expected a whole number from 1 to .*, got 0/],
    [[6, -5, 3], RangeError, /^layers\[1\]: .*got -5/],
    [[6, 2.5, 3], RangeError, /^layers\[1\]: .*got 2\.5/],
    [[6, 5, Number.NaN], RangeError, /^layers\[2\]: .*got NaN/],
    [[6, Number.POSITIVE_INFINITY, 3], RangeError, /^layers\[1\]: .*got Infinity/],
    [[6, 2 ** 24 + 1, 3], RangeError, /^layers\[1\]: .*from 1 to 16777216, got 16777217/],
    // A hole in the list, which forEach would pass over.
    [Object.assign([6, 5, 3], { length: 4 }), TypeError, /^layers\[3\]: .*got undefined/],
  ];
  it.each(LAYERS)('layers %o', (layers, kind, says) => {
    expect(bad({ layers }).message).toMatch(says);
    expect(bad({ layers })).toBeInstanceOf(kind);
  });
});
