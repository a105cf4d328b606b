// What runs were asked to do, on which machine, and what came of them, as tables: one run's facts, several runs side by side.

import type { RunLog } from '../training/run-log.js';
import type { RunReport } from '../training/run-report.js';
import { html, type Markup } from './html.js';
import { facts, table } from './page.js';
import { count, fixed } from './words.js';

/** A run under a name that tells it apart from the others on the page. */
export interface NamedRun extends RunReport {
  readonly name: string;
}

/** How the run ended, or that it has not. */
export function stateText({ record, epochs, goingOn }: Pick<RunReport, 'record' | 'epochs' | 'goingOn'>): string {
  const { state, configuration, outcome } = record;
  const done = `${count(epochs.length)} of ${count(configuration.epochs)} epochs`;
  // The record may still be that of an earlier part, which a resumed run goes on from.
  if (goingOn) return `running, ${done} so far`;
  const { error, stopped } = (outcome ?? {}) as { error?: unknown; stopped?: unknown };
  if (state === 'done') return stopped === undefined ? `done, ${done}` : `done, ${done}: ${stopped}`;
  if (state === 'running') return `running, or ended without a word: ${done} so far`;
  return `${state} after ${done}${typeof error === 'string' ? `: ${error}` : ''}`;
}

/** What came of a run, a name and a value each. */
function outcomes(run: RunReport): [string, string][] {
  const { record, epochs } = run;
  const last = epochs.at(-1);
  const best = bestValidation(run);
  const rates = epochs.map(({ samplesPerSecond }) => samplesPerSecond).sort((a, b) => a - b);
  const maybe = (name: string, value: string | undefined): [string, string][] => (value === undefined ? [] : [[name, value]]);
  return [
    ['state', stateText(run)],
    ['network', networkText(run)],
    ['data', record.data?.name ?? record.data?.source ?? 'unknown'],
    ...maybe('test accuracy', accuracy(last?.testAccuracy)),
    ...maybe('best validation', best && `${accuracy(best.validationAccuracy)} after epoch ${best.epoch}`),
    ...maybe(
      'time in training',
      last &&
        `${fixed(
          epochs.reduce((sum, { seconds }) => sum + seconds, 0),
          1,
        )} s`,
    ),
    ...maybe('speed', last && `${count(rates[rates.length >> 1])} samples/s (median epoch)`),
    ['started', Number.isNaN(Date.parse(record.created)) ? 'unknown' : new Date(record.created).toUTCString()],
  ];
}

function networkText({ record: { configuration } }: RunLog): string {
  const { layers, activations, cost } = configuration.network;
  return `${layers.join('-')}, ${[activations].flat().join('-')}, ${cost}`;
}

function bestValidation({ epochs }: RunLog): RunLog['epochs'][number] | undefined {
  const measured = epochs.filter(({ validationAccuracy }) => validationAccuracy !== null);
  return measured.reduce<RunLog['epochs'][number] | undefined>(
    (best, e) => (best === undefined || (e.validationAccuracy as number) > (best.validationAccuracy as number) ? e : best),
    undefined,
  );
}

function accuracy(share: number | null | undefined): string | undefined {
  return share === null || share === undefined ? undefined : `${fixed(100 * share, 2)} %`;
}

/** The outcomes of one run as facts, of several as a table with a column each. */
export function summary(runs: readonly NamedRun[]): Markup {
  if (runs.length === 1) return facts(outcomes(runs[0]));
  return sideBySide(
    'What came of the runs',
    runs.map((run) => ({ name: run.name, rows: outcomes(run) })),
  );
}

/** Every setting of the runs, first those in which they differ. */
export function configurationTables(runs: readonly NamedRun[]): Markup {
  const all = runs.map(({ name, record }) => ({ name, rows: flat({ ...record.configuration, data: record.data }) }));
  const whole = sideBySide('All settings', all);
  if (runs.length === 1) return whole;
  return html`${differences(all, 'Settings in which they differ')}<details><summary>All settings</summary>${whole}</details>`;
}

export function machineTables(runs: readonly NamedRun[]): Markup {
  const all = runs.map(({ name, record }) => ({ name, rows: flat(record.environment ?? {}) }));
  return sideBySide('Machine', all);
}

interface Rows {
  readonly name: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

function differences(runs: readonly Rows[], caption: string): Markup {
  const of = (run: Rows, name: string): string | undefined => run.rows.find(([row]) => row === name)?.[1];
  const differ = (name: string): boolean => runs.some((run) => of(run, name) !== of(runs[0], name));
  const rows = runs.map((run) => ({ ...run, rows: run.rows.filter(([name]) => differ(name)) }));
  if (rows.every((run) => run.rows.length === 0)) return html`<p>The runs have the same settings.</p>\n`;
  return sideBySide(caption, rows);
}

/** A row for each name that any of the runs has, a column for each run. */
function sideBySide(caption: string, runs: readonly Rows[]): Markup {
  const names = [...new Set(runs.flatMap(({ rows }) => rows.map(([name]) => name)))];
  const values = runs.map(({ rows }) => new Map(rows));
  const head = runs.length === 1 ? ['', 'value'] : ['', ...runs.map(({ name }) => name)];
  return html`<div class="prose">${table({ caption, head, rows: names.map((name) => [name, ...values.map((of) => of.get(name) ?? '–')]) })}</div>
`;
}

/** The leaves of an object as lines: 'network layers' is '784, 30, 10'. What is empty is left out. */
function flat(value: unknown, name = ''): [string, string][] {
  if (value === undefined || value === null || value === '') return [];
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    return [[name, value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(', ')]];
  }
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, inner]) => flat(inner, name === '' ? key : `${name} ${key}`));
  return [[name, String(value)]];
}
