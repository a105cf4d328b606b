// The panels of a step and of the weights in a browser, each by itself: what they show is what was computed, the network is held still while it trains
// on, all of it is reached and worked by keyboard, and axe-core finds nothing wrong, light and dark, narrow and wide.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { fillOrder } from '#src/data/order.js';
import { initialParameters } from '#src/model/initialisers.js';
import { type NetworkOptions, specifyNetwork } from '#src/model/specification.js';
import { digitAt } from '#src/play/digits.js';
import { figure } from '#src/play/parts/figures.js';
import { type StepTaken, takeStep } from '#src/play/step/taken-apart.js';
import { axeViolations, NEEDS_CHROMIUM, oneBrowser, type PageLook, type Seen, textsOver, throughByTab } from '../support/browser.js';
import { smallData } from '../support/insight-data.js';
import { digitsOf, fill, type Part, partsIn } from '../support/play-page.js';

const PANELS: readonly Part[] = [
  ['step/panel', 'stepPanel'],
  ['weights/panel', 'weightsPanel'],
];
const withParts = partsIn(oneBrowser());
const DIGITS = digitsOf(smallData({ count: 30, inputs: 784, classes: 10, bytes: true }));
const START = { event: 'start', eta: 0.25, lambda: 0, samples: 30, seed: 5 };
const TEST = DIGITS.training + DIGITS.validation;

/** A network whose weights have moved by a little. */
function made(options: Partial<NetworkOptions> = {}) {
  const network = specifyNetwork({ layers: [784, 12, 10], cost: 'quadratic', init: 'scaled', ...options });
  const first = initialParameters(network, 3);
  return { network, first, parameters: first.map((v, k) => v + 0.01 * Math.sin(k)) };
}

/** A page with both panels, filled. */
function withPanels<T>(look: PageLook, shown: ReturnType<typeof made>, use: (seen: Seen) => Promise<T>): Promise<T> {
  return withParts(PANELS, look, async (seen) => {
    await fill(seen.page, { digits: DIGITS, shown, test: 5, state: { events: [START as never] } });
    await seen.page.locator('.stage').waitFor();
    await seen.page.locator('.weights .tiles canvas').first().waitFor();
    return use(seen);
  });
}

const stage = (page: Page, name: string) => page.locator('label', { has: page.locator('[name="step-stage"]'), hasText: name }).click();
/** The cells of the first table of the stage that is shown, row by row, without the bars. */
const cells = (page: Page): Promise<string[][]> =>
  page
    .locator('.stage table')
    .first()
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim() ?? '').filter((text) => text !== '')),
    );

describe('the panels', NEEDS_CHROMIUM, () => {
  const WAYS = [
    [380, 'light'],
    [1280, 'dark'],
    [380, 'dark'],
    [1600, 'light'],
  ] as const;
  it('have nothing that axe-core finds, no text over another, all within the page, and all is reached by Tab', { tags: ['slow'] }, () =>
    withPanels({}, made(), async ({ page, complaints }) => {
      for (const [width, colorScheme] of WAYS) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        for (const name of ['Forward', 'BP1', 'BP2', 'BP3', 'BP4', 'Update']) {
          const where = `${name}, ${width}, ${colorScheme}`;
          await stage(page, name);
          expect(await textsOver(page), where).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth), where).toBe(width);
          if (name === 'Forward' || name === 'Update') expect(await axeViolations(page), where).toEqual([]);
        }
        const { unreached, unmarked, count } = await throughByTab(page);
        expect([unreached, unmarked]).toEqual([[], []]);
        // Two groups of choices for the step, two for the weights; layer, neuron, η; tables and their neurons; buttons.
        expect(count).toBeGreaterThan(20);
      }
      expect(complaints).toEqual([]);
    }),
  );

  it('say what is missing while there is nothing yet', () =>
    withParts(PANELS, {}, async ({ page, complaints }) => {
      expect(await page.locator('#step').textContent()).toContain('there has to be a network');
      expect(await page.locator('#weights').textContent()).toContain('There is no network yet');
      await fill(page, { shown: made() });
      await page.locator('#step', { hasText: 'there has to be a digit' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
    }));
});

describe('the panel of a step', NEEDS_CHROMIUM, () => {
  const { network, parameters, first } = made();
  const size = { eta: START.eta, lambda: 0, n: START.samples };
  const one: StepTaken = takeStep(network, parameters, [digitAt(DIGITS, TEST + 4)], size);

  it('shows the numbers that the step has, stage by stage, for the digit and for a mini-batch in the order of the run', () =>
    withPanels({}, made(), async ({ page }) => {
      const outputs = one.samples[0].layers[1];
      await stage(page, 'BP1');
      const bp1 = outputs.z.map((_, j) => [outputs.a[j], outputs.arriving[j], outputs.slope[j], outputs.delta[j]].map((v) => figure(v)));
      expect(await cells(page)).toEqual(bp1);
      await stage(page, 'Update');
      expect(await page.locator('.costs dd').allTextContents()).toEqual(expect.arrayContaining([figure(one.cost, 4), figure(one.costAfter, 4)]));

      await page.getByLabel('the next mini-batch').check();
      const order = new Uint32Array(DIGITS.training);
      fillOrder(order, START.seed, 2);
      const ten = takeStep(
        network,
        parameters,
        Array.from(order.subarray(0, 10), (k) => digitAt(DIGITS, k)),
        size,
      );
      await expect.poll(() => page.locator('.costs dd').first().textContent()).toBe(figure(ten.cost, 4));
      await page.getByLabel('z, a and δ of').selectOption({ index: 3 });
      await stage(page, 'BP1');
      expect((await cells(page)).map((row) => row[3])).toEqual(ten.samples[3].layers[1].delta.map((v) => figure(v)));
      await page.getByRole('button', { name: 'The next ten' }).click();
      await stage(page, 'Update');
      await expect.poll(() => page.locator('.costs dd').first().textContent()).not.toBe(figure(ten.cost, 4));
    }));

  it('is worked by keyboard: stages by arrows and buttons, η, layer and neuron', () =>
    withPanels({}, made(), async ({ page }) => {
      const { keyboard } = page;
      const heading = () => page.locator('.stage h3').textContent();
      const tabTo = async (selector: string): Promise<void> => {
        for (let k = 0; k < 60 && !(await page.evaluate((one) => document.activeElement?.matches(one), selector)); k++) await keyboard.press('Tab');
      };
      await tabTo('[name="step-stage"]');
      for (const begins of ['BP1', 'BP2', 'BP3', 'BP4', 'Update']) {
        await keyboard.press('ArrowRight');
        expect(await heading()).toContain(begins);
      }
      await keyboard.press('ArrowLeft');
      expect(await heading()).toContain('BP4');
      await keyboard.press('Tab');
      await keyboard.press('Enter');
      expect(await heading()).toContain('BP3');
      await keyboard.press('Tab');
      await keyboard.press('Space');
      await keyboard.press('Space');
      await keyboard.press('Space');
      expect(await heading()).toContain('Update');
      expect(await page.locator('.turn [role="status"]').textContent()).toContain('Stage 6 of 6');
      await tabTo('.stage select');
      await keyboard.press('ArrowDown');
      await tabTo('.stage input[type="number"]');
      await keyboard.press('ArrowUp');
      await keyboard.press('Tab');
      const delta = one.samples[0].layers[1].delta[1];
      expect(await page.locator('.own').textContent()).toContain(figure(delta));
      await page.keyboard.press('Shift+Tab');
      for (let k = 0; k < 8; k++) await keyboard.press('Shift+Tab');
      await page.getByLabel('learning rate η').focus();
      await keyboard.press('Control+A');
      await keyboard.type('0.001');
      await keyboard.press('Enter');
      await expect.poll(() => page.locator('.stage .note').first().textContent()).toContain('as the gradient foretold');
      await page.locator('.stage tbody button').nth(3).focus();
      await keyboard.press('Enter');
      expect(await page.getByLabel(/^neuron, 1 to 10/).inputValue()).toBe('4');
    }));

  it('holds the network still while it trains on, until it is asked for it as it is now', { tags: ['slow'] }, () =>
    withPanels({}, made(), async ({ page }) => {
      await stage(page, 'Update');
      const before = await page.locator('.costs').textContent();
      const later = { network, first, parameters: parameters.map((v) => v * 1.5), version: 2, epoch: 2 };
      await fill(page, { state: { isTraining: true } });
      await fill(page, { shown: later });
      await page.getByRole('button', { name: 'Take it as it is now' }).waitFor();
      expect(await page.locator('.costs').textContent()).toBe(before);
      await page.getByRole('button', { name: 'Take it as it is now' }).click();
      expect(await page.locator('.costs').textContent()).not.toBe(before);
      await fill(page, { shown: { ...later, version: 3, epoch: 3 }, state: { isTraining: false } });
      await page.locator('.step .note', { hasText: 'after epoch 3.' }).waitFor();
    }),
  );

  it('finds what does not learn and shows it; where it is not, says so, and finds a digit that has it', () => {
    // Neuron 1 of layer 2 is steep in the first pixel, so that it is saturated where that is bright.
    const steep = made();
    steep.parameters[0] = 400;
    return withPanels({}, steep, async ({ page }) => {
      const found = page.locator('.found li');
      expect(await found.nth(0).textContent()).toMatch(/\d+ of 784 pixels are blank.*by BP4/s);
      await page.getByRole('button', { name: 'Show it: a blank pixel' }).click();
      expect(await page.locator('.stage h3').textContent()).toContain('BP4');
      expect(await page.locator('.stage .mark').textContent()).toBe('blank');
      expect(await found.nth(2).textContent()).toMatch(/none.*of sigmoid comes near to 0/s);
      const bright = Array.from({ length: DIGITS.test }, (_, k) => DIGITS.pixels[784 * (TEST + k)] > 20);
      const [dark, light] = [bright.indexOf(false), bright.indexOf(true)];
      await fill(page, { digits: DIGITS, test: dark + 1 });
      await page.getByRole('button', { name: 'Show a digit with one: a saturated neuron' }).click();
      await found
        .nth(1)
        .getByText(`Shown: test digit ${light + 1}.`)
        .waitFor();
      expect(await found.nth(1).textContent()).toMatch(/1 of 12 hidden neurons is saturated.*neuron 1 of layer 2.*BP2 multiplies/is);
      expect(await page.locator('.stage h3').textContent()).toContain('BP2');
      expect(await page.locator('tr.chosen .mark').textContent()).toBe('saturated');
    });
  });

  it('tells a ReLU that rests on a digit from one that is dead', { tags: ['slow'] }, () => {
    const relu = made({ activation: 'relu' });
    // The bias of neuron 2 of layer 2: far below whatever comes in.
    relu.parameters[784 * 12 + 1] = -1e4;
    return withPanels({}, relu, async ({ page }) => {
      const found = page.locator('.found li').nth(2);
      expect(await found.textContent()).toMatch(/of 12 hidden neurons (is|are) at rest on this digit/);
      await page.getByRole('button', { name: 'Is one dead?' }).click();
      await found.getByText(/of the first 30 training digits, and (is|are) dead: .*neuron 2 of layer 2/).waitFor();
    });
  });
});

describe('the panel of the weights', NEEDS_CHROMIUM, () => {
  /** Red, green, blue and opacity of a pixel of a neuron's tile. */
  const pixel = (page: Page, neuron: number, k: number): Promise<number[]> =>
    page
      .locator('.weights .tiles label')
      .nth(neuron - 1)
      .evaluate((label, k) => {
        const canvas = label.parentElement?.querySelector('canvas') as HTMLCanvasElement;
        const [whole, tile] = [canvas, label].map((element) => element.getBoundingClientRect());
        // Two pixels of the screen for one of the picture, below the label that chooses the neuron.
        const [x, y] = [tile.x - whole.x, tile.y - whole.y].map((distance) => distance / 2);
        return [...(canvas.getContext('2d')?.getImageData(x + (k % 28), y + Math.floor(k / 28), 1, 1).data ?? [])];
      }, k);

  it('shows how each weight has moved, then each as it is, and goes on with the network', () => {
    const shown = made();
    shown.parameters[784 * 2 + 30] = shown.first[784 * 2 + 30] + 5;
    shown.parameters[784 * 2 + 31] = shown.first[784 * 2 + 31] - 5;
    return withPanels({}, shown, async ({ page }) => {
      expect(await page.locator('.weights .tiles label').count()).toBe(12);
      const [up, down] = [await pixel(page, 3, 30), await pixel(page, 3, 31)];
      expect([up[0] > up[2], down[2] > down[0], up[3], down[3]]).toEqual([true, true, 255, 255]);
      // Their places follow the width.
      const rows = (): Promise<number> =>
        page.locator('.weights .tiles label').evaluateAll((all) => new Set(all.map((one) => one.getBoundingClientRect().y)).size);
      const before = await rows();
      await page.setViewportSize({ width: 330, height: 800 });
      await expect.poll(rows).toBeGreaterThan(before);
      await expect.poll(() => pixel(page, 3, 30)).toEqual(up);
      expect(await pixel(page, 3, 31)).toEqual(down);
      await page.locator('.weights .tiles label').nth(2).click();
      await page.locator('.weights h3', { hasText: 'Neuron 3 of layer 2' }).waitFor();
      expect(await page.locator('.weights .one p').textContent()).toMatch(
        /^Risen most at row 2, column 3 \(\+5\.?0*\).*Fallen most at row 2, column 4/,
      );
      await page.keyboard.press('ArrowRight');
      await page.locator('.weights h3', { hasText: 'Neuron 4 of layer 2' }).waitFor();
      await fill(page, { shown: { ...shown, parameters: shown.first, version: 2 } });
      await page.locator('.weights .one p', { hasText: 'No weight has moved yet.' }).waitFor();
      expect((await pixel(page, 3, 30))[3]).toBe(0);
      await page.getByLabel('w as it is').check();
      expect(await page.locator('.weights .onward li').count()).toBe(10);
      expect(await page.locator('.weights .one p').textContent()).toMatch(/^Ink raises z most at/);
    });
  });

  it('out of sight waits while the page trains, and is drawn when it comes near, or when the training has ended', () => {
    const shown = made();
    const still = { ...shown, parameters: shown.first };
    return withPanels({}, shown, async ({ page }) => {
      const words = page.locator('.weights .one p');
      const scrolled = (y: number): Promise<void> => page.evaluate((y) => window.scrollTo(0, y), y);
      /** What has been drawn since has had its time: out of sight a panel is drawn once a second. */
      const wait = (): Promise<void> => page.waitForTimeout(1300);
      await page.evaluate(() => document.body.prepend(Object.assign(document.createElement('div'), { id: 'far' })));
      await page.locator('#far').evaluate((far) => {
        far.style.height = '5000px';
      });
      await scrolled(0);
      await wait();
      await fill(page, { state: { isTraining: true } });
      await fill(page, { shown: { ...still, version: 2 } });
      await wait();
      expect(await words.textContent()).toMatch(/^Risen most/);
      await scrolled(6000);
      await expect.poll(() => words.textContent()).toBe('No weight has moved yet.');
      await scrolled(0);
      await wait();
      await fill(page, { shown: { ...shown, version: 3 } });
      await wait();
      expect(await words.textContent()).toBe('No weight has moved yet.');
      await fill(page, { state: { isTraining: false } });
      await expect.poll(() => words.textContent(), { timeout: 5000 }).toMatch(/^Risen most/);
    });
  });

  it('shows the outputs of a network without a hidden layer', { tags: ['slow'] }, () =>
    withPanels({}, made({ layers: [784, 10] }), async ({ page }) => {
      expect(await page.locator('.weights h3').textContent()).toBe('Output 1, for the digit 0');
      expect(await page.locator('.weights .onward').count()).toBe(0);
      await stage(page, 'BP2');
      expect(await page.locator('.stage').textContent()).toContain('no hidden layer');
    }),
  );
});
