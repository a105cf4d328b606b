// How a network learns: the optimiser with its numbers, weight decay and limits on norms, dropout, the schedule of η. A
// plain object that can be posted to a thread and written to a file; checked here, once.

import { checkInteger, checkList, checkNumber, checkObject, checkOneOf } from '../check.js';
import { wrongValue } from '../errors.js';
import { FOR_ALL_SAMPLES, onlyForPictures, type PictureShape } from '../functions/augmentations.js';
import { OPTIMISER_NAMES, OPTIMISERS, type OptimiserName, readersOf } from '../functions/optimisers/index.js';
import { OPTIMISER_NUMBERS } from '../functions/optimisers/optimiser.js';
import { SCHEDULE_NAMES, SCHEDULE_WORDS, type Schedule, type ScheduleName } from '../functions/schedules.js';
import { isSet, type PlainValues, plainValues, rowsForPeople, share } from '../option-row.js';
import { augmentationOf } from './augmentation-text.js';
import { LEARNING_OPTIONS, type LearningOptions } from './learning-options.js';

/** The plain values of its options, checked, and what the others become. */
export interface Learning extends PlainValues<typeof LEARNING_OPTIONS> {
  readonly optimiser: OptimiserName;
  /** Probability of each hidden layer's units to be left out. */
  readonly dropout: readonly number[];
  /** What C_x is multiplied with, by the class of x. */
  readonly classWeights?: readonly number[];
  readonly schedule: Schedule;
  /** What the samples are as pictures, where they are changed as such. */
  readonly picture?: PictureShape;
}

/** What learning needs to know of the training samples. */
interface OfSamples {
  /** How many samples each class has. */
  readonly counts: readonly number[];
  /** What they are as pictures, if they are some. */
  readonly picture?: PictureShape;
}

/** Checks a user's options and fills in the defaults. */
export function specifyLearning(options: LearningOptions, hiddenLayers: number, samples: OfSamples): Learning {
  const optimiser = checkOneOf('optimiser', options.optimiser ?? (options.momentum === undefined ? 'sgd' : 'momentum'), OPTIMISER_NAMES, OPTIMISERS);
  refuseForeign(options, optimiser);
  const values = plainValues(LEARNING_OPTIONS, options);
  return {
    optimiser,
    ...values,
    // An exponential mean that no epoch is named for forgets the first ones by itself.
    ...(values.ema !== undefined && { average: values.average ?? 1 }),
    dropout: dropoutOf(options.dropout ?? 0, hiddenLayers),
    classWeights: weightsOf(options.classWeights, samples),
    schedule: scheduleOf(options.schedule ?? 'constant'),
    ...pictureOf(values.augment, samples),
  };
}

/** Whether a step is w ← keep·w - rate·Σ_x ∂C_x/∂w and nothing else: it is then computed together with the gradient. */
export function isPlain(learning: Learning): boolean {
  const values: Readonly<Record<string, unknown>> = { ...learning };
  return learning.optimiser === 'sgd' && rowsForPeople(LEARNING_OPTIONS).every(([name, { ownStep }]) => !ownStep || !isSet(values[name]));
}

/** Whether an optimiser reads a number of learning; those that are of no optimiser are read by all. */
export function readsNumber(optimiser: OptimiserName, name: string): boolean {
  const number = OPTIMISER_NUMBERS.find((one) => one === name);
  return number === undefined || readersOf(number).includes(optimiser);
}

/** The options that make this learning again. */
export function optionsOfLearning({ dropout, picture: _, ...learning }: Learning): LearningOptions {
  const read = Object.entries(learning).filter(([name]) => readsNumber(learning.optimiser, name));
  return { ...Object.fromEntries(read), dropout: dropout.length > 0 ? dropout : undefined };
}

/** What the samples are, where something is done to them that only pictures know. */
function pictureOf(augment: string | undefined, { picture }: OfSamples): Pick<Learning, 'picture'> {
  const [first] = augment === undefined ? [] : onlyForPictures(augmentationOf(augment));
  if (first === undefined) return {};
  if (!picture)
    throw wrongValue(
      'augment',
      `kinds that are not for pictures alone: ${FOR_ALL_SAMPLES.join(', ')}`,
      first,
      'These samples are no pictures whose height and width are known.',
    );
  return { picture };
}

/** A number that the optimiser would not read was meant for another one. */
function refuseForeign(options: LearningOptions, optimiser: OptimiserName): void {
  for (const name of OPTIMISER_NUMBERS) {
    const readers = readersOf(name);
    if (options[name] === undefined || readers.includes(optimiser)) continue;
    throw wrongValue(
      name,
      `none with the optimiser '${optimiser}', which has no such number`,
      options[name],
      `Those that have: ${readers.join(', ')}.`,
    );
  }
}

/** Beyond this a step would hardly have a unit left. */
const MOST_DROPOUT = 0.99;

function dropoutOf(given: number | readonly number[], hiddenLayers: number): number[] {
  const list = typeof given === 'number' ? [given] : checkList('dropout', given, 'a number, or one for each hidden layer');
  if (hiddenLayers === 0 && list.some((p) => p !== 0)) throw wrongValue('dropout', 'none without a hidden layer', list);
  if (list.length !== 1 && list.length !== hiddenLayers)
    throw wrongValue('dropout', `one number, or one for each of the ${hiddenLayers} hidden layers`, list);
  for (const p of list) if (share('dropout', p) > MOST_DROPOUT) throw wrongValue('dropout', `at most ${MOST_DROPOUT}`, p);
  return Array.from({ length: hiddenLayers }, (_, l) => (list.length === 1 ? list[0] : list[l]));
}

function weightsOf(given: LearningOptions['classWeights'], { counts }: OfSamples): number[] | undefined {
  if (given === undefined) return undefined;
  if (given !== 'balanced') {
    const weights = checkList('classWeights', given, "a list with a number for each class, or 'balanced'");
    if (weights.length !== counts.length) throw wrongValue('classWeights', `${counts.length} numbers, one for each class`, weights);
    for (const [k, weight] of weights.entries()) checkNumber(`classWeights[${k}]`, weight, 0);
    if (weights.every((weight) => weight === 0)) throw wrongValue('classWeights', 'one above 0 at least', weights);
    return weights;
  }
  const total = counts.reduce((sum, n) => sum + n, 0);
  const present = counts.filter((n) => n > 0).length;
  return counts.map((n) => (n === 0 ? 0 : total / (present * n)));
}

function scheduleOf(given: ScheduleName | Schedule): Schedule {
  const whole: object = typeof given === 'string' ? { kind: given } : given;
  const schedule: Readonly<Record<string, unknown>> = { ...checkObject('schedule', whole, `one of ${SCHEDULE_NAMES.join(', ')}`) };
  const kind = checkOneOf('schedule', schedule.kind, SCHEDULE_NAMES, SCHEDULE_WORDS);
  if (kind === 'step') {
    const factor = checkNumber('factor of the schedule', schedule.factor ?? 0.1, 0, true);
    return { kind, every: checkInteger('epochs of the schedule', schedule.every ?? 10, 1), factor };
  }
  if (kind === 'halve') return { kind, patience: checkInteger('epochs of the schedule', schedule.patience ?? 10, 1) };
  if (kind === 'cosine') return { kind, warmUp: checkNumber('warm-up of the schedule', schedule.warmUp ?? 0, 0) };
  if (kind === 'restarts') {
    const first = checkInteger('epochs of the schedule', schedule.first ?? 10, 1);
    return { kind, first, factor: checkInteger('factor of the schedule', schedule.factor ?? 2, 1) };
  }
  return { kind };
}
