// The command line as a child process: `nabla …` in a folder of its own, with what it wrote and how it ended. Every child
// has a time limit, after which it alone is killed, so that no test can hang and none leaves a process behind.

import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { type Dirent, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface Outcome {
  /** The exit code; null where a signal ended the process, as it does at the time limit. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves to standard output so far, as soon as that contains `text`; rejects where the process ends without it. */
  seen(text: string): Promise<string>;
}

/** Starts `nabla` with these arguments; it is killed after `limit` milliseconds. */
export function start(args: readonly string[], cwd: string, limit = 50_000, env: Readonly<Record<string, string>> = {}): Running {
  // Colours that are forced upon tests are none of theirs.
  const { FORCE_COLOR, ...environment } = process.env;
  return running(
    spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...environment, ...env },
      timeout: limit,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Whether there is util-linux's script, which makes terminals. */
export const hasScript = spawnSync('script', ['--version']).status === 0;

/**
 * The same on a terminal of 60 columns; what is written to the child's standard input is typed there.
 * The shell gives way to it: dash, where it waits for a child, ends with code 130 after a Ctrl-C that the child has dealt with.
 */
export function startOnTerminal(args: string, cwd: string): Running {
  const { CI, NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const command = `stty cols 60; exec '${process.execPath}' '${MAIN}' ${args}`;
  return running(
    spawn('script', ['-qec', command, '/dev/null'], { cwd, env: { ...env, TERM: 'xterm' }, timeout: 50_000, killSignal: 'SIGKILL', stdio: 'pipe' }),
  );
}

function running(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Running {
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const seen = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve(stdout);
      };
      waiting.add(look);
      look();
      outcome.then(({ code }) => reject(new Error(`nabla ended (${code}) without writing ${text}:\n${stdout}${stderr}`)), reject);
    });
  return { child, outcome, seen };
}

/** Runs `nabla` to its end. */
export function nabla(args: readonly string[], cwd: string, env?: Readonly<Record<string, string>>): Promise<Outcome> {
  return start(args, cwd, undefined, env).outcome;
}

/** Lines of standard output, each of which must be JSON. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** Calls `use` with a new temporary folder, which is removed afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-test-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All files below a folder with their contents, to see that nothing was written. */
export function contents(folder: string): Record<string, string> {
  const path = (entry: Dirent): string => join(entry.parentPath, entry.name);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(entries.map((entry) => [path(entry), entry.isFile() ? readFileSync(path(entry), 'latin1') : 'folder']));
}
