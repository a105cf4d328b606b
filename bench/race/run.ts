// One run of a side: a process is started, the clock runs from there, and each line in which it tells an accuracy is noted when it
// comes. It ends when the last mark is reached, when the process does, or at the limit. Its folder is a temporary one.

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Command, lastWords, startChild } from '../peers/peer.js';
import { type Evaluation, firstAtMarks } from './marks.js';

/** Which digits a side is judged by. */
export type Digits = 'validation' | 'test';

export interface RaceCommand extends Command {
  /** What the process reads on standard input. */
  readonly input: string;
}

export interface RaceRun {
  /** "NumPy 1.24.2"; of nabla its kernels. */
  readonly what?: string;
  /** Seconds to each mark; null where it was not reached. */
  readonly seconds: readonly (number | null)[];
  /** The highest accuracy of all. */
  readonly best: number;
}

/** What a line of standard output says: nabla's events, and those of race.py. */
interface Line {
  readonly event?: string;
  readonly version?: string;
  readonly kernels?: string;
  readonly reason?: string;
  readonly validationAccuracy?: number;
  readonly testAccuracy?: number;
}

/** Characters of standard error that are kept for the message of a failure. */
const ERROR_TAIL = 4000;

/**
 * Runs a side once.
 * @param marks accuracies, in rising order
 * @param limit seconds
 * @returns the run; or why the side cannot run here
 * @throws {Error} where it fails, with its reason
 */
export async function runOnce(
  command: RaceCommand,
  digits: Digits,
  marks: readonly number[],
  limit: number,
): Promise<RaceRun | { readonly unavailable: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-race-'));
  const begin = performance.now();
  const child = startChild(command, folder);
  const closed = howItEnds(child);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(stop, limit * 1000);
  const evaluations: Evaluation[] = [];
  let what: string | undefined;
  try {
    child.stdin.end(command.input);
    for await (const text of createInterface({ input: child.stdout })) {
      const seconds = (performance.now() - begin) / 1000;
      const { event, version, kernels, reason = 'it gives no reason', [`${digits}Accuracy` as const]: accuracy } = parseLine(text);
      if (event === 'unavailable') return { unavailable: reason };
      if (event === 'failed') throw new Error(reason);
      if (event === 'start') what = version ?? `nabla, kernels ${kernels}`;
      if (event === 'epoch' && accuracy !== undefined) evaluations.push({ seconds, accuracy });
      if (event === 'epoch' && accuracy !== undefined && accuracy >= marks[marks.length - 1]) stop();
      if (stopped) break;
    }
    const failure = await closed;
    if (failure !== undefined && !stopped) throw new Error(failure);
  } finally {
    stop();
    await closed;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
  return { what, seconds: firstAtMarks(evaluations, marks), best: Math.max(0, ...evaluations.map(({ accuracy }) => accuracy)) };
}

/** Once the process has ended: why that was a failure, or undefined. */
function howItEnds(child: ChildProcessWithoutNullStreams): Promise<string | undefined> {
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERROR_TAIL);
  });
  child.stdin.on('error', () => {}); // a broken pipe: the exit code tells why
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`it did not start: ${error.message}`));
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? `exit code ${code}`}${lastWords(errors)}`));
  });
}

function parseLine(text: string): Line {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null) return line;
  } catch {
    // said below, with the line itself
  }
  throw new Error(`its line is not a JSON object: ${text.slice(0, 200)}`);
}
