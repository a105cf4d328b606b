// Learning, on real digits: what `npm start` and the book's first network reach, for three seeds each, two of them in the long version.

import { describe, expect, test } from 'vitest';
import { train } from '#src/index.js';
import { mnistFolder, NEEDS_MNIST } from '../support/mnist-folder.js';

/** Defines a test of one seed, and one of two more that `npm test` leaves out. */
function forSeeds(name: string, check: (seed: number) => Promise<void>): void {
  test.each([1])(name, check);
  test.each([2, 3])(name, { tags: ['slow'] }, check);
}

forSeeds('the default run reaches 93.5 % on its 1,000 test digits, seed %i', async (seed) => {
  const { testAccuracy } = await train({ seed });
  expect(testAccuracy).toBeGreaterThanOrEqual(0.935);
});

describe('the full MNIST', NEEDS_MNIST, () => {
  forSeeds("the book's first network, 30 epochs, seed %i: between 94.5 and 96.0 on the test digits", async (seed) => {
    const { testAccuracy } = await train({ data: mnistFolder, layers: [784, 30, 10], cost: 'quadratic', eta: 3, epochs: 30, batch: 10, seed });
    expect(testAccuracy).toBeGreaterThanOrEqual(0.945);
    expect(testAccuracy).toBeLessThanOrEqual(0.96);
  });
});
