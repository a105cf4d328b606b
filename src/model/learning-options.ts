// The options of how a network learns: for programs as an interface, for everything else as rows (option-row.ts). They are
// checked and become a `Learning` in learning.ts; a plain one needs nothing there but its row.

import type { NamedRows } from '../check.js';
import { AUGMENTATION_NAMES } from '../functions/augmentations.js';
import { OPTIMISER_NAMES, OPTIMISERS, type OptimiserName } from '../functions/optimisers/index.js';
import { SCHEDULE_NAMES, SCHEDULE_WORDS, type Schedule, type ScheduleName } from '../functions/schedules.js';
import { above, atLeast, inside, plain, type RowsOf, share, wholeNumber } from '../option-row.js';
import { count, plural } from '../text.js';
import { augmentationOf, augmentationText } from './augmentation-text.js';
import { batchGrowthOf, batchGrowthText } from './batch-growth.js';

/** What a user may set; everything has a default. */
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
  /** Weight decay λ, as in the book (chapter 3, equation 87): the cost gets λ/2n Σ w². Default: 0. */
  lambda?: number;
  /** L1 decay λ₁, as in the book (chapter 3, equation 95): the cost gets λ₁/n Σ |w|. Default: 0. */
  l1?: number;
  /** Probability that a hidden unit is left out of a step: one for all hidden layers, or one for each. Default: 0. */
  dropout?: number | readonly number[];
  /** Most that the norm of the weights into a neuron may be. Default: no limit. */
  maxNorm?: number;
  /** Most that the norm of ∇C, of all weights and biases together, may be; a longer one is shortened to it. Default: no limit. */
  clipNorm?: number;
  /** What C_x is multiplied with, by class; 'balanced': the inverse of each class's share of the training samples. Default: 1. */
  classWeights?: readonly number[] | 'balanced';
  /** ε of label smoothing: in training, but not in evaluation, the targets of a sample are (1 - ε) y + ε/n_L. Default: 0. */
  smooth?: number;
  /**
   * What is changed of each sample every time it is trained on: kinds with their numbers, such as 'rotate:12 scale:0.12
   * elastic:sigma=6,alpha=36'. Default: nothing.
   */
  augment?: string;
  /**
   * The epoch, from 1, from which on the run's network is the mean of those at the end of each epoch. Training goes on from the last one
   * itself. Default: no mean.
   */
  average?: number;
  /**
   * β of an exponential mean: in `average` the network of each epoch's end counts β times as much as that of the next. Alone, from the first
   * epoch on. Default: all count the same.
   */
  ema?: number;
  /** How η goes: a name for its usual form, or all of it. Default: constant. */
  schedule?: ScheduleName | Schedule;
  /**
   * How mini-batches grow: '20,2,1280' makes them twice as large every 20 epochs, up to 1,280 samples; without the last, up to all.
   * Default: they stay what they are.
   */
  growBatch?: string;
}

/** Less would be 0 in float32, and 0/0 the step of a weight that has no gradient. */
const LEAST_EPSILON = 1e-37;

/** Their rows, in the order of the help. */
export const LEARNING_OPTIONS = {
  optimiser: {
    key: 'optimiser',
    kind: 'text',
    placeholder: 'name',
    group: 'learning',
    help: OPTIMISER_NAMES.join(', '),
    default: 'sgd; momentum with --momentum',
    choices: OPTIMISER_NAMES,
    choiceWords: OPTIMISERS as NamedRows,
    step: (name: OptimiserName) => name,
    also: ['optim', 'opt', 'solver', 'updater', 'training-algorithm'],
  },
  momentum: {
    key: 'momentum',
    kind: 'number',
    group: 'learning',
    help: 'μ of momentum and nesterov',
    plain: plain(share, 0.9),
    also: ['mu', 'nesterov-momentum'],
  },
  rho: {
    key: 'rho',
    kind: 'number',
    group: 'learning',
    help: 'ρ of rmsprop',
    plain: plain(share, 0.9),
    also: ['decay-rate', 'smoothing'],
  },
  beta1: {
    key: 'beta1',
    kind: 'number',
    group: 'learning',
    help: 'β₁ of adam and adamw',
    plain: plain(share, 0.9),
    also: ['adam-beta1', 'b1'],
  },
  beta2: {
    key: 'beta2',
    kind: 'number',
    group: 'learning',
    help: 'β₂ of adam and adamw',
    plain: plain(share, 0.999),
    also: ['adam-beta2', 'b2'],
  },
  epsilon: {
    key: 'epsilon',
    kind: 'number',
    group: 'learning',
    help: 'ε of rmsprop, adam and adamw',
    plain: plain(atLeast(LEAST_EPSILON), 1e-8),
    also: ['eps', 'adam-epsilon', 'adam-eps'],
  },
  lambda: {
    key: 'lambda',
    kind: 'number',
    group: 'learning',
    help: 'weight decay λ: the cost gets λ/2n Σ w²',
    plain: plain(atLeast(0), 0),
    also: ['l2', 'weight-decay', 'wd', 'l2-reg', 'l2-regularization', 'l2-penalty', 'reg-lambda', 'regularization', 'reg', 'ridge', 'lmbda'],
    differs: 'the weight decay of other tools, times the number of training samples',
  },
  l1: {
    key: 'l1',
    kind: 'number',
    group: 'learning',
    help: 'L1 decay λ₁: the cost gets λ₁/n Σ |w|',
    plain: plain(atLeast(0), 0),
    says: (l1: number) => `λ₁ ${l1}`,
    step: 'λ₁',
    ownStep: true,
    also: ['l1-reg', 'l1-regularization', 'l1-penalty', 'lasso'],
  },
  dropout: {
    key: 'dropout',
    kind: 'shares',
    placeholder: 'p,…',
    group: 'learning',
    help: 'probability that a hidden unit is left out, one for all layers or one each',
    default: '0',
    says: (shares: readonly number[]) => `dropout ${new Set(shares).size === 1 ? shares[0] : shares.join(', ')}`,
    step: 'dropout',
    also: ['dropout-rate', 'dropout-prob', 'drop-rate', 'drop-prob', 'p-dropout'],
  },
  maxNorm: {
    key: 'max-norm',
    kind: 'number',
    group: 'learning',
    help: 'most that the norm of the weights into a neuron may be',
    default: 'no limit',
    plain: plain(above(0)),
    says: (most: number) => `norms of weights up to ${most}`,
    step: 'limit on norms',
    ownStep: true,
    also: ['max-weight-norm', 'weight-norm', 'kernel-constraint', 'weight-constraint'],
  },
  clipNorm: {
    key: 'clip-norm',
    kind: 'number',
    group: 'learning',
    help: 'most that the norm of ∇C may be',
    default: 'no limit',
    plain: plain(above(0)),
    says: (most: number) => `norm of ∇C up to ${most}`,
    step: 'limit on ∇C',
    ownStep: true,
    also: ['clip', 'grad-clip', 'gradient-clip', 'gradient-clipping', 'clip-grad-norm', 'max-grad-norm', 'clip-gradient-norm', 'gradient-clip-val'],
  },
  classWeights: {
    key: 'class-weights',
    kind: 'weights',
    placeholder: 'w,…',
    group: 'learning',
    help: "what the cost is multiplied with, by class; or 'balanced'",
    default: '1 for all',
    choices: ['balanced'],
    says: () => 'classes weighted',
    step: 'class weights',
    also: ['scale-pos-weight', 'weights-per-class'],
  },
  // C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, Rethinking the Inception architecture for computer vision (CVPR 2016), section 7
  smooth: {
    key: 'smooth',
    kind: 'number',
    group: 'learning',
    help: 'label smoothing ε: classes are trained on as (1 - ε) y + ε/n_L',
    plain: plain(share, 0),
    says: (smooth: number) => `targets smoothed by ${smooth}`,
    also: ['label-smoothing', 'label-smooth', 'smooth-labels', 'ls', 'soft-targets'],
  },
  augment: {
    key: 'augment',
    kind: 'text',
    hasCommas: true,
    placeholder: 'kinds',
    group: 'learning',
    help: `change each sample every time it is trained on: ${AUGMENTATION_NAMES.join(', ')}, such as 'rotate:12 elastic:sigma=6,alpha=36'`,
    plain: plain((_, text) => augmentationText(augmentationOf(text))),
    says: (text: string) => `samples changed by ${text}`,
    step: 'augment',
    also: ['augmentation', 'augmentations', 'data-augmentation', 'transforms', 'aug'],
  },
  // P. Izmailov et al., Averaging weights leads to wider optima and better generalization (UAI 2018)
  average: {
    key: 'average',
    kind: 'number',
    placeholder: 'epoch',
    group: 'learning',
    help: "the network is the mean of those at each epoch's end from this epoch on",
    default: 'no mean',
    plain: plain(wholeNumber(1)),
    says: (from: number) => `the mean of the networks from epoch ${from} on`,
    also: ['swa', 'swa-start', 'swa-epoch-start', 'weight-averaging', 'model-averaging', 'polyak'],
    differs: 'the epoch from which on the weights at the end of each epoch are averaged',
  },
  // A. Tarvainen and H. Valpola, Mean teachers are better role models (NIPS 2017), section 2, of epochs
  ema: {
    key: 'ema',
    kind: 'number',
    placeholder: 'β',
    group: 'learning',
    help: "the mean is exponential: the network of an epoch's end counts β times as much as the next; from --average on, or from epoch 1",
    default: 'all the same',
    plain: plain(inside),
    says: (beta: number) => `each counting ${beta} times as much as the next`,
    also: ['ema-decay', 'model-ema', 'model-ema-decay', 'average-decay', 'exponential-moving-average', 'ema-beta'],
    differs: 'the decay β of an epoch, not of a step, such as 0.8',
  },
  schedule: {
    key: 'schedule',
    kind: 'schedule',
    placeholder: 'how',
    group: 'learning',
    help: 'how η goes: constant; step:10,0.5 (times 0.5 every 10 epochs); halve:10 (halved after 10 epochs without a better one, as --patience has it); cosine:2 (rises for 2 epochs, then falls to 0); restarts:10,2 (falls to 0 in 10 epochs, then from its start again in 20, in 40, …)',
    choices: SCHEDULE_NAMES,
    choiceWords: SCHEDULE_WORDS as NamedRows,
    says: scheduleText,
    also: [
      'scheduler',
      'lr-schedule',
      'lr-scheduler',
      'learning-rate-schedule',
      'lr-decay',
      'learning-rate-decay',
      'lr-policy',
      'warmup',
      'warmup-epochs',
    ],
    differs: 'such as step:10,0.5, halve:10, cosine:2 or restarts:10,2',
  },
  growBatch: {
    key: 'grow-batch',
    kind: 'text',
    hasCommas: true,
    placeholder: 'epochs,x',
    group: 'learning',
    help: 'how mini-batches grow: 20,2,1280 makes them twice as large every 20 epochs, up to 1,280 samples (without a third number: up to all)',
    default: 'they stay',
    plain: plain((_, text) => batchGrowthText(batchGrowthOf(text))),
    says: growthText,
    also: ['batch-schedule', 'batch-size-schedule', 'batch-growth', 'batch-growth-factor', 'increase-batch-size', 'adaptive-batch-size'],
    differs: 'epochs, a factor and the most samples, such as 20,2,1280',
  },
} satisfies RowsOf<LearningOptions>;

function growthText(text: string): string {
  const { every, factor, most } = batchGrowthOf(text);
  return `mini-batches times ${factor} every ${plural(every, 'epoch')}${most === undefined ? '' : `, up to ${count(most)}`}`;
}

/** @param by the figure that epochs are compared by */
function scheduleText(schedule: Schedule, by: string): string {
  if (schedule.kind === 'constant') return '';
  if (schedule.kind === 'step') return `η times ${schedule.factor} every ${plural(schedule.every, 'epoch')}`;
  if (schedule.kind === 'halve') return `η halved after ${plural(schedule.patience, 'epoch')} without a better ${by}`;
  if (schedule.kind === 'restarts') {
    const longer = schedule.factor === 1 ? '' : `, each fall ${schedule.factor} times as long as the last`;
    return `η along a cosine from its start again after ${plural(schedule.first, 'epoch')}${longer}`;
  }
  return schedule.warmUp === 0 ? 'η along a cosine' : `η rising for ${plural(schedule.warmUp, 'epoch')}, then along a cosine`;
}
