// One side of a comparison: the runs of a folder, which differ in their seeds alone, each with the figures of the network that it ended with.

import { NablaError } from '../../errors.js';
import { differingSettings } from '../../runs/fields.js';
import { listRuns, type RunSummary } from '../../runs/list.js';
import { readRecord } from '../../runs/record.js';
import { listed } from '../../text.js';
import { type Figures, figuresOf, type Measured } from './figures.js';
import { seedsOfFolder } from './seeds-folder.js';

export interface SeededRun {
  readonly seed: number;
  readonly summary: RunSummary;
  /** None of a run that has not come to its end. */
  readonly figures: Figures;
  /** Why it has none. */
  readonly why?: string;
}

export interface SeededRuns {
  readonly path: string;
  /** By rising seeds. */
  readonly runs: readonly SeededRun[];
  /** Seeds that there were to be, and are not. */
  readonly missing: readonly number[];
}

/** Settings in which the runs of one folder may differ: they are what is compared over, or change no figure that is spoken of. */
const OF_A_SEED: readonly string[] = ['seed', 'split-seed', 'data', 'kernels', 'blas'];

/**
 * The runs of a folder, or the one that it is.
 * @throws {NablaError} BAD_DATA where there are none, where one cannot be read, or where they differ in more than their seeds
 */
export function seededRuns(path: string): SeededRuns {
  const { runs: found, unreadable } = listRuns([path]);
  if (unreadable.length > 0) throw unreadable[0].error;
  if (found.length === 0) throw new NablaError('BAD_DATA', `${path}: there are no runs in this folder. Name one that train --seeds has made.`);
  const other = settingsApart(found).filter((key) => !OF_A_SEED.includes(key));
  if (other.length > 0)
    throw new NablaError(
      'BAD_DATA',
      `${path}: expected runs that differ in their seeds alone, got some that differ in ${listed(other)}. Name a folder with those of one setting.`,
    );
  const runs = found.map(seededRun).sort((a, b) => a.seed - b.seed);
  const twice = runs.find(({ seed }, k) => runs[k - 1]?.seed === seed);
  if (twice)
    throw new NablaError('BAD_DATA', `${path}: expected one run of each seed, got two of seed ${twice.seed}: ${twice.summary.path} is one of them.`);
  const missing = (seedsOfFolder(path) ?? []).filter((seed) => !runs.some((run) => run.seed === seed));
  return { path, runs, missing };
}

function seededRun(summary: RunSummary): SeededRun {
  const { configuration, outcome } = readRecord(summary.path);
  const isDone = summary.state === 'done';
  return {
    seed: configuration.seed,
    summary,
    figures: isDone ? figuresOf((outcome ?? {}) as Measured) : {},
    ...(!isDone && { why: summary.state }),
  };
}

/** Keys of the options in which some runs differ, network and epochs among them. */
export function settingsApart(runs: readonly RunSummary[]): string[] {
  const differ = (of: (run: RunSummary) => unknown): boolean => new Set(runs.map(of)).size > 1;
  return [...(differ(({ network }) => network.join()) ? ['layers'] : []), ...(differ((run) => run.of) ? ['epochs'] : []), ...differingSettings(runs)];
}
