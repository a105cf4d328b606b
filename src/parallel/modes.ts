// The names of the two gradient strategies: from the errors δ of a mini-batch to new weights (see step/owned.ts, step/partial.ts); and of
// the ways in which several processes share the layers (see ranks/slices.ts).

export const GRADIENT_MODES = ['partial', 'owned'] as const;
export type GradientMode = (typeof GRADIENT_MODES)[number];

export const ACROSS = ['auto', 'replicated', 'sliced'] as const;
export type Across = (typeof ACROSS)[number];
