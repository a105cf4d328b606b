// What a message says of a value: its kind and length, in one bounded line, whatever it is.

import { describe, expect, it } from 'vitest';
import { checkOneOf } from '#src/check.js';
import { isBadInput, NablaError, wrongKind, wrongValue } from '#src/errors.js';
import { train } from '#src/index.js';
import { OPTIONS } from '#src/options/table.js';

class Own {}

describe('a value is shown as', () => {
  it.each<[string, unknown]>([
    ["'short'", 'short'],
    ["'a?b?[2J?'", 'a\nb\u001b[2J\u2028'],
    ['an array of 7,840,000', new Array(7_840_000).fill(1 / 3)],
    ['an array of 4,294,967,295', Object.assign([], { length: 2 ** 32 - 1 })],
    ['[1, 2, 3]', [1, 2, 3]],
    ['[relu, tanh]', ['relu', 'tanh']],
    ['an array of 1', [{}]],
    ['a Float64Array of 784', new Float64Array(784)],
    ['an Int8Array of 2', new Int8Array(2)],
    ['a Buffer of 3', Buffer.alloc(3)],
    ['a DataView of 8', new DataView(new ArrayBuffer(8))],
    ['a Map of 1', new Map([[1, 2]])],
    ['a Date', new Date(0)],
    ['a Promise', Promise.resolve()],
    ['a function', () => 1],
    ['a function', Own],
    ['an Own', new Own()],
    ['an object', { a: { b: 1 } }],
    ['an object', Object.create(null)],
    ['5n', 5n],
    ['a large BigInt', 2n ** 100_000n],
    ['Symbol(s)', Symbol('s')],
    ['null', null],
    ['-0.5', -0.5],
  ])('%s', (said, value) => {
    expect(wrongKind('x', 'y', value).message).toBe(`x: expected y, got ${said}.`);
  });

  it('the beginning and the end of a long text, with its length', () => {
    expect(wrongValue('x', 'y', `first${'-'.repeat(9990)}last.`).message).toMatch(
      /^x: expected y, got 'first-{18}…-{31}last\.' \(10,000 characters\)\.$/,
    );
  });

  it('what cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(wrongKind('x', 'y', proxy).message).toBe('x: expected y, got an object that cannot be read.');
  });
});

describe('a message has one line of at most 300 characters', () => {
  const long = 'p'.repeat(5000);
  it.each<[string, Error]>([
    ['with a long path before', new NablaError('BAD_DATA', `/${long}: this is a file. Name the folder.`)],
    ['with a long next step', wrongValue('x', 'y', 1, `${long}. Name the folder.`)],
    ['with lines of another program', new NablaError('BAD_DATA', `a\nb\r\nc ${long}. Name the folder.`)],
  ])('%s, and ends as it did', (_, { message }) => {
    expect(message.length).toBe(300);
    expect(message).toMatch(/^[^\n\r]+… ?p+(: this is a file)?\. Name the folder\.$/);
  });

  it('but for what a run says of its own end, which may need more', () => {
    const said = `Diverged in epoch 4: ${'p'.repeat(500)}. The weights from before are kept.`;
    expect(new NablaError('DIVERGED', said).message).toBe(said);
    expect(new NablaError('DIVERGED', long).message.length).toBe(1000);
  });

  it('with the many names of options, and the nearest', () => {
    expect(() => checkOneOf('option', 'epoch', Object.keys(OPTIONS))).toThrow(
      /^option: expected one of data, [^…]{50,150}, … \(\d+ names\), got 'epoch'\. Did you mean 'epochs'\?$/,
    );
  });

  it('of plain arrays that are too long for data, naming the typed array', async () => {
    const values = new Array(10_000_001).fill(1 / 3);
    const training = { values, labels: new Uint16Array(1) };
    const error = await train({ data: { inputs: values.length, classes: 2, training } }).catch((e) => e);
    expect(isBadInput(error)).toBe(true);
    expect(error.message).toBe(
      'data.training.values: expected at most 10,000,000 numbers in a plain array, got 10000001. More of them: a Float32Array, or a Uint8Array of bytes.',
    );
  });
});
