// What `nabla search` looks for, from text: values, choices, ranges, braces and files, and what is none of them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { givenBy, spaceOfFile } from '#src/cli/space-values.js';
import { isBadInput } from '#src/errors.js';
import type { OptionRow } from '#src/option-row.js';
import { OPTIONS, type OptionName } from '#src/options/table.js';

const given = (option: OptionName, text: string) => givenBy(OPTIONS[option] as OptionRow, text);

describe('on the command line', () => {
  it.each<[option: OptionName, text: string, expected: unknown]>([
    ['eta', '0.5', { fixed: 0.5 }],
    ['eta', '0.1,0.5', { values: [0.1, 0.5] }],
    ['eta', ' 0.1 , 0.5 ', { values: [0.1, 0.5] }],
    ['eta', '0.1|0.5', { values: [0.1, 0.5] }],
    ['eta', '0.1..1', { values: { from: 0.1, to: 1 } }],
    ['eta', 'log:0.01..1', { values: { from: 0.01, to: 1, log: true } }],
    ['eta', 'log:1e-3..1:7', { values: { from: 0.001, to: 1, log: true, steps: 7 } }],
    ['eta', 'LOG:.01..1.', { values: { from: 0.01, to: 1, log: true } }],
    ['lambda', '-1..1', { values: { from: -1, to: 1 } }],
    ['batch', '8,16,32', { values: [8, 16, 32] }],
    ['optimiser', 'sgd,adam', { values: ['sgd', 'adam'] }],
    ['optimiser', 'sgd', { fixed: 'sgd' }],
    ['hidden', '100,50', { fixed: [100, 50] }],
    ['hidden', '30|100|100,50', { values: [[30], [100], [100, 50]] }],
    ['layers', '784,{30,100},10', { values: { each: [784, [30, 100], 10] } }],
    ['layers', '784, { 10..300 } ,10', { values: { each: [784, { from: 10, to: 300 }, 10] } }],
    ['hidden', '{log:10..300:3}', { values: { each: [{ from: 10, to: 300, log: true, steps: 3 }] } }],
    ['dropout', '0..0.5', { values: { from: 0, to: 0.5 } }],
    ['dropout', '0.1|0.2,0.3', { values: [[0.1], [0.2, 0.3]] }],
    ['augment', 'elastic:sigma=6,alpha=36', { fixed: 'elastic:sigma=6,alpha=36' }],
    ['augment', 'rotate:5|elastic:6,36', { values: ['rotate:5', 'elastic:6,36'] }],
    ['schedule', 'constant|step:5,0.5', { values: ['constant', { kind: 'step', every: 5, factor: 0.5 }] }],
  ])('--%s %s', (option, text, expected) => {
    expect(given(option, text)).toEqual(expected);
  });

  it.each<[option: OptionName, text: string, says: RegExp]>([
    ['eta', '0.1,,1', /^eta: expected a value on both sides of each divider, got ''/],
    ['eta', '0.1|', /^eta: expected a value on both sides/],
    ['eta', '0.1..1,2', /^eta: expected either choices or one range, got '0\.1\.\.1'/],
    ['eta', '0.1..1|2', /^eta: expected either choices or one range/],
    ['eta', 'lot:0.1..1', /^eta: expected a number, got 'lot:0\.1\.\.1'/],
    ['eta', '0.1....1', /^eta: expected/],
    ['eta', '0.1..', /^eta: expected/],
    ['layers', '784,{30,100,10', /^layers: expected braces that close again/],
    ['layers', '784,30},10', /^layers: expected braces that close again/],
    ['layers', '784,{{30}},10', /^layers: expected braces that close again/],
    ['layers', '784,{},10', /^layers: expected numbers, and braces with choices or a range/],
    ['layers', '784,{a},10', /^layers: expected numbers, and braces/],
    ['layers', '784,3{0},10', /^layers: expected numbers, and braces/],
    ['hidden', '{1..2}|3', /^hidden: expected either choices or one range, got '\{1\.\.2\}'/],
  ])('--%s %s: refused', (option, text, says) => {
    expect(() => given(option, text)).toThrow(says);
  });

  it('is a space or refused in a line, whatever it is', () => {
    const part = fc.constantFrom('{', '}', ',', '|', '..', 'log:', ':', '1', '0.5', '-', 'e', '1e9', ' ', 'adam', 'constant', '\n', '\u2028', '∞');
    const text = fc.oneof(
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.constantFrom<OptionName>('eta', 'hidden', 'layers', 'batch', 'optimiser', 'schedule', 'dropout', 'classWeights'),
        text,
        (option, written) => {
          try {
            const value = given(option, written);
            expect('fixed' in value || 'values' in value).toBe(true);
          } catch (error) {
            expect(isBadInput(error), String((error as Error).stack)).toBe(true);
            expect((error as Error).message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{1,300}$/u);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('in a file', () => {
  it('is what the command line has, or a list', () => {
    expect(
      spaceOfFile('a.toml', {
        eta: 'log:0.01..1',
        lambda: [0, 1],
        hidden: [[30], [100, 50]],
        layers: '784,{30,100},10',
        'max-norm': '1',
        optimiser: ['sgd', 'adam'],
        momentum: { from: 0.5, to: 0.9, steps: 3 },
      }),
    ).toEqual({
      eta: { from: 0.01, to: 1, log: true },
      lambda: [0, 1],
      hidden: [[30], [100, 50]],
      layers: { each: [784, [30, 100], 10] },
      maxNorm: [1],
      optimiser: ['sgd', 'adam'],
      momentum: { from: 0.5, to: 0.9, steps: 3 },
    });
  });

  it.each<[table: unknown, says: RegExp]>([
    ['eta', /^a\.toml: space: expected a table/],
    [[1], /^a\.toml: space: expected a table/],
    [{ etta: '1' }, /^a\.toml: space: 'etta' is no option that can be looked for/],
    [{ seed: [1, 2] }, /^a\.toml: space: 'seed' is no option that can be looked for/],
    [{ maxNorm: [1] }, /^a\.toml: space: 'maxNorm' is no option/],
    [{ eta: ['a'] }, /^a\.toml: space: eta: expected a list of choices, each a number, got "a"/],
    [{ optimiser: [1] }, /^a\.toml: space: optimiser: expected a list of choices/],
  ])('%o: refused', (table, says) => {
    expect(() => spaceOfFile('a.toml', table)).toThrow(says);
  });
});
