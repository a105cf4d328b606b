// Whether a run has learnt anything: its network is held against an answer that looks at no input, the commonest class or the mean of the
// targets. One that is no better is said so at the run's end, with what a diagnosis of it advises.

import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { isBadInput } from '../errors.js';
import { costNamed } from '../functions/custom.js';
import type { Finding, NothingLearnt } from '../options/events.js';
import { figureText } from '../options/figure.js';
import type { Configuration } from '../options/options.js';
import { percent } from '../text.js';
import { LiveDiagnosis } from './live-diagnosis.js';
import type { Measured } from './rate-and-stopping.js';

interface RunContext {
  readonly configuration: Configuration;
  readonly data: Dataset;
  readonly diagnosis: LiveDiagnosis | undefined;
}

/**
 * @param measured of the network that the run ends with
 * @param parameters its own, [P] in the book's order
 * @param eta of the last epoch
 * @returns undefined where it has learnt something, and where that cannot be said
 */
export async function nothingLearnt(
  { configuration, data, diagnosis }: RunContext,
  measured: Measured,
  parameters: Float32Array,
  eta: number,
): Promise<NothingLearnt | undefined> {
  const split = countSamples(data, 'validation') > 0 ? 'validation' : 'training';
  const found = isRegression(data) ? besideMean(data, split, configuration.network.cost, measured) : besideCommonest(data, split, measured);
  if (!found) return undefined;
  const findings = await findingsOn({ configuration, data, diagnosis }, measured.epoch, parameters, eta);
  return findings.length > 0 ? { ...found, findings } : { ...found, text: `${found.text} ${GENERAL}`, findings };
}

/** What to try where a diagnosis finds nothing. */
const GENERAL = 'Try more epochs, or another --eta: ten times larger, or smaller.';

type Comparison = Omit<NothingLearnt, 'findings'>;
type Split = 'training' | 'validation';

/** Where there is one class only, any network knows it. */
function besideCommonest(data: Dataset, split: Split, measured: Measured): Comparison | undefined {
  const value = split === 'validation' ? measured.validationAccuracy : measured.trainingAccuracy;
  const counts = new Map<number, number>();
  for (const label of data[split].labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [commonest, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  const baseline = most / countSamples(data, split);
  if (counts.size < 2 || value === null || value > baseline) return undefined;
  const text = `It has learnt nothing: its ${split} accuracy, ${percent(value, 2)}, is no better than always saying ${commonest}, the commonest class (${percent(baseline, 2)}).`;
  return { value, baseline, text };
}

/** The mean is that of the training targets. Where these are all the same, there is nothing to learn but it. */
function besideMean(data: Dataset, split: Split, cost: string, measured: Measured): Comparison | undefined {
  const value = split === 'validation' ? measured.validationCost : measured.trainingCost;
  const baseline = costOfMean(data, split, cost);
  if (value === null || baseline === 0 || value < baseline) return undefined;
  const by = `${split} cost` as const;
  const text = `It has learnt nothing: its ${by}, ${figureText(by, value)}, is no better than that of the mean of the training targets (${figureText(by, baseline)}).`;
  return { value, baseline, text };
}

/** Mean of C_x over a split, where every output is the mean of its training targets. */
function costOfMean({ classes: K, training, ...splits }: Dataset, split: Split, cost: string): number {
  const { term } = costNamed(cost);
  const trained = training.targets ?? new Float32Array(0);
  const means = new Float64Array(K);
  for (const [k, y] of trained.entries()) means[k % K] += y;
  const targets = { training, ...splits }[split].targets ?? trained;
  let sum = 0;
  for (const [k, y] of targets.entries()) sum += term((means[k % K] * K) / trained.length, y);
  return (sum * K) / targets.length;
}

/** Nothing where there is no memory for a second copy of the network. */
async function findingsOn(
  { configuration, data, diagnosis }: RunContext,
  epoch: number,
  parameters: Float32Array,
  eta: number,
): Promise<readonly Finding[]> {
  try {
    const opened = diagnosis ?? (await LiveDiagnosis.open(configuration, data));
    return opened.measure(epoch, parameters, eta).findings;
  } catch (error) {
    if (!isBadInput(error)) throw error;
    return [];
  }
}
