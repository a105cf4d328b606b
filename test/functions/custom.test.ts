// Activations and costs that a user brings: as modules that every worker imports, judged by finite differences when they are
// registered, and trained with like any other.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { evaluate, isBadInput, type TrainOptions, train } from '#src/index.js';
import { KERNEL_NAMES } from '#src/kernels/kernels.js';
import { nabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { randomData, trainReference, worstDifference } from '../support/reference-training.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

function module_(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}

const ARCTAN = module_('arctan', 'export const activations = { arctan: { f: Math.atan, derivative: (z) => 1 / (1 + z * z) } };');
const FOURTH = module_(
  'fourth',
  `export const costs = { fourth: { term: (a, y) => (a - y) ** 4, gradient: (a, y) => 4 * (a - y) ** 3, outputs: ['arctan', 'linear'] } };`,
);
const DATA = randomData(9, 4, 30, 11);
const OPTIONS: TrainOptions = { functions: [ARCTAN, FOURTH], layers: [9, 8, 4], activation: 'arctan', cost: 'fourth', epochs: 3, batch: 7, eta: 0.1 };

test.each(KERNEL_NAMES)('an own activation and an own cost train as the reference says, %s', async (kernels) => {
  const result = await train({ ...OPTIONS, data: DATA, kernels, workers: 2 });
  expect(result.network.activations).toEqual(['arctan', 'arctan']);
  expect(worstDifference(result.parameters, trainReference(OPTIONS, DATA))).toBeLessThan(1e-4);
});

test('an own activation for a single neuron', async () => {
  const options: TrainOptions = { functions: ARCTAN, layers: [9, 8, 4], neurons: [{ layer: 2, neuron: 3, f: 'arctan' }], epochs: 3, batch: 7 };
  const result = await train({ ...options, data: DATA, workers: 2 });
  expect(worstDifference(result.parameters, trainReference(options, DATA))).toBeLessThan(1e-4);
});

test('a kept run knows its functions: another process evaluates it', async () => {
  const data = mkdtempSync(join(folder, 'data-'));
  writeIdxFolder(data);
  const run = join(folder, 'run');
  const { testAccuracy } = await train({ functions: ARCTAN, activation: 'arctan', data, epochs: 2, run });
  expect((await evaluate({ run })).accuracy).toBe(testAccuracy);
  const { code, stdout, stderr } = await nabla(['evaluate', run, '--format', 'json'], folder);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout).accuracy).toBe(testAccuracy);
});

describe('what is wrong with a module is said when it is registered:', () => {
  const BAD: [what: string, text: string, says: RegExp][] = [
    [
      'a wrong derivative',
      'export const activations = { w1: { f: Math.sin, derivative: (z) => -Math.cos(z) } };',
      /derivative of activation 'w1' at .* is given as .*, but finite differences say/,
    ],
    [
      'a derivative that is a hundredth off',
      'export const activations = { w2: { f: Math.sin, derivative: (z) => 1.01 * Math.cos(z) } };',
      /derivative of activation 'w2'/,
    ],
    [
      'a wrong derivative left of a kink',
      'export const activations = { w3: { f: Math.abs, derivative: () => 1 } };',
      /derivative of activation 'w3' at -/,
    ],
    [
      'a derivative that is not a number',
      'export const activations = { w4: { f: Math.sin, derivative: () => NaN } };',
      /derivative of activation 'w4' .* NaN/,
    ],
    ['an f that is not a number', 'export const activations = { w5: { f: () => NaN, derivative: () => 0 } };', /activation 'w5'/],
    [
      'a wrong gradient of a cost',
      'export const costs = { w6: { term: (a, y) => (a - y) ** 2, gradient: (a, y) => a - y } };',
      /derivative of cost 'w6' for y = 0 at/,
    ],
    ['no derivative', 'export const activations = { w7: { f: Math.sin } };', /'w7' has no function 'derivative'/],
    ['no term', 'export const costs = { w8: { gradient: (a, y) => a - y } };', /'w8' has no function 'term'/],
    ['a name that is taken', 'export const activations = { tanh: { f: Math.sin, derivative: Math.cos } };', /expected a new name, got 'tanh'/],
    [
      'the name of the softmax',
      'export const activations = { softmax: { f: Math.sin, derivative: Math.cos } };',
      /expected a new name, got 'softmax'/,
    ],
    [
      'a name that is no name',
      "export const activations = { 'a b': { f: Math.sin, derivative: Math.cos } };",
      /expected a name of letters.*got 'a b'/,
    ],
    ['an entry that is none', 'export const activations = { w9: null };', /'w9' has no function 'f'/],
    [
      'an f that throws',
      "export const activations = { w10: { f: () => { throw new Error('no'); }, derivative: () => 0 } };",
      /'f' of 'w10' failed for .*: no/,
    ],
    ['outputs that are no list', 'export const costs = { w11: { term: (a) => a, gradient: () => 1, outputs: 5 } };', /'outputs' of 'w11'/],
    ['nothing', 'export default 3;', /expected exports 'activations' or 'costs'/],
    ['no JavaScript', 'export const = ;', /cannot be imported/],
  ];
  test.each(BAD)('%s', async (what, text, says) => {
    const functions = module_(what.replaceAll(' ', '-'), text);
    const refused = await train({ functions, data: DATA }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(Error);
    expect((refused as Error).message).toMatch(says);
    expect(isBadInput(refused)).toBe(true);
  });

  test('a ReLU of one’s own passes: at its kink the derivative may be anything between the slopes', async () => {
    const functions = module_('kink', 'export const activations = { ramp: { f: (z) => Math.max(z, 0), derivative: (z) => (z > 0 ? 1 : 0) } };');
    const mine = await train({ functions, activation: 'ramp', init: 'he', data: DATA, layers: [9, 8, 4], kernels: 'simd' });
    const builtIn = await train({ activation: 'relu', init: 'he', data: DATA, layers: [9, 8, 4], kernels: 'simd' });
    expect(mine.weightsSha256).toBe(builtIn.weightsSha256);
  });

  test('one wrong entry keeps the others of its module out, and the module can be mended and tried again', async () => {
    const good = 'late: { f: Math.sin, derivative: Math.cos }';
    const functions = module_('half', `export const activations = { ${good}, wrong: { f: Math.sin, derivative: Math.sin } };`);
    await expect(train({ functions, data: DATA })).rejects.toThrow("derivative of activation 'wrong'");
    await expect(train({ activation: 'late', data: DATA })).rejects.toThrow("got 'late'");
    const mended = module_('mended', `export const activations = { ${good} };`);
    expect((await train({ functions: mended, activation: 'late', data: DATA, epochs: 1 })).epochs).toBe(1);
  });

  test('two runs at once may name the same module', async () => {
    const functions = module_('twice', 'export const activations = { twice: { f: Math.sin, derivative: Math.cos } };');
    const runs = await Promise.all([1, 2].map(() => train({ functions, activation: 'twice', data: DATA, epochs: 1 })));
    expect(runs[0].weightsSha256).toBe(runs[1].weightsSha256);
  });

  test('an f that always fails ends the run with its name and the worker’s, not as a fault of nabla', async () => {
    const functions = module_(
      'late-fault',
      "export const activations = { fails: { f: (z) => { if (z > 7) throw new Error('too much'); return z; }, derivative: () => 1 } };",
    );
    const failed = await train({
      functions,
      activation: 'fails',
      output: 'linear',
      cost: 'quadratic',
      init: 'normal',
      eta: 5,
      data: DATA,
      layers: [9, 30, 4],
    }).catch((error: Error) => error);
    expect(failed).toMatchObject({
      code: 'WORKER_FAILED',
      message: expect.stringMatching(/^Worker \d of \d+ failed at step \d+, .*'f' of 'fails' failed for .*: too much.*third time/),
    });
  });

  test('bits are promised for this machine only', async () => {
    const bits: string[] = [];
    const functions = module_('bits', 'export const activations = { mine: { f: Math.sin, derivative: Math.cos } };');
    for (const activation of ['mine', 'tanh']) {
      const options: TrainOptions = {
        activation,
        data: DATA,
        epochs: 1,
        reproducible: true,
        onEvent: (e) => e.event === 'start' && bits.push(e.bits),
      };
      await train(activation === 'mine' ? { ...options, functions } : options);
    }
    expect(bits).toEqual(['this machine', 'any machine']);
  });

  test('functions that are no paths', async () => {
    await expect(train({ functions: 5 as unknown as string, data: DATA })).rejects.toThrow(
      'functions: expected the path of a module, or a list of them, got 5',
    );
  });
});
