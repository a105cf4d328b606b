// A published record of a plain network on MNIST, run again with several seeds: what each comes to on the test digits, their mean, and their average
// as one model. The runs are members of an ensemble (members/train-members.ts), kept in its folder, so that a training that was stopped goes on.

import { checkInteger, checkNumber, checkOneOf } from '../../check.js';
import type { Dataset } from '../../data/dataset.js';
import { NablaError, wrongValue } from '../../errors.js';
import { describeMachine, type MachineRecord } from '../../system/machine.js';
import { version } from '../../system/version.js';
import type { OpenedData } from '../../training/plan.js';
import type { MembersEvent } from '../members/events.js';
import { type MembersResult, trainMembers } from '../members/train-members.js';
import { isMnist } from '../mnist-hash.js';
import { openOnce, type SideBySideOptions } from '../side-by-side.js';
import { type CurvePoint, curveOf, errorOf } from './curve.js';
import { type Pace, paceOf } from './pace.js';
import { RECIPE_NAMES, RECIPES, type Recipe, type RecipeName } from './recipes.js';

/** Hours of one network at most: a month. */
const MOST_HOURS = 24 * 31;

export interface RecordOptions extends SideBySideOptions {
  name: RecipeName;
  /** A folder with the IDX files of MNIST, or a data set. */
  data: string | Dataset;
  /** Networks, with the seeds `seed`, `seed` + 1, …. Default: 3. */
  seeds?: number;
  /** Default: 1. */
  seed?: number;
  /** Of one network on all cores: as many epochs as fit. Default: the recipe's epochs. */
  hours?: number;
  epochs?: number;
  /** New folder to keep the runs in. Default: a fresh one in `runs`. */
  run?: string;
  runs?: string;
  /** Folder of a record that was stopped. */
  resume?: string;
  onEvent?: (event: MembersEvent | PaceEvent) => unknown;
  signal?: AbortSignal;
}

/** How many epochs fit into the hours. */
interface PaceEvent extends Pace {
  readonly event: 'pace';
  readonly hours: number;
}

export interface RecordResult {
  readonly name: RecipeName;
  readonly created: string;
  readonly version: string;
  readonly machine: MachineRecord;
  /** Whether the data are MNIST: else nothing is to be compared with what is published. */
  readonly mnist: boolean;
  readonly layers: readonly number[];
  /** Of each network. */
  readonly epochs: number;
  /** Errors on the test digits, per cent. */
  readonly published: number;
  readonly errors: readonly { readonly seed: number; readonly error: number }[];
  readonly mean: number;
  /** Of the mean of all outputs; undefined for one network. */
  readonly ensemble?: number;
  /** How the first network's error fell: where its recipe holds digits back, and its run is kept. */
  readonly curve?: readonly CurvePoint[];
  /** Of all together, and threads at work. */
  readonly seconds: number;
  readonly workers: number;
  readonly run?: string;
}

/** @throws {TypeError | RangeError} for what cannot be, before anything is read */
export function checkRecordOptions({ name, seeds, seed, hours, epochs, resume }: Omit<RecordOptions, 'data'>): Recipe {
  checkOneOf('name', name, RECIPE_NAMES);
  if (seeds !== undefined) checkInteger('seeds', seeds, 1, 100);
  if (seed !== undefined) checkInteger('seed', seed, 0);
  if (epochs !== undefined) checkInteger('epochs', epochs, 1);
  if (hours === undefined) return RECIPES[name];
  if (checkNumber('hours', hours, 0, true) > MOST_HOURS) throw wrongValue('hours', `at most ${MOST_HOURS}, of one network`, hours);
  if (epochs !== undefined) throw wrongValue('epochs', 'none beside hours, which say how many', epochs);
  if (resume !== undefined) throw wrongValue('hours', 'none beside the folder to resume, which says how many epochs', hours);
  return RECIPES[name];
}

/**
 * Trains a record's network with several seeds.
 * @throws {TypeError | RangeError} for options that do not fit, before anything is trained
 * @throws {NablaError} INTERRUPTED, which says how to go on; what ended a run, after the others have ended
 */
export async function reproduceRecord(options: RecordOptions): Promise<RecordResult> {
  const recipe: Recipe = checkRecordOptions(options);
  const { name, data, seeds = 3, seed, run, runs, resume, jobs, workers, onEvent, signal } = options;
  const created = new Date().toISOString();
  const opened = await openOnce({ ...recipe.options, data }, false);
  const epochs = resume === undefined ? await epochsOf(recipe, opened, options) : undefined;
  const shared = { ...recipe.options, data, ...(seed !== undefined && { seed }), ...(epochs !== undefined && { epochs }) };
  const place = resume === undefined ? { members: seeds, run, ...(run === undefined && { runs }) } : { resume };
  try {
    const result = await trainMembers({ ...shared, ...place, jobs, workers, onEvent, signal });
    return { name, created, mnist: isMnist(opened.data, recipe.options.validation), published: recipe.published, ...summary(result) };
  } catch (error) {
    throw withNext(error, name);
  }
}

async function epochsOf(recipe: Recipe, opened: OpenedData, { hours, epochs = recipe.epochs, onEvent, signal }: RecordOptions): Promise<number> {
  if (hours === undefined) return epochs;
  const pace = await paceOf(recipe.options, opened, hours, signal);
  onEvent?.({ event: 'pace', hours, ...pace });
  return pace.epochs;
}

function summary({
  members,
  average,
  network,
  seconds,
  workers,
  run,
}: MembersResult): Omit<RecordResult, 'name' | 'created' | 'mnist' | 'published'> {
  const curve = members[0].run === undefined ? [] : curveOf(members[0].run);
  const errors = members.map(({ seed, testAccuracy }) => ({ seed, error: errorOf(testAccuracy) }));
  return {
    version: version(),
    machine: describeMachine(),
    layers: network.layers,
    epochs: Math.max(...members.map(({ epochs }) => epochs)),
    errors,
    mean: errors.reduce((sum, { error }) => sum + error, 0) / errors.length,
    ...(members.length > 1 && { ensemble: errorOf(average.testAccuracy) }),
    ...(curve.length > 0 && { curve }),
    seconds,
    workers,
    ...(run !== undefined && { run }),
  };
}

/** It goes on with this command, too, which then shows its own table. */
function withNext(error: unknown, name: RecipeName): unknown {
  if (!(error instanceof NablaError) || error.next === undefined) return error;
  const { resume } = /--resume (?<resume>.*)$/s.exec(error.next.options)?.groups ?? {};
  if (resume === undefined) return error;
  const next = { command: `reproduce ${name}`, options: `--resume ${resume}` };
  return new NablaError(
    error.code,
    error.message.replace(error.next.options, () => next.options),
    { cause: error, next },
  );
}
