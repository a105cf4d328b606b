// What is found out about a data set before anything is trained on it, as plain data: for a program, for the terminal, for a page.

import type { ColumnDecision } from '../data/columns/preparation.js';
import type { Split } from '../data/dataset.js';
import type { ColumnKind } from '../tables/table.js';

export interface DataProfile {
  /** What the data set is called: the last part of its path. */
  readonly name: string;
  /** Rows of all parts. */
  readonly rows: number;
  /** Columns, those with pixels of a picture among them. */
  readonly width: number;
  /** How many rows are for what. */
  readonly splits: Readonly<Record<Split, number>>;
  /** Whether the parts were drawn; else they are those of the files. */
  readonly drawn: boolean;
  /** How many rows the figures of the columns are of, and which: all of the first file or files, or the training part. */
  readonly described: { readonly rows: number; readonly what: 'all rows' | 'training' };
  /** But pixels; of more than MOST_DESCRIBED the first. */
  readonly columns: readonly ColumnProfile[];
  /** The columns of a row that are a picture, taken together. */
  readonly pixels?: PixelProfile;
  /** What is to be predicted; absent where nobody says so and it does not show. */
  readonly target?: { readonly columns: readonly string[]; readonly kind: 'classes' | 'numbers' };
  /** Of a classification whose rows could be told apart into classes. */
  readonly classes?: readonly ClassBalance[];
  readonly duplicates: Duplicates;
  /** What is odd, in whole sentences. */
  readonly warnings: readonly string[];
  readonly train: TrainingPlan;
  /** Some pictures of each class, drawn by the seed. */
  readonly sheet?: ContactSheet;
  /** Some of the training samples as they are trained on, where an augmentation was named. */
  readonly augmented?: AugmentedSheet;
}

export interface ColumnProfile {
  /** As its header says, or its number from 1. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** Rows without a value. */
  readonly missing: number;
  /** Different values; with `more` only a lower bound, at which counting ended. Of dates they are not counted: 0. */
  readonly distinct: number;
  readonly more?: true;
  /** Whether it has one value, and none is missing. */
  readonly constant: boolean;
  /** Of numbers; absent where all are missing. */
  readonly numbers?: NumberProfile;
  /** Words, true and false, and numbers of which there are few: the most frequent first, at most MOST_FREQUENT. */
  readonly frequent?: readonly { readonly value: string; readonly rows: number }[];
  /** Of dates: one of them. */
  readonly example?: string;
}

export interface NumberProfile {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  /** √ of the mean of (x - mean)². */
  readonly deviation: number;
  /** The values that a quarter, a half and three quarters of the rows lie below, with linear interpolation; of many rows, of some evenly among them. */
  readonly quartiles: readonly [number, number, number];
  /** Rows in equal parts of the range from `least` to `most`. */
  readonly histogram: readonly number[];
}

export interface PixelProfile {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  readonly deviation: number;
  /** Pixels that are the same in every picture. */
  readonly constant: number;
}

/** Samples of a class in each part. */
export interface ClassBalance extends Readonly<Record<Split, number>> {
  readonly name: string;
}

export interface Duplicates {
  /** Which columns are compared: the inputs, or all of them where nothing is known to be a target. */
  readonly of: 'inputs' | 'all columns';
  /** Sets of rows that are the same there. */
  readonly groups: number;
  /** Rows that occur before them already. */
  readonly rows: number;
  /** Rows in sets whose answers differ. */
  readonly contradictions: number;
  /** Rows of a part that occur in the training part too. */
  readonly inTraining: { readonly validation: number; readonly test: number };
  /** Some of the sets: where their first rows stand. */
  readonly examples: readonly (readonly string[])[];
}

/** What `train` makes of the data. */
export interface TrainingPlan {
  /** Options beside the data, as a shell takes them. */
  readonly options: string;
  /** Which of these nobody has said, and why they are needed. */
  readonly added: readonly string[];
  /** Why it would refuse the data even so. */
  readonly refused?: string;
  readonly decisions?: readonly ColumnDecision[];
  /** The network that it trains by default, or with the preset among the options. */
  readonly network?: {
    readonly layers: readonly number[];
    readonly activations: readonly string[];
    readonly cost: string;
    readonly optimiser: string;
  };
}

export interface ContactSheet {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Class by class. */
  readonly pictures: readonly {
    /** The name of its class; '' where there are none. */
    readonly label: string;
    /** [height][width][channels] from 0, black, to 255, white. */
    readonly pixels: Uint8Array;
  }[];
}

/** Pictures of training samples as they are, and as epochs of a run change them. */
export interface AugmentedSheet extends Omit<ContactSheet, 'pictures'> {
  /** What changes them, as an option says it. */
  readonly augment: string;
  /** Of the run. */
  readonly seed: number;
  /** From 1. */
  readonly epochs: readonly number[];
  readonly pictures: readonly (ContactSheet['pictures'][number] & {
    /** Which of the training samples it is, from 0. */
    readonly sample: number;
    /** One for each epoch. */
    readonly changed: readonly Uint8Array[];
  })[];
}
