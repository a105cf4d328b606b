// What runs were asked to do, on which machine, and with which outcome, as tables: one run's facts, several runs side by side.

import type { EpochEvent } from '../../options/events.js';
import { figureText } from '../../options/figure.js';
import { namesRanks, ranksText, slicedText } from '../../options/ranks.js';
import type { RunLog } from '../../runs/log.js';
import { ranksOfRecord } from '../../runs/record.js';
import { settingsOf } from '../../runs/settings.js';
import type { MachineRecord } from '../../system/machine.js';
import { count, fixed, noun, percent, secondsText, sentText } from '../../text.js';
import { outcomeOf } from '../data/run-outcome.js';
import type { RunReport } from '../data/run-report.js';
import { html, type Markup } from '../markup/html.js';
import { facts, table } from '../markup/page.js';
import { costText, functionsText } from '../words.js';

/** A run under a name that tells it apart from the others on the page. */
export interface NamedRun extends RunReport {
  readonly name: string;
}

/** How the run ended, or that it has not. */
export function stateText({ record, epochs, goingOn }: Pick<RunReport, 'record' | 'epochs' | 'goingOn'>): string {
  const { state, configuration, outcome } = record;
  // The record may still be that of an earlier part, which a resumed run goes on from.
  const planned = goingOn?.epochs ?? configuration.epochs;
  const done = `${count(epochs.length)} of ${count(planned)} ${noun(planned, 'epoch')}`;
  if (goingOn) return `running, ${done} so far`;
  const { error, stopped } = (outcome ?? {}) as { error?: unknown; stopped?: unknown };
  if (state === 'done') return stopped === undefined ? `done, ${done}` : `done, ${done}: ${stopped}`;
  if (state === 'running') return `running, or ended without a word: ${done} so far`;
  return `${state} after ${done}${typeof error === 'string' ? `: ${error}` : ''}`;
}

/** The outcome of a run, a name and a value each. */
function outcomes(run: RunReport): [string, string][] {
  const { record, epochs } = run;
  const { ending, restored, best, seconds, testR2, nothingLearnt } = outcomeOf(run);
  const rates = epochs.map(({ samplesPerSecond }) => samplesPerSecond).sort((a, b) => a - b);
  const maybe = (name: string, value: string | undefined): [string, string][] => (value === undefined ? [] : [[name, value]]);
  return [
    ['state', stateText(run)],
    ['network', networkText(run)],
    ['data', record.data?.name ?? record.data?.source ?? 'unknown'],
    ...maybe('test accuracy', accuracy(ending?.testAccuracy)),
    ...maybe('test R²', testR2 === undefined ? undefined : fixed(testR2, 4)),
    ...maybe('test cost', cost(ending?.testCost)),
    ...maybe(
      `best ${best?.by}`,
      best && `${figureText(best.by, best.value)} after epoch ${best.epoch}${restored ? ', whose network it ended with' : ''}`,
    ),
    ...maybe('learnt', nothingLearnt),
    ...timeOf(epochs, seconds),
    ...maybe('speed', ending && `${count(rates[rates.length >> 1])} samples/s (median epoch)`),
    ...maybe('exchange', exchangeText(epochs)),
    ['started', Number.isNaN(Date.parse(record.created)) ? 'unknown' : new Date(record.created).toUTCString()],
  ];
}

function networkText({ record: { configuration } }: RunLog): string {
  const { layers, activations, cost } = configuration.network;
  return `${layers.join('-')}, ${functionsText([activations].flat())}, ${cost}`;
}

/** All of it as the run's last line has it; where there is none, what its epochs add up to. */
function timeOf(epochs: readonly EpochEvent[], seconds: number | undefined): [string, string][] {
  if (seconds !== undefined) return [['time', secondsText(seconds)]];
  if (epochs.length === 0) return [];
  return [
    [
      'time in training',
      `${fixed(
        epochs.reduce((sum, { seconds }) => sum + seconds, 0),
        1,
      )} s`,
    ],
  ];
}

/** What several ranks have spent on one another, in the epochs in which there were several. */
function exchangeText(epochs: readonly EpochEvent[]): string | undefined {
  const shared = epochs.flatMap(({ exchange, seconds }) => (exchange ? [{ ...exchange, seconds }] : []));
  const seconds = shared.reduce((sum, epoch) => sum + epoch.seconds, 0);
  if (seconds === 0) return undefined;
  const mean = (figure: (epoch: (typeof shared)[number]) => number): number =>
    shared.reduce((sum, epoch) => sum + epoch.seconds * figure(epoch), 0) / seconds;
  const sent = sentText(mean(({ bytesPerStep }) => bytesPerStep));
  return `${percent(mean(({ share }) => share))} of the time, ${sent} a step and rank`;
}

function accuracy(share: number | null | undefined): string | undefined {
  return share === null || share === undefined ? undefined : percent(share, 2);
}

function cost(value: number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : costText(value);
}

/** What the page of one run says larger above its facts. */
const IN_HEADLINE = /^(test accuracy|test R²|best .*|time|time in training)$/;

/** The outcomes of one run as facts, of several as a table with a column each. */
export function summary(runs: readonly NamedRun[]): Markup {
  if (runs.length === 1) return facts(outcomes(runs[0]).filter(([name]) => !IN_HEADLINE.test(name)));
  return sideBySide(
    'What came of the runs',
    'outcome',
    runs.map((run) => ({ name: run.name, rows: outcomes(run) })),
  );
}

/** Every setting of the runs. */
export function configurationTable(runs: readonly NamedRun[]): Markup {
  const all = runs.map((run) => ({ name: run.name, rows: settingsOf(run.record) }));
  return sideBySide('All settings, by the options of nabla train', 'setting', all);
}

const MACHINE: Readonly<Record<keyof MachineRecord, string>> = {
  cpu: 'processor',
  usable: 'cores usable',
  machine: 'cores of the machine',
  platform: 'system',
  node: 'Node.js',
};

export function machineTables(runs: readonly NamedRun[]): Markup {
  const all = runs.map((run) => ({
    name: run.name,
    rows: [
      ...Object.entries(MACHINE).map(([key, row]): [string, string] => [row, String(run.record.environment?.[key] ?? 'unknown')]),
      ...processes(run),
    ],
  }));
  return sideBySide('Machine', 'property', all);
}

/** The processes that shared a run: those that it began with, and those that went on with it. Nothing of a run that always was one. */
function processes({ record, resumptions }: NamedRun): [string, string][] {
  const ranks = ranksOfRecord(record);
  if (!ranks && !resumptions.some(({ by = '' }) => namesRanks(by))) return [];
  const later = resumptions.flatMap(({ epoch, by }): [string, string][] =>
    by === undefined ? [] : [[`processes from epoch ${count(epoch)} on`, namesRanks(by) ? by : `one, with ${by}`]],
  );
  return [['processes', ranks ? `${ranksText(ranks)}, ${ranks.mpi}${slicedText(ranks)}` : 'one'], ...later];
}

interface Rows {
  readonly name: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

/** A row for each name that any of the runs has, a column for each run. @param what each name is */
function sideBySide(caption: string, what: string, runs: readonly Rows[]): Markup {
  const names = [...new Set(runs.flatMap(({ rows }) => rows.map(([name]) => name)))];
  const values = runs.map(({ rows }) => new Map(rows));
  const head = [what, ...(runs.length === 1 ? ['value'] : runs.map(({ name }) => name))];
  return html`<div class="prose">${table({ caption, head, rows: names.map((name) => [name, ...values.map((of) => of.get(name) ?? '–')]) })}</div>
`;
}
