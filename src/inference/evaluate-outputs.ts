// Cost and accuracy of a model from its outputs alone, on the calling thread: of several networks whose outputs are averaged, and so have
// no weighted inputs z from which the workers' evaluation has its cost. Outputs are kept from 0 and 1 where a logarithm would be
// infinite, as the plain kernels do.

import { checkSignal } from '../check.js';
import { countSamples, type Dataset, isRegression, type Split } from '../data/dataset.js';
import { costRow } from '../functions/costs.js';
import { costNamed } from '../functions/custom.js';
import type { KernelChoice } from '../kernels/bind.js';
import type { InputFormat } from '../model/input.js';
import { classNamed } from '../model/probabilities.js';
import type { Evaluation } from '../parallel/session-plan.js';
import type { SavedNetwork } from '../runs/saved-network.js';
import { eachOutputs } from './forward.js';

interface OutputsWay {
  readonly kernels: KernelChoice;
  readonly input: InputFormat;
  readonly signal?: AbortSignal;
}

/** Mean of C_x, summed in float64, and hits: the first of equal outputs counts. */
export async function evaluateOutputs(saved: SavedNetwork, data: Dataset, split: Split, { signal, ...way }: OutputsWay): Promise<Evaluation> {
  const { network } = saved;
  const samples = countSamples(data, split);
  if (samples === 0) return { samples, cost: null, accuracy: null, correct: 0 };
  const { term } = costRow(network.cost)?.kernel ?? costNamed(network.cost);
  const K = network.layers[network.layers.length - 1];
  const { labels, targets } = data[split];
  const classes = isRegression(data) ? undefined : labels;
  let [sum, correct] = [0, 0];
  for await (const { first, end, outputs } of eachOutputs({ ...saved, data, ...way }, split)) {
    checkSignal(signal, 'all samples were evaluated');
    for (let sample = first; sample < end; sample++) {
      const at = (sample - first) * K;
      for (let j = 0; j < K; j++) sum += term(outputs[at + j], targets?.[sample * K + j] ?? Number(labels[sample] === j));
      if (classes && classNamed(outputs, at, K) === classes[sample]) correct++;
    }
  }
  if (!classes) return { samples, cost: sum / samples, accuracy: null, correct: null };
  return { samples, cost: sum / samples, accuracy: correct / samples, correct };
}
