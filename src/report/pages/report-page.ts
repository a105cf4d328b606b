// The page of a report, for a program: of an ensemble, or of one or several runs.

import { checkList, checkOptions, checkPath } from '../../check.js';
import { isEnsemble } from '../../runs/files.js';
import { collectEnsemble } from '../data/ensemble-report.js';
import { REPORT_OPTIONS, type ReportOptions } from '../data/run-report.js';
import { ensemblePage } from './ensemble-page.js';
import { collectRuns, runPage } from './run-page.js';

/**
 * The page of one run, or of several over one another, or of one ensemble: one self-contained HTML file.
 * @param runs folders of runs, each once and at most MOST_RUNS; or that of an ensemble alone
 * @throws {TypeError | RangeError} for what is no list of such folders
 * @throws {NablaError} BAD_DATA where a folder holds no record of a run, or where the data that the options name cannot be used
 */
export async function reportPage(runs: readonly string[], options: ReportOptions = {}): Promise<string> {
  const folders = checkList('runs', runs, 'a list of folders');
  const [only] = folders;
  if (folders.length !== 1 || !isEnsemble(checkPath('runs', only, 'a folder'))) return runPage(await collectRuns(runs, options));
  return ensemblePage(await collectEnsemble(only, checkOptions(options, Object.keys(REPORT_OPTIONS))));
}
