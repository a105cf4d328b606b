// The table of optimisers.

import type { OptimiserName } from '../../kernels/kernels.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { momentum } from './momentum.js';
import { nesterov } from './nesterov.js';
import type { Optimiser } from './optimiser.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

export const OPTIMISERS: Readonly<Record<OptimiserName, Optimiser>> = { sgd, momentum, nesterov, rmsprop, adam, adamw };
