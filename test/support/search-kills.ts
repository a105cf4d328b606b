// Searches that are struck while they are at work, and go on: the process is killed, or asked to end, or threads of it end. Whatever the
// moment, the search that goes on with other cores must tell what one tells that nothing happened to, and leave nothing else behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type SearchEvent, type SearchOptions, type SearchResult, search } from '#src/index.js';
import { WorkerPool } from '#src/parallel/pool.js';
import type { Random } from '#src/random.js';
import { images, labels, writeIdxFolder } from './idx-folder.js';

export const BLOWS = ['SIGKILL', 'SIGINT', 'SIGTERM', 'thread'] as const;
export type Blow = (typeof BLOWS)[number];

export interface Struck {
  readonly blow: Blow;
  /** Whether the search was still at work. */
  readonly hit: boolean;
  /** Whether it came to what it comes to undisturbed. */
  readonly isRight: boolean;
  /** What is left in its folder that should not be. */
  readonly left: readonly string[];
}

/** A second or two on two cores, with all that a run keeps for a later one. */
const SETTINGS = { epochs: 8, batch: 10, restoreBest: true, patience: 6 };
const SPACE = '--hidden {4..30} --eta log:0.01..1 --optimiser sgd,adam --runs 12 --factor 2';
const FIXED = '--epochs 8 --batch 10 --restore-best --patience 6 --validation 60 --seed 3';
/** What stays of a search that is over. */
const KEPT = ['best.toml', 'journal.jsonl', 'search.json', 'trials'];

/** Lines that it writes, about: one for each run and rung. */
const LINES = 22;

interface Started {
  readonly child: ChildProcess;
  readonly end: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  written(lines: number): Promise<void>;
}

/** What a search tells, but for its time and its cores, and where it is. */
function lasting(events: readonly object[]): string {
  const told = events as readonly SearchEvent[];
  const ended = told.flatMap((event) => (event.event === 'run' || event.event === 'rung' ? [event] : []));
  const { runs, best, test } = told.at(-1) as unknown as SearchResult;
  return JSON.stringify([ended, runs, best, test]);
}

const eventsOf = (stdout: string): object[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

export class SearchKills {
  readonly #folder: string;
  readonly #random: Random;
  #expected = '';

  readonly #main: string;

  /**
   * @param main the command line's program
   * @param folder a folder for the data and the searches
   */
  constructor(main: string, folder: string, random: Random) {
    this.#main = main;
    this.#folder = folder;
    this.#random = random;
    const [training, test] = [400, 60];
    writeIdxFolder(folder, {
      trainingImages: images(training, 8, 8),
      trainingLabels: labels(training, 10),
      testImages: images(test, 8, 8, 100),
      testLabels: labels(test, 10),
    });
  }

  /** A search that nothing happens to. @returns milliseconds that it took */
  async undisturbed(): Promise<number> {
    const begin = performance.now();
    const { code, stdout, stderr } = await this.#start(this.#args('plain', 2)).end;
    if (code !== 0) throw new Error(`A search that nothing happened to ended with code ${code}: ${stderr}`);
    this.#expected = lasting(eventsOf(stdout));
    return performance.now() - begin;
  }

  async strike(blow: Blow): Promise<Struck> {
    rmSync(join(this.#folder, 'search'), { recursive: true, force: true });
    const { hit, told } = blow === 'thread' ? await this.#thread() : await this.#signal(blow);
    const left = readdirSync(this.#folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.startsWith('search/'));
    const isLeft = (path: string): boolean => /\.part$|(^|\/)lock-\d+$/.test(path) || (!path.slice(7).includes('/') && !KEPT.includes(path.slice(7)));
    return { blow, hit, isRight: told === this.#expected, left: left.filter(isLeft) };
  }

  /** The command line; it is killed after a minute. `written` waits for so many lines of its output. */
  #start(args: readonly string[]): Started {
    const child = spawn(process.execPath, [this.#main, ...args], { cwd: this.#folder, timeout: 60_000, killSignal: 'SIGKILL' });
    let [stdout, stderr] = ['', ''];
    const waiting = new Set<() => void>();
    child.stdout.on('data', (text) => {
      stdout += text;
      for (const look of waiting) look();
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const written = (lines: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => void (stdout.split('\n').length > lines && resolve());
        waiting.add(look);
        look();
      });
    return { child, written, end: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))) };
  }

  #args(folder: string, jobs: number): string[] {
    return ['search', '.', ...SPACE.split(' '), ...FIXED.split(' '), '--jobs', String(jobs), '--out', folder, '--format', 'json'];
  }

  /** A process that gets a signal at a random moment, again and again until one comes to the end. */
  async #signal(blow: NodeJS.Signals): Promise<{ hit: boolean; told: string }> {
    let hit = false;
    for (let attempt = 0; ; attempt++) {
      const jobs = 1 + this.#random.below(3);
      const began = existsSync(join(this.#folder, 'search', 'search.json'));
      // Killed before it was a search, it is begun anew.
      if (!began) rmSync(join(this.#folder, 'search'), { recursive: true, force: true });
      const args = began ? ['search', '--resume', 'search', '--jobs', String(jobs), '--format', 'json'] : this.#args('search', jobs);
      const { child, end, written } = this.#start(args);
      // After so many lines, and a moment more; after none it may not have begun.
      const lines = this.#random.below(LINES);
      const moment = this.#random.below(lines === 0 ? 500 : 30);
      if (attempt < 2) await Promise.race([written(lines).then(() => pause(moment)), end]);
      if (attempt < 2 && child.exitCode === null) child.kill(blow);
      const { code, stdout, stderr } = await end;
      if (code === 0) return { hit, told: lasting(eventsOf(stdout)) };
      if (code !== (blow === 'SIGKILL' ? null : 130)) throw new Error(`Struck by ${blow}, it ended with code ${code}: ${stderr}`);
      hit = true;
    }
  }

  /** A search of this process whose threads end at random moments of a few calls. */
  async #thread(): Promise<{ hit: boolean; told: string }> {
    const random = this.#random;
    const methods = ['runEpoch', 'evaluate'] as const;
    const real = methods.map((name) => WorkerPool.prototype[name] as (this: WorkerPool, options: never) => Promise<never>);
    let hit = false;
    for (const [k, name] of methods.entries()) {
      WorkerPool.prototype[name] = async function (this: WorkerPool, options: never) {
        const running = real[k].call(this, options);
        if (random.below(12) === 0) {
          hit = true;
          setTimeout(() => void this.endThread(random.below(this.threads)), random.below(3));
        }
        return running;
      } as never;
    }
    const events: SearchEvent[] = [];
    try {
      const jobs = 1 + random.below(3);
      const space = { hidden: { each: [{ from: 4, to: 30 }] }, eta: { from: 0.01, to: 1, log: true }, optimiser: ['sgd', 'adam'] };
      const options: SearchOptions = { data: this.#folder, ...SETTINGS, validation: 60, seed: 3, space, runs: 12, factor: 2, jobs };
      await search({ ...options, folder: join(this.#folder, 'search'), onEvent: (event) => void (event.event !== 'progress' && events.push(event)) });
    } finally {
      for (const [k, name] of methods.entries()) WorkerPool.prototype[name] = real[k] as never;
    }
    return { hit, told: lasting(events) };
  }
}
