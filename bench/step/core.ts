// One worker's place, taken by this thread: a session's own arena, data and kernels, but no threads. So the benchmark times
// the very memory that a run trains on, filled by the very code that fills it there.

import { countSamples, type Dataset } from '../../src/data/dataset.js';
import { fillOrder } from '../../src/data/order.js';
import { bindKernels, type KernelChoice } from '../../src/kernels/bind.js';
import type { KernelName, Kernels } from '../../src/kernels/kernels.js';
import { initialParameters } from '../../src/model/initialisers.js';
import type { InputFormat } from '../../src/model/input.js';
import { Network } from '../../src/model/network.js';
import { inputOf } from '../../src/model/outside-input.js';
import { configure } from '../../src/options/options.js';
import type { GradientMode } from '../../src/parallel/modes.js';
import type { WorkerPool } from '../../src/parallel/pool.js';
import type { SessionOptions } from '../../src/parallel/protocol.js';
import { Session } from '../../src/parallel/session.js';
import { type BenchNetwork, trainOptions } from '../networks.js';

const SEED = 1;

export interface CoreOptions {
  readonly kernels: KernelName | 'auto';
  readonly input: InputFormat;
  readonly gradient: GradientMode;
}

export interface Core {
  readonly options: SessionOptions;
  readonly session: Session;
  readonly choice: KernelChoice;
  readonly kernels: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly network: Network;
  /** Samples per step: m. */
  readonly batch: number;
  /** η/m */
  readonly rate: number;
  readonly eta: number;
  /** Whole mini-batches in an epoch. */
  readonly steps: number;
}

/** The first worker's place in a session of one worker, with the same initial parameters every time. */
export async function openCore(bench: BenchNetwork, data: Dataset, { kernels, input, gradient }: CoreOptions): Promise<Core> {
  const { batch, eta } = bench;
  const configuration = configure({ ...trainOptions(bench), kernels, input, gradient, workers: 1 }, data);
  let attached: Pick<Core, 'options' | 'choice' | 'memory'> | undefined;
  // All that a session asks of a pool before it trains.
  const place: Pick<WorkerPool, 'attach'> = {
    attach: async (options, choice, memory) => {
      attached = { options: { ...options, index: 0 }, choice, memory };
    },
  };
  const session = await Session.start(configuration, data, initialParameters(configuration.network, SEED), place as WorkerPool);
  if (!attached) throw new Error('The session attached no worker.');
  const { options, choice, memory } = attached;
  const { arena, spec, samples } = options;
  const bound = await bindKernels(choice, memory, arena.scratch[0]);
  const { layout } = session;
  const { parameters } = arena;
  const first = inputOf(bound, input, samples, { memory, layout, parameters, staging: arena.staging[0] });
  const network = new Network(bound, spec, layout, parameters, first, arena.neurons[0]);
  const steps = Math.floor(countSamples(data, 'training') / batch);
  return { ...attached, session, kernels: bound, network, batch, eta, rate: eta / batch, steps };
}

/** Draws the order of an epoch, from which every way then takes its first mini-batches. */
export function shuffle({ session }: Core, epoch: number): void {
  fillOrder(session.order(0), SEED, epoch);
}
