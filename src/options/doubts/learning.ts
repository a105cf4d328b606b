// Doubts about how a network learns: steps too long or too short, decay that takes all or nothing, limits that stop it, ways to end that
// never come. What was measured is of 784-30-10 on the 8,000 digits of the package, 3 epochs, where the defaults reach 92 %.

import { OPTIMISERS, readersOf } from '../../functions/optimisers/index.js';
import { fallAt, fallLength, type Restarts } from '../../functions/schedules.js';
import { augmentationOf } from '../../model/augmentation-text.js';
import { count, noun, percent, plural } from '../../text.js';
import { scheduleText } from '../option-text.js';
import type { Configuration } from '../options.js';
import { type SettingRule, type Settings, short } from './rule.js';

/** How much the steps of gradient descent are made longer by a momentum. */
const stretch = ({ configuration: { learning } }: Settings): number => (hasMomentum(learning) ? 1 / (1 - learning.momentum) : 1);

const hasMomentum = ({ optimiser }: Configuration['learning']): boolean => readersOf('momentum').includes(optimiser);
/** How much longer steps are with the usual momentum. */
const USUAL_STRETCH = 10;

/** Whether steps have about the length η, whatever the gradient's: it is divided by its own size and ε. */
const isAdaptive = ({ configuration: { learning } }: Settings): boolean => readersOf('epsilon').includes(learning.optimiser);
/** Whether the decay term is not divided by what the gradient usually is. */
const decaysAsSaid = (s: Settings): boolean => !isAdaptive(s) || OPTIMISERS[s.configuration.learning.optimiser].decoupled;

/** The share of every weight that L2 decay takes away in a step. */
const decay = (s: Settings): number => (s.configuration.eta * s.configuration.learning.lambda * stretch(s)) / s.samples;
/** Whether so large a rate leaps over what the gradient knows; without a limit to the gradient's norm. */
function isFarTooLarge(s: Settings, eta: number, longer = stretch(s)): boolean {
  if (s.configuration.learning.clipNorm !== undefined) return false;
  return isAdaptive(s) ? eta >= LARGE_ADAPTIVE_ETA : eta * longer >= LARGE_ETA;
}

/** η with no more than the usual momentum. */
const isFarTooLargeItself = (s: Settings): boolean => isFarTooLarge(s, s.configuration.eta, Math.min(stretch(s), USUAL_STRETCH));

/** The largest η that the schedule comes to. */
function peak({ configuration: { eta, epochs, learning } }: Settings): number {
  const { schedule } = learning;
  return schedule.kind === 'step' && schedule.factor > 1 ? eta * schedule.factor ** Math.floor((epochs - 1) / schedule.every) : eta;
}

/** Whether a decay outweighs, as a share of the mean cost, what a classifier has to learn, whatever η is. */
const outweighs = (s: Settings, lambda: number): boolean => s.targets === undefined && lambda / s.samples >= HEAVY;

/** The length of all plain steps of a run together, for a gradient of norm 1. */
const reach = (s: Settings): number => s.configuration.eta * stretch(s) * s.steps;

/** The default; of sigmoids with the quadratic cost the book's. */
function usual({ configuration: { learning, network } }: Settings): number {
  const slow = network.cost === 'quadratic' && network.activations.every((f) => f === 'sigmoid');
  return slow && learning.optimiser === 'sgd' ? 3 : OPTIMISERS[learning.optimiser].eta;
}

/** Sgd: 10 to 20 % from η = 30 on, with either cost; momentum: 10 % from 3 on. Small networks bear more. */
const LARGE_ETA = 50;
/** Adam: 18 % at 0.3, 14 % at 1; RMSProp: 58 % and 33 %. */
const LARGE_ADAPTIVE_ETA = 0.5;
/** λ/n, λ₁/n. L2: 25 % from it on; L1: 11 % from an eighth of it on. Small samples, which bear more, get less of a doubt. */
const HEAVY = 0.1;
/** 11 %; 55 % with 1. */
const SMALL_NORM = 0.1;

/** Less forgets all but the last network: 5 % of the mean are of others. */
const LEAST_EMA = 0.05;

/** Whether the first network of an exponential mean counts about as much as the last, at the end of the run. */
function isPlainMean({ configuration: { learning, epochs } }: Settings): boolean {
  const { ema, average = 1 } = learning;
  return ema !== undefined && epochs > average && (1 - ema) * (epochs - average) < 0.05;
}

/** Digits of the package, 10 epochs: 93.6 % without, 92.9 with α 0.4, 91.7 with 1, 90.9 with 3, 89.1 with 10. */
const MOST_ALPHA = 1;
/** Of a hundred samples less than five have a hundredth of another one. */
const LEAST_ALPHA = 0.01;

/** α of mixing; the usual one where nothing is mixed. */
const mixAlpha = ({ configuration: { learning } }: Settings): number =>
  (learning.augment === undefined ? undefined : augmentationOf(learning.augment).mix?.alpha) ?? USUAL_ALPHA;
const USUAL_ALPHA = 0.2;

/** Said of a run without validation samples that goes by them. */
export const NO_VALIDATION =
  'No samples are kept back for validation: what shall go by it goes by the training cost, which falls on where a network only learns its samples by heart. Keep some back (--validation).';

export const LEARNING_RULES: readonly SettingRule[] = [
  {
    about: 'batch',
    when: ({ options, samples }) => (options.batch ?? 0) > samples,
    text: ({ options, samples }) =>
      `A mini-batch of ${count(options.batch ?? 0)} is more than there is to train on: it becomes all ${count(samples)} samples, and an epoch one step. Say --batch ${samples} where that is meant.`,
  },
  {
    about: 'eta',
    when: isFarTooLargeItself,
    text: (s) =>
      `η = ${s.configuration.eta} is far too large for ${s.configuration.learning.optimiser}, but in tiny networks: its steps leap over what the gradient knows, and neurons saturate or die. Usual is --eta ${usual(s)}.`,
  },
  {
    about: 'momentum',
    when: (s) => isFarTooLarge(s, s.configuration.eta) && !isFarTooLargeItself(s),
    text: (s) =>
      `A momentum of ${s.configuration.learning.momentum} makes steps up to ${count(Math.round(stretch(s)))} times as long, too long for η = ${s.configuration.eta}. Usual is --momentum 0.9; or use a smaller --eta.`,
  },
  {
    about: 'schedule',
    when: (s) => isFarTooLarge(s, peak(s)) && !isFarTooLarge(s, s.configuration.eta),
    text: (s) =>
      `With --schedule ${scheduleText(s.configuration.learning.schedule)} η grows from ${s.configuration.eta} to ${short(peak(s))}, far too large. Use a factor below 1, which makes it smaller.`,
  },
  {
    about: 'eta',
    when: (s) => reach(s) < 1e-4,
    text: (s) =>
      `η = ${s.configuration.eta} is so small that ${count(s.steps)} ${noun(s.steps, 'step')} change hardly a digit of the weights. Usual is --eta ${usual(s)}.`,
  },
  {
    about: 'lambda',
    when: (s) => !OPTIMISERS[s.configuration.learning.optimiser].decoupled && outweighs(s, s.configuration.learning.lambda) && decay(s) < 0.1,
    text: ({ configuration: { learning }, samples }) =>
      `λ = ${learning.lambda} outweighs what there is to learn: as in the book it is divided by the ${count(samples)} training samples, and is a weight decay of ${short(learning.lambda / samples)}. Usual is up to 0.001, here --lambda ${short(samples / 1000)}.`,
  },
  {
    about: 'lambda',
    when: (s) => decaysAsSaid(s) && decay(s) >= 0.1,
    text: (s) =>
      `λ = ${s.configuration.learning.lambda} takes ${percent(Math.min(1, decay(s)), 0)} of every weight away in each step (ηλ/n), more than can be learnt in it. Usual is --lambda 5 for 50,000 samples.`,
  },
  {
    about: 'lambda',
    when: (s) => {
      const { lambda } = s.configuration.learning;
      return lambda > 0 && (decaysAsSaid(s) ? decay(s) * s.steps < 1e-3 : lambda / s.samples < 1e-6);
    },
    text: ({ configuration: { learning }, samples }) =>
      `λ = ${learning.lambda} does next to nothing: as in the book it is divided by the ${count(samples)} training samples. What other programs call a weight decay of ${learning.lambda} is --lambda ${short(learning.lambda * samples)}.`,
  },
  {
    about: 'l1',
    when: (s) =>
      outweighs(s, s.configuration.learning.l1) ||
      (!isAdaptive(s) && (s.configuration.eta * s.configuration.learning.l1 * stretch(s)) / s.samples >= 0.1),
    text: ({ configuration: { learning }, samples }) =>
      `λ₁ = ${learning.l1} draws every weight to 0 harder than most gradients draw it away (λ₁/n = ${short(learning.l1 / samples)}): none can stay. Usual is up to 0.001, here --l1 ${short(samples / 1000)}.`,
  },
  {
    about: 'classWeights',
    when: ({ configuration: { learning } }) => classesWithWeight(learning).length === 1,
    text: ({ configuration: { learning }, data }) => {
      const [only] = classesWithWeight(learning);
      return `With these --class-weights no class but ${data.classNames?.[only] ?? only} is learnt from. Give the others weights above 0, or say --class-weights balanced.`;
    },
  },
  {
    about: 'dropout',
    when: ({ configuration: { learning, network } }) => learning.dropout.some((p, l) => p > 0 && network.layers[l + 1] * (1 - p) < 1),
    text: ({ configuration: { learning, network } }) => {
      const l = learning.dropout.findIndex((p, l) => p > 0 && network.layers[l + 1] * (1 - p) < 1);
      return `--dropout ${learning.dropout[l]} leaves less than one of the ${plural(network.layers[l + 1], 'neuron')} of layer ${l + 2} in a step. Use less, or more neurons.`;
    },
  },
  {
    about: 'augment',
    when: (s) => mixAlpha(s) > MOST_ALPHA,
    text: (s) =>
      `mix:${mixAlpha(s)} leaves of hardly a sample much more than half: λ is mostly near ½, and what is learnt is blurred. Usual is mix:0.1 to mix:0.4, seldom more than mix:1.`,
  },
  {
    about: 'augment',
    when: (s) => mixAlpha(s) < LEAST_ALPHA,
    text: (s) => `mix:${mixAlpha(s)} mixes hardly a sample: λ is nearly always 1. Usual is mix:0.1 to mix:0.4.`,
  },
  {
    about: 'maxNorm',
    when: ({ configuration: { learning } }) => (learning.maxNorm ?? 1) <= SMALL_NORM,
    text: ({ configuration: { learning } }) =>
      `--max-norm ${learning.maxNorm} holds the weights into a neuron so small that it hardly hears its inputs. Usual are 2 to 4; weights start with a norm of about 1.`,
  },
  {
    about: 'clipNorm',
    when: (s) => !isAdaptive(s) && reach(s) >= 1e-4 && reach(s) * (s.configuration.learning.clipNorm ?? 1) < 1e-4,
    text: (s) => `With --clip-norm ${s.configuration.learning.clipNorm} all steps together change hardly a digit of the weights. Usual is about 1.`,
  },
  {
    // Kingma and Ba 2015 prove convergence for β₁² / √β₂ < 1. β₂ 0.5: 79 %; β 0.99 and 0.9: 55 %.
    about: 'beta2',
    when: ({ configuration: { learning } }) => readersOf('beta2').includes(learning.optimiser) && learning.beta1 ** 2 >= Math.sqrt(learning.beta2),
    text: ({ configuration: { learning } }) =>
      `β ${learning.beta1}, ${learning.beta2}: the gradient is remembered for longer than its square, so that steps can grow without end. Usual are --beta1 0.9 --beta2 0.999.`,
  },
  {
    about: 'patience',
    when: ({ configuration: { patience, epochs } }) => patience !== undefined && patience >= epochs - 1,
    text: ({ configuration: { patience, epochs } }) =>
      `--patience ${patience} cannot end a run of ${plural(epochs, 'epoch')} early. Use less, or more --epochs; to end with the best network, --restore-best alone does.`,
  },
  {
    about: 'average',
    when: ({ configuration: { learning, epochs } }) => learning.average === epochs,
    text: ({ configuration: { learning, epochs } }) =>
      `--average ${learning.average} takes the mean of one network, that of the last of ${plural(epochs, 'epoch')}: it changes nothing. Begin earlier.`,
  },
  {
    about: 'ema',
    when: (s) => isPlainMean(s),
    text: ({ configuration: { learning, epochs } }) =>
      `--ema ${learning.ema} is the decay of an epoch, not of a step: over ${plural(epochs, 'epoch')} the mean is hardly another one than with --average ${learning.average} alone. Usual is 0.5 to 0.9.`,
  },
  {
    about: 'ema',
    when: ({ configuration: { learning } }) => (learning.ema ?? 1) < LEAST_EMA,
    text: ({ configuration: { learning } }) =>
      `--ema ${learning.ema} is hardly a mean: the network of an epoch counts ${short(1 / (learning.ema ?? 1))} times as much as the one before. Usual is 0.5 to 0.9.`,
  },
  {
    about: 'validation',
    when: ({ configuration: { patience, learning, restoreBest }, by }) =>
      by === 'training cost' && (patience !== undefined || restoreBest || learning.schedule.kind === 'halve'),
    text: () => NO_VALIDATION,
  },
  {
    about: 'schedule',
    when: ({ configuration: { learning, epochs } }) => learning.schedule.kind === 'restarts' && wholeFalls(learning.schedule, epochs).share < 1,
    text: ({ configuration: { learning, epochs } }) => {
      const { schedule } = learning;
      const { share, before, after } = wholeFalls(schedule as Restarts, epochs);
      const lengths = [before, after].filter((n) => n > 0).join(' or ');
      return `With --schedule ${scheduleText(schedule)} a run of ${plural(epochs, 'epoch')} ends after ${percent(share)} of a fall of η, which is still large then. It is 0 after --epochs ${lengths}.`;
    },
  },
  {
    about: 'growBatch',
    when: ({ configuration: { learning, batch, epochs }, samples, batchAt }) =>
      learning.growBatch !== undefined && batch < samples && batchAt(epochs) === batch,
    text: ({ configuration: { learning, epochs } }) =>
      `With --grow-batch ${learning.growBatch} mini-batches stay what they are in a run of ${plural(epochs, 'epoch')}. Let them grow sooner, or by more.`,
  },
  {
    about: 'growBatch',
    when: ({ configuration: { batch, epochs }, samples, batchAt }) => batch < samples && batchAt(epochs) === samples,
    text: ({ configuration: { learning, epochs }, samples, batchAt }) => {
      const from = 1 + Array.from({ length: epochs }, (_, k) => batchAt(k + 1)).indexOf(samples);
      return `With --grow-batch ${learning.growBatch} a mini-batch is all ${count(samples)} samples from epoch ${from} on, and an epoch one step. Say the most that it may be, as in --grow-batch 20,2,1280.`;
    },
  },
  {
    about: 'schedule',
    when: ({ configuration: { learning, epochs } }) => changesNothing(learning.schedule, epochs),
    text: ({ configuration: { epochs } }) => `With this --schedule η stays what it is in a run of ${plural(epochs, 'epoch')}.`,
  },
  {
    about: 'schedule',
    when: ({ configuration: { learning, patience = Number.POSITIVE_INFINITY, epochs } }) =>
      learning.schedule.kind === 'halve' && patience <= learning.schedule.patience && patience < epochs - 1,
    text: ({ configuration: { patience, learning } }) =>
      `--patience ${patience} ends the run before --schedule ${scheduleText(learning.schedule)} halves η. Use a patience that lasts longer.`,
  },
];

function classesWithWeight({ classWeights = [] }: Configuration['learning']): number[] {
  return classWeights.length < 2 ? [] : classWeights.flatMap((weight, k) => (weight > 0 ? [k] : []));
}

/** The share of its last fall of η that a run goes, and the epochs that end the fall before it and that one. */
function wholeFalls(schedule: Restarts, epochs: number): { share: number; before: number; after: number } {
  const begin = fallAt(schedule, epochs - 1);
  const length = fallLength(schedule, begin);
  return { share: (epochs - begin) / length, before: begin, after: begin + length };
}

function changesNothing(schedule: Configuration['learning']['schedule'], epochs: number): boolean {
  if (schedule.kind === 'step') return schedule.every >= epochs || schedule.factor === 1;
  return schedule.kind === 'halve' && schedule.patience >= epochs - 1;
}
