// Ways to change a sample each time it is trained on, so that a network learns what does not matter: as a table, and as text in options,
// 'rotate:12 elastic:sigma=6,alpha=36'. What is drawn of each for a sample, and how it is applied, stands in model/augmenter.ts.
//
// Sources: shifts, the book's expand_mnist.py (chapter 3); rotation, scaling and shear, D. Cireşan et al., Deep, Big, Simple Neural Nets for
// Handwritten Digit Recognition, 2010; elastic, P. Simard, D. Steinkraus and J. Platt, Best Practices for Convolutional Neural Networks, 2003;
// erase, Z. Zhong et al., Random Erasing Data Augmentation, 2017.

import { checkNumber, checkOneOf } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';

/** A picture's values: [height][width][channels]. */
export interface PictureShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

interface NumberRow {
  /** Other ways to write its name. */
  readonly also?: readonly string[];
  readonly most: number;
}

interface AugmentationRow {
  readonly what: string;
  /** Its numbers, in the order in which they may be written without their names. All are above 0. */
  readonly numbers: Readonly<Record<string, NumberRow>>;
  /** Whether it moves pixels or knows their neighbours: only pictures have some. */
  readonly pictures: boolean;
  readonly also?: readonly string[];
}

export const AUGMENTATIONS = {
  shift: { what: 'by up to so many whole pixels in each direction', numbers: { pixels: { most: 64 } }, pictures: true, also: ['translate'] },
  rotate: { what: 'by up to so many degrees either way', numbers: { degrees: { most: 180 } }, pictures: true, also: ['rotation'] },
  scale: { what: 'height and width each by up to this share', numbers: { share: { most: 0.9 } }, pictures: true, also: ['zoom'] },
  shear: { what: 'each row by up to this share of its distance from the middle', numbers: { share: { most: 2 } }, pictures: true, also: ['slant'] },
  elastic: {
    what: 'along a random field, smooth over sigma pixels and alpha strong',
    numbers: { sigma: { also: ['σ', 's'], most: 64 }, alpha: { also: ['α', 'a'], most: 10_000 } },
    pictures: true,
    also: ['distort', 'deform'],
  },
  brightness: { what: 'all values times a factor, by up to this share', numbers: { share: { most: 1 } }, pictures: false, also: ['gain'] },
  noise: { what: 'each value with a deviation of this', numbers: { deviation: { most: 100 } }, pictures: false, also: ['jitter', 'gaussian'] },
  erase: { what: 'a rectangle of up to this share of the picture', numbers: { share: { most: 0.9 } }, pictures: true, also: ['cutout'] },
} as const satisfies Readonly<Record<string, AugmentationRow>>;

export type AugmentationName = keyof typeof AUGMENTATIONS;
export const AUGMENTATION_NAMES = Object.keys(AUGMENTATIONS) as AugmentationName[];

/** What is done to each sample: the numbers of each kind that is. */
export type Augmentation = {
  readonly [Name in AugmentationName]?: { readonly [Number in keyof (typeof AUGMENTATIONS)[Name]['numbers']]: number };
};

const EXAMPLE = "such as 'rotate:12 elastic:sigma=6,alpha=36'";

/** The kinds that a text names, in the table's order. @throws {TypeError | RangeError} */
export function augmentationOf(text: unknown): Augmentation {
  if (typeof text !== 'string') throw wrongKind('augment', `a text ${EXAMPLE}`, text);
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (parts.length === 0) throw wrongValue('augment', `a text ${EXAMPLE}`, text);
  const found = new Map<AugmentationName, Record<string, number>>();
  for (const part of parts) {
    const [name, rest] = divided(part, ':');
    const kind = checkOneOf('augment', name, AUGMENTATION_NAMES, AUGMENTATIONS);
    if (found.has(kind)) throw wrongValue('augment', 'each kind once', part);
    found.set(kind, numbersOf(kind, rest ?? ''));
  }
  return Object.fromEntries(AUGMENTATION_NAMES.flatMap((name) => (found.has(name) ? [[name, found.get(name)]] : [])));
}

/** The same as text, always written in one way. */
export function augmentationText(augmentation: Augmentation): string {
  return Object.entries(augmentation)
    .map(([name, numbers]) => {
      const entries = Object.entries(numbers);
      return `${name}:${entries.length === 1 ? entries[0][1] : entries.map(([key, value]) => `${key}=${value}`).join(',')}`;
    })
    .join(' ');
}

/** The kinds of it that only pictures can have. */
export function onlyForPictures(augmentation: Augmentation): AugmentationName[] {
  return (Object.keys(augmentation) as AugmentationName[]).filter((name) => AUGMENTATIONS[name].pictures);
}

function numbersOf(kind: AugmentationName, text: string): Record<string, number> {
  const rows: Readonly<Record<string, NumberRow>> = AUGMENTATIONS[kind].numbers;
  const names = Object.keys(rows);
  const expected = names.length === 1 ? `${kind}:${names[0].toUpperCase()}` : `${kind}:${names.map((name) => `${name}=…`).join(',')}`;
  const values = text.split(',').map((part, k): [string, number] => {
    const [first, second] = divided(part, '=');
    const name = second === undefined ? names[k] : names.find((one) => one === first || rows[one].also?.includes(first));
    const value = Number(second ?? first);
    if (name === undefined || (second ?? first).trim() === '' || Number.isNaN(value)) throw wrongValue('augment', expected, `${kind}:${text}`);
    return [name, value];
  });
  const numbers = Object.fromEntries(values);
  if (values.length !== names.length || Object.keys(numbers).length !== names.length) throw wrongValue('augment', expected, `${kind}:${text}`);
  return Object.fromEntries(
    names.map((name) => {
      const value = checkNumber(`augment, ${name} of ${kind}`, numbers[name], 0, true);
      if (value > rows[name].most) throw wrongValue(`augment, ${name} of ${kind}`, `a number above 0 and at most ${rows[name].most}`, value);
      if (kind === 'shift' && !Number.isInteger(value)) throw wrongValue('augment, pixels of shift', 'a whole number', value);
      return [name, value];
    }),
  );
}

/** What stands before the first divider, and after it. */
function divided(text: string, divider: string): [before: string, after: string | undefined] {
  const at = text.indexOf(divider);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
