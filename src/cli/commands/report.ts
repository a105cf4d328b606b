// `nabla report`: one or several saved runs, or a search, as a page.

import { Argument, Command, Option } from 'commander';
import { wrongValue } from '../../errors.js';
import { isSearch } from '../../experiments/search/journal.js';
import { collectEnsemble } from '../../report/data/ensemble-report.js';
import type { ReportOptions } from '../../report/data/run-report.js';
import { collectSearch } from '../../report/data/search-report.js';
import { ensemblePage } from '../../report/pages/ensemble-page.js';
import { collectRuns, MOST_RUNS, runPage } from '../../report/pages/run-page.js';
import { searchPageOf } from '../../report/pages/search-page.js';
import { isEnsemble } from '../../runs/files.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { count, plural } from '../../text.js';
import { BadInputs } from '../bad-inputs.js';
import { addDataOfRun } from '../flags.js';
import { StatusLine } from '../status-line.js';
import { usualOutput } from '../usual-output.js';
import { formatOption } from '../values.js';

interface Flags extends ReportOptions {
  out?: string;
  format: 'text' | 'json';
}

export function reportCommand(): Command {
  const command = new Command('report')
    .description('Write a page about saved runs: learning curves, confusions, mistakes, weights, settings; or about a search.')
    .addArgument(
      new Argument(
        '<run...>',
        `folders of runs, at most ${MOST_RUNS}, which lie over one another in the curves; or one of an ensemble, or of a search`,
      ),
    )
    .addOption(new Option('--out <file>', 'the page: one HTML file that loads nothing (default: NAME.html, after the run; it replaces no file)'));
  return addDataOfRun(command, { default: 'what each run was trained on' }).addOption(formatOption()).action(report);
}

async function report(folders: string[], { out: named, format, ...options }: Flags): Promise<void> {
  const search = folders.find(isSearch);
  if (search !== undefined) return reportSearch(search, folders, { out: named, format, ...options });
  const more = folders.length > 1 ? `-and-${folders.length - 1}-more` : '';
  const out = named ?? usualOutput(folders[0], `${more}.html`);
  checkOutputPath('out', out);
  const status = new StatusLine(process.stderr);
  status.show('reading runs and data');
  try {
    if (folders.length === 1 && isEnsemble(folders[0])) return await reportEnsemble(folders[0], options, { out, format, status });
    const bad = new BadInputs();
    const failed: { run: string; message: string }[] = [];
    const runs = await collectRuns(folders, options, (run, error) => {
      status.end();
      bad.add(error);
      failed.push({ run, message: error.message });
    });
    bad.end(runs.length);
    if (runs.length === 0) return;
    const page = runPage(runs);
    status.end();
    writeOutput('The page', out, page);
    const bytes = Buffer.byteLength(page);
    if (format === 'json') {
      const written = runs.map(({ path, record, epochs, missing }) => ({ run: path, state: record.state, epochs: epochs.length, missing }));
      process.stdout.write(`${JSON.stringify({ event: 'report', out, bytes, runs: written, failed })}\n`);
    } else {
      process.stdout.write(`${out}: ${plural(runs.length, 'run')}, ${count(Math.ceil(bytes / 1024))} kB\n`);
      for (const { path, missing } of runs) for (const why of missing) process.stdout.write(`left out  ${path}: ${why}\n`);
    }
  } finally {
    status.end();
  }
}

/** The page of a search, which needs no data: its folder has all figures. */
function reportSearch(search: string, folders: readonly string[], { out: named, format, ...options }: Flags): void {
  if (folders.length > 1)
    throw wrongValue('run', 'one search by itself, or runs', `${plural(folders.length, 'folder')}, of which ${search} is a search`);
  const [other] = Object.entries(options).filter(([, value]) => value !== undefined);
  if (other) throw wrongValue(other[0], 'none beside a search, whose page reads no data', other[1]);
  const out = named ?? usualOutput(search, '.html');
  checkOutputPath('out', out);
  const found = collectSearch(search);
  const page = searchPageOf(found);
  writeOutput('The page', out, page);
  const bytes = Buffer.byteLength(page);
  if (format === 'json')
    process.stdout.write(`${JSON.stringify({ event: 'report', out, bytes, search, runs: found.runs.length, missing: found.missing })}\n`);
  else {
    process.stdout.write(`${out}: ${plural(found.runs.length, 'run')} of a search, ${count(Math.ceil(bytes / 1024))} kB\n`);
    for (const why of found.missing) process.stdout.write(`left out  ${search}: ${why}\n`);
  }
}

async function reportEnsemble(
  folder: string,
  options: ReportOptions,
  { out, format, status }: { readonly out: string; readonly format: Flags['format']; readonly status: StatusLine },
): Promise<void> {
  const report = await collectEnsemble(folder, options);
  const page = ensemblePage(report);
  status.end();
  writeOutput('The page', out, page);
  const bytes = Buffer.byteLength(page);
  const { members, additions = [], missing } = report;
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ event: 'report', out, bytes, ensemble: folder, members: members.length, additions, missing })}\n`);
    return;
  }
  process.stdout.write(`${out}: the average of ${plural(members.length, 'network')}, ${count(Math.ceil(bytes / 1024))} kB\n`);
  for (const why of missing) process.stdout.write(`left out  ${folder}: ${why}\n`);
}
