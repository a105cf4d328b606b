// Two "hosts" on one machine, and the command lines with which MPI's launchers start a program on them: two network namespaces with a
// cable of their own between them, which can be as slow as a real one and can be cut, and host names that differ, which keeps shared
// memory out. Needs root, iproute2 and util-linux; for tests and benchmarks.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nap } from '#src/system/nap.js';

export type Library = 'openmpi' | 'mpich';

export const LIBRARIES: readonly Library[] = ['openmpi', 'mpich'];

/** A program with its arguments, and what its environment has besides. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function works(file: string, ...args: string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** Whether a library's launcher is installed. */
export function hasLauncher(library: Library): boolean {
  return works(`mpirun.${library}`, '--version');
}

/** What starts so many processes of a program on this machine. */
export function mpirun(library: Library, ranks: number, program: readonly string[]): CommandLine {
  const few = ['-n', String(ranks), ...program];
  if (library === 'mpich') return { file: 'mpirun.mpich', args: few, env: {} };
  return { file: 'mpirun.openmpi', args: ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none', ...few], env: {} };
}

/**
 * What Open MPI's daemons need to find out that a host has gone: seconds of silence, between tries, and how many of them. Sooner than an
 * exchange passes its limit: what a rank says then is under way to nowhere, and as long as something is, the kernel asks for no sign of life.
 */
const KEEPALIVE = { time: 1, intvl: 1, probes: 2 };

const NETWORK = '10.77.0';

export class Hosts {
  readonly #spaces: readonly [string, string];
  readonly #names: readonly [string, string];
  readonly #cable: readonly [string, string];
  readonly #folder: string;

  private constructor(id: string) {
    this.#spaces = [`nbl${id}a`, `nbl${id}b`];
    this.#names = [`${this.#spaces[0]}-host`, `${this.#spaces[1]}-host`];
    // Names of interfaces have at most fifteen characters.
    this.#cable = [`nv${id}a`, `nv${id}b`];
    this.#folder = mkdtempSync(join(tmpdir(), 'nabla-hosts-'));
  }

  /** Whether this process may make hosts here. */
  static get canBeMade(): boolean {
    const name = `nbl${process.pid.toString(36)}x`;
    if (process.getuid?.() !== 0 || !works('ip', 'netns', 'add', name)) return false;
    const may = works('ip', 'netns', 'exec', name, 'unshare', '--uts', 'hostname', name);
    return works('ip', 'netns', 'del', name) && may;
  }

  /** @param gigabits a second that the cable carries in each direction; as fast as memory without it */
  static open(gigabits?: number): Hosts {
    // Two in a process, and in two processes at once, must not meet.
    const hosts = new Hosts(`${process.pid.toString(36)}${(++made).toString(36)}`);
    try {
      hosts.#make(gigabits);
    } catch (error) {
      hosts.close();
      throw error;
    }
    return hosts;
  }

  #make(gigabits: number | undefined): void {
    const [a, b] = this.#spaces;
    for (const space of [a, b]) ip('netns', 'add', space);
    ip('link', 'add', this.#cable[0], 'netns', a, 'type', 'veth', 'peer', 'name', this.#cable[1], 'netns', b);
    for (const side of [0, 1] as const) {
      ip('-n', this.#spaces[side], 'addr', 'add', `${this.address(side)}/24`, 'dev', this.#cable[side]);
      for (const device of ['lo', this.#cable[side]]) ip('-n', this.#spaces[side], 'link', 'set', device, 'up');
      if (gigabits !== undefined) this.#limit(side, gigabits);
    }
    this.#awaitCable();
    const agent = `#!/bin/sh
# In place of ssh: options, an address, and a command for a shell.
while [ "\${1#-}" != "$1" ]; do shift; done
case "$1" in ${this.address(0)}) space=${a} name=${this.#names[0]} ;; *) space=${b} name=${this.#names[1]} ;; esac
shift
exec ip netns exec $space unshare --uts sh -c "hostname $name; $*"
`;
    writeFileSync(this.#agent, agent);
    chmodSync(this.#agent, 0o755);
  }

  /** The kernel takes up to a second to say that a cable carries, and UCX goes by what it says. */
  #awaitCable(): void {
    for (let tries = 0; tries < 500; tries++) {
      const states = this.#spaces.map((space, side) => run('ip', '-n', space, '-brief', 'link', 'show', 'dev', this.#cable[side]).split(/\s+/)[1]);
      if (states.every((state) => state === 'UP')) return;
      nap(10);
    }
    throw new Error(`The cable ${this.#cable.join(' to ')} does not come up.`);
  }

  /** What may go at once is a millisecond's worth; a packet of the largest kind must fit. */
  #limit(side: 0 | 1, gigabits: number): void {
    const burst = Math.max(131_072, Math.ceil((gigabits * 1e9) / 8 / 1000));
    const rate = ['rate', `${Math.round(gigabits * 1000)}mbit`, 'burst', String(burst), 'latency', '50ms'];
    run('tc', '-n', this.#spaces[side], 'qdisc', 'add', 'dev', this.#cable[side], 'root', 'tbf', ...rate);
  }

  get #agent(): string {
    return join(this.#folder, 'agent');
  }

  /** Of the first host, which launches, and the second. */
  address(side: 0 | 1): string {
    return `${NETWORK}.${side + 1}`;
  }

  get names(): readonly [string, string] {
    return this.#names;
  }

  /** What starts so many processes of a program, by turns on the first host and the second, with TCP between them. */
  mpirun(library: Library, ranks: number, program: readonly string[]): CommandLine {
    const line = library === 'openmpi' ? this.#openMpi(ranks, program) : this.#mpich(ranks, program);
    const inside = ['netns', 'exec', this.#spaces[0], 'unshare', '--uts', 'sh', '-c', `hostname ${this.#names[0]}; exec "$@"`, 'sh'];
    return { file: 'ip', args: [...inside, line.file, ...line.args], env: line.env };
  }

  #openMpi(ranks: number, program: readonly string[]): CommandLine {
    const parameters = {
      plm_rsh_agent: this.#agent,
      btl: 'tcp,self',
      btl_tcp_if_include: `${NETWORK}.0/24`,
      oob_tcp_if_include: `${NETWORK}.0/24`,
      ...Object.fromEntries(Object.entries(KEEPALIVE).map(([name, value]) => [`oob_tcp_keepalive_${name}`, String(value)])),
    };
    const options = Object.entries(parameters).flatMap(([name, value]) => ['--mca', name, value]);
    const slots = Math.ceil(ranks / 2);
    const where = ['-H', `${this.address(0)}:${slots},${this.address(1)}:${slots}`, '--map-by', 'node', '--bind-to', 'none', '-n', String(ranks)];
    return { file: 'mpirun.openmpi', args: ['--allow-run-as-root', ...options, ...where, ...program], env: {} };
  }

  #mpich(ranks: number, program: readonly string[]): CommandLine {
    const where = ['-hosts', `${this.address(0)},${this.address(1)}`, '-ppn', '1', '-n', String(ranks)];
    return {
      file: 'mpirun.mpich',
      args: ['-launcher', 'ssh', '-launcher-exec', this.#agent, ...where, ...program],
      env: { UCX_TLS: 'tcp,self' },
    };
  }

  /**
   * Cuts the cable. 'down': the first host's interface is taken down, and its kernel knows. 'silent': packets leave and never arrive,
   * as where a switch in between has gone.
   */
  cut(how: 'down' | 'silent'): void {
    if (how === 'down') {
      ip('-n', this.#spaces[0], 'link', 'set', this.#cable[0], 'down');
      return;
    }
    // To a card that is not there.
    for (const side of [0, 1] as const) {
      const there = ['neigh', 'replace', this.address(side === 0 ? 1 : 0), 'lladdr', '02:00:00:00:00:fe'];
      ip('-n', this.#spaces[side], ...there, 'dev', this.#cable[side], 'nud', 'permanent');
    }
  }

  /** Mends what was cut. */
  mend(): void {
    ip('-n', this.#spaces[0], 'link', 'set', this.#cable[0], 'up');
    for (const side of [0, 1] as const) ip('-n', this.#spaces[side], 'neigh', 'flush', 'dev', this.#cable[side], 'nud', 'permanent');
    this.#awaitCable();
  }

  /** Removes the hosts. What still runs on them keeps its namespace until it ends. */
  close(): void {
    for (const space of this.#spaces) works('ip', 'netns', 'del', space);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

let made = 0;

function ip(...args: string[]): void {
  run('ip', ...args);
}

function run(file: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) throw new Error(`${[file, ...args].join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/** A process of a run, wherever it is: launchers and their helpers as well as ranks. */
export interface Process {
  readonly pid: number;
  /** Of its environment; undefined for what is no rank. */
  readonly rank?: number;
  readonly command: string;
}

/** What every process that a run has started bears in its environment, by which they are found again. */
export const MARK = 'NABLA_TEST_RUN';

/** All processes that bear this mark and have not ended. */
export function processesOf(mark: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // That of a process which has ended, and waits for somebody to ask for its exit code, is empty.
        const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
        if (!environment.includes(`${MARK}=${mark}`)) return [];
        const rank = environment.find((line) => /^(OMPI_COMM_WORLD_RANK|PMI_RANK)=/.test(line))?.split('=')[1];
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0').join(' ').trim();
        return [{ pid: Number(name), ...(rank !== undefined && { rank: Number(rank) }), command }];
      } catch {
        return [];
      }
    });
}
