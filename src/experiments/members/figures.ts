// What a model comes to on the samples that it has not learnt from: an average of networks, or one of them.

import type { Dataset, Split } from '../../data/dataset.js';
import { evaluateOutputs } from '../../inference/evaluate-outputs.js';
import { testFigures } from '../../inference/test-figures.js';
import type { KernelChoice } from '../../kernels/bind.js';
import type { InputFormat } from '../../model/input.js';
import type { Networks } from '../../model/parameter-sets.js';
import { type AverageFigures, sha256Of } from '../../runs/ensemble.js';

export interface FiguresWay {
  readonly input: InputFormat;
  readonly kernels: KernelChoice;
  readonly signal?: AbortSignal;
}

export async function figuresOfModel(model: Networks, data: Dataset, way: FiguresWay): Promise<AverageFigures> {
  const on = (split: Split) => evaluateOutputs(model, data, split, way);
  const [validation, test] = [await on('validation'), await on('test')];
  const figures = await testFigures(model, data, way);
  return {
    validationCost: validation.cost,
    validationAccuracy: validation.accuracy,
    testCost: test.cost,
    testAccuracy: test.accuracy,
    ...(figures && { testFigures: figures }),
    weightsSha256: sha256Of(model.parameters),
  };
}
