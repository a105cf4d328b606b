// The two ways from the errors of a mini-batch to new weights, by their names (see step/owned.ts and step/partial.ts).

export const GRADIENT_MODES = ['partial', 'owned'] as const;
export type GradientMode = (typeof GRADIENT_MODES)[number];
