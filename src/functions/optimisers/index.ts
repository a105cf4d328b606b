// The table of optimisers.

import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { momentum } from './momentum.js';
import { nesterov } from './nesterov.js';
import type { Optimiser } from './optimiser.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

export const OPTIMISER_NAMES = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'] as const;
export type OptimiserName = (typeof OPTIMISER_NAMES)[number];
/** Numbers that an optimiser keeps for each parameter: s, then q. */
export const OPTIMISER_STATES: Readonly<Record<OptimiserName, 0 | 1 | 2>> = { sgd: 0, momentum: 1, nesterov: 1, rmsprop: 1, adam: 2, adamw: 2 };

export const OPTIMISERS: Readonly<Record<OptimiserName, Optimiser>> = { sgd, momentum, nesterov, rmsprop, adam, adamw };
