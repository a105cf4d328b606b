// What the page of `nabla play` reads and says, without a browser: options in its address, the command that Node repeats a run with, the names of
// runs that stand together, and what a measurement of workers comes to.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StartEvent } from '#src/options/events.js';
import { addressOf, commandOf, optionsOfAddress, type PlayOptions } from '#src/play/address.js';
import { hashText, speedText } from '#src/play/scaling/verdict.js';
import type { PlayRun } from '#src/play/store.js';
import { inWordsOfPage } from '#src/play/training/fields.js';
import { runNames } from '#src/play/training/run-names.js';

describe('the address of the page', () => {
  it.each<[address: string, options: PlayOptions, again?: string]>([
    ['', {}],
    ['?layers=784,30,10&eta=3&cost=quadratic', { layers: [784, 30, 10], eta: 3, cost: 'quadratic' }],
    ['?hidden=30&dropout=0.5&class-weights=balanced', { hidden: [30], dropout: 0.5, classWeights: 'balanced' }],
    ['?activation=relu,tanh&restore-best=true', { activation: ['relu', 'tanh'], restoreBest: true }],
    ['?schedule=step:10,0.5&eta=1e-3', { schedule: { kind: 'step', every: 10, factor: 0.5 }, eta: 0.001 }, '?schedule=step%3A10,0.5&eta=0.001'],
    ['?schedule=step:x&seed=', { schedule: 'step:x' }, '?schedule=step%3Ax'],
    ['?augment=rotate:10%20scale:0.1', { augment: 'rotate:10 scale:0.1' }, '?augment=rotate%3A10%20scale%3A0.1'],
  ])('%s', (address, options, again = address) => {
    expect(optionsOfAddress(address)).toEqual(options);
    expect(addressOf(options)).toBe(again);
    expect(optionsOfAddress(again)).toEqual(options);
  });

  it.each<[options: PlayOptions, from: string | undefined, command: string]>([
    [{}, undefined, ''],
    [{ hidden: [30, 20], reproducible: true, restoreBest: false }, undefined, ' --hidden 30,20 --reproducible --no-restore-best'],
    [{ augment: "rotate:10 it's" }, undefined, " --augment 'rotate:10 it'\\''s'"],
    [{ layers: [784, 10], cost: 'quadratic', eta: 3, schedule: 'cosine' }, 'runs/a b@best', " --from 'runs/a b@best' --eta 3 --schedule cosine"],
  ])('as a command: %o from %s', (options, from, command) => {
    expect(commandOf(options, from)).toBe(`nabla train --data mnist${command}`);
  });
});

it.each([
  ['Try a smaller η, or weight decay (--lambda).', 'Try a smaller η, or weight decay (‘Decay λ’).'],
  ['Try larger initial weights (--init he for relu).', 'Try larger initial weights (‘Weights at the start’ he for relu).'],
  ['or a limit (--clip-norm 1)', 'or a limit (--clip-norm 1)'],
])('what the trainer says, in words of the page: %s', (said, shown) => {
  expect(inWordsOfPage(said)).toBe(shown);
});

it('every advice of a finding has them', () => {
  const flags = readFileSync(new URL('../../src/insight/diagnosis.ts', import.meta.url), 'utf8').match(/--[a-z-]+/g) ?? [];
  expect(flags.length).toBeGreaterThan(5);
  expect(flags.filter((flag) => inWordsOfPage(flag) === flag)).toEqual([]);
});

it('runs are called by their number and by what differs', () => {
  const start = { network: [784, 30, 10], activations: ['sigmoid', 'sigmoid'], cost: 'quadratic', eta: 3, lambda: 0, batch: 10, seed: 1 };
  const run = (number: number, changed: object, more: Partial<PlayRun> = {}): PlayRun => ({
    number,
    options: {},
    goesOn: false,
    start: { ...start, ...changed } as Partial<StartEvent> as StartEvent,
    epochs: [],
    diagnoses: [],
    ...more,
  });
  expect(runNames([run(3, {})])).toEqual(['run 3']);
  const several = [run(1, {}), run(2, { cost: 'cross-entropy', eta: 0.5 }), run(4, {}, { goesOn: true }), run(5, {}, { start: undefined })];
  expect(runNames(several)).toEqual(['run 1, quadratic, η 3', 'run 2, cross-entropy, η 0.5', 'run 4, going on, quadratic, η 3', 'run 5']);
});

describe('a measurement of workers', () => {
  const measured = (...rates: readonly number[]) =>
    rates.map((samplesPerSecond, k) => ({ workers: k + 1, samplesPerSecond, sha256: 'ab'.repeat(32) }));

  it.each<[rates: readonly number[], says: RegExp]>([
    [[100], /^There is one core here/],
    [[100, 90], /^More workers did not help: 2 workers trained 0\.90 times as fast as one\./],
    [[100, 104], /^More workers did not help: 2 workers trained 1\.04 times/],
    [[100, 190], /^2 workers trained 1\.90 times as fast as one\.$/],
    [[100, 190, 260, 200], /^3 workers trained 2\.60 times as fast as one; with 4 it is 2\.00\.$/],
  ])('%o samples/s', (rates, says) => {
    expect(speedText(measured(...rates))).toMatch(says);
  });

  it('says that the bits are the same, or that they are not', () => {
    expect(hashText(measured(1, 2))).toBe('Every count gave the same network to the last bit (SHA-256 abababababababab…).');
    expect(hashText([...measured(1), { workers: 2, samplesPerSecond: 1, sha256: 'cd'.repeat(32) }])).toMatch(
      /^The networks differ: 1: abab.*, 2: cdcd/,
    );
  });
});
