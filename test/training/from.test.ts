// Runs that start from a saved network, a run's folder or the book's JSON, and runs that are exported: what is taken from
// there, what may be said beside it, and what is refused, through the library and at the command line.

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '#src/data/dataset.js';
import { isBadInput } from '#src/errors.js';
import { type ErrorCode, evaluate, exportRun, type StartEvent, type TrainOptions, train } from '#src/index.js';
import { encodeSafetensors } from '#src/runs/formats/safetensors.js';
import { seeded } from '../support/bound-kernels.js';
import { contents, inFolder, jsonLines, quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { expectRefused } from '../support/refused.js';

const random = seeded('from');
const split = (count: number): Dataset['training'] => ({
  values: Float32Array.from({ length: 6 * count }, () => random.uniform()),
  labels: Uint16Array.from({ length: count }, (_, k) => k % 4),
});
const data: Dataset = { name: 'random', inputs: 6, classes: 4, scale: 1, training: split(24), validation: split(8), test: split(8) };
const common: TrainOptions = { data, epochs: 3, batch: 5, workers: 2 };
/** So small a learning rate leaves the parameters as they are. */
const still: TrainOptions = { data, epochs: 1, eta: 1e-30, workers: 1 };

const recordOf = (run: string) => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));

describe('a run that starts from a saved network', () => {
  it('has its sizes, activations, cost and parameters, from a folder, its weights or the book’s JSON', () =>
    inFolder(async (folder) => {
      const [run, out] = [join(folder, 'run'), join(folder, 'net.json')];
      const first = await train({ ...common, layers: [6, 5, 3, 4], cost: 'quadratic', eta: 2, run });
      const result = await exportRun({ run, to: 'book', out });
      expect(result).toEqual({ run, to: 'book', out, network: [6, 5, 3, 4], parameters: 69, bytes: readFileSync(out).length, warnings: [] });
      for (const from of [run, join(run, 'weights.safetensors'), out]) {
        const starts: StartEvent[] = [];
        const again = await train({ ...still, from, onEvent: (e) => e.event === 'start' && starts.push(e) });
        expect(again.weightsSha256).toBe(first.weightsSha256);
        expect(again.network).toMatchObject({ layers: [6, 5, 3, 4], activations: ['sigmoid', 'sigmoid', 'sigmoid'], cost: 'quadratic' });
        expect(again.testAccuracy).toBe(first.testAccuracy);
        expect(starts).toMatchObject([{ from, network: [6, 5, 3, 4], cost: 'quadratic' }]);
      }
      // From the same parameters, the same bits on either way.
      const [a, b] = [await train({ ...common, from: run }), await train({ ...common, from: out })];
      expect(a.weightsSha256).toBe(b.weightsSha256);
      expect(a.weightsSha256).not.toBe(first.weightsSha256);
    }));

  it('keeps what the book’s JSON cannot hold when it comes from a folder, and its own run says where it began', () =>
    inFolder(async (folder) => {
      const [run, next] = [join(folder, 'run'), join(folder, 'next')];
      const network: TrainOptions = { layers: [6, 5, 3, 4], activation: ['tanh', 'relu'], cost: 'log-likelihood', init: 'glorot' };
      const first = await train({ ...common, ...network, run });
      const again = await train({ ...still, from: run, run: next });
      expect(again.network).toEqual(first.network);
      expect(again.weightsSha256).toBe(first.weightsSha256);
      expect(recordOf(next).configuration).toMatchObject({ from: run, network: first.network });
      expect(recordOf(run).configuration.from).toBeUndefined();
      const evaluated = await evaluate({ run: next, data });
      expect(evaluated).toMatchObject({ accuracy: again.testAccuracy, network: [6, 5, 3, 4] });
      const weights = join(next, 'weights.safetensors');
      expect(await evaluate({ run: weights, data })).toEqual({ ...evaluated, run: weights });
    }));

  it('takes options that say the same', () =>
    inFolder(async (folder) => {
      const run = join(folder, 'run');
      const network: TrainOptions = { layers: [6, 5, 3, 4], activation: 'tanh', output: 'sigmoid', cost: 'cross-entropy' };
      const { weightsSha256 } = await train({ ...common, ...network, run });
      for (const activation of ['tanh', ['tanh'], ['tanh', 'tanh']] as TrainOptions['activation'][]) {
        expect(await train({ ...still, ...network, activation, from: run })).toMatchObject({ weightsSha256 });
      }
      // Without a hidden layer, any activation of hidden layers says nothing.
      await train({ ...common, layers: [6, 4], run: join(folder, 'flat') });
      expect((await train({ ...still, from: join(folder, 'flat'), activation: 'tanh' })).network.activations).toEqual(['sigmoid']);
    }));

  const OTHERS: [options: object, kind: typeof TypeError | typeof RangeError, says: RegExp][] = [
    [{ layers: [6, 5, 4] }, RangeError, /^layers: expected \[6, 5, 3, 4\], as in .*run, or nothing, got \[6, 5, 4\]\.$/],
    [{ layers: '6,5,3,4' }, TypeError, /^layers: expected \[6, 5, 3, 4\]/],
    [{ activation: 'tanh' }, RangeError, /^activation: expected \[sigmoid, tanh\], as in .*run, or nothing, got \[tanh, tanh\]\.$/],
    [{ activation: ['tanh', 'sigmoid'] }, RangeError, /^activation: .*, got \[tanh, sigmoid\]\.$/],
    [{ activation: ['sigmoid', 'tanh', 'tanh'] }, RangeError, /^activation: .*, got \[sigmoid, tanh, tanh\]\.$/],
    [{ activation: 5 }, TypeError, /^activation: .*, got 5\.$/],
    [{ output: 'softmax' }, RangeError, /^output: expected 'sigmoid', as in .*run, or nothing, got 'softmax'\.$/],
    [{ cost: 'quadratic' }, RangeError, /^cost: expected 'cross-entropy', as in .*run, or nothing, got 'quadratic'\.$/],
    [{ cost: null }, TypeError, /^cost: expected 'cross-entropy'/],
    [{ init: 'he' }, RangeError, /^init: expected none beside 'from', which brings the parameters, got 'he'\.$/],
    [{ from: 5 }, TypeError, /^from: expected the path of a run's folder, or of a file in the book's JSON, got 5\.$/],
    [{ from: 'nowhere' }, Error, /^nowhere: there is no such file or folder/],
  ];
  it('refuses options that say otherwise', () =>
    inFolder(async (folder) => {
      const run = join(folder, 'run');
      await train({ ...common, layers: [6, 5, 3, 4], activation: ['sigmoid', 'tanh'], run });
      for (const [options, kind, says] of OTHERS) {
        const error = await train({ ...still, from: run, ...options }).catch((thrown) => thrown);
        expect(error, JSON.stringify(options)).toBeInstanceOf(kind);
        expect(error).toSatisfy(isBadInput);
        expect(error.message).toMatch(says);
      }
    }));

  // That η is so small is said of all of them.
  const warnings = async (options: TrainOptions): Promise<readonly string[] | undefined> => {
    const starts: StartEvent[] = [];
    await train({ ...still, ...options, onEvent: (e) => e.event === 'start' && starts.push(e) });
    return starts[0].warnings?.filter((text) => !text.startsWith('η = 1e-30'));
  };

  it('warns where its data are split in another way than before, so that it has seen what is now kept back', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const run = join(folder, 'run');
      await train({ ...still, data: folder, validation: 4, layers: [6, 4], run });
      expect(await warnings({ from: run, data: folder, validation: 4, seed: 2 })).toEqual([]);
      expect(await warnings({ from: run, data })).toEqual([]);
      const says = `${run} was trained on another split of '${folder}' (validation 4): it has seen samples that are now kept back.`;
      expect(await warnings({ from: run, data: folder, validation: 5 })).toEqual([says]);
      expect(await warnings({ from: run, data: folder })).toEqual([says]);
    }));

  it('and also where they are the digits of the package', { tags: ['slow'] }, () =>
    inFolder(async (folder) => {
      const digits = join(folder, 'digits');
      await train({ ...still, data: 'mnist', layers: [784, 10], batch: 8000, seed: 3, run: digits });
      const batch = 8000;
      expect(await warnings({ from: digits, data: 'mnist', batch, seed: 3 })).toEqual([]);
      expect(await warnings({ from: digits, data: 'mnist', batch, splitSeed: 3 })).toEqual([]);
      expect(await warnings({ from: digits, data: 'mnist', batch })).toEqual([
        `${digits} was trained on another split of 'mnist' (split seed 3): it has seen samples that are now kept back.`,
      ]);
    }),
  );
});

describe('a run that is damaged', () => {
  const DAMAGE: [what: string, damage: (run: string) => void, says: RegExp][] = [
    [
      'weights that are not finite',
      (run) => writeFileSync(join(run, 'weights.safetensors'), weights(Number.NaN)),
      /a weight or bias is NaN; .*'done'\.$/,
    ],
    ['too few activations', edit((network) => network.activations?.pop()), /run\.json: activations: expected 2 of them, got \[tanh\]/],
    ['no activations', edit((network) => delete network.activations), /run\.json: activations: expected a list of names, got undefined/],
    ['an activation that is none', edit((network) => network.activations?.splice(0, 1, 'tan')), /run\.json: activation: .*Did you mean 'tanh'/],
    ['a cost that is none', edit((network) => Object.assign(network, { cost: 3 })), /run\.json: cost: expected one of .*, got 3/],
    [
      'weights of other layers',
      edit((network) => Object.assign(network, { layers: [6, 4, 4] })),
      /weights\.safetensors: tensor layer2\.weight: expected \[4,6\] for 6-4-4/,
    ],
  ];
  function edit(change: (network: { layers: unknown; activations?: unknown[]; cost: unknown }) => unknown) {
    return (run: string): void => {
      const record = recordOf(run);
      change(record.configuration.network);
      writeFileSync(join(run, 'run.json'), JSON.stringify(record));
    };
  }
  const weights = (value: number): Uint8Array => encodeSafetensors([6, 5, 4], new Float32Array(59).fill(value), {});

  it('is neither gone on from nor exported', () =>
    inFolder(async (folder) => {
      const sound = join(folder, 'run');
      await train({ ...common, layers: [6, 5, 4], activation: 'tanh', run: sound });
      for (const [what, damage, says] of DAMAGE) {
        const run = join(folder, what);
        mkdirSync(run);
        for (const name of ['run.json', 'weights.safetensors']) copyFileSync(join(sound, name), join(run, name));
        damage(run);
        const before = contents(folder);
        for (const act of [train({ ...still, from: run }), exportRun({ run, to: 'book', out: join(folder, 'out') })]) {
          const error = await act.catch((thrown) => thrown);
          expect(error, what).toMatchObject({ code: 'BAD_DATA' satisfies ErrorCode });
          expect(error.message).toMatch(says);
        }
        expect(contents(folder)).toEqual(before);
      }
    }));
});

describe('the command line', () => {
  it('trains, exports, goes on from the file, and evaluates', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const run = async (line: string) => quickNabla(line.split(' '), folder);
      await run('train --data . --layers 6,5,4 --cost quadratic --epochs 2 --run a');
      const written = await run('export a --to book --out net.json');
      expect(written).toEqual({ code: 0, stdout: `net.json: 6-5-4, 59 parameters, book, ${bytes(folder).toLocaleString('en')} bytes\n`, stderr: '' });
      const json = await run('export a --to book --out net.json --format json');
      expect(jsonLines(json.stdout)).toEqual([
        { event: 'exported', run: 'a', to: 'book', out: 'net.json', network: [6, 5, 4], parameters: 59, bytes: bytes(folder), warnings: [] },
      ]);
      const again = await run('train --data . --from net.json --epochs 1 --run b --format json');
      expect([again.code, again.stderr]).toEqual([0, '']);
      const [start, , done] = jsonLines(again.stdout);
      expect(start).toMatchObject({ from: 'net.json', network: [6, 5, 4], cost: 'quadratic', activations: ['sigmoid', 'sigmoid'] });
      const evaluated = await run('evaluate b --format json');
      expect(jsonLines(evaluated.stdout)).toMatchObject([{ accuracy: done.testAccuracy, network: [6, 5, 4] }]);
      const text = await run('train --data . --from b --epochs 1');
      expect(text.stdout).toMatch(/^network {3}6-5-4, sigmoid, quadratic, 59 parameters\nfrom {6}b\n/);
    }));

  const bytes = (folder: string): number => readFileSync(join(folder, 'net.json')).length;

  it.each([
    ['train', '--from <path>'],
    ['export', '--to <name>'],
    ['export', 'book: the JSON that the book'],
  ])('nabla %s --help names %s', async (command, text) => {
    const { code, stdout } = await inFolder((folder) => quickNabla([command, '--help'], folder));
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain(text);
  });
});

const BAD: [line: string, says: RegExp][] = [
  ['train --data . --from net.json --layers 6,6,4', /layers: expected \[6, 5, 4\], as in net\.json, or nothing, got \[6, 6, 4\]/],
  ['train --data . --from net.json --cost cross-entropy', /cost: expected 'quadratic', as in net\.json, or nothing, got 'cross-entropy'/],
  ['train --data . --from net.json --activation relu', /activation: expected \[sigmoid\], as in net\.json/],
  ['train --data . --from net.json --output softmax', /output: expected 'sigmoid', as in net\.json/],
  ['train --data . --from net.json --init normal', /init: expected none beside 'from'/],
  ['train --from net.json', /layers: expected 784 inputs, .* got 6/],
  ['train --data . --from short.json', /short\.json: this is no JSON: /],
  [
    'train --data . --from run.safetensors',
    /run\.safetensors: expected the folder of a run, or a file in the book's JSON, got a safetensors file\. Name the folder/,
  ],
  ['train --data . --from net.json/run', /net\.json\/run: there is no such file or folder/],
  ['train --config net.json/c.toml', /net\.json\/c\.toml: there is no such file\. Name a configuration/],
  ['evaluate net.json --data .', /net\.json: this is a file\. Name the folder of a run, or one of its checkpoints\.$/m],
  ['evaluate run/run.json', /run\.json: this is a file\. Name the folder of a run/],
  ['evaluate net.json/run', /net\.json\/run: there is no such folder\. Name the folder of a run/],
  ['train --data . --from .', /\.: this folder holds no run/],
  ['train --data . --from nowhere', /nowhere: there is no such file or folder/],
  ['export run --to book --out x', /the activation of layer 2: expected 'sigmoid', .* got 'tanh'/],
  ['export run --to bok --out x', /to: expected one of book, .* got 'bok'\. Did you mean 'book'/],
  ['export run --out x', /required option '--to <name>'/],
  ['export net.json --to json', /net\.json: there is such a file already\. To replace it, say so: --out net\.json\.$/m],
  ['export --to book --out x', /missing required argument 'run'/],
  ['export nowhere --to book --out x', /nowhere: there is no such file or folder/],
  ['export net.json --to book --out none/x', /out: expected a file in a folder that exists, got 'none\/x'/],
  ['export net.json --to book --out run', /out: expected a file, not a folder, got 'run'/],
];

describe.concurrent('a bad command line ends with code 2, one line and nothing written:', () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    writeIdxFolder(folder);
    await train({ ...common, layers: [6, 5, 4], cost: 'quadratic', run: join(folder, 'plain') });
    await train({ ...common, layers: [6, 5, 4], activation: 'tanh', run: join(folder, 'run') });
    await exportRun({ run: join(folder, 'plain'), to: 'book', out: join(folder, 'net.json') });
    await exportRun({ run: join(folder, 'run'), to: 'safetensors', out: join(folder, 'run.safetensors') });
    writeFileSync(join(folder, 'short.json'), readFileSync(join(folder, 'net.json')).subarray(0, 300));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(BAD)('nabla %s (%s)', (line, says) => expectRefused(line.split(' '), folder, says));
});
