// A run of several processes under a launcher of MPI, at work: started from a command line of hosts.ts, struck in one of several ways,
// and watched until none of its processes is left on any host. For tests and benchmarks.

import { type ChildProcess, spawn } from 'node:child_process';
import { type CommandLine, type Hosts, MARK, type Process, processesOf } from './hosts.js';

/** What can happen to a run from outside. */
export type Blow = 'rank' | 'launcher' | 'proxy' | 'stopped' | 'down' | 'silent' | 'SIGTERM' | 'SIGUSR1';

/** All processes must be gone so many milliseconds after a blow. */
export const GONE = 10_000;

export interface JobEnd {
  /** The launcher's exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let started = 0;

export class Job {
  readonly launcher: ChildProcess;
  readonly end: Promise<JobEnd>;
  readonly #mark = `${process.pid}-${++started}`;
  #stdout = '';

  /** @param limit milliseconds after which all of it is killed */
  constructor({ file, args, env }: CommandLine, cwd: string, limit = 60_000) {
    let stderr = '';
    this.launcher = spawn(file, args, { cwd, env: { ...process.env, ...env, [MARK]: this.#mark }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.launcher.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.launcher.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const timer = setTimeout(() => this.kill(), limit);
    this.end = new Promise((resolve, reject) => {
      this.launcher.on('error', reject);
      // Not 'close': ranks whose launcher has gone hold its pipes until they end.
      this.launcher.on('exit', (code) => {
        clearTimeout(timer);
        setTimeout(() => resolve({ code, stdout: this.#stdout, stderr }), 50);
      });
    });
  }

  /** Standard output of all ranks so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** Those that have not ended. */
  get processes(): Process[] {
    return processesOf(this.#mark);
  }

  /** The process of a rank, once there is one: what it is itself, not what has started it. */
  rank(rank: number): number | undefined {
    return this.processes.find((one) => one.rank === rank && /^\S*node\S* .*main\.js/.test(one.command))?.pid;
  }

  /** Waits until there is something: `look` is asked every few milliseconds. @throws where the run ends before */
  async until<T>(look: (job: Job) => T | undefined | false, limit = 30_000): Promise<T> {
    for (const begin = performance.now(); performance.now() - begin < limit; await pause(5)) {
      const found = look(this);
      if (found !== undefined && found !== false) return found;
      if (this.launcher.exitCode !== null) throw new Error(`The run ended (${this.launcher.exitCode}):\n${JSON.stringify(await this.end)}`);
    }
    throw new Error(`Waited ${limit / 1000} s in vain:\n${this.#stdout}`);
  }

  /**
   * Does something to the run. @returns whether it was there to be hit
   * @param rank where it is a rank that is hit
   */
  strike(blow: Blow, rank: number, hosts?: Hosts): boolean {
    if (blow === 'down' || blow === 'silent') {
      hosts?.cut(blow);
      return hosts !== undefined;
    }
    if (blow === 'SIGTERM' || blow === 'SIGUSR1') return this.launcher.kill(blow);
    if (blow === 'launcher') return this.launcher.kill('SIGKILL');
    const pid = blow === 'proxy' ? this.#proxy : this.rank(rank);
    if (pid === undefined) return false;
    return signal(pid, blow === 'stopped' ? 'SIGSTOP' : 'SIGKILL');
  }

  /** What a launcher has on each host to start ranks there; on its own, Open MPI's does it itself. */
  get #proxy(): number | undefined {
    return this.processes.findLast(({ command }) => /^\S*(orted|hydra_pmi_proxy)\b/.test(command))?.pid ?? this.launcher.pid;
  }

  /** Waits until none of its processes is left. @returns milliseconds that it took; undefined where some are left after `limit` */
  async gone(limit: number): Promise<number | undefined> {
    const begin = performance.now();
    while (this.processes.length > 0) {
      if (performance.now() - begin > limit) return undefined;
      await pause(50);
    }
    return performance.now() - begin;
  }

  /** Ends all that is left of it. */
  kill(): void {
    this.launcher.kill('SIGKILL');
    for (const { pid } of this.processes) signal(pid, 'SIGKILL');
  }
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds));
