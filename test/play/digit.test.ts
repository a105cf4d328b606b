// A digit of one's own, without a page: the pen's keys, strokes as a picture, and that the preparation of MNIST gives back what a digit loses
// when it is drawn small or away from the middle.

import { beforeAll, describe, expect, it } from 'vitest';
import { fitted } from '#src/data/fit.js';
import { loadDataset } from '#src/data/load.js';
import { resized } from '#src/pictures/resize.js';
import { drawnInput } from '#src/play/digit/inputs.js';
import { nextMistake } from '#src/play/digit/mistakes.js';
import { BLANK, type Drawing, keyed, penDown, penMoved, pictureOf, type Stroke } from '#src/play/digit/strokes.js';
import { barShare, likelyText } from '#src/play/digit/words.js';
import { testDigit } from '#src/play/digits.js';
import { foremostOf, outputsOf } from '#src/play/exact.js';
import type { Digits, Shown } from '#src/play/store.js';
import { Random } from '#src/random.js';
import { train } from '#src/training/trainer.js';
import { SLOW } from '../support/slow.js';

const press = (keys: readonly string[], from: Drawing = BLANK): Drawing => keys.reduce((drawing, key) => keyed(drawing, key, false) ?? drawing, from);
const rounded = (strokes: readonly Stroke[]) => strokes.map((stroke) => stroke.map(([x, y]) => [x.toFixed(2), y.toFixed(2)].join()));

describe('the pen', () => {
  it.each([
    ['moves without a line while it is up', ['ArrowDown', 'ArrowRight'], []],
    ['draws while it is down', [' ', 'ArrowDown', 'ArrowRight'], [['0.50,0.25', '0.50,0.29', '0.54,0.29']]],
    ['makes a dot', [' ', ' '], [['0.50,0.25']]],
    [
      'begins another stroke',
      [' ', 'ArrowUp', ' ', 'ArrowLeft', ' ', 'ArrowLeft'],
      [
        ['0.50,0.25', '0.50,0.21'],
        ['0.46,0.21', '0.42,0.21'],
      ],
    ],
    ['takes the last stroke back', [' ', 'ArrowUp', ' ', ' ', 'Backspace'], [['0.50,0.25', '0.50,0.21']]],
    ['has nothing to take back on an empty pad', ['Backspace', 'ArrowUp'], []],
    ['clears', [' ', 'ArrowUp', 'Escape', 'ArrowUp'], []],
    [
      'stays on the pad',
      [' ', ...Array(9).fill('ArrowUp')],
      [['0.50,0.25', '0.50,0.21', '0.50,0.17', '0.50,0.13', '0.50,0.09', '0.50,0.05', '0.50,0.01', '0.50,0.00', '0.50,0.00', '0.50,0.00']],
    ],
  ])('%s', (_, keys, strokes) => {
    expect(rounded(press(keys).strokes)).toEqual(strokes);
  });

  it('goes a little way with Shift, and leaves other keys alone', () => {
    expect(keyed(BLANK, 'ArrowRight', true)?.pen[0]).toBeCloseTo(0.51);
    expect(keyed(BLANK, 'a', false)).toBeUndefined();
    expect(keyed(BLANK, 'Tab', false)).toBeUndefined();
  });
});

describe('strokes as a picture', () => {
  it('are as wide as the pen, grey at their edges, and end round', () => {
    const { width, values } = pictureOf([
      [
        [0.2, 0.5],
        [0.8, 0.5],
      ],
    ]);
    const column = Array.from({ length: width }, (_, y) => values[y * width + width / 2]);
    // 0.08 of 84 pixels, of which the pixels at the edges have a part each.
    expect(column.reduce((sum, v) => sum + v, 0) / 255).toBeCloseTo(0.08 * 84, 1);
    expect(column.filter((v) => v > 0 && v < 255).length).toBe(2);
    const ink = values.reduce((sum, v) => sum + v, 0) / 255;
    expect(ink / (0.6 * 84 * 6.72 + Math.PI * 3.36 ** 2)).toBeCloseTo(1, 2);
  });

  it('a drawing and the same one in another corner are the same to the network, whatever way it was drawn', () => {
    const seven: Stroke = [
      [0.1, 0.1],
      [0.4, 0.1],
      [0.25, 0.5],
    ];
    const away = seven.map(([x, y]) => [x + 0.5, y + 0.25] as const);
    const [here, there] = [drawnInput([seven]), drawnInput([away])] as Float32Array[];
    expect(Math.max(...here)).toBe(1);
    expect([...there]).toEqual([...here]);
    const drawn = seven.slice(1).reduce(penMoved, penDown(BLANK, seven[0]));
    expect([...(drawnInput(drawn.strokes) as Float32Array)]).toEqual([...here]);
    expect(drawnInput([])).toBeUndefined();
  });
});

it('a drawing is prepared as `nabla predict --fit` prepares the picture of it', () => {
  const random = Random.stream(1, 'strokes');
  for (let k = 0; k < 20; k++) {
    const strokes = Array.from({ length: 1 + (k % 3) }, (): Stroke => Array.from({ length: 5 }, () => [random.uniform(), random.uniform()]));
    const { values } = fitted(pictureOf(strokes), 28) as { values: Uint8Array };
    expect([...(drawnInput(strokes) as Float32Array)].map((v) => Math.round(255 * v))).toEqual([...values]);
  }
});

describe('words', () => {
  it.each([
    [undefined, undefined, 'Draw a digit, or take one of the test set.'],
    [{}, undefined, 'There is no network yet that could say what it is.'],
    [{}, [0.1, 0.9], 'Most likely a 1.'],
    [{ label: 1 }, [0.1, 0.9], 'Most likely a 1, and it is meant to be one.'],
    [{ label: 0, test: 3 }, [0.1, 0.9], 'Most likely a 1, but it is a 0.'],
  ])('%j, %j: %s', (chosen, outputs, text) => {
    expect(likelyText(chosen && { input: new Float32Array(1), ...chosen }, outputs)).toBe(text);
  });

  it('bars are shares of 1, or of the largest output beyond it', () => {
    expect([0.25, -1].map((value) => barShare(value, [0.25, -1]))).toEqual([0.25, 0]);
    expect([1, 4].map((value) => barShare(value, [1, 4]))).toEqual([0.25, 1]);
  });
});

/** Pixels of a side of the picture that a digit is drawn into: three for each of MNIST's. */
const PAD = 84;

/** A digit in a share of its size, moved on the pad, as bytes [PAD][PAD]. */
function redrawn(pixels: Uint8Array, share: number, [dx, dy]: readonly number[]): Uint8Array {
  const side = Math.round(PAD * share);
  const { values } = resized({ width: 28, height: 28, channels: 1, values: pixels }, side, side);
  const out = new Uint8Array(PAD * PAD);
  const [left, top] = [dx, dy].map((by) => Math.round((PAD - side) / 2 + by));
  for (let k = 0; k < side * side; k++) {
    const [x, y] = [left + (k % side), top + Math.floor(k / side)];
    if (x >= 0 && x < PAD && y >= 0 && y < PAD) out[y * PAD + x] = values[k];
  }
  return out;
}

describe('preparation', () => {
  const COUNT = SLOW ? 800 : 120;
  let shown: Shown;
  let digits: Digits;
  beforeAll(async () => {
    const data = await loadDataset('mnist', { seed: 1 });
    const { network, parameters } = await train({ data, layers: [784, 30, 10], epochs: 4, seed: 1, workers: 1 });
    shown = { network, parameters, first: parameters, version: 1, epoch: 4 };
    const { values, labels } = data.test;
    digits = { pixels: values as Uint8Array, labels: Uint8Array.from(labels), training: 0, validation: 0, test: COUNT };
  });

  const bytesOf = (number: number): Uint8Array => digits.pixels.subarray(784 * (number - 1), 784 * number);
  const isRight = (number: number, input: ArrayLike<number>): boolean => foremostOf(outputsOf(shown, input)) === digits.labels[number - 1];
  /** Share of digits that are taken for what they are. */
  const accuracy = (inputOf: (number: number) => ArrayLike<number>): number =>
    Array.from({ length: COUNT }, (_, k) => k + 1).filter((number) => isRight(number, inputOf(number))).length / COUNT;
  const scaled = (values: Uint8Array): number[] => [...values].map((byte) => byte / 255);

  it('digits at 70 % and off the middle: at most 3 points worse than as they are, and far better than unprepared', { tags: ['longer'] }, () => {
    const plain = accuracy((number) => testDigit(digits, number).input);
    expect(plain).toBeGreaterThan(0.9);
    for (const [share, far] of [
      [1, 12],
      [0.7, 20],
    ]) {
      const random = Random.stream(1, `drawn ${share}`);
      const pads = Array.from({ length: COUNT }, (_, k) =>
        redrawn(
          bytesOf(k + 1),
          share,
          [0, 0].map(() => far * (2 * random.uniform() - 1)),
        ),
      );
      const pad = (number: number) => ({ width: PAD, height: PAD, values: pads[number - 1] });
      const prepared = accuracy((number) => {
        const made = fitted(pad(number), 28);
        return 'values' in made ? scaled(made.values) : [];
      });
      const raw = accuracy((number) => scaled(resized({ ...pad(number), channels: 1 }, 28, 28).values));
      expect(prepared, `${share}, ${far}`).toBeGreaterThanOrEqual(plain - 0.03);
      expect(raw, `${share}, ${far}`).toBeLessThan(prepared - 0.1);
    }
  });

  it('the next digit that is taken for another is found, around the end, and none where all are right', async () => {
    const wrong = Array.from({ length: COUNT }, (_, k) => k + 1).filter((number) => !isRight(number, testDigit(digits, number).input));
    expect(wrong.length).toBeGreaterThan(1);
    const goesOn = async () => true;
    const found = [await nextMistake(shown, digits, 0, goesOn)];
    for (const _ of wrong) found.push(await nextMistake(shown, digits, found[found.length - 1] as number, goesOn));
    expect(found).toEqual([...wrong, wrong[0]]);
    expect(await nextMistake(shown, digits, wrong[0] - 1, goesOn)).toBe(wrong[0]);
    // As many digits as come before the first that is wrong, and are all right.
    expect(await nextMistake(shown, { ...digits, test: wrong[0] - 1 }, 0, goesOn)).toBeUndefined();
  });
});
