// `nabla train --folds`: a network for each fold, tested on it, and what they have reached together.

import { NablaError, wrongValue } from '../../errors.js';
import { crossValidate } from '../../experiments/folds/cross-validate.js';
import type { CrossValidation, FoldsEvent, OutOfFold } from '../../experiments/folds/events.js';
import { outOfFoldLines } from '../../report/data/out-of-fold-rows.js';
import { FoldsPrinter } from '../../report/terminal/folds-table.js';
import { checkOutputPath, OutputFile } from '../../system/output-file.js';
import { plural } from '../../text.js';
import { StatusLine } from '../status-line.js';
import { roomOn } from '../terminal.js';
import type { SeveralRun } from './flags.js';

export async function trainFolds({ options, folds, group, outOfFold, jobs, format, warnings, signal }: SeveralRun): Promise<void> {
  if (outOfFold !== undefined) checkOutputPath('out-of-fold', outOfFold);
  if (outOfFold === '-') throw wrongValue('out-of-fold', 'a file', outOfFold);
  const status = new StatusLine(format === 'json' ? process.stderr : process.stdout);
  const printer = new FoldsPrinter((text) => status.print(text), roomOn(process.stdout));
  const tell = (event: FoldsEvent): void => {
    const said = event.event === 'folds' && warnings.length > 0 ? { ...event, warnings: [...warnings, ...event.warnings] } : event;
    if (said.event === 'progress') status.show(printer.progress(said));
    else if (format === 'json') process.stdout.write(`${JSON.stringify(said)}\n`);
    else printer.print(said);
  };
  try {
    status.show('reading data');
    const asked = { folds, group, outOfFold: outOfFold !== undefined, ...(jobs !== undefined && { jobs }) };
    const result = await crossValidate({ ...options, ...asked, signal, onEvent: tell });
    if (outOfFold !== undefined && result.outOfFold) write(outOfFold, result.outOfFold);
    throwFailure(result);
  } finally {
    status.end();
  }
}

function write(path: string, outOfFold: OutOfFold): void {
  const file = new OutputFile('What networks say of folds', path);
  try {
    for (const line of outOfFoldLines(outOfFold)) file.write(line);
    file.finish();
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** All that has come to figures is shown by then; yet the command has failed. */
function throwFailure({ folds }: CrossValidation): void {
  const failed = folds.filter(({ failure }) => failure !== undefined);
  const [first] = failed;
  if (!first?.failure) return;
  const { code, text } = first.failure;
  const more = failed.length > 1 ? ` So did ${plural(failed.length - 1, 'other fold')}.` : '';
  throw new NablaError(code === 'ERROR' ? 'WORKER_FAILED' : (code as NablaError['code']), `Fold ${first.fold} failed: ${text}${more}`);
}
