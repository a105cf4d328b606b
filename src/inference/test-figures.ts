// The figures of the test split that stand in the record of a run: those of an assessment without its curves and tables. Measured once, when
// the run ends, and left out where that would take longer than the end of a run may.

import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { isBadInput, NablaError } from '../errors.js';
import type { KernelChoice } from '../kernels/bind.js';
import type { InputFormat } from '../model/input.js';
import type { TestFigures } from '../options/events.js';
import type { SavedNetwork } from '../runs/saved-network.js';
import { assessSplit } from './assessment.js';
import { assessFit } from './regression.js';

/** Products that this thread may take for it: about a second with SIMD; the plain kernels are twenty times as slow. */
const MOST_PRODUCTS = 1e10;
const MOST_PLAIN_PRODUCTS = 5e8;
/** What the figures of a sample take beside its forward pass, in products: a microsecond. */
const FIGURES_PRODUCTS = 1e4;

interface FiguresWay {
  readonly kernels: KernelChoice;
  readonly input: InputFormat;
}

/**
 * Of a network on the test split.
 * @returns undefined where there are no test samples, where there would be too many products, and where there is no memory for it
 */
export async function testFigures(saved: SavedNetwork, data: Dataset, way: FiguresWay): Promise<TestFigures | undefined> {
  const samples = countSamples(data, 'test');
  const most = way.kernels.name === 'scalar' ? MOST_PLAIN_PRODUCTS : MOST_PRODUCTS;
  const products = samples * (saved.parameters.length + FIGURES_PRODUCTS);
  if (samples === 0 || products > most) return undefined;
  try {
    return isRegression(data) ? await ofNumbers(saved, data, way) : await ofClasses(saved, data, way);
  } catch (error) {
    // The run is done and saved; it does not fail for want of memory for one more look.
    if (!isBadInput(error) && !(error instanceof NablaError)) throw error;
    return undefined;
  }
}

async function ofNumbers(saved: SavedNetwork, data: Dataset, way: FiguresWay): Promise<TestFigures> {
  const { r2, rmse, mae } = await assessFit(saved, data, 'test', { ...way, mistakes: 0 });
  return { ...(r2 !== null && { r2 }), rmse, mae };
}

async function ofClasses(saved: SavedNetwork, data: Dataset, way: FiguresWay): Promise<TestFigures> {
  const { macro, weighted, topK, logLoss, roc, calibration } = await assessSplit(saved, data, 'test', { ...way, mistakes: 0 });
  return {
    macroF1: macro.f1,
    weightedF1: weighted.f1,
    ...(topK && { topK }),
    ...(logLoss !== null && { logLoss }),
    ...(roc && { rocAuc: roc.auc }),
    ...(calibration && { calibrationError: calibration.error }),
  };
}
