// What a run is to compute and on which data: the data read, the options completed by their preset and checked against them. Nothing
// has started by then, and nothing is written.

import { withClassNames } from '../data/class-names.js';
import { countSamples, type Dataset, isRegression } from '../data/dataset.js';
import { datasetOf, keptReading, loadPrepared, sourceOf } from '../data/load.js';
import { readingOf } from '../data/reading.js';
import type { DataRecord } from '../data/record.js';
import { rootMeanSquare } from '../data/scale-doubt.js';
import { wrongValue } from '../errors.js';
import { configure } from '../options/options.js';
import { withPreset } from '../options/presets.js';
import { dataFingerprint } from '../runs/fingerprints.js';
import type { SavedRun } from '../runs/saved-run.js';
import type { ReadingProgress } from '../tables/options.js';
import type { Task } from './open.js';
import { chooseWorkers } from './profiled-workers.js';
import { checkGoesOn } from './resume.js';
import type { Start } from './start.js';

/** The options of a plan are those of the start, completed by their preset. */
export interface Plan extends Task {
  readonly record: DataRecord;
}

/** Data with what a run keeps of where they come from. */
export type OpenedData = Pick<Plan, 'data' | 'record'>;

/**
 * What is run on which data: all of the options is checked by then.
 * @param opened the data, where they were read before
 */
export async function planOf(start: Start, opened?: OpenedData): Promise<Plan> {
  const { resumed } = start;
  const { data, record } = opened ?? (await openData(start));
  const options = withPreset(start.options, isRegression(data));
  if (resumed) checkData(resumed.run, record);
  const chosen = chooseWorkers(options, configure(options, data), data);
  if (resumed) checkGoesOn(resumed, chosen.configuration, countSamples(data, 'training'));
  return { options, data, record, ...chosen };
}

export async function openData(start: Start): Promise<OpenedData> {
  const { data: given = 'mnist', scale: asked = 'auto', run, runs, resume, ...options } = start.options;
  const data = withItsClasses(await readData(start), start);
  // By absolute paths: the run may be resumed from elsewhere.
  const origin =
    typeof given === 'string'
      ? { source: sourceOf(given), ...keptReading(options), brought: false, ...(data.preparation && { scaling: asked }) }
      : { source: data.name, brought: true };
  // Only a run that is kept needs its hash.
  const sha256 = (run ?? runs ?? resume) === undefined ? '' : dataFingerprint(data);
  return { data, record: recordOf(data, { ...origin, sha256 }) };
}

/** What a run keeps of its data, beside where they come from. */
export function recordOf(data: Dataset, origin: Pick<DataRecord, 'source' | 'brought' | 'sha256'>): DataRecord {
  const { name, inputs, classes, classNames, scale, training, preparation, decisions } = data;
  const prepared = { ...(preparation && { preparation }), ...(decisions && { decisions }) };
  const found = { bytes: training.values instanceof Uint8Array, rms: scale * rootMeanSquare(training.values), regression: isRegression(data) };
  return { ...origin, name, inputs, classes, ...(classNames && { classNames }), scale, ...prepared, ...found };
}

/** The data, with their columns as a network has them that is trained already. */
async function readData({ options, prepared, resumed }: Start): Promise<Dataset> {
  const { data = 'mnist', scale } = options;
  const { splitSeed: seed = options.seed } = resumed?.run.record.data ?? {};
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
function withItsClasses(data: Dataset, { goesOn, classNames = [] }: Start): Dataset {
  const known = data.classNames?.every((name) => classNames.includes(name));
  return classNames.length > 0 && (goesOn || known) ? withClassNames(data, classNames) : data;
}

function checkData({ path, record: { data: then } }: SavedRun, now: DataRecord): void {
  if (then.sha256 !== now.sha256) throw wrongValue('data', `the samples that ${path} was trained on ('${then.source}')`, 'others');
}
