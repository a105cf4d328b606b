// The options of how a run is kept and watched: its folder, checkpoints, diagnosis, trace, time-out, listener. For programs as an
// interface, for everything else as rows (option-row.ts).

import { plain, type RowsOf, wholeNumber } from '../option-row.js';
import { checkEvery } from './checkpoint-every.js';
import type { TrainEvent } from './events.js';

export interface RunOptions {
  /** Folder to keep the run in; it must not hold a run yet. Default: nothing is kept. */
  run?: string;
  /** Or: a folder in which a new one is made for the run, named after the date and the network. */
  runs?: string;
  /** Folder of a run that was stopped, for whatever reason: it goes on from its last checkpoint, with the options that it had. */
  resume?: string;
  /** When a run writes a checkpoint: '5e' for every five epochs, '0.5e', '30s', '10m', '1h', or 'never' before its end. Default: '30s'. */
  checkpointEvery?: string;
  /** How many of the newest checkpoints stay. Default: 2. */
  keepCheckpoints?: number;
  /** Tells how fast each layer learns, before the first epoch and after each. Default: false. */
  diagnose?: boolean;
  /** File for a trace of the first steps, phase by phase and worker by worker, as Chrome and Perfetto read it. */
  trace?: string;
  /** Steps of a trace. Default: 100. */
  traceSteps?: number;
  /** Milliseconds that a worker may wait for another one, or take for one step. Default: 60,000. */
  timeout?: number;
  /**
   * Whether several processes that a launcher of MPI has started share the run: 'auto' where there is one, 'off', or the path of the MPI
   * library. Default: 'auto'.
   */
  mpi?: string;
  /**
   * Called with every event as it happens. What returns 'stop' ends the run after the epoch under way, at once where that is the event
   * of an epoch, and `train` gives its result; it can be resumed. What throws ends the run with that error.
   */
  onEvent?: (event: TrainEvent) => unknown;
  /** Stops the run after the current step, or before it has begun: `train` then throws a NablaError INTERRUPTED. */
  signal?: AbortSignal;
}

export const RUN_OPTIONS = {
  run: {
    key: 'run',
    kind: 'path',
    placeholder: 'folder',
    group: 'keeping',
    help: 'folder to keep the run in',
    default: 'runs/DATE-LAYERS',
    commandLineOnly: true,
    also: ['out', 'output-dir', 'out-dir', 'save', 'save-dir', 'save-to', 'log-dir', 'run-dir', 'model-dir', 'run-name', 'name', 'experiment'],
  },
  runs: { programsOnly: true },
  resume: {
    key: 'resume',
    kind: 'path',
    placeholder: 'run',
    group: 'keeping',
    help: 'go on with a run that was stopped, to the same bits; beside it --workers, --epochs for more, and what follows',
    ofRun: true,
    resume: true,
    commandLineOnly: true,
    also: ['resume-from', 'resume-from-checkpoint', 'continue', 'continue-from', 'checkpoint', 'ckpt', 'restore', 'restart'],
  },
  checkpointEvery: {
    key: 'checkpoint-every',
    kind: 'text',
    group: 'keeping',
    help: "what to go on from, every '5e' epochs, '0.5e', '30s', '10m', '1h' or 'never'",
    choices: ['5e', '30s', '10m', 'never'],
    plain: plain(checkEvery, '30s'),
    resume: true,
    also: ['checkpoint-interval', 'checkpoint-freq', 'save-every', 'save-freq', 'save-interval', 'save-steps', 'snapshot'],
    differs: 'such as 5e for every five epochs, or 30s',
  },
  keepCheckpoints: {
    key: 'keep-checkpoints',
    kind: 'number',
    group: 'keeping',
    help: 'how many of the newest stay',
    plain: plain(wholeNumber(1, 1000), 2),
    resume: true,
    also: ['max-checkpoints', 'max-to-keep', 'save-total-limit', 'keep-last', 'save-top-k'],
  },
  diagnose: {
    key: 'diagnose',
    kind: 'flag',
    group: 'diagnosis',
    help: 'say after each epoch how fast each layer learns, and what holds it back',
    resume: true,
    also: ['monitor', 'gradient-norms', 'watch-gradients'],
  },
  trace: {
    key: 'trace',
    kind: 'path',
    placeholder: 'file',
    group: 'trace',
    help: 'write the phases of every worker in the first steps to FILE, for ui.perfetto.dev',
    resume: true,
    also: ['profile', 'profiler', 'profiling', 'timeline'],
  },
  traceSteps: {
    key: 'trace-steps',
    kind: 'number',
    group: 'trace',
    help: 'steps of a trace',
    default: '100',
    resume: true,
    also: ['profile-steps'],
  },
  timeout: {
    key: 'timeout',
    kind: 'seconds',
    group: 'trace',
    help: 'seconds that a step, or the wait for another worker or process, may take',
    default: '60; for another process 5',
    plain: plain(wholeNumber(1, 2 ** 31 - 1), 60_000),
    resume: true,
    also: ['time-limit', 'wait'],
  },
  mpi: {
    key: 'mpi',
    kind: 'library',
    placeholder: 'library',
    group: 'workers',
    help: 'the processes of mpirun or srun share the run: auto; off; or the path of the MPI library',
    default: 'auto: the library that fits the launcher',
    choices: ['auto', 'off'],
    resume: true,
    commandLineOnly: true,
    also: ['distributed', 'distributed-backend', 'ddp', 'horovod', 'nnodes', 'num-nodes'],
  },
  onEvent: { programsOnly: true, resume: true },
  signal: { programsOnly: true, resume: true },
} satisfies RowsOf<RunOptions>;
