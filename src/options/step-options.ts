// The options of how a step is shared out among workers and computed, which decide its speed: for programs as an interface, for everything
// else as rows (option-row.ts).

import { KERNEL_NAMES, type KernelName } from '../kernels/kernels.js';
import { INPUT_FORMATS, type InputFormat } from '../model/input.js';
import type { RowsOf } from '../option-row.js';
import { ACROSS, type Across, GRADIENT_MODES, GRADIENTS, type GradientMode } from '../parallel/modes.js';

export interface StepOptions {
  /** Worker threads, or 'auto': what `nabla tune` found for this network, or else what is fastest while it trains. Default: 'auto'. */
  workers?: number | 'auto';
  /**
   * Shards of a mini-batch, for gradient 'partial' or 'tree'. A fixed number makes the bits independent of the workers. Default: one per worker;
   * 8 for 'tree', which needs a power of two.
   */
  shards?: number;
  /**
   * How ∇w is made: each worker its own slice, or sums per shard, which are added up in their order or in a fixed tree.
   * Default: 'owned'; 'partial' where shards are given.
   */
  gradient?: GradientMode;
  /** gradient 'owned' with kernels 'simd': the same bits on any machine, with any number of workers. */
  reproducible?: boolean;
  /**
   * How several processes share the layers: 'replicated', each updates all weights, and activations and errors travel; 'sliced', each updates
   * its slice of a layer, and the weights travel too; or 'auto', what is faster by layer. The bits are the same. Default: 'auto'.
   */
  across?: Across;
  /** How the first layer takes its inputs. Default: 'auto', sparse where enough of the data are zeros, and all of them fit into one memory as such. */
  input?: InputFormat | 'auto';
  /** Default: 'auto', the fastest whose bits do not depend on the workers; 'blas' where a library is given. */
  kernels?: KernelName | 'auto';
  /** Path of the library for kernels 'blas'. Default: the usual names are tried. */
  blas?: string;
}

export const STEP_OPTIONS = {
  workers: {
    key: 'workers',
    kind: 'count',
    placeholder: 'n',
    group: 'workers',
    help: 'worker threads; auto: what nabla tune found for this network, or else what is fastest while it trains',
    default: '"auto"',
    choices: ['auto'],
    resume: true,
    also: ['threads', 'num-threads', 'n-threads', 'nthread', 'jobs', 'n-jobs', 'num-workers', 'n-workers', 'cores', 'cpus', 'processes', 'j'],
  },
  shards: {
    key: 'shards',
    kind: 'number',
    group: 'step',
    help: 'pieces of a mini-batch, for --gradient partial or tree; a fixed number makes the result independent of the workers',
    default: `one per worker; ${GRADIENTS.tree.usualShards} for tree`,
    also: ['micro-batches', 'accumulation-steps', 'gradient-accumulation-steps'],
  },
  gradient: {
    key: 'gradient',
    kind: 'text',
    placeholder: 'mode',
    group: 'step',
    help: GRADIENT_MODES.map((mode) => `${mode}: ${GRADIENTS[mode].words}`).join('; '),
    default: 'owned; partial with --shards',
    choices: GRADIENT_MODES,
    also: ['gradient-mode', 'reduction'],
  },
  reproducible: {
    key: 'reproducible',
    kind: 'flag',
    group: 'step',
    help: 'the same bits on any machine with any number of workers: --gradient owned --kernels simd',
    also: ['deterministic', 'determinism'],
  },
  across: {
    key: 'across',
    kind: 'text',
    placeholder: 'how',
    group: 'workers',
    help: `auto, ${ACROSS.filter((way) => way !== 'auto').join(', ')}: whether the processes of mpirun each update all weights, or a slice of each layer; the bits are the same`,
    default: 'auto, by layer, as a short exchange at the start shows',
    choices: ACROSS,
    resume: true,
    also: ['sharding', 'sharding-strategy', 'fsdp', 'zero-stage', 'strategy'],
  },
  input: {
    key: 'input',
    kind: 'text',
    placeholder: 'format',
    group: 'step',
    help: `auto, ${INPUT_FORMATS.join(', ')}: how the first layer takes its inputs`,
    default: 'auto, by the share of zeros in the data',
    choices: ['auto', ...INPUT_FORMATS],
    also: ['input-format', 'sparse'],
  },
  kernels: {
    key: 'kernels',
    kind: 'text',
    placeholder: 'set',
    group: 'step',
    help: `auto, ${KERNEL_NAMES.join(', ')}`,
    default: 'auto, the fastest whose bits do not depend on the workers',
    choices: ['auto', ...KERNEL_NAMES],
    also: ['kernel', 'backend', 'simd'],
  },
  blas: {
    key: 'blas',
    kind: 'library',
    placeholder: 'path',
    group: 'step',
    help: 'library with cblas_sgemm, for --kernels blas',
    default: 'the usual names are tried',
    also: ['blas-library', 'blas-lib', 'openblas'],
  },
} satisfies RowsOf<StepOptions>;
