// What stands around a run (open.ts) that is kept or goes on: the checkpoint that it goes on from, its folder, other processes that share it.
// The folder comes last, so that nothing is written of a run that cannot begin.

import { resolve } from 'node:path';
import { countSamples } from '../data/dataset.js';
import type { DataRecord } from '../data/record.js';
import { NablaError } from '../errors.js';
import { haveSameBits, type KernelName } from '../kernels/kernels.js';
import { fromBookOrder } from '../model/layout.js';
import { configText } from '../options/config-writer.js';
import type { EpochEvent, TrainEvent } from '../options/events.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import type { Ranks } from '../options/ranks.js';
import type { Place } from '../parallel/memory/sample-store.js';
import type { WorkerPool } from '../parallel/pool.js';
import type { RankPool } from '../parallel/ranks/rank-pool.js';
import type { Session } from '../parallel/session.js';
import type { Checkpoint } from '../runs/checkpoint.js';
import { startFile } from '../runs/files.js';
import { moduleFingerprints } from '../runs/fingerprints.js';
import { RunFolder } from '../runs/folder.js';
import type { SavedRun } from '../runs/saved-run.js';
import { describeMachine } from '../system/machine.js';
import { shellPath } from '../system/shell-word.js';
import { Listener } from './listener.js';
import { type Around, BEGINNING, beginRun, openDiagnosis, startSession } from './open.js';
import type { Plan } from './plan.js';
import type { Run } from './run.js';
import { RunRecorder } from './run-recorder.js';
import type { Start } from './start.js';

/** Of one rank of several. */
interface Together {
  /** The run's threads, which know of those of the others. */
  readonly pool: RankPool;
  readonly ranks: Ranks;
}

/** On what a run trains: threads, and what else it does not have to itself. */
export interface Ground {
  readonly pool: WorkerPool;
  /** Where other processes share the run. */
  readonly together?: Together;
  /** Where its samples are those of other runs, too. */
  readonly place?: Place;
  /** Whether what it keeps is on the disk at once. Default: true. */
  readonly lasting?: boolean;
}

/** Prepares all that a run needs: session, diagnosis, folder. */
export async function prepare(start: Start, plan: Plan, { pool, together, place, lasting = true }: Ground): Promise<Run> {
  const { resumed } = start;
  const { options, data, record, configuration } = plan;
  const checkpoint = resumed?.checkpoint;
  const where = { ranks: together?.pool.ranks, place };
  const session = await startSession(plan, together?.pool ?? pool, checkpoint?.parameters ?? start.parameters, where);
  if (resumed) checkKernels(resumed.run, session);
  const position = checkpoint?.position ?? BEGINNING;
  const diagnosis = await openDiagnosis(plan);
  if (checkpoint) restoreCheckpoint(session, checkpoint);
  const folder = openFolder(start, configuration, record, { session, lasting, ranks: together?.ranks });
  const listener = new Listener(options.onEvent);
  const emit = (event: TrainEvent): void => listener.tell(event);
  const recorder = folder && new RunRecorder(folder, configuration, session, countSamples(data, 'training'), position, emit);
  const vain = together ? [] : vainAlone(options);
  const around: Around = {
    position,
    rateState: checkpoint?.pace,
    averaged: checkpoint?.averaged,
    last: checkpoint?.history.last as EpochEvent | undefined,
    recorder,
    ranks: together?.ranks,
    warnings: [...start.warnings, ...(folder?.warnings ?? []), ...vain],
    ...(resumed && { resumed: { epoch: position.epoch, samples: position.samples, steps: position.steps } }),
  };
  return beginRun(plan, { session, pool, diagnosis, listener }, around);
}

/** What is said of several processes, where there is one. */
function vainAlone({ across = 'auto', mpi = 'auto' }: TrainOptions): string[] {
  const said = [...(across === 'auto' ? [] : [`--across ${across}`]), ...(mpi === 'auto' || mpi === 'off' ? [] : ['--mpi'])];
  return said.map((option) => `${option} has no effect: no launcher of MPI has started several processes.`);
}

/** Other kernels would give other bits. */
function checkKernels({ path, record }: SavedRun, { kernels, note }: Session): void {
  const began = record.environment.kernels;
  if (haveSameBits(began as KernelName, kernels)) return;
  const why = note === undefined ? '' : ` (${note})`;
  throw new NablaError(
    'NO_KERNELS',
    `${path} began with kernels '${began}', which do not run here${why}. Go on with others as a new run: --from ${shellPath(path)}.`,
  );
}

function restoreCheckpoint(session: Session, { states, position }: Checkpoint): void {
  const inLayout = (values: Float32Array): Float32Array<ArrayBuffer> => {
    const memory = new Float32Array(session.layout.floats);
    fromBookOrder(session.layout, values, memory);
    return memory;
  };
  const { parameters } = session.snapshot();
  const { cost, correct, factor, steps } = position;
  session.restore({ parameters, states: states.map(inLayout), state: { cost, correct, factor }, t: steps });
}

interface Surroundings {
  readonly session: Session;
  readonly lasting: boolean;
  readonly ranks: Ranks | undefined;
}

function openFolder(start: Start, given: Configuration, data: DataRecord, { session, lasting, ranks }: Surroundings): RunFolder | undefined {
  const { kernels } = session;
  const { options, resumed, parameters } = start;
  const { run, runs, workers = 'auto', diagnose } = options;
  const path = resumed?.run.path ?? run ?? (runs === undefined ? undefined : RunFolder.fresh(runs, given.network.layers));
  if (path === undefined) return undefined;
  const configuration = given.from === undefined ? given : { ...given, from: resolve(given.from) };
  const asked = { workers, diagnose };
  // What it started from may change, or go; the run has its own.
  const config = configText(given.from === undefined ? given : { ...given, from: startFile(path) }, data, kernels, asked);
  const modules = moduleFingerprints(configuration.network.functions);
  if (resumed) {
    const { checkpoint } = resumed;
    return RunFolder.reopen(
      path,
      { ...resumed.run.record, configuration, asked, data, modules },
      checkpoint?.history,
      checkpoint?.position.steps ?? 0,
      config,
      lasting,
    );
  }
  const environment = { ...describeMachine(), kernels, ...(ranks && { ranks }) };
  return RunFolder.create(path, { created: new Date().toISOString(), configuration, asked, modules, data, environment }, config, lasting, parameters);
}
