// What happened in a run, in one or two sentences, by rules over its figures. Only what the figures show is said; each limit stands here
// with its reason. Nothing is read and nothing measured: it is as true of a run that goes on as of one that has ended.

import type { EpochEvent } from '../../options/events.js';
import { bestOf, canTell, LEAST_SAMPLES } from '../../options/figure.js';
import { count, fixed, noun, percent } from '../../text.js';
import type { RunReport } from '../data/run-report.js';
import { costText } from '../words.js';

/** What the verdict goes by. */
export type Judged = Pick<RunReport, 'record' | 'epochs' | 'goingOn' | 'assessed' | 'regression'>;

/**
 * The last epochs that have to lie above the least cost, and by which factor: one alone is noise. On the full MNIST neighbouring epochs
 * of a run that has settled differ by up to 3 %.
 */
const RISEN_EPOCHS = 3;
const RISEN = 1.1;
/** While the training's cost falls to this share at least; else nothing is learnt by heart. */
const FALLEN = 0.8;
/** Epochs from which on a figure that is best in the last one says that more may help: the second is better than the first of nearly all. */
const TREND = 3;

export function verdict(run: Judged): string {
  const how = endOf(run);
  const trend = trendOf(run);
  return [how, trend].filter((sentence) => sentence !== undefined).join(' ');
}

/** How it ended, where that is not at its planned end. */
function endOf({ record: { state, configuration, outcome }, epochs, goingOn }: Judged): string | undefined {
  const { error, stopped } = (outcome ?? {}) as { error?: unknown; stopped?: unknown };
  const current = (epochs.at(-1)?.epoch ?? 0) + 1;
  if (goingOn) return undefined;
  if (state === 'running') return 'Under way, or ended without a word.';
  if (state === 'interrupted') {
    return current > configuration.epochs
      ? 'Interrupted after its last epoch.'
      : `Interrupted in epoch ${count(current)} of ${count(configuration.epochs)}.`;
  }
  if (state !== 'done') return typeof error === 'string' ? firstSentence(error) : `Ended: ${state}.`;
  return typeof stopped === 'string' ? `Stopped early: ${stopped}.` : undefined;
}

/** Up to the first full stop that a space follows. */
function firstSentence(text: string): string {
  return /^.*?\.(?=\s)/s.exec(text)?.[0] ?? text;
}

function trendOf(run: Judged): string | undefined {
  const { epochs } = run;
  if (epochs.length === 0) return run.goingOn ? 'The first epoch is under way.' : 'No epoch has ended.';
  return nothingLearnt(run) ?? overfitting(epochs) ?? improvement(run);
}

/** No better than an answer that looks at no input. */
function nothingLearnt({ record: { outcome, configuration }, epochs, assessed, regression, goingOn }: Judged): string | undefined {
  const told = (outcome as { nothingLearnt?: { text?: unknown } } | undefined)?.nothingLearnt?.text;
  if (!goingOn && typeof told === 'string') return told;
  if (regression && regression.samples >= LEAST_SAMPLES && regression.r2 !== null && regression.r2 <= 0) {
    return `Has learnt nothing: on the ${regression.split} samples no better than always their mean (R² ${fixed(regression.r2, 2)}).`;
  }
  if (assessed && assessed.classes.filter(({ samples }) => samples > 0).length > 1) {
    const commonest = assessed.classes.reduce((a, b) => (b.samples > a.samples ? b : a));
    if (assessed.correct > commonest.samples || !canTell(assessed.samples, commonest.samples / assessed.samples)) return undefined;
    return `Has learnt nothing: on the ${assessed.split} samples no better than always saying ${commonest.label}, the commonest class (${percent(commonest.samples / assessed.samples)}).`;
  }
  const { layers } = configuration.network;
  const outputs = layers[layers.length - 1];
  const { validationAccuracy, testAccuracy } = epochs[epochs.length - 1];
  const accuracy = validationAccuracy ?? testAccuracy;
  // The commonest class of any samples is at least as common as one of all outputs.
  if (outputs < 2 || accuracy === null || accuracy > 1 / outputs) return undefined;
  return `Has learnt nothing${goingOn ? ' yet' : ''}: no better than the commonest class.`;
}

/** The validation's cost, or where there is none that of the test, rises while the training's falls. */
function overfitting(epochs: readonly EpochEvent[]): string | undefined {
  const split = epochs.some(({ validationCost }) => validationCost !== null) ? 'validation' : 'test';
  const cost = (e: EpochEvent): number => (split === 'validation' ? e.validationCost : e.testCost) ?? Number.NaN;
  const measured = epochs.filter((e) => Number.isFinite(cost(e)) && Number.isFinite(e.trainingCost));
  if (measured.length <= RISEN_EPOCHS) return undefined;
  const [least, last] = [measured.reduce((a, b) => (cost(b) < cost(a) ? b : a)), measured[measured.length - 1]];
  const risen = measured.slice(-RISEN_EPOCHS).every((e) => e.epoch > least.epoch && cost(e) >= RISEN * cost(least));
  if (!risen || cost(least) <= 0 || last.trainingCost > FALLEN * least.trainingCost) return undefined;
  const rise = `${split} cost rises from epoch ${count(least.epoch)} on, ${costText(cost(least))} to ${costText(cost(last))}`;
  const best = bestOf(epochs);
  const later =
    best?.by === 'validation accuracy' && best.epoch > least.epoch ? `; validation accuracy is best after epoch ${count(best.epoch)}` : '';
  return `Overfits: ${rise}, while training cost falls ${fall(least.trainingCost / last.trainingCost)}${later}.`;
}

const UNKNOWN = 'No samples were kept back: how it does on others is not known.';

function fall(factor: number): string {
  if (!Number.isFinite(factor)) return 'to 0';
  return factor < 2 ? `by ${percent(1 - 1 / factor, 0)}` : `${factor < 10 ? fixed(factor, 1) : count(factor)}-fold`;
}

/** Whether it was still getting better. */
function improvement({ record: { state, configuration, outcome }, epochs, goingOn }: Judged): string | undefined {
  const best = bestOf(epochs);
  if (!best) return undefined;
  const { by, epoch } = best;
  const since = epochs[epochs.length - 1].epoch - epoch;
  if (epochs.length === 1) return goingOn ? undefined : 'One epoch: too little to say whether more would help.';
  // Why it stopped says the rest.
  if (since > 0 && typeof (outcome as { stopped?: unknown } | undefined)?.stopped === 'string') {
    return `The best ${by} is that of epoch ${count(epoch)}.`;
  }
  if (since > 0)
    return `The best ${by} is that of epoch ${count(epoch)}; ${count(since)} ${noun(since, 'epoch')} since ${noun(since, 'has', 'have')} not been better.`;
  if (goingOn) return 'Still improving.';
  if (by === 'training cost') return epochs.some(({ testCost }) => testCost !== null) ? undefined : UNKNOWN;
  if (epochs.length < TREND) return undefined;
  const whole = state === 'done' && epoch >= configuration.epochs;
  return whole ? 'Still improving at its end: more epochs may help.' : 'It was still improving.';
}
