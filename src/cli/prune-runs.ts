// What `nabla runs --prune` does and says: which runs of those that were meant would go, and with `--yes` that they have gone.

import { asError, isBadInput, NablaError } from '../errors.js';
import { bestOfEachData } from '../runs/grade.js';
import type { RunList, RunSummary } from '../runs/list.js';
import { type Pruning, planPruning, removeRun } from '../runs/prune.js';
import { megabytes, plural } from '../text.js';
import { BadInputs } from './bad-inputs.js';

interface How {
  readonly yes?: boolean;
  readonly keepBest: boolean;
  readonly format: 'text' | 'json';
}

export function pruneRuns({ runs }: RunList, chosen: readonly RunSummary[], { yes = false, keepBest, format }: How): void {
  const plan = planPruning(chosen, keepBest ? bestOfEachData(runs) : []);
  const removed = yes ? remove(plan) : [];
  const bytes = (yes ? removed : plan.remove).reduce((sum, one) => sum + one.bytes, 0);
  if (format === 'json') {
    const gone = new Set(removed.map(({ run }) => run));
    const lines = [
      ...plan.remove.map(({ run, bytes }) => ({ event: 'prune', path: run.path, bytes, removed: gone.has(run) })),
      ...plan.keep.map(({ run, why }) => ({ event: 'prune', path: run.path, removed: false, why })),
      { event: 'pruned', runs: removed.length, bytes: yes ? bytes : 0 },
    ];
    process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return;
  }
  const said = yes ? removed.map(({ run, left }) => `removed   ${run.path}${left}`) : plan.remove.map(({ run }) => `would go  ${run.path}`);
  const kept = plan.keep.map(({ run, why }) => `stays     ${run.path}: ${why}`);
  const sum = `${plural((yes ? removed : plan.remove).length, 'run')}, ${megabytes(bytes)}`;
  const last = yes ? `${sum} freed.` : `${sum}. Nothing was removed; --yes removes ${plan.remove.length === 1 ? 'it' : 'them'}.`;
  process.stdout.write(`${[...said, ...kept, plan.remove.length === 0 ? 'There is nothing to remove.' : last].join('\n')}\n`);
}

/** Removes one after another; one that cannot be does not keep the others. */
function remove({ remove }: Pruning): { run: RunSummary; bytes: number; left: string }[] {
  const bad = new BadInputs();
  const removed = remove.flatMap(({ run, bytes }) => {
    try {
      return [{ run, bytes, left: removeRun(run.path) ? '' : ', but not its folder, which holds other files' }];
    } catch (error) {
      if (!isBadInput(error) && !(error instanceof NablaError)) throw error;
      bad.add(asError(error));
      return [];
    }
  });
  bad.end(1);
  return removed;
}
