// The command line as a child process: `nabla …` in a folder of its own, with what it wrote and how it ended. Every child
// has a time limit, after which it alone is killed, so that no test can hang and none leaves a process behind.

import { type ChildProcess, type ChildProcessByStdio, fork, spawn, spawnSync } from 'node:child_process';
import { type Dirent, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { needs } from './needs.js';
import { SLOW } from './slow.js';

export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const ONE_PROCESS = fileURLToPath(new URL('one-process.mjs', import.meta.url));

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

/** A folder in which a shell finds `nabla`: what is printed to be typed again then begins with its name. */
const BIN = fileURLToPath(new URL('bin', import.meta.url));

/** Colours that are forced upon tests are none of the command's. */
function environment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR, ...rest } = process.env;
  return { ...rest, PATH: [BIN, rest.PATH].join(delimiter) };
}

/** Starts `nabla` with these arguments; it is killed after `limit` milliseconds. */
export function start(args: readonly string[], cwd: string, limit = 50_000, env: Readonly<Record<string, string>> = {}): Running {
  return running(
    spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...environment(), ...env },
      timeout: limit,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** util-linux's script makes terminals. */
export const NEEDS_SCRIPT = needs(spawnSync('script', ['--version']).status === 0, 'no script(1) that makes terminals (apt install bsdutils)');

/**
 * The same on a terminal of 60 columns; what is written to the child's standard input is typed there.
 * The shell gives way to it: dash, where it waits for a child, ends with code 130 after a Ctrl-C that the child has dealt with.
 */
export function startOnTerminal(args: string, cwd: string): Running {
  const { CI, NO_COLOR, ...env } = environment();
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

let shared: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `nabla` to its end like `nabla()`, but in a process that other command lines have run in before: some 10 ms where a process
 * of its own takes 250. It is for what does not hang on the process: what is refused, what is printed, which weights come out.
 * One line runs after the other. NABLA_SLOW=1 gives each a process of its own.
 */
export function quickNabla(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  if (SLOW) return nabla(args, cwd, env);
  const outcome = last.then(() => inSharedProcess(args, cwd, env));
  last = outcome.catch(() => {});
  return outcome;
}

function inSharedProcess(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  shared ??= fork(ONE_PROCESS, [MAIN], { env: environment(), execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const child = shared;
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(limit);
      child.off('message', answered).off('exit', ended);
      settle();
    };
    const answered = (outcome: unknown): void => end(() => resolve(outcome as Outcome));
    const ended = (): void => {
      shared = undefined;
      end(() => reject(new Error(`The process ended in: nabla ${args.join(' ')}`)));
    };
    const limit = setTimeout(() => child.kill('SIGKILL'), 50_000);
    child.on('message', answered).on('exit', ended);
    child.send({ args, cwd, env });
  });
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
