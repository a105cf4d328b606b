// What keeps subnormal numbers out of a worker's slices of the parameters and of the optimiser's states (see `settles` in
// functions/optimisers/optimiser.ts): every so many steps, what has decayed so far becomes 0. By the number of the step alone, so that no bit
// depends on the workers, or on where a run was stopped.

import { settles } from '../../functions/optimisers/optimiser.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { Piece } from '../memory/pieces.js';
import type { StepContext } from './contract.js';

export class Settling {
  readonly #kernels: Kernels;
  /** Of the parameters and states, all laid out alike. */
  readonly #addresses: readonly number[];
  readonly #pieces: readonly Piece[];

  /** @param pieces all slices that this worker updates */
  constructor({ options: { arena, learning }, kernels }: StepContext, pieces: readonly Piece[]) {
    this.#kernels = kernels;
    // Without decay and without states nothing shrinks.
    const decays = learning.lambda > 0 || learning.l1 > 0 || arena.states.length > 0;
    this.#addresses = decays ? [arena.parameters, ...arena.states] : [];
    this.#pieces = pieces.filter(({ floats }) => floats > 0);
  }

  /** After this worker's update in step t, from 0. */
  after(t: number): void {
    if (!settles(t)) return;
    for (let a = 0; a < this.#addresses.length; a++) {
      for (let k = 0; k < this.#pieces.length; k++) {
        const { offset, rows, floats, step } = this.#pieces[k];
        this.#kernels.settle(rows, floats, step, this.#addresses[a] + offset * 4);
      }
    }
  }
}
