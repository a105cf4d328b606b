// Precision, recall and F1: of each class, from how often it occurs, is named, and is named rightly; and their means over the classes. All
// are scikit-learn's precision_recall_fscore_support, with 0/0 as null in a class and as 0 in a mean.

/** How one class was told from the others; null where the figure would be 0/0. */
export interface ClassFigures {
  readonly label: number;
  /** What the class is called; absent where it has no name. */
  readonly name?: string;
  /** Samples of this class. */
  readonly samples: number;
  /** Samples that were said to be of this class. */
  readonly named: number;
  /** Share of the samples named so that are of this class. */
  readonly precision: number | null;
  /** Share of the samples of this class that were named so. */
  readonly recall: number | null;
  /** 2 · hits / (samples + named): the harmonic mean of both. */
  readonly f1: number | null;
}

/** Means over the classes that occur, as labels or as names; a 0/0 counts as 0, as in scikit-learn. */
export interface AverageFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export function classFigures(label: number, samples: number, named: number, hits: number, name?: string): ClassFigures {
  const share = (of: number, among: number): number | null => (among === 0 ? null : of / among);
  return {
    label,
    ...(name !== undefined && { name }),
    samples,
    named,
    precision: share(hits, named),
    recall: share(hits, samples),
    f1: share(2 * hits, samples + named),
  };
}

/** The plain mean ('macro'): each class that occurs counts alike. */
export function macroOf(classes: readonly ClassFigures[]): AverageFigures {
  return averageOf(classes, ({ samples, named }) => (samples + named > 0 ? 1 : 0));
}

/** The mean by the samples of the classes ('weighted'); its recall is the accuracy. */
export function weightedOf(classes: readonly ClassFigures[]): AverageFigures {
  return averageOf(classes, ({ samples }) => samples);
}

function averageOf(classes: readonly ClassFigures[], weight: (figures: ClassFigures) => number): AverageFigures {
  const whole = classes.reduce((sum, c) => sum + weight(c), 0) || 1;
  const mean = (of: 'precision' | 'recall' | 'f1'): number => classes.reduce((sum, c) => sum + weight(c) * (c[of] ?? 0), 0) / whole;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
