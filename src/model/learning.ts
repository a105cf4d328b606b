// How a network learns: the optimiser with its numbers, what keeps weights small, what is left out at random, how η goes. A
// plain object that can be posted to a thread and written to a file; checked here, once.

import { checkInteger, checkNumber, checkOneOf } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { OPTIMISER_NAMES, type OptimiserName, readersOf } from '../functions/optimisers/index.js';
import { OPTIMISER_NUMBERS } from '../functions/optimisers/optimiser.js';
import { SCHEDULE_NAMES, type Schedule, type ScheduleName } from '../functions/schedules.js';

export interface Learning {
  readonly optimiser: OptimiserName;
  /** μ */
  readonly momentum: number;
  /** ρ */
  readonly rho: number;
  /** β₁, β₂ */
  readonly beta1: number;
  readonly beta2: number;
  /** ε */
  readonly epsilon: number;
  /** λ: the cost gets λ/2n Σ w² (book, chapter 3, equation 87). */
  readonly lambda: number;
  /** λ₁: the cost gets λ₁/n Σ |w| (book, chapter 3, equation 95). */
  readonly l1: number;
  /** Probability of each hidden layer's units to be left out. */
  readonly dropout: readonly number[];
  /** Most that the weights into a neuron may have as their norm. */
  readonly maxNorm?: number;
  /** Most that ∇C, of all weights and biases together, may have as its norm; longer ones are shortened to it. */
  readonly clipNorm?: number;
  /** What C_x is multiplied with, by the class of x. */
  readonly classWeights?: readonly number[];
  readonly schedule: Schedule;
}

/** What a user may say of it; all has a default. */
export interface LearningOptions {
  /** Default: sgd; momentum where a momentum is given. */
  optimiser?: OptimiserName;
  /** μ of momentum and nesterov. Default: 0.9. */
  momentum?: number;
  /** ρ of rmsprop. Default: 0.9. */
  rho?: number;
  /** β₁ and β₂ of adam and adamw. Default: 0.9 and 0.999. */
  beta1?: number;
  beta2?: number;
  /** ε of rmsprop, adam and adamw. Default: 1e-8. */
  epsilon?: number;
  /** Weight decay λ, as in the book: the cost gets λ/2n Σ w². Default: 0. */
  lambda?: number;
  /** L1 decay λ₁, as in the book: the cost gets λ₁/n Σ |w|. Default: 0. */
  l1?: number;
  /** Probability that a hidden unit is left out of a step: one for all hidden layers, or one for each. Default: 0. */
  dropout?: number | readonly number[];
  /** Most that the norm of the weights into a neuron may be. Default: no limit. */
  maxNorm?: number;
  /** Most that the norm of ∇C may be; a longer one is shortened. Default: no limit. */
  clipNorm?: number;
  /** What C_x is multiplied with, by class; 'balanced': the inverse of each class's share of the training samples. Default: 1. */
  classWeights?: readonly number[] | 'balanced';
  /** How η goes: a name for its usual form, or all of it. Default: constant. */
  schedule?: ScheduleName | Schedule;
}

/** Every name of LearningOptions; the type sees to it that none is missing. */
const NAMES: Readonly<Record<keyof LearningOptions, true>> = {
  optimiser: true,
  momentum: true,
  rho: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  lambda: true,
  l1: true,
  dropout: true,
  maxNorm: true,
  clipNorm: true,
  classWeights: true,
  schedule: true,
};
export const LEARNING_OPTIONS = Object.keys(NAMES) as (keyof LearningOptions)[];

/** The classes of the training samples, for class weights. */
interface Classes {
  /** How many samples each class has. */
  readonly counts: readonly number[];
}

/** Checks a user's options and fills in the defaults. */
export function specifyLearning(options: LearningOptions, hiddenLayers: number, classes: Classes): Learning {
  const optimiser = checkOneOf('optimiser', options.optimiser ?? (options.momentum === undefined ? 'sgd' : 'momentum'), OPTIMISER_NAMES);
  refuseForeign(options, optimiser);
  const share = (name: 'momentum' | 'rho' | 'beta1' | 'beta2', fallback: number): number => checkShare(name, options[name] ?? fallback);
  const limit = (name: 'maxNorm' | 'clipNorm'): number | undefined =>
    options[name] === undefined ? undefined : checkNumber(name, options[name], 0, true);
  return {
    optimiser,
    momentum: share('momentum', 0.9),
    rho: share('rho', 0.9),
    beta1: share('beta1', 0.9),
    beta2: share('beta2', 0.999),
    epsilon: checkNumber('epsilon', options.epsilon ?? 1e-8, LEAST_EPSILON),
    lambda: checkNumber('lambda', options.lambda ?? 0, 0),
    l1: checkNumber('l1', options.l1 ?? 0, 0),
    dropout: dropoutOf(options.dropout ?? 0, hiddenLayers),
    maxNorm: limit('maxNorm'),
    clipNorm: limit('clipNorm'),
    classWeights: weightsOf(options.classWeights, classes),
    schedule: scheduleOf(options.schedule ?? 'constant'),
  };
}

/** Whether a step is w ← keep·w - rate·Σ_x ∂C_x/∂w and nothing else: it is then computed together with the gradient. */
export function isPlain({ optimiser, l1, maxNorm, clipNorm }: Learning): boolean {
  return optimiser === 'sgd' && l1 === 0 && maxNorm === undefined && clipNorm === undefined;
}

/** Less would be 0 in float32, and 0/0 the step of a weight that has no gradient. */
const LEAST_EPSILON = 1e-37;

/** Whether an optimiser reads a number of learning; those that are of no optimiser are read by all. */
export function readsNumber(optimiser: OptimiserName, name: string): boolean {
  const number = OPTIMISER_NUMBERS.find((one) => one === name);
  return number === undefined || readersOf(number).includes(optimiser);
}

/** The options that make this learning again. */
export function optionsOfLearning({ dropout, ...learning }: Learning): LearningOptions {
  const read = Object.entries(learning).filter(([name]) => readsNumber(learning.optimiser, name));
  return { ...Object.fromEntries(read), dropout: dropout.length > 0 ? dropout : undefined };
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

function checkShare(name: string, value: unknown): number {
  const share = checkNumber(name, value, 0);
  if (share >= 1) throw wrongValue(name, 'a number of at least 0 and below 1', share);
  return share;
}

/** Beyond this a step would hardly have a unit left. */
const MOST_DROPOUT = 0.99;

function dropoutOf(given: number | readonly number[], hiddenLayers: number): number[] {
  const list: readonly number[] = Array.isArray(given) ? given : [given];
  if (hiddenLayers === 0 && list.some((p) => p !== 0)) throw wrongValue('dropout', 'none without a hidden layer', list);
  if (list.length !== 1 && list.length !== hiddenLayers)
    throw wrongValue('dropout', `one number, or one for each of the ${hiddenLayers} hidden layers`, list);
  for (const p of list) if (checkShare('dropout', p) > MOST_DROPOUT) throw wrongValue('dropout', `at most ${MOST_DROPOUT}`, p);
  return Array.from({ length: hiddenLayers }, (_, l) => (list.length === 1 ? list[0] : list[l]));
}

function weightsOf(given: LearningOptions['classWeights'], { counts }: Classes): number[] | undefined {
  if (given === undefined) return undefined;
  if (given !== 'balanced') {
    if (!Array.isArray(given)) throw wrongKind('classWeights', "a list with a number for each class, or 'balanced'", given);
    if (given.length !== counts.length) throw wrongValue('classWeights', `${counts.length} numbers, one for each class`, given);
    for (const [k, weight] of given.entries()) checkNumber(`classWeights[${k}]`, weight, 0);
    if (given.every((weight) => weight === 0)) throw wrongValue('classWeights', 'one above 0 at least', given);
    return [...given];
  }
  const total = counts.reduce((sum, n) => sum + n, 0);
  const present = counts.filter((n) => n > 0).length;
  return counts.map((n) => (n === 0 ? 0 : total / (present * n)));
}

function scheduleOf(given: ScheduleName | Schedule): Schedule {
  const schedule = (typeof given === 'string' ? { kind: given } : given) as { kind: string } & Record<string, unknown>;
  if (typeof schedule !== 'object' || schedule === null) throw wrongKind('schedule', `one of ${SCHEDULE_NAMES.join(', ')}`, given);
  const kind = checkOneOf('schedule', schedule.kind, SCHEDULE_NAMES);
  if (kind === 'step') {
    const factor = checkNumber('factor of the schedule', schedule.factor ?? 0.1, 0, true);
    return { kind, every: checkInteger('epochs of the schedule', schedule.every ?? 10, 1), factor };
  }
  if (kind === 'halve') return { kind, patience: checkInteger('epochs of the schedule', schedule.patience ?? 10, 1) };
  if (kind === 'cosine') return { kind, warmUp: checkNumber('warm-up of the schedule', schedule.warmUp ?? 0, 0) };
  return { kind };
}
