// What a report on an ensemble shows, as plain data: the record and the curves of each member, and how the average of their outputs tells the
// samples of a split apart, for which the data are read once more.

import { type Dataset, isRegression } from '../../data/dataset.js';
import { readingBesideOf } from '../../data/reading.js';
import { additionsOf } from '../../experiments/members/additions.js';
import type { AveragedFigures, SplitAdditions } from '../../experiments/members/events.js';
import { loadKernels } from '../../kernels/load.js';
import type { DoneEvent } from '../../options/events.js';
import { passedOn, passedOnText } from '../../runs/passed-on.js';
import { readSavedNetwork, type SavedNetwork } from '../../runs/saved-network.js';
import { distinctNames } from './run-names.js';
import { type Assessed, assessClasses, assessNumbers, attempted, type Fitted, type ReportOptions, type RunReport } from './run-report.js';

export interface EnsembleReport {
  /** Its folder. */
  readonly path: string;
  /** The members' runs, in their order, with what came of each. */
  readonly members: readonly { readonly run: RunReport; readonly seed: number; readonly figures: AveragedFigures }[];
  /** What the mean of their outputs came to when it was trained. */
  readonly average: AveragedFigures;
  /** And what it comes to now. */
  readonly assessed?: Assessed;
  readonly regression?: Fitted;
  /** What each member adds, on the samples for validation and for the test. */
  readonly additions?: readonly SplitAdditions[];
  /** Of members that were trained apart: what they are copies of, under names that tell them apart; and what is to be known of their figures. */
  readonly copies?: readonly string[];
  readonly warnings: readonly string[];
  /** What was left out and why, a sentence each. */
  readonly missing: readonly string[];
}

/**
 * Reads all there is of an ensemble.
 * @param known what each member adds, where that has been found out
 * @throws {NablaError} BAD_DATA where it is none, or where the data that the options name cannot be used
 */
export async function collectEnsemble(path: string, options: ReportOptions = {}, known?: readonly SplitAdditions[]): Promise<EnsembleReport> {
  const saved = await readSavedNetwork(path);
  const { ensemble, run: first } = saved as Required<SavedNetwork>;
  const missing: string[] = [];
  const opened = (): Promise<Dataset> => first.data({ data: options.data, ...readingBesideOf(options) });
  const data = options.data === undefined ? await attempted(missing, 'Nothing that needs the data', opened) : await opened();
  const assessed =
    data && !isRegression(data) ? await attempted(missing, 'No confusion matrix and no mistakes', () => assessClasses(saved, data)) : undefined;
  const regression = data && isRegression(data) ? await attempted(missing, 'No predictions', () => assessNumbers(saved, data)) : undefined;
  const adding = async () => additionsOf(saved, data as Dataset, { input: first.configuration.input, kernels: await loadKernels('auto') });
  const additions = known ?? (data && (await attempted(missing, 'Nothing of what each member adds', adding)));
  const { copies = [], warnings = [] } = ensemble.record;
  const names = distinctNames(copies);
  // Pages are passed on: names stand for paths.
  const named = (text: string): string => copies.reduce((said, path, k) => said.replaceAll(path, names[k]), text);
  const members = ensemble.runs.map((run) => {
    const { record } = run;
    return {
      run: { ...run.log(), record: passedOn(record, run.path), missing: [] },
      seed: record.configuration.seed,
      figures: record.outcome as DoneEvent,
    };
  });
  const said = missing.map((why) => passedOnText(why, first.path, first.record));
  return {
    path,
    members,
    average: ensemble.record.average as AveragedFigures,
    ...(assessed && { assessed }),
    ...(regression && { regression }),
    ...(additions && { additions }),
    ...(copies.length > 0 && { copies: names }),
    warnings: warnings.map((why) => passedOnText(named(why), first.path, first.record)),
    missing: said,
  };
}
