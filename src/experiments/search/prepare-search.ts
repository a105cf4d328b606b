// What a search is to do, before anything of it is trained: the data, without their test samples for the trials; the first settings, each
// checked as a run of its own; memory for as many of them as run at a time; and, last, the folder, so that nothing is written of a
// search that cannot begin.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { countSamples, type Dataset, firstSamples } from '../../data/dataset.js';
import { keptReading, sourceOf } from '../../data/load.js';
import { asError, isBadInput, wrongValue } from '../../errors.js';
import { configTableOf } from '../../options/config-writer.js';
import type { Figure } from '../../options/events.js';
import { figureOf } from '../../options/figure.js';
import { type Configuration, functionUrls } from '../../options/options.js';
import { Lanes } from '../../training/lane.js';
import type { OpenedData } from '../../training/plan.js';
import { completed, configurationOn, laneCounts, openOnce, type SideBySideOptions } from '../side-by-side.js';
import type { SearchFacts } from './events.js';
import { SearchFolder } from './journal.js';
import { type Bracket, bracketOf } from './plan.js';
import type { Asked, CheckedSearch, FixedOptions } from './search-options.js';
import type { Setting } from './space.js';

/** A search that can begin. */
export interface PreparedSearch {
  readonly checked: CheckedSearch;
  /** All samples, and without those for the test, which no trial has. */
  readonly data: Dataset;
  readonly opened: OpenedData;
  readonly first: Bracket;
  readonly configurations: readonly Configuration[];
  /** For the runs of the first bracket. */
  readonly lanes: Lanes;
  readonly folder: SearchFolder<Asked>;
  /** Whether the folder goes when the search is over. */
  readonly isTemporary: boolean;
}

/** @throws {TypeError | RangeError} for a space or a setting of it that cannot be, and for what does not fit into memory; {NablaError} BAD_DATA, NOT_SAVED */
export async function prepareSearch(checked: CheckedSearch): Promise<PreparedSearch> {
  const { given, space, plan, resumed } = checked;
  const { data, record } = await openOnce(given.fixed, true);
  if (resumed && resumed.asked.sha256 !== record.sha256) throw wrongValue('data', `the samples that ${resumed.path} has looked at`, 'others');
  const blind = { ...data, test: firstSamples(data, 0).test };
  if (figureOf(blind) === 'training cost')
    throw wrongValue('validation', 'samples to judge the runs by', 'none', 'Keep some back: validation 1000, for example.');
  const [{ epochs }] = await configurationsOf(space.corners(), given.fixed, blind);
  const first = bracketOf(space, plan, epochs, seedOf(given.fixed));
  const configurations = await configurationsOf(first.settings, given.fixed, blind);
  if (first.settings.length === 0) throw wrongValue('space', 'some settings to try', 'none');
  // Before anything is written: what does not fit into memory is refused.
  const lanes = lanesFor(blind, configurations, checked.conduct);
  const asked = { ...given, fixed: lasting(given.fixed), sha256: record.sha256 };
  const isTemporary = checked.folder === undefined;
  const path = checked.folder ?? mkdtempSync(join(tmpdir(), 'nabla-search-'));
  const folder = resumed ?? SearchFolder.create(path, asked, factsOf(checked, data, first, figureOf(blind)), !isTemporary);
  return { checked, data, opened: { data: blind, record }, first, configurations, lanes, folder, isTemporary };
}

/** Memory for some runs, as many at a time as there are, and for any number of them that are left. */
export function lanesFor(data: Dataset, configurations: readonly Configuration[], conduct: SideBySideOptions): Lanes {
  const { lanes, workers } = laneCounts(configurations.length, conduct);
  const fewer = Array.from({ length: lanes - 1 }, (_, k) => laneCounts(k + 1, conduct));
  return new Lanes({ data }, configurations, lanes, workers, fewer);
}

export const seedOf = ({ seed = 1 }: FixedOptions): number => seed;

export function factsOf({ space, plan, given }: CheckedSearch, data: Dataset, { rungs }: Bracket, by: Figure): SearchFacts {
  const clock = 'A time was set: what is found hangs on the clock, and on how fast this machine is just now.';
  return {
    strategy: plan.strategy,
    parameters: space.dimensions.map(({ key }) => key),
    rungs,
    seed: seedOf(given.fixed),
    by,
    data: data.name,
    samples: [countSamples(data, 'training'), countSamples(data, 'validation'), countSamples(data, 'test')],
    warnings: [...(data.warnings ?? []), ...(plan.forTime === undefined ? [] : [clock])],
  };
}

/** What settings compute, in their order. @throws {RangeError} naming the first that cannot be */
export async function configurationsOf(settings: readonly Setting[], fixed: FixedOptions, data: Dataset): Promise<Configuration[]> {
  const configurations: Configuration[] = [];
  for (const setting of settings) configurations.push(await configurationOf(setting, fixed, data));
  return configurations;
}

async function configurationOf(setting: Setting, fixed: FixedOptions, data: Dataset): Promise<Configuration> {
  try {
    return configurationOn({ data }, await completed({ ...fixed, ...setting }));
  } catch (error) {
    if (!isBadInput(error)) throw error;
    throw wrongValue('space', 'settings that can be trained', JSON.stringify(configTableOf(setting)), asError(error).message);
  }
}

/** Options as a folder keeps them: paths are absolute, and what a program brought is left out. */
function lasting({ signal: _, data, ...fixed }: FixedOptions): FixedOptions {
  const { from, functions } = fixed;
  return {
    ...fixed,
    ...keptReading(fixed),
    ...(typeof data === 'string' && { data: sourceOf(data) }),
    ...(from !== undefined && { from: resolve(from) }),
    ...(functions !== undefined && { functions: functionUrls(fixed) }),
  };
}
