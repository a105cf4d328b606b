// Saves a run that ends before its last epoch, because it was interrupted, diverged or failed: its last good state goes into its
// folder, and the error says how to go on from there.

import { asError, messageWithCommand, NablaError, type NextCommand } from '../errors.js';
import type { EndState } from '../runs/record.js';
import { shellPath } from '../system/shell-word.js';
import type { RunRecorder, TrainingState } from './run-recorder.js';

/**
 * Keeps the last good state of a run, and says so in its record.
 * @param lastGood returns that state
 * @returns the error to throw: the one that ended the run, with how to go on
 */
export async function keepLastGood(error: Error, recorder: RunRecorder, lastGood: () => TrainingState): Promise<Error> {
  const state = endStateOf(error);
  try {
    const good = lastGood();
    await recorder.save(good);
    const next = nextCommand(state, recorder.path);
    const said =
      error instanceof NablaError ? new NablaError(error.code, `${error.message} ${keptText(good, state, next)}`, { cause: error, next }) : error;
    recorder.finish(state, { error: messageWithCommand(said, () => 'nabla'), seconds: good.position.seconds });
    return said;
  } catch (thrown) {
    return notKept(error, asError(thrown), recorder);
  }
}

function endStateOf(error: Error): Exclude<EndState, 'done'> {
  const code = error instanceof NablaError ? error.code : undefined;
  return code === 'INTERRUPTED' ? 'interrupted' : code === 'DIVERGED' ? 'diverged' : 'failed';
}

/** How a run in this folder goes on. One that has diverged would only diverge again. */
function nextCommand(state: EndState, path: string): NextCommand {
  return { command: 'train', options: `${state === 'diverged' ? '--from' : '--resume'} ${shellPath(path)}` };
}

/** What is kept, and how to use it. */
function keptText({ position: { epoch, samples } }: TrainingState, state: EndState, { options }: NextCommand): string {
  if (state === 'diverged') return `The weights from before, of epoch ${epoch} after ${samples} samples, are kept: ${options}`;
  const kept = state === 'interrupted' ? 'All so far' : `What was trained up to epoch ${epoch}, after ${samples} samples,`;
  return `${kept} is kept; go on with: ${options}`;
}

/** Where the state could not be saved either: what was saved before still is. */
function notKept(error: Error, thrown: Error, recorder: RunRecorder): Error {
  const code = error instanceof NablaError ? error.code : undefined;
  const what = code === 'NOT_SAVED' ? error.message : `${error.message} It could not be saved: ${thrown.message}`;
  const next = nextCommand('failed', recorder.path);
  const lost = `${what} What was saved before is as it was; go on from there: ${next.options}`;
  // What was asked for, a run that can go on, has failed.
  const said = new NablaError(code === undefined || code === 'INTERRUPTED' ? 'NOT_SAVED' : code, lost, { cause: error, next });
  recorder.recordFailure(messageWithCommand(said, () => 'nabla'));
  return code === undefined ? error : said;
}
