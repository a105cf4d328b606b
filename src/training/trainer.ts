// A training run from options to result: data, a session, the run, and its folder. It prints nothing and handles no signals;
// the command line does that.

import { resolve } from 'node:path';
import { checkSignal } from '../check.js';
import { withClassNames } from '../data/class-names.js';
import { countSamples, type Dataset, density, isRegression } from '../data/dataset.js';
import { dataDoubts } from '../data/doubts.js';
import { checkBrought, datasetOf, keptReading, loadPrepared, sourceOf } from '../data/load.js';
import { readingOf } from '../data/reading.js';
import type { DataRecord } from '../data/record.js';
import { rootMeanSquare } from '../data/scale-doubt.js';
import { NablaError, wrongValue } from '../errors.js';
import { haveSameBits, type KernelName } from '../kernels/kernels.js';
import { initialParameters } from '../model/initialisers.js';
import { fromBookOrder } from '../model/layout.js';
import { configText } from '../options/config-writer.js';
import { settingWarnings } from '../options/doubts/index.js';
import type { EpochEvent, TrainEvent } from '../options/events.js';
import { type Configuration, checkOptionNames, configure, type TrainOptions, workersOf } from '../options/options.js';
import { presetText, withPreset } from '../options/presets.js';
import { WorkerPool } from '../parallel/pool.js';
import { Session } from '../parallel/session.js';
import type { Checkpoint, Position } from '../runs/checkpoint.js';
import { isRun, startFile } from '../runs/files.js';
import { dataFingerprint, moduleFingerprints } from '../runs/fingerprints.js';
import { RunFolder } from '../runs/folder.js';
import { lock } from '../runs/lock.js';
import type { SavedRun } from '../runs/saved-run.js';
import { newerNodeHint } from '../scaling/newer-node.js';
import { describeMachine } from '../system/machine.js';
import { checkOutputPath } from '../system/output-file.js';
import { shellPath } from '../system/shell-word.js';
import type { ReadingProgress } from '../tables/options.js';
import { Listener } from './listener.js';
import { LiveDiagnosis } from './live-diagnosis.js';
import type { TrainResult } from './result.js';
import { checkGoesOn } from './resume.js';
import { Run } from './run.js';
import { RunRecorder } from './run-recorder.js';
import { type Start, startOf } from './start.js';
import { startEvent } from './start-event.js';
import { type ChosenWorkers, chooseWorkers } from './worker-choice.js';

/**
 * Trains a network on worker threads.
 * @throws {TypeError | RangeError} for options that do not fit
 * @throws {NablaError} BAD_DATA, DIVERGED, WORKER_LOST, WORKER_FAILED, TIMED_OUT, INTERRUPTED, NOT_SAVED; NO_KERNELS, NO_MEMORY,
 *   NO_THREADS, INCOMPLETE where it cannot begin here
 */
export async function train(given: TrainOptions = {}): Promise<TrainResult> {
  const checked = checkOptionNames(given);
  const options = { ...checked, ...(checked.data !== undefined && { data: checkBrought(checked.data) }) };
  checkSignal(options.signal, 'the run began');
  if (options.run !== undefined) RunFolder.check(options.run);
  if (options.trace !== undefined) checkOutputPath('trace', options.trace);
  if (options.resume === undefined) return runFrom(await startOf(options));
  // Locked before anything of it is read.
  const unlock = isRun(options.resume) ? lock(options.resume) : undefined;
  try {
    return await runFrom(await startOf(options));
  } finally {
    unlock?.();
  }
}

async function runFrom(start: Start): Promise<TrainResult> {
  const boot = (): WorkerPool => new WorkerPool(workersOf(start.options.workers));
  // The threads boot while the data are read. Where these are there already, all is checked before a thread starts.
  let pool = typeof start.options.data === 'object' ? undefined : boot();
  let run: Run | undefined;
  try {
    const plan = await planOf(start);
    checkSignal(start.options.signal, 'the run began');
    pool ??= boot();
    run = await prepare(start, plan, pool);
    return await run.toEnd();
  } finally {
    await pool?.close();
    await run?.pool.close();
  }
}

interface Plan extends ChosenWorkers {
  /** Those of the start, completed by their preset. */
  readonly options: TrainOptions;
  readonly data: Dataset;
  readonly record: DataRecord;
}

/** What is run on which data: all of the options is checked by then. */
async function planOf(start: Start): Promise<Plan> {
  const { resumed } = start;
  const { data, record } = await openData(start);
  const options = withPreset(start.options, isRegression(data));
  if (resumed) checkData(resumed.run, record);
  const chosen = chooseWorkers(options, configure(options, data), data);
  if (resumed) checkGoesOn(resumed, chosen.configuration, countSamples(data, 'training'));
  return { options, data, record, ...chosen };
}

/** Prepares all that a run needs: session, diagnosis, folder. */
async function prepare(start: Start, plan: Plan, pool: WorkerPool): Promise<Run> {
  const { resumed } = start;
  const { options, data, record, configuration, warnings, measureWorkers, why } = plan;
  const checkpoint = resumed?.checkpoint;
  const drawn = (): Float32Array => initialParameters(configuration.network, configuration.seed);
  const session = await Session.start(configuration, data, checkpoint?.parameters ?? start.parameters ?? drawn, pool);
  if (resumed) checkKernels(resumed.run, session);
  const position = checkpoint?.position ?? BEGINNING;
  const diagnosis = options.diagnose ? await LiveDiagnosis.open(configuration, data) : undefined;
  if (checkpoint) restoreCheckpoint(session, checkpoint);
  const folder = openFolder(start, configuration, record, session);
  const listener = new Listener(options.onEvent);
  const emit = (event: TrainEvent): void => listener.tell(event);
  const recorder = folder && new RunRecorder(folder, configuration, session, countSamples(data, 'training'), position, emit);
  const doubts = [...dataDoubts(data), ...settingWarnings(options, configuration, data)];
  const workerChoice = { measureWorkers, why, warnings: [...warnings, ...start.warnings, ...(folder?.warnings ?? []), ...doubts] };
  const first = startEvent(configuration, session, data, workerChoice, {
    fixedShards: options.shards !== undefined,
    run: folder?.path,
    preset: presetText(options),
  });
  return new Run({
    options,
    configuration,
    data,
    session,
    pool,
    position,
    rateState: checkpoint?.pace,
    last: checkpoint?.history.last as EpochEvent | undefined,
    measureWorkers,
    recorder,
    listener,
    diagnosis,
    hint: newerNodeHint(configuration, session.kernels, density(data.training)),
    start: resumed ? { ...first, resumed: { epoch: position.epoch, samples: position.samples, steps: position.steps } } : first,
  });
}

const BEGINNING: Position = { epoch: 1, samples: 0, cost: 0, correct: 0, factor: 1, steps: 0, seconds: 0, epochSeconds: 0 };

async function openData(start: Start): Promise<{ data: Dataset; record: DataRecord }> {
  const { data: given = 'mnist', scale: asked = 'auto', run, runs, resume, ...options } = start.options;
  const data = withItsClasses(await readData(start), start);
  const { name, inputs, classes, classNames, scale, training, preparation, decisions } = data;
  // By absolute paths: the run may be resumed from elsewhere.
  const origin =
    typeof given === 'string'
      ? { source: sourceOf(given), ...keptReading(options), brought: false, ...(preparation && { scaling: asked }) }
      : { source: name, brought: true };
  const prepared = { ...(preparation && { preparation }), ...(decisions && { decisions }) };
  const found = { bytes: training.values instanceof Uint8Array, rms: scale * rootMeanSquare(training.values), regression: isRegression(data) };
  // Only a run that is kept needs it.
  const sha256 = (run ?? runs ?? resume) === undefined ? '' : dataFingerprint(data);
  return { data, record: { ...origin, name, inputs, classes, ...(classNames && { classNames }), scale, ...prepared, ...found, sha256 } };
}

/** The data, with their columns as a network has them that is trained already. */
async function readData({ options, prepared, resumed }: Start): Promise<Dataset> {
  const { data = 'mnist', seed, scale } = options;
  const { signal, onEvent } = options;
  const watching = { ...(signal && { signal }), ...(onEvent && { progress: (at: ReadingProgress) => void onEvent({ event: 'reading', ...at }) }) };
  const reading = { seed, ...watching, ...readingOf(options) };
  if (!prepared || typeof data !== 'string') return datasetOf(data, reading);
  const factor = prepared.preparation.plain && typeof scale === 'number' ? scale : undefined;
  const read = await loadPrepared(data, prepared, { ...reading, scale: factor }, 'split');
  // What was decided for the columns of a run that goes on was decided when it began.
  const decisions = resumed?.run.record.data.decisions ?? read.decisions;
  return { ...read, ...(decisions && { decisions }) };
}

/** Classes that the network knows by name keep its outputs; a new run may be of other classes. */
function withItsClasses(data: Dataset, { resumed, classNames = [] }: Start): Dataset {
  const known = data.classNames?.every((name) => classNames.includes(name));
  return classNames.length > 0 && (resumed || known) ? withClassNames(data, classNames) : data;
}

function checkData({ path, record: { data: then } }: SavedRun, now: DataRecord): void {
  if (then.sha256 !== now.sha256) throw wrongValue('data', `the samples that ${path} was trained on ('${then.source}')`, 'others');
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

function openFolder(start: Start, given: Configuration, data: DataRecord, { kernels }: Session): RunFolder | undefined {
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
    );
  }
  const environment = { ...describeMachine(), kernels };
  return RunFolder.create(path, { created: new Date().toISOString(), configuration, asked, modules, data, environment }, config, parameters);
}
