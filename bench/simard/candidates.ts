// What was tried to find the recipe of `nabla reproduce simard`: options beside those that all have. Only validation digits judged them.

import type { TrainOptions } from '../../src/options/options.js';

export const COMMON = { layers: [784, 800, 10], activation: 'relu', cost: 'log-likelihood', schedule: 'cosine' } as const satisfies TrainOptions;

const ADAMW = { optimiser: 'adamw', eta: 0.001, batch: 128 } as const satisfies TrainOptions;
const MOVED = 'rotate:12 scale:0.12 elastic:sigma=6,alpha=36';

/** By name; each differs in one thing from one before it. */
export const CANDIDATES: Readonly<Record<string, TrainOptions>> = {
  'sgd, elastic': { eta: 0.1, batch: 32, augment: 'elastic:sigma=4,alpha=34' },
  sgd: { eta: 0.1, batch: 32, augment: MOVED },
  momentum: { optimiser: 'momentum', eta: 0.02, batch: 64, augment: MOVED },
  adamw: { ...ADAMW, augment: MOVED },
  'batch 256': { ...ADAMW, batch: 256, eta: 0.002, augment: MOVED },
  'eta 0.002': { ...ADAMW, eta: 0.002, augment: MOVED },
  'eta 0.0005': { ...ADAMW, eta: 0.0005, augment: MOVED },
  'lambda 100': { ...ADAMW, lambda: 100, augment: MOVED },
  'elastic 4, 34': { ...ADAMW, augment: 'rotate:12 scale:0.12 elastic:sigma=4,alpha=34' },
  'elastic 5, 40': { ...ADAMW, augment: 'rotate:12 scale:0.12 elastic:sigma=5,alpha=40' },
  'elastic 8, 60': { ...ADAMW, augment: 'rotate:12 scale:0.12 elastic:sigma=8,alpha=60' },
  'more of all': { ...ADAMW, augment: 'rotate:15 scale:0.2 shear:0.15 elastic:sigma=6,alpha=36' },
  shift: { ...ADAMW, augment: `shift:1 ${MOVED}` },
  'less turning': { ...ADAMW, augment: 'rotate:8 scale:0.12 elastic:sigma=6,alpha=36' },
  dropout: { ...ADAMW, dropout: 0.2, augment: MOVED },
  smooth: { ...ADAMW, smooth: 0.05, augment: MOVED },
  elu: { ...ADAMW, activation: 'silu', augment: MOVED },
};
