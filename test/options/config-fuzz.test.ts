// Configuration files, damaged and made up: each is read, and then is what it should be, or refused in one line that names the
// file; and none changes what other objects are.
// @module-tag longer

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { afterAll, describe, expect, it } from 'vitest';
import type { Dataset, TrainOptions } from '#src/index.js';
import { isBadInput } from '#src/index.js';
import { type ConfigFile, namingConfig, readConfig } from '#src/options/config-file.js';
import { CONFIG_KEYS } from '#src/options/config-keys.js';
import { configure } from '#src/options/options.js';
import { FUZZ_CASES, fuzz } from '../support/fuzz.js';

const folder = mkdtempSync(join(tmpdir(), 'nabla-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TOML = [
  'layers = [6, 5, 4]\nactivation = "relu" # for all\nepochs = 3\neta = 0.5\n\n[schedule]\nkind = "step"\nevery = 10\nfactor = 0.5\n',
  'data = "digits"\nlayers = [\n  6,\n  5,\n  4,\n]\nneuron = ["2:5=tanh", "3:1=sigmoid"]\nclass-weights = [1, 2.5, 1e-3, 0x10]\ntimeout = 7.5\n',
  'schedule = { kind = "cosine", warm-up = 2 }\noptimiser = \'adam\'\nbeta1 = 0.9\nworkers = "auto"\nreproducible = true\ndropout = [0.5]\n',
];
const JSONS = [
  '{ "#": "a run", "layers": [6, 5, 4], "activation": ["relu"], "epochs": 3, "eta": 0.5, "schedule": { "kind": "halve", "patience": 4 } }',
  '{\n  "data": "digits",\n  "neuron": ["2:5=tanh"],\n  "class-weights": "balanced",\n  "timeout": 7.5,\n  "shards": 4,\n  "gradient": "partial"\n}',
  '{"functions":["f.mjs"],"optimiser":"adam","beta1":0.9,"workers":"auto","reproducible":true,"dropout":[0.5],"from":"runs/x"}',
];

const samples = { values: new Float32Array(24), labels: new Uint16Array(4) };
const DATA: Dataset = { name: 'small', inputs: 6, classes: 4, scale: 1, training: samples, validation: samples, test: samples };

/** Options that were read are known by name, and a run takes them or refuses them. */
function judge(file: ConfigFile): void {
  const names: readonly string[] = Object.values(CONFIG_KEYS).map(([option]) => option);
  expect(Object.keys(file.options).filter((name) => !names.includes(name))).toEqual([]);
  expect(Object.getPrototypeOf(file.options)).toBe(Object.prototype);
  try {
    configure(file.options as TrainOptions, DATA);
  } catch (thrown) {
    const error = namingConfig(thrown, file);
    expect(isBadInput(error), String((error as Error).stack)).toBe(true);
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
}

function readBytes(path: string, bytes: Uint8Array | string): ConfigFile {
  writeFileSync(path, bytes);
  return readConfig(path);
}

describe('damaged configurations are read or refused', () => {
  it.each([
    ['damaged.toml', TOML],
    ['damaged.json', JSONS],
    ['damaged', [...TOML, ...JSONS]],
  ])('%s', async (name, sound) => {
    const path = join(folder, name);
    const read = (bytes: Buffer): ConfigFile => readBytes(path, bytes);
    const counts = await fuzz({ name, sound: sound.map((text) => Buffer.from(text)), read, named: `${path}: `, most: 2 ** 21, check: judge });
    expect(counts.read).toBeGreaterThan(FUZZ_CASES / 50);
    expect(counts.refused).toBeGreaterThan(FUZZ_CASES / 4);
  });
});

describe('made-up configurations are read or refused', () => {
  const text = fc.oneof(
    fc.constantFrom('auto', 'mnist', 'relu', 'sgd', '2:3=tanh', 'step:10,0.5', 'cosine:1', 'balanced', 'partial', 'a\nb', 'a\0b', '__proto__', ''),
    fc.string({ maxLength: 200, size: 'max' }),
  );
  const number = fc.oneof(fc.integer({ min: -2, max: 30 }), fc.double({ noNaN: true }), fc.constantFrom(1e300, 2 ** 53, -0));
  const plain = fc.oneof(text, number, fc.boolean());
  const table = fc.dictionary(fc.constantFrom('kind', 'every', 'factor', 'patience', 'warm-up', 'brought', 'constructor'), plain, { maxKeys: 3 });
  const value = fc.oneof(plain, fc.array(number, { maxLength: 5 }), fc.array(text, { maxLength: 3 }), table, fc.array(table, { maxLength: 2 }));
  const keys = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...Object.keys(CONFIG_KEYS)) },
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'run', '#', 'a\nb', 'EPOCHS', ''),
  );
  // As entries, so that __proto__ is a key like any other.
  const entries = fc.uniqueArray(fc.tuple(keys, value), { maxLength: 4, selector: ([key]) => key });

  it.each([
    ['made.json', (list: readonly [string, unknown][]) => `{${list.map(([key, v]) => `${JSON.stringify(key)}: ${JSON.stringify(v)}`).join()}}`],
    ['made.toml', (list: readonly [string, unknown][]) => list.map(([key, v]) => `${JSON.stringify(key)} = ${inline(v)}\n`).join('')],
  ])('%s', (name, write) => {
    const path = join(folder, name);
    const counts = { read: 0, refused: 0 };
    const property = fc.property(entries, (list) => {
      let file: ConfigFile;
      try {
        file = readBytes(path, write(list));
      } catch (error) {
        expect(isBadInput(error), String((error as Error).stack)).toBe(true);
        expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
        expect((error as Error).message).toMatch(/^[^\p{Cc}]{1,600}$/u);
        // A refusal has a reason that is in the file, and not in how it was written.
        expect((error as Error).message).not.toMatch(/: line \d/);
        counts.refused++;
        return;
      }
      counts.read++;
      judge(file);
    });
    fc.assert(property, { numRuns: FUZZ_CASES, seed: 1 });
    expect(counts.read).toBeGreaterThan(FUZZ_CASES / 20);
    expect(counts.refused).toBeGreaterThan(FUZZ_CASES / 20);
  });
});

/** A value as TOML has it behind an equals sign. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object')
    return `{ ${Object.entries(value as object)
      .map(([key, v]) => `${key} = ${inline(v)}`)
      .join(', ')} }`;
  return stringify({ v: value }).replace(/^v = |\n$/g, '');
}
