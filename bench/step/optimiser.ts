// The step of an optimiser in one worker's place: the trainer's own (parallel/step/optimiser-step.ts), over all parameters.

import { columns } from '../../src/kernels/kernels.js';
import { isPlain } from '../../src/model/learning.js';
import { columnsPiece, type Piece, rowsPiece, stretch } from '../../src/parallel/memory/pieces.js';
import { OptimiserStep } from '../../src/parallel/step/optimiser-step.js';
import { Stepper } from '../../src/parallel/step/stepper.js';
import type { Core } from './core.js';

/** Whether the core's step is more than plain descent. */
export function hasOptimiser({ options }: Core): boolean {
  return !isPlain(options.learning);
}

/** The step by the gradient in the arena, as a function of nothing: each call is the next step. */
export function optimiserStep(core: Core): () => void {
  const { options, kernels, memory, batch, eta } = core;
  const { context } = new Stepper(options, kernels, memory);
  const step = new OptimiserStep(context, allPieces(core));
  let t = 0;
  return () => step.apply(batch, eta, t++);
}

/** All parameters, in the pieces that the only worker of a session has with its gradient. */
function allPieces({ options, network, session: { layout } }: Core): Piece[] {
  return layout.layers.flatMap(({ I, O, w, b }, l) => {
    const end = layout.layers[l + 1]?.w ?? layout.floats;
    const columnwise = options.gradient === 'owned';
    const first = (): Piece => (columnwise ? columnsPiece(layout, { begin: 0, end: columns(O) }) : rowsPiece(layout, { begin: 0, end: I }));
    return [l === 0 && network.sparse ? first() : stretch(w, b - w, true), stretch(b, end - b, false)];
  });
}
