// A run as a member of an average that outlives it: a copy of what it was asked and how it went, up to the network that is averaged, with that
// network alone. Checkpoints stay where they are: a copy is for use, and the run itself is what goes on.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoneEvent, EpochEvent } from '../options/events.js';
import { bestOf } from '../options/figure.js';
import { replaceFile, saving } from '../system/atomic-file.js';
import { makeFolder } from '../system/folders.js';
import { CONFIG, LOG, METRICS, RECORD, WEIGHTS } from './files.js';
import { weightsFile } from './folder.js';
import type { SavedRun } from './saved-run.js';

/** What a member comes to on the samples of the average. */
type MemberFigures = Pick<DoneEvent, 'validationCost' | 'validationAccuracy' | 'testCost' | 'testAccuracy' | 'testFigures' | 'weightsSha256'>;

export interface MemberCopy {
  readonly run: SavedRun;
  readonly figures: MemberFigures;
}

/** @throws {NablaError} NOT_SAVED */
export function copyMember(path: string, { run, figures }: MemberCopy): void {
  saving(path, () => makeFolder(path));
  const { record, folder, parameters, namedEpoch } = run;
  replaceFile(join(path, WEIGHTS), weightsFile(record.configuration.network, parameters));
  saving(path, () => {
    for (const name of [CONFIG, LOG]) if (existsSync(join(folder, name))) writeFileSync(join(path, name), readFileSync(join(folder, name)));
    writeFileSync(join(path, METRICS), metricsUpTo(folder, namedEpoch));
  });
  const state = record.state === 'running' ? 'interrupted' : record.state;
  const outcome = { ...outcomeOf(run), ...figures };
  replaceFile(join(path, RECORD), `${JSON.stringify({ ...record, state, outcome }, null, 2)}\n`);
}

/** How the run ended, or what was known of it at the end of the epoch that was named. */
function outcomeOf(run: SavedRun): object {
  const { record, namedEpoch } = run;
  if (namedEpoch === undefined) return typeof record.outcome === 'object' && record.outcome !== null ? record.outcome : {};
  const epochs = run.log().epochs.filter(({ epoch }) => epoch <= namedEpoch);
  const last: Partial<EpochEvent> = epochs.at(-1) ?? {};
  const best = bestOf(epochs);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return { event: 'done', epochs: epochs.length, trainingCost: last.trainingCost, seconds, ...(best && { best }) };
}

/** The lines of those epochs; all where none was named. */
function metricsUpTo(run: string, last: number | undefined): string {
  const path = join(run, METRICS);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (last === undefined) return text;
  return text
    .split('\n')
    .filter((line) => epochOf(line) <= last)
    .map((line) => `${line}\n`)
    .join('');
}

function epochOf(line: string): number {
  try {
    return Number(JSON.parse(line).epoch);
  } catch {
    return Number.NaN;
  }
}
