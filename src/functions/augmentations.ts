// Ways to change a sample each time it is trained on, so that a network learns what does not matter: as a table. How options
// write them stands in model/augmentation-text.ts; what is drawn of each for a sample, and how it is applied, in model/augmenter.ts.
//
// Sources: shifts, the book's expand_mnist.py (chapter 3); rotation, scaling and shear, D. Cireşan et al., Deep, Big, Simple Neural Nets for
// Handwritten Digit Recognition, 2010; elastic, P. Simard, D. Steinkraus and J. Platt, Best Practices for Convolutional Neural Networks, 2003;
// erase, Z. Zhong et al., Random Erasing Data Augmentation, 2017; mix, H. Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018.

/** A picture's values: [height][width][channels]. */
export interface PictureShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface AugmentationNumber {
  /** Other ways to write its name. */
  readonly also?: readonly string[];
  readonly most: number;
}

interface AugmentationRow {
  readonly what: string;
  /** Its numbers, in the order in which they may be written without their names. All are above 0. */
  readonly numbers: Readonly<Record<string, AugmentationNumber>>;
  /** Whether it moves pixels or knows their neighbours: only pictures have some. */
  readonly pictures: boolean;
  /** Whether it makes values of zeros: samples that are mostly zero then are not any more. */
  readonly fills?: true;
  readonly also?: readonly string[];
}

export const AUGMENTATIONS = {
  mix: {
    what: 'each sample, inputs and targets, with another: shares λ and 1 - λ, λ ~ Beta(α, α)',
    numbers: { alpha: { also: ['α', 'a'], most: 10 } },
    pictures: false,
    also: ['mixup', 'mixing', 'blend'],
  },
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
  noise: {
    what: 'each value with a deviation of this',
    numbers: { deviation: { most: 100 } },
    pictures: false,
    fills: true,
    also: ['jitter', 'gaussian'],
  },
  erase: { what: 'a rectangle of up to this share of the picture', numbers: { share: { most: 0.9 } }, pictures: true, also: ['cutout'] },
} as const satisfies Readonly<Record<string, AugmentationRow>>;

export type AugmentationName = keyof typeof AUGMENTATIONS;
export const AUGMENTATION_NAMES = Object.keys(AUGMENTATIONS) as AugmentationName[];

/** What is done to each sample: the numbers of each kind that is. */
export type Augmentation = {
  readonly [Name in AugmentationName]?: { readonly [Number in keyof (typeof AUGMENTATIONS)[Name]['numbers']]: number };
};

/** Whether samples that are mostly zero still are when they have been changed. */
export function keepsZeros(augmentation: Augmentation): boolean {
  const rows: readonly AugmentationRow[] = (Object.keys(augmentation) as AugmentationName[]).map((name) => AUGMENTATIONS[name]);
  return !rows.some(({ fills }) => fills);
}

/** The kinds that are for any samples. */
export const FOR_ALL_SAMPLES = AUGMENTATION_NAMES.filter((name) => !AUGMENTATIONS[name].pictures);

/** The kinds of it that only pictures can have. */
export function onlyForPictures(augmentation: Augmentation): AugmentationName[] {
  return (Object.keys(augmentation) as AugmentationName[]).filter((name) => AUGMENTATIONS[name].pictures);
}
