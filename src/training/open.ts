// From what a run is to compute, and threads, to the run itself: its session, its diagnosis, its first event. Nothing here knows of folders, of
// saved runs or of other processes: those stand around it (prepare.ts), and a page does without them.

import type { Dataset } from '../data/dataset.js';
import { density, isRegression } from '../data/dataset.js';
import { dataDoubts } from '../data/doubts.js';
import { oncePer } from '../data/once-per.js';
import { initialParameters } from '../model/initialisers.js';
import { settingWarnings } from '../options/doubts/index.js';
import type { EpochEvent, StartEvent } from '../options/events.js';
import { configure, type TrainOptions } from '../options/options.js';
import { presetText, withPreset } from '../options/presets.js';
import type { Ranks } from '../options/ranks.js';
import { fixedShards } from '../parallel/modes.js';
import type { WorkerPool } from '../parallel/pool.js';
import { Session } from '../parallel/session.js';
import type { SessionPlace, SessionPool } from '../parallel/session-plan.js';
import type { Position, RateState } from '../runs/checkpoint.js';
import { newerNodeHint } from '../scaling/newer-node.js';
import type { Averaged } from './averaged-network.js';
import type { Listener } from './listener.js';
import { LiveDiagnosis } from './live-diagnosis.js';
import { Run } from './run.js';
import type { RunRecorder } from './run-recorder.js';
import { startEvent } from './start-event.js';
import { type ChosenWorkers, workersAsAsked } from './worker-choice.js';

/** What a run is to compute and on which data, all of it checked. */
export interface Task extends ChosenWorkers {
  readonly options: TrainOptions;
  readonly data: Dataset;
}

/** What is there when the first event of a run is told. */
interface Ready {
  readonly session: Session;
  readonly pool: WorkerPool;
  readonly diagnosis: LiveDiagnosis | undefined;
  readonly listener: Listener;
}

/** What there is of a run beside what it computes: where it is kept, where it goes on, who shares it. */
export interface Around {
  readonly position?: Position;
  readonly rateState?: RateState;
  readonly averaged?: Averaged;
  /** The last epoch before that. */
  readonly last?: EpochEvent;
  readonly recorder?: RunRecorder;
  readonly ranks?: Ranks;
  /** What is to be said of all that. */
  readonly warnings?: readonly string[];
  readonly resumed?: StartEvent['resumed'];
}

export const BEGINNING: Position = { epoch: 1, samples: 0, cost: 0, correct: 0, factor: 1, steps: 0, seconds: 0, epochSeconds: 0 };

/** Checks options against data that are there. Own functions that they name are loaded before (`loadFunctions`). */
export function taskOf(given: TrainOptions, data: Dataset): Task {
  const options = withPreset(given, isRegression(data));
  return { options, data, ...workersAsAsked(options, configure(options, data)) };
}

/** @param parameters that it begins with, [P] in the book's order; drawn where there are none */
export function startSession({ configuration, data }: Task, pool: SessionPool, parameters?: Float32Array, where?: SessionPlace): Promise<Session> {
  const drawn = (): Float32Array => initialParameters(configuration.network, configuration.seed);
  return Session.start(configuration, data, parameters ?? drawn, pool, where);
}

export async function openDiagnosis({ options, configuration, data }: Task): Promise<LiveDiagnosis | undefined> {
  return options.diagnose ? LiveDiagnosis.open(configuration, data) : undefined;
}

export function beginRun(task: Task, { session, pool, diagnosis, listener }: Ready, around: Around = {}): Run {
  const { options, configuration, data, measureWorkers, why } = task;
  const { position = BEGINNING, rateState, averaged, last, recorder, ranks, resumed } = around;
  const warnings = [...task.warnings, ...(around.warnings ?? []), ...doubtsOf(data), ...settingWarnings(options, configuration, data)];
  const first = startEvent(
    configuration,
    session,
    data,
    { measureWorkers, why, warnings },
    {
      fixedShards: fixedShards(configuration.gradient, options.shards) !== undefined,
      run: recorder?.path,
      preset: presetText(options),
      ranks,
    },
  );
  return new Run({
    options,
    configuration,
    data,
    session,
    pool,
    position,
    rateState,
    averaged,
    last,
    measureWorkers,
    recorder,
    listener,
    diagnosis,
    together: ranks !== undefined,
    hint: newerNodeHint(configuration, session.kernels, density(data.training)),
    start: resumed ? { ...first, resumed } : first,
  });
}

/** Of the data of many runs, each value is looked at once. */
const doubtsOf = oncePer(dataDoubts);
