// The pad and the paths in a browser, each as the page has it: drawn by pointer and by keyboard, with the outputs that the reference gives, the
// three figures of a weight, moved; and that no text runs into another.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '#src/data/load.js';
import { initialParameters } from '#src/model/initialisers.js';
import { feedForward, parametersFrom } from '#src/model/reference.js';
import { specifyNetwork } from '#src/model/specification.js';
import { drawnInput } from '#src/play/digit/inputs.js';
import { BLANK, keyed } from '#src/play/digit/strokes.js';
import { digitText } from '#src/play/digit/words.js';
import { testDigit } from '#src/play/digits.js';
import { foremostOf } from '#src/play/exact.js';
import { exampleOf, followed, steepest } from '#src/play/paths/followed.js';
import type { Chosen, Digits, Shown } from '#src/play/store.js';
import { train } from '#src/training/trainer.js';
import { axeViolations, NEEDS_CHROMIUM, oneBrowser, textsOver } from '../support/browser.js';
import { fill, type Part, type PlayScope, partsIn } from '../support/play-page.js';

const DIGIT: Part = ['digit/panel', 'digit'];
const PATHS: Part = ['paths/panel', 'paths'];
const COUNT = 60;
const withParts = partsIn(oneBrowser());

let digits: Digits;
let shown: Shown;

beforeAll(async () => {
  const data = await loadDataset('mnist', { seed: 1 });
  const { network, parameters } = await train({ data, layers: [784, 30, 10], epochs: 1, seed: 1, workers: 1 });
  shown = { network, parameters, first: parameters, version: 1, epoch: 1 };
  const pixels = (data.test.values as Uint8Array).slice(0, 784 * COUNT);
  digits = { pixels, labels: Uint8Array.from(data.test.labels.subarray(0, COUNT)), training: 0, validation: 0, test: COUNT };
});

/** a^L of the network that is shown, by the reference. */
function outputs(input: Float32Array, { network, parameters } = shown): number[] {
  return feedForward(network, parametersFrom(network, parameters), [...input]).activations.at(-1) as number[];
}

/** What is chosen in the page. */
async function chosenIn(page: Page): Promise<Chosen | undefined> {
  const found = await page.evaluate(() => {
    const { chosen } = (window as never as PlayScope).store.state;
    return chosen && { ...chosen, input: [...chosen.input] };
  });
  return found && { ...found, input: Float32Array.from(found.input) };
}

/** The figures at the ends of the bars. */
const figures = (page: Page): Promise<string[]> => page.locator('#digit .bars .figure').allTextContents();

/** After what was done has been drawn. */
const drawn = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    // A part a frame, each asked for after the one before.
    for (let frame = 0; frame < 8; frame++) await new Promise(requestAnimationFrame);
  });

/** Draws lines on the pad, from place to place in shares of it. */
async function drag(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  const box = await page.locator('.pad').boundingBox();
  if (!box) throw new Error('There is no pad.');
  for (const [k, [x, y]] of places.entries()) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    if (k === 0) await page.mouse.down();
  }
  await page.mouse.up();
  await drawn(page);
}

describe('the pad', NEEDS_CHROMIUM, () => {
  it('drawn with a pointer: the outputs are those of the reference, move with every stroke, and while it trains', () =>
    withParts([DIGIT], {}, async ({ page, complaints }) => {
      await fill(page, { digits, shown });
      expect(await figures(page)).toEqual(Array(10).fill('–'));
      const seen: string[][] = [];
      for (const stroke of [
        [
          [0.5, 0.15],
          [0.5, 0.85],
        ],
        [
          [0.3, 0.5],
          [1.2, 0.5],
        ],
      ] as const) {
        await drag(page, stroke);
        const { input } = (await chosenIn(page)) as Chosen;
        expect(await figures(page)).toEqual(outputs(input).map((v) => v.toFixed(3)));
        seen.push(await figures(page));
      }
      expect(seen[1]).not.toEqual(seen[0]);
      // The second goes on over the pad's edge.
      const ends = await page
        .locator('.ink')
        .evaluateAll((all) => all.map((path) => path.getAttribute('d')?.split('L').at(-1)?.split(',').map(Number)));
      expect(ends.map((end) => end?.map(Math.round))).toEqual([
        [50, 85],
        [100, 50],
      ]);
      // The network learns, the digit stays.
      const { input } = (await chosenIn(page)) as Chosen;
      const learnt = { ...shown, parameters: shown.parameters.map((w) => -w), version: 2 };
      await fill(page, { shown: learnt });
      await drawn(page);
      const after = outputs(input, learnt);
      expect(await figures(page)).toEqual(after.map((v) => v.toFixed(3)));
      expect(await page.locator('.likely').textContent()).toBe(`Most likely ${digitText(foremostOf(after))}.`);
      // The picture beside is what the network is given.
      const levels = await page.locator('canvas').evaluate((canvas) => {
        const context = (canvas as HTMLCanvasElement).getContext('2d') as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, 28, 28);
        return [...data].filter((_, k) => k % 4 === 0);
      });
      expect(levels).toEqual([...input].map((v) => Math.round(255 * v)));
      await page.getByRole('button', { name: 'Undo' }).click();
      await drawn(page);
      expect(await page.locator('.ink').count()).toBe(1);
      await page.getByRole('button', { name: 'Clear' }).click();
      await drawn(page);
      expect([await chosenIn(page), await page.locator('.ink').count()]).toEqual([undefined, 0]);
      expect(complaints).toEqual([]);
    }));

  it('drawn with a finger: the page does not scroll along', { tags: ['slow'] }, () =>
    withParts([DIGIT], { width: 380, height: 500 }, async ({ page }) => {
      await fill(page, { digits, shown });
      const touch = await page.context().newCDPSession(page);
      await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true });
      const { x, y, width } = (await page.locator('.pad').boundingBox()) as { x: number; y: number; width: number };
      const at = (down: number) => [{ x: x + 0.5 * width, y: y + down * width }];
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.8) });
      for (const down of [0.7, 0.6, 0.5, 0.4, 0.3, 0.2]) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(down) });
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await drawn(page);
      expect(await page.evaluate(() => scrollY)).toBe(0);
      expect(await page.locator('.ink').count()).toBe(1);
      const { height } = (await page.locator('.ink').boundingBox()) as { height: number };
      expect(height / width).toBeGreaterThan(0.55);
      expect(await chosenIn(page)).toBeDefined();
    }),
  );

  it('by the keyboard alone: drawn, meant, cleared, and digits of the test set taken', () =>
    withParts([DIGIT], { colorScheme: 'dark' }, async ({ page, complaints }) => {
      await fill(page, { digits, shown });
      await drawn(page);
      const keys = [' ', ...Array(12).fill('ArrowDown'), ' '];
      await page.keyboard.press('Tab');
      for (const key of keys) await page.keyboard.press(key === ' ' ? 'Space' : key);
      await drawn(page);
      const { strokes } = keys.reduce((drawing, key) => keyed(drawing, key, false) ?? drawing, BLANK);
      expect([...((await chosenIn(page)) as Chosen).input]).toEqual([...(drawnInput(strokes) as Float32Array)]);
      // What it is meant to be stays with the next stroke.
      for (let k = 0; k < 3; k++) await page.keyboard.press('Tab');
      await page.keyboard.type('a 1');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      for (const key of ['ArrowLeft', 'Space', 'ArrowLeft', 'Space']) await page.keyboard.press(key);
      await drawn(page);
      expect(await chosenIn(page)).toMatchObject({ label: 1 });
      expect(await page.locator('.ink').count()).toBe(2);
      await page.keyboard.press('Escape');
      await drawn(page);
      expect(await chosenIn(page)).toBeUndefined();
      // Past the choice that nothing is meant by, to the number.
      await page.keyboard.press('Tab');
      await page.keyboard.type('17');
      await page.keyboard.press('Enter');
      await drawn(page);
      expect(await chosenIn(page)).toEqual(testDigit(digits, 17));
      for (const [tabs, number] of [
        [1, 16],
        [1, 17],
      ] as const) {
        for (let k = 0; k < tabs; k++) await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await drawn(page);
        expect((await chosenIn(page))?.test).toBe(number);
      }
      const wrong = Array.from({ length: COUNT }, (_, k) => ((17 + k) % COUNT) + 1).find(
        (n) => foremostOf(outputs(testDigit(digits, n).input)) !== digits.labels[n - 1],
      );
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect.poll(async () => (await chosenIn(page))?.test).toBe(wrong);
      await drawn(page);
      expect(await page.locator('.likely').textContent()).toMatch(/, but it is an? \d\.$/);
      expect(complaints).toEqual([]);
    }));

  it('strokes outlive a change of colours and of size, and another digit clears the pad', { tags: ['slow'] }, () =>
    withParts([DIGIT], {}, async ({ page }) => {
      await fill(page, { digits, shown });
      await drag(page, [
        [0.3, 0.2],
        [0.6, 0.8],
      ]);
      const before = await page.locator('.ink').getAttribute('d');
      const colour = () => page.locator('.ink').evaluate((path) => getComputedStyle(path).stroke);
      const light = await colour();
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 380, height: 800 });
      expect(await page.locator('.ink').getAttribute('d')).toBe(before);
      expect(await colour()).not.toBe(light);
      await page.evaluate(() => (window as never as PlayScope).store.change({ chosen: { input: new Float32Array(784), label: 3, test: 1 } }));
      await drawn(page);
      expect(await page.locator('.ink').count()).toBe(0);
    }),
  );
});

describe('the paths', NEEDS_CHROMIUM, () => {
  const heading = (page: Page) => page.locator('#paths .paths > p').first().textContent();
  const three = (page: Page) => page.locator('.three dd').allTextContents();
  const asShown = (value: number): string => value.toExponential(9).replaceAll('-', '−');

  it('begin with the weight that matters most, say the three figures, and let a weight be chosen by pixel, field, key and layer', () =>
    withParts([DIGIT, PATHS], {}, async ({ page, complaints }) => {
      expect(await page.locator('#paths').textContent()).toContain('There is no network yet');
      await fill(page, { digits, shown });
      await page.getByRole('button', { name: 'Next', exact: true }).click();
      await drawn(page);
      const { input, label } = testDigit(digits, 1);
      const example = exampleOf(input, label as number, 10);
      const best = steepest(shown, example, 2);
      const { sum, backpropagation, difference } = followed(shown, example, best);
      expect(await three(page)).toEqual([sum, backpropagation, difference.slope].map(asShown));
      expect(await page.locator('#paths .agrees').textContent()).toMatch(/^All 10 paths and BP4 give the same.*, and C moves at that rate/);
      // By a click on the picture: row 15, column 11.
      const picture = page.locator('#paths .pixels');
      const box = await picture.boundingBox();
      if (!box) throw new Error('There is no picture.');
      await page.mouse.click(box.x + (10.5 / 28) * box.width, box.y + (14.5 / 28) * box.height);
      await drawn(page);
      expect(await heading(page)).toContain('the pixel in row 15, column 11');
      await picture.press('ArrowRight');
      await picture.press('ArrowDown');
      await drawn(page);
      expect(await heading(page)).toContain('the pixel in row 16, column 12');
      await page.getByLabel('To neuron').fill('7');
      await page.getByLabel('To neuron').press('Enter');
      await drawn(page);
      expect(await heading(page)).toContain('to neuron 7 of layer 2');
      const at = followed(shown, example, { layer: 2, neuron: 7, input: 15 * 28 + 12 });
      expect((await three(page)).slice(0, 2)).toEqual([at.sum, at.backpropagation].map(asShown));
      await page.getByLabel('Weights of').selectOption('3');
      await drawn(page);
      expect(await page.locator('#paths h3').first().textContent()).toBe('The path');
      await page.getByLabel('From neuron').fill('4');
      await page.getByLabel('From neuron').press('Enter');
      await drawn(page);
      expect(await heading(page)).toContain('from neuron 4 of layer 2');
      expect(complaints).toEqual([]);
    }));

  it('a drawn digit has a cost once it is said what it is meant to be; the weight stays where it was picked while it trains', () =>
    withParts([DIGIT, PATHS], {}, async ({ page, complaints }) => {
      await fill(page, { digits, shown });
      await drag(page, [
        [0.5, 0.15],
        [0.5, 0.85],
      ]);
      await page.locator('#paths select').selectOption('1');
      await drawn(page);
      expect(await heading(page)).toContain('this 1 change');
      expect(await page.locator('#digit .likely').textContent()).toContain('meant to be');
      await page.getByLabel('To neuron').fill('7');
      await page.getByLabel('To neuron').press('Enter');
      const before = await three(page);
      // What is typed, and where the focus is, stays while it trains.
      await page.getByRole('spinbutton', { name: 'Row' }).fill('3');
      await page.locator('.cost .scroll').evaluate((region) => region.setAttribute('data-same', ''));
      await fill(page, { shown: { ...shown, parameters: shown.parameters.map((w) => 0.9 * w), version: 2 } });
      await drawn(page);
      expect(await heading(page)).toContain('to neuron 7 of layer 2');
      expect(await three(page)).not.toEqual(before);
      expect(await page.getByRole('spinbutton', { name: 'Row' }).inputValue()).toBe('3');
      expect(await page.locator('.cost .scroll[data-same]').count()).toBe(1);
      for (const [typed, becomes] of [
        ['99', '28'],
        ['30', '28'],
        ['', '28'],
        ['-4', '1'],
      ]) {
        await page.getByRole('spinbutton', { name: 'Row' }).fill(typed);
        await page.getByRole('spinbutton', { name: 'Row' }).press('Enter');
        await drawn(page);
        expect(await page.getByRole('spinbutton', { name: 'Row' }).inputValue()).toBe(becomes);
      }
      expect(await page.locator('#paths .agrees').count()).toBe(1);
      expect(complaints).toEqual([]);
    }));

  it('dragged, the weight moves C along its curve, and comes back', () =>
    withParts([DIGIT, PATHS], {}, async ({ page }) => {
      await fill(page, { digits, shown });
      await page.getByRole('button', { name: 'Next', exact: true }).click();
      const slider = page.getByRole('slider');
      await slider.focus();
      const point = () => page.locator('#paths .plot svg[x]').last().getAttribute('x');
      expect(await point()).toBe('50%');
      for (let k = 0; k < 20; k++) await page.keyboard.press('ArrowRight');
      await expect.poll(point).toBe('62.5%');
      expect(await page.locator('.moved').textContent()).toMatch(/^w moved by 1\.00 to .*: by its rate C would change by .*; it changes by /);
      await page.getByRole('button', { name: 'Back' }).click();
      await expect.poll(point).toBe('50%');
    }));
});

describe('both parts', NEEDS_CHROMIUM, () => {
  it.each([380, 800, 1280])('at %i pixels keep within the page and to the rules for all, with no text over another', { tags: ['slow'] }, (width) =>
    withParts([DIGIT, PATHS], { width }, async ({ page }) => {
      const network = specifyNetwork({ layers: [784, 30, 30, 30, 30, 10], output: 'softmax', cost: 'log-likelihood' });
      const parameters = initialParameters(network, 1);
      for (const one of [shown, { ...shown, network, parameters, first: parameters }]) {
        await fill(page, { digits, shown: one });
        await page.getByRole('button', { name: 'Next', exact: true }).click();
        await drawn(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        expect(await textsOver(page)).toEqual([]);
        expect(await axeViolations(page)).toEqual([]);
      }
    }),
  );
});
