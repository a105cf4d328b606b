// Where a run was resumed, read from its log.txt, whose lines log-lines.ts writes: a run of any version has kept that there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG } from './files.js';

/** Where the run went on after it was stopped. */
export interface Resumption {
  readonly epoch: number;
  /** Samples of that epoch that were trained on before, and its samples in all. */
  readonly samples: number;
  readonly of: number;
  /** Who went on with it: '2 workers', '4 ranks × 1 worker on host a, Open MPI 4.1.4'; absent where the line does not say. */
  readonly by?: string;
}

const LINE = /^\S+ resumed in epoch (\d+), after (\d+) of (\d+) samples(?:; (.+))?/gm;

/** In the order of the epochs; none where there is no log. */
export function readResumptions(path: string): Resumption[] {
  try {
    return resumptionsIn(readFileSync(join(path, LOG), 'utf8'));
  } catch {
    return [];
  }
}

/** A run that was resumed before an earlier resumption has left that one behind, with all that was trained since. */
export function resumptionsIn(log: string): Resumption[] {
  const kept: Resumption[] = [];
  for (const [, ...found] of log.matchAll(LINE)) {
    const [epoch, samples, of] = found.slice(0, 3).map(Number);
    const by = found[3];
    const isLater = (a: Resumption): boolean => a.epoch > epoch || (a.epoch === epoch && a.samples >= samples);
    while (kept.length > 0 && isLater(kept[kept.length - 1])) kept.pop();
    if (epoch > 0 && of > 0 && samples <= of) kept.push({ epoch, samples, of, ...(by !== undefined && { by }) });
  }
  return kept;
}
