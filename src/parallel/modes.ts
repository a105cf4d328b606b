// The names of the two gradient strategies: from the errors δ of a mini-batch to new weights (see step/owned.ts, step/partial.ts).

export const GRADIENT_MODES = ['partial', 'owned'] as const;
export type GradientMode = (typeof GRADIENT_MODES)[number];
