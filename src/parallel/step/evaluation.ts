// A worker's part of an evaluation: forward pass, cost and hits over its share of a split's samples.

import { stride } from '../../kernels/kernels.js';
import { EVALUATION_ROWS } from '../memory/arena.js';
import type { EvaluationOptions, EvaluationPart } from '../protocol.js';
import { ALONE } from '../ranks/rows.js';
import { giveWay } from '../right-of-way.js';
import type { StepContext } from './contract.js';
import { partition, within } from './partition.js';

/** Cost and hits of this worker's share of the samples from `first` on, chunk by chunk, so that the caller can add them in one order. */
export function evaluate({ options, network, barrier, targets, memory }: StepContext, { first, count }: EvaluationOptions): EvaluationPart {
  const { arena, workers, index, spec, way, ranks = ALONE } = options;
  const { rows, order } = arena.evaluation[index];
  const outputs = spec.layers[spec.layers.length - 1];
  const chunks = within(partition(Math.ceil(count / EVALUATION_ROWS), ranks.size, ranks.rank), workers, index);
  const indices = new Uint32Array(memory.buffer, order, EVALUATION_ROWS);
  const labels = new Uint16Array(memory.buffer, arena.labels);
  const a = new Float32Array(memory.buffer, rows.a[rows.a.length - 1], EVALUATION_ROWS * stride(outputs));
  const c = new Float32Array(memory.buffer, rows.c, EVALUATION_ROWS);
  const costs: number[] = [];
  let correct = 0;
  // Between epochs the factor is part of the weights; other workers than these may have folded it.
  if (network.sparse) network.sparse.factor = 1;
  barrier.enter(3, 0);
  for (let chunk = chunks.begin; chunk < chunks.end && !barrier.interrupted; chunk++) {
    giveWay(way);
    const begin = first + chunk * EVALUATION_ROWS;
    const S = Math.min(EVALUATION_ROWS, first + count - begin);
    for (let s = 0; s < S; s++) indices[s] = begin + s;
    network.input.gather(rows, 0, S, order);
    targets.gather(rows.y, 0, S, order);
    network.input.forward(rows, 0, S);
    network.forwardFromZ(rows, 0, S);
    network.cost(rows, 0, S);
    costs.push(c.subarray(0, S).reduce((sum, cost) => sum + cost, 0));
    for (let s = 0; s < S; s++) {
      if (argmax(a, s * stride(outputs), outputs) === labels[begin + s]) correct++;
    }
    barrier.count(S);
  }
  barrier.enter(0, 0);
  return { costs, correct };
}

function argmax(values: Float32Array, from: number, n: number): number {
  let best = 0;
  for (let j = 1; j < n; j++) if (values[from + j] > values[from + best]) best = j;
  return best;
}
