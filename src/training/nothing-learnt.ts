// Whether a run has learnt anything: its network is held against an answer that looks at no input, the commonest class or the mean of the
// targets. Of one that is no better, the run's end says so, and whether it once was, or is so on its training samples alone; with what a
// diagnosis of it advises.

import { countSamples, type Dataset, isRegression, type Samples, type Split } from '../data/dataset.js';
import { oncePer } from '../data/once-per.js';
import { isBadInput } from '../errors.js';
import { costNamed } from '../functions/custom.js';
import type { BestEpoch, Finding, NothingLearnt } from '../options/events.js';
import { canTell, figureText, LEAST_SAMPLES } from '../options/figure.js';
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
 * @param best the best epoch of the run
 * @param parameters its own, [P] in the book's order
 * @param eta of the last epoch
 * @returns undefined where it has learnt something, and where that cannot be said
 */
export async function nothingLearnt(
  { configuration, data, diagnosis }: RunContext,
  { measured, best }: { readonly measured: Measured; readonly best: BestEpoch | undefined },
  parameters: Float32Array,
  eta: number,
): Promise<NothingLearnt | undefined> {
  const found = isRegression(data) ? besideMean(data, configuration.network.cost, measured) : besideCommonest(data, measured);
  if (!found) return undefined;
  const { value, baseline, noBetter } = found;
  if (found.byHeart)
    return { value, baseline, text: `It has learnt its training samples by heart, and nothing else: ${noBetter}. ${OTHERS}`, findings: [] };
  const lost = best !== undefined && best.epoch !== measured.epoch && best.by === found.by && found.isClear(best.value);
  const text = lost
    ? `It has lost what it had learnt: ${noBetter}; after epoch ${best.epoch} it was ${figureText(best.by, best.value)}. ${BEFORE}`
    : `It has learnt nothing: ${noBetter}.`;
  const findings = await findingsOn({ configuration, data, diagnosis }, measured.epoch, parameters, eta);
  return { value, baseline, text: findings.length > 0 || lost ? text : `${text} ${GENERAL}`, findings };
}

/** What to try where a diagnosis finds nothing. */
const GENERAL = 'Try more epochs, or another --eta: ten times larger, or smaller.';
const BEFORE = 'Try a smaller --eta; --restore-best ends with the best network.';
const OTHERS = 'Try more samples, a smaller network, or regularisation (--lambda, --dropout).';

interface Comparison {
  readonly by: string;
  readonly value: number;
  readonly baseline: number;
  /** Half a sentence. */
  readonly noBetter: string;
  /** Whether it knows most of what the same answer does not know of the training samples. */
  readonly byHeart: boolean;
  /** Whether another value is better than the baseline, and not by chance. */
  isClear(value: number): boolean;
}

/** The best of many epochs is more than this many standard errors better than the baseline by chance in one run of a hundred. */
const CLEAR = 3;

/** Where there is one class only, any network knows it. */
function besideCommonest(data: Dataset, measured: Measured): Comparison | undefined {
  const trained = commonestOf(data.training);
  const held = countSamples(data, 'validation') > 0 ? commonestOf(data.validation) : undefined;
  // A few validation samples tell nothing: then the training's do.
  const split = held && canTell(held.samples, held.share) ? 'validation' : 'training';
  const { label, share: baseline, samples } = split === 'validation' && held ? held : trained;
  const value = split === 'validation' ? measured.validationAccuracy : measured.trainingAccuracy;
  if (baseline === 1 || value === null || value > baseline) return undefined;
  const name = data.classNames?.[label] ?? label;
  return {
    by: `${split} accuracy`,
    value,
    baseline,
    noBetter: `its ${split} accuracy, ${percent(value, 2)}, is no better than always saying ${name}, the commonest class (${percent(baseline, 2)})`,
    byHeart: (measured.trainingAccuracy ?? 0) > (1 + trained.share) / 2,
    isClear: (better) => better - baseline > CLEAR * Math.sqrt((baseline * (1 - baseline)) / samples),
  };
}

const commonestOf = oncePer(({ labels }: Samples): { label: number; share: number; samples: number } => {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [label, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return { label, share: most / labels.length, samples: labels.length };
});

/** The mean is that of the training targets. Where these are all the same, there is nothing to learn but it. */
function besideMean(data: Dataset, cost: string, measured: Measured): Comparison | undefined {
  const split = countSamples(data, 'validation') >= LEAST_SAMPLES ? 'validation' : 'training';
  const value = split === 'validation' ? measured.validationCost : measured.trainingCost;
  const baseline = costOfMean(data, split, cost);
  if (value === null || baseline === 0 || value < baseline) return undefined;
  const by = `${split} cost` as const;
  return {
    by,
    value,
    baseline,
    noBetter: `its ${by}, ${figureText(by, value)}, is no better than that of the mean of the training targets (${figureText(by, baseline)})`,
    byHeart: measured.trainingCost < costOfMean(data, 'training', cost) / 2,
    isClear: (better) => better < baseline / 2,
  };
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
