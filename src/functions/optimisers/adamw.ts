// AdamW (Loshchilov and Hutter 2019, algorithm 2): Adam, with the L2 decay taken out of the gradient, where Adam would divide it
// by √r̂ too, and applied to the weight itself.
//
//   w ← w - η (λ/n) w
//   then a step of Adam by ∇C without decay

import { adam } from './adam.js';
import type { Optimiser } from './optimiser.js';

export const adamw: Optimiser = { ...adam, decoupled: true };
