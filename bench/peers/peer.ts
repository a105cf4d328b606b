// One side of the comparison as a child process: one JSON object per line there, one answer line back (the protocol is
// written down in common.py). It never hangs: each request has a time limit, after which the child is killed, and a child
// that dies rejects the pending request with the last line of its standard error. Used by orchestrate.ts; the race shares how a
// child is started and what its last words are.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to this process's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Ready {
  readonly event: 'ready';
  readonly peer: string;
  readonly version: string;
  /** Name of the arithmetic at work: a BLAS, or nabla's kernels. */
  readonly blas?: string | null;
  readonly threads?: number;
  /** What differs from the network asked for; null where nothing does. */
  readonly differs?: string | null;
  /** Only nabla answers these. */
  readonly kernels?: string;
  readonly workers?: number;
  readonly gradient?: string;
}

export interface Ran {
  readonly event: 'ran';
  readonly samples: number;
  readonly seconds: number;
  /** Mean cost over the first 1,000 training samples; null where it is not finite. */
  readonly costBefore: number | null;
  readonly costAfter: number | null;
  /** The most memory that the process has had in use so far. */
  readonly peakMegabytes?: number | null;
}

export interface Unavailable {
  readonly event: 'unavailable';
  readonly reason: string;
}

/** Milliseconds that a child gets to leave after `quit`. */
const QUIT_LIMIT = 2000;
/** Characters of standard error that are kept for the message of a failure. */
const ERROR_TAIL = 4000;

const alive = new Set<ChildProcessWithoutNullStreams>();

/** For the end of the process, planned or not: no child outlives it. */
export function killAllPeers(): void {
  for (const child of alive) child.kill('SIGKILL');
}

/** Starts a process that does not outlive this one. */
export function startChild(command: Command, cwd?: string): ChildProcessWithoutNullStreams {
  const child = spawn(command.file, command.args, { cwd, env: { ...process.env, ...command.env } });
  alive.add(child);
  child.on('error', () => alive.delete(child)).on('close', () => alive.delete(child));
  return child;
}

export class Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  #waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | undefined;
  #errorTail = '';
  #death: Error | undefined;

  constructor(command: Command) {
    const child = startChild(command);
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiting?.resolve(line));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errorTail = (this.#errorTail + text).slice(-ERROR_TAIL);
    });
    child.stdin.on('error', () => {}); // a broken pipe: 'close' below tells why
    this.#ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#death ??= new Error(reason);
        this.#waiting?.reject(this.#death);
        resolve();
      };
      child.on('error', (error) => end(`it did not start: ${error.message}`));
      child.on('close', (code, signal) => end(`it ended with ${signal ?? `exit code ${code}`}${lastWords(this.#errorTail)}`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a `prepare`; the answer says whether this peer can run here. */
  async prepare(request: object, limitSeconds: number): Promise<Ready | Unavailable> {
    const answer = await this.#ask({ command: 'prepare', ...request }, limitSeconds);
    if (answer.event === 'unavailable') return answer as unknown as Unavailable;
    if (answer.event !== 'ready') throw unexpected(answer);
    return answer as unknown as Ready;
  }

  /** Trains whole steps for at least `seconds`. */
  async run(seconds: number, limitSeconds: number): Promise<Ran> {
    const answer = await this.#ask({ command: 'run', seconds }, limitSeconds);
    if (answer.event !== 'ran') throw unexpected(answer);
    const ran = answer as unknown as Ran;
    if (!(ran.samples > 0 && ran.seconds > 0)) throw unexpected(answer);
    return ran;
  }

  /** Asks the child to leave, and kills it where it does not. */
  async quit(): Promise<void> {
    this.#child.stdin.end(`${JSON.stringify({ command: 'quit' })}\n`);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), QUIT_LIMIT);
    await this.#ended;
    clearTimeout(timer);
  }

  async #ask(request: object, limitSeconds: number): Promise<{ event?: unknown }> {
    if (this.#death) throw this.#death;
    let timer: NodeJS.Timeout | undefined;
    try {
      const line = await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => {
          reject(new Error(`no answer within ${limitSeconds} s`));
          this.#child.kill('SIGKILL');
        }, limitSeconds * 1000);
        this.#child.stdin.write(`${JSON.stringify(request)}\n`);
      });
      return parseAnswer(line);
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }
}

/** ": " and the line of a process's standard error that names an error, else the last one; nothing where there is none. */
export function lastWords(errors: string): string {
  const lines = errors.trimEnd().split('\n');
  const line = (lines.findLast((text) => /^\S*Error\b/.test(text)) ?? lines.at(-1) ?? '').trim();
  return line ? `: ${line}` : '';
}

function parseAnswer(line: string): { event?: unknown } {
  try {
    const answer: unknown = JSON.parse(line);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // said below, with the line itself
  }
  throw new Error(`its answer is not a JSON object: ${line.slice(0, 200)}`);
}

function unexpected(answer: { event?: unknown; reason?: unknown }): Error {
  if (answer.event === 'failed') return new Error(String(answer.reason));
  return new Error(`unexpected answer ${JSON.stringify(answer).slice(0, 200)}`);
}
