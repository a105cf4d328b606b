// Augmentations as text: every kind there and back, in any order; and what is none, refused in one line.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AUGMENTATION_NAMES, AUGMENTATIONS, type Augmentation } from '#src/functions/augmentations.js';
import { augmentationOf, augmentationText } from '#src/model/augmentation-text.js';
import { refusal } from '../support/refused.js';

test('a text is read in any order and written in one', () => {
  const text = 'rotate:12 scale:0.12 elastic:sigma=6,alpha=36';
  expect(augmentationOf('elastic:σ=6,α=36  scale:0.12 rotate:12')).toEqual({
    rotate: { degrees: 12 },
    scale: { share: 0.12 },
    elastic: { sigma: 6, alpha: 36 },
  });
  for (const same of [text, 'elastic:6,36 rotate:degrees=12 scale:0.12', 'scale:.12 elastic:alpha=36,sigma=6 rotate:1.2e1']) {
    expect(augmentationText(augmentationOf(same))).toBe(text);
  }
});

test('whatever there is, is itself again', () => {
  const one = fc.constantFrom(...AUGMENTATION_NAMES).chain((name) => {
    const numbers = Object.entries(AUGMENTATIONS[name].numbers).map(([key, { most }]) => {
      const value = name === 'shift' ? fc.integer({ min: 1, max: most }) : fc.double({ min: most / 1000, max: most, noNaN: true });
      return fc.tuple(fc.constant(key), value);
    });
    return fc.tuple(
      fc.constant(name),
      fc.tuple(...numbers).map((entries) => Object.fromEntries(entries)),
    );
  });
  fc.assert(
    fc.property(fc.uniqueArray(one, { minLength: 1, selector: ([name]) => name }), (entries) => {
      const augmentation = Object.fromEntries(entries) as Augmentation;
      expect(augmentationOf(augmentationText(augmentation))).toEqual(augmentation);
    }),
  );
});

test.each([
  ['', "augment: expected a text such as 'rotate:12"],
  ['  ', 'augment: expected a text'],
  ['turn:12', 'augment: expected one of mix, shift, rotate'],
  ['rotation:12', "nabla calls it 'rotate'"],
  ['rotate', "augment: expected rotate:DEGREES, got 'rotate:'"],
  ['rotate:', 'augment: expected rotate:DEGREES'],
  ['rotate:x', 'augment: expected rotate:DEGREES'],
  ['rotate:12,13', 'augment: expected rotate:DEGREES'],
  ['rotate:12 rotate:13', "augment: expected each kind once, got 'rotate:13'"],
  ['rotate:-1', 'augment, degrees of rotate: expected a finite number above 0, got -1'],
  ['rotate:0', 'augment, degrees of rotate: expected a finite number above 0'],
  ['rotate:181', 'augment, degrees of rotate: expected a number above 0 and at most 180, got 181'],
  ['rotate:Infinity', 'augment, degrees of rotate: expected a finite number'],
  ['shift:1.5', 'augment, pixels of shift: expected a whole number, got 1.5'],
  ['elastic:6', 'augment: expected elastic:sigma=…,alpha=…'],
  ['elastic:sigma=6', 'augment: expected elastic:sigma=…,alpha=…'],
  ['elastic:sigma=6,sigma=7', 'augment: expected elastic:sigma=…,alpha=…'],
  ['elastic:sigma=6,beta=7', 'augment: expected elastic:sigma=…,alpha=…'],
  ['elastic:sigma=0,alpha=36', 'augment, sigma of elastic: expected a finite number above 0, got 0'],
])('%j is refused', async (text, says) => expect(await refusal(() => augmentationOf(text))).toContain(says));

test.each([[12], [null], [['rotate:12']], [{ rotate: 12 }]])('%j is no text', async (value) =>
  expect(await refusal(() => augmentationOf(value))).toContain('augment: expected a text'),
);
