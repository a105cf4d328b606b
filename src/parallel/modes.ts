// The gradient strategies, from the errors δ of a mini-batch to new weights: one row each. Adding one is a row here and a class in step/.
// And the ways in which several processes share the layers of `owned` (see ranks/slices.ts).
//
// `tree` is `partial` whose sum over the shards does not follow their order but one binary tree, so that several processes can each add up
// a part of it. It is a strategy of its own because its bits are other ones: those of `partial` stay as older runs have them.

interface GradientRow {
  /** In a few words, for help. */
  readonly words: string;
  /** Whether each shard's gradient has a block of memory of its own. */
  readonly hasBlocks: boolean;
  /** Shards where none are asked for; one per worker where this is absent. */
  readonly usualShards?: number;
  /** What travels between several processes that share a run: rows of a and δ, or sums of gradients and parameters; absent where they cannot. */
  readonly travels?: 'rows' | 'sums';
  /** Whether the first layer may be over sparse inputs. */
  readonly takesSparse: boolean;
  /** Whether it may be the fastest in one process: what is measured where none is asked for. */
  readonly isTried: boolean;
}

export const GRADIENT_MODES = ['partial', 'owned', 'tree'] as const;
export type GradientMode = (typeof GRADIENT_MODES)[number];

export const GRADIENTS: Readonly<Record<GradientMode, GradientRow>> = {
  partial: { words: 'summed over shards in their order', hasBlocks: true, takesSparse: true, isTried: true },
  owned: { words: 'each worker its own slice of the weights', hasBlocks: false, travels: 'rows', takesSparse: true, isTried: true },
  // Over sparse inputs a block has only the rows of w² that its samples meet; across processes the dense sums travel anyway.
  tree: {
    words: 'summed over shards in a fixed tree, which several processes can share',
    hasBlocks: true,
    usualShards: 8,
    travels: 'sums',
    takesSparse: false,
    isTried: false,
  },
};

/** The strategies that are measured against each other. */
export const TRIED_GRADIENTS = GRADIENT_MODES.filter((mode) => GRADIENTS[mode].isTried);

/** Shards of a mini-batch that do not depend on the workers; undefined where there is one per worker. @param asked by the options, if at all */
export function fixedShards(gradient: GradientMode, asked: number | undefined): number | undefined {
  const { hasBlocks, usualShards } = GRADIENTS[gradient];
  return hasBlocks ? (asked ?? usualShards) : undefined;
}
export const ACROSS = ['auto', 'replicated', 'sliced'] as const;
export type Across = (typeof ACROSS)[number];
