// `nabla runs`: all runs in some folders as a table or as a page, and, with care, fewer of them.

import { relative, resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { wrongValue } from '../../errors.js';
import { collectRuns, MOST_RUNS, runPage } from '../../report/pages/run-page.js';
import { runList } from '../../report/terminal/run-list.js';
import { FIELDS } from '../../runs/fields.js';
import { byOutcome } from '../../runs/grade.js';
import { listRuns, RUN_STATES, type RunList, type RunSummary } from '../../runs/list.js';
import { type Selection, selected, selects, sorted } from '../../runs/select.js';
import { isFolder } from '../../system/folders.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { count, plural } from '../../text.js';
import { BadInputs } from '../bad-inputs.js';
import { pruneRuns } from '../prune-runs.js';
import { StatusLine } from '../status-line.js';
import { roomOn } from '../terminal.js';
import { addText, formatOption, toNames } from '../values.js';

/** Where `nabla train` keeps its runs. */
const USUAL = 'runs';

interface Flags extends Selection {
  sort: string;
  html?: string;
  prune?: boolean;
  yes?: boolean;
  keepBest: boolean;
  format: 'text' | 'json';
}

export function runsCommand(): Command {
  return new Command('runs')
    .description('List runs, the best first, with the settings in which they differ; compare them on a page; remove some.')
    .addArgument(new Argument('[folders...]', `folders with runs in them, or of runs (default: ${USUAL})`))
    .addOption(
      new Option('--where <condition>', 'only runs of which it holds, such as eta=0.5, "test>97" or activation!=relu; again for more')
        .argParser(addText)
        .default(undefined),
    )
    .addOption(new Option('--state <states>', `only runs in one of these: ${RUN_STATES.join(', ')}`).argParser(toNames))
    .addOption(new Option('--since <when>', 'only runs that began since then: 2026-11-23, or 7d, 12h, 30m ago'))
    .addOption(new Option('--before <when>', 'only runs that began before then'))
    .addOption(new Option('--sort <by>', `outcome, ${Object.keys(FIELDS).join(', ')}, or an option of nabla train`).default('outcome'))
    .addOption(new Option('--html <file>', `write a page that compares them: a table, and the curves of the best ${MOST_RUNS}`))
    .addOption(new Option('--prune', 'say which runs would be removed, those that the filters name, and what that frees'))
    .addOption(new Option('--yes', 'with --prune: remove them'))
    .addOption(new Option('--no-keep-best', 'with --prune: the best run on each data set too'))
    .addOption(formatOption())
    .action(run);
}

async function run(folders: string[], { sort, html, prune = false, yes, keepBest, format, ...selection }: Flags): Promise<void> {
  if (html !== undefined) checkOutputPath('html', html);
  if (!prune && (yes || !keepBest)) throw wrongValue(yes ? 'yes' : 'no-keep-best', 'none without --prune', true);
  if (prune && html !== undefined) throw wrongValue('html', 'none beside --prune', html);
  if (prune && !selects(selection)) throw wrongValue('prune', 'a filter that says which runs: --where, --state, --since or --before', 'none');
  const places = folders.length > 0 ? folders : [USUAL];
  const isNew = folders.length === 0 && !isFolder(USUAL);
  const list: RunList = isNew ? { runs: [], unreadable: [] } : listRuns(places);
  const chosen = sorted(selected(list.runs, selection, Date.now()), sort);
  const named = new Set(folders.map((folder) => resolve(folder)));
  const bad = new BadInputs();
  for (const { path, error } of list.unreadable) if (named.has(resolve(path))) bad.add(error);
  bad.end(list.runs.length);
  if (prune) return pruneRuns(list, chosen, { yes, keepBest, format });
  const unreadable = list.unreadable.filter(({ path }) => !named.has(resolve(path)));
  if (format === 'json') printLines(chosen, list);
  else process.stdout.write(`${textOf(chosen, { ...list, unreadable }, places).join('\n')}\n`);
  if (html !== undefined && chosen.length > 0) await writePage(html, chosen, format);
}

function printLines(chosen: readonly RunSummary[], { runs, unreadable }: RunList): void {
  const lines = [
    ...chosen.map((run) => ({ event: 'run', ...run })),
    ...unreadable.map(({ path, error }) => ({ event: 'unreadable', path, error: error.message })),
    { event: 'runs', found: runs.length, shown: chosen.length, unreadable: unreadable.length },
  ];
  process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** The table under a line that says what it is of. */
function textOf(chosen: readonly RunSummary[], { runs, unreadable }: RunList, places: readonly string[]): string[] {
  const where = places.join(', ');
  const bad = unreadable.map(({ path, error }) => `unreadable  ${error.message.startsWith(path) ? error.message : `${path}: ${error.message}`}`);
  if (runs.length === 0) return [`No runs in ${where}.`, ...bad];
  const of = chosen.length === runs.length ? plural(runs.length, 'run') : `${count(chosen.length)} of ${plural(runs.length, 'run')}`;
  if (chosen.length === 0) return [`${of} in ${where}.`, ...bad];
  const { isTTY } = process.stdout;
  const table = runList(chosen, namesOf(chosen, places), isTTY ? roomOn(process.stdout) : Number.POSITIVE_INFINITY);
  return [`${of} in ${where}`, '', ...table, ...(bad.length > 0 ? ['', ...bad] : [])];
}

/** Within the one folder that was looked into, else with their paths. */
function namesOf(runs: readonly RunSummary[], [place, ...others]: readonly string[]): string[] {
  return runs.map(({ path }) => (others.length === 0 && relative(place, path)) || path);
}

async function writePage(html: string, chosen: readonly RunSummary[], format: Flags['format']): Promise<void> {
  // An average has no curves of its own; it stands in the table.
  const best = byOutcome(chosen.filter(({ members }) => members === undefined)).slice(0, MOST_RUNS);
  const status = new StatusLine(process.stderr);
  status.show('reading runs and data');
  try {
    const bad = new BadInputs();
    const reports = await collectRuns(
      best.map(({ path }) => path),
      {},
      (_, error) => {
        status.end();
        bad.add(error);
      },
    );
    bad.end(reports.length);
    if (reports.length === 0) return;
    const page = runPage(reports, chosen);
    status.end();
    writeOutput('The page', html, page);
    const bytes = Buffer.byteLength(page);
    if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'report', out: html, bytes, runs: chosen.length })}\n`);
    else process.stdout.write(`\n${html}: ${plural(chosen.length, 'run')}, ${count(Math.ceil(bytes / 1024))} kB\n`);
  } finally {
    status.end();
  }
}
