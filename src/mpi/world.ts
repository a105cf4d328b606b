// The processes of a run that a launcher has started together, as the main thread of one of them sees it: who there is, messages that all
// send to all, numbers that rank 0 sends to all, and their common end. What travels within a step stands in parallel/ranks/.
//
// The library is initialised before anything else is looked at: a rank that ends before that would leave MPICH's others waiting for ever.
// So what is wrong with a rank's options or files is found afterwards, and refused together.

import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { inspect } from 'node:util';
import { asError, NablaError, wrongValue } from '../errors.js';
import { grantedCores } from '../system/cores.js';
import { nap } from '../system/nap.js';
import { Collectives } from './collectives.js';
import { Deadline, newWatch } from './deadline.js';
import { giveUp, HEARD } from './give-up.js';
import { ALIVE, Heart } from './heart.js';
import { type Launched, launcherOutOfReach } from './launcher.js';
import { bindMpi, findMpi, type MpiCalls, type MpiLibrary, SERIALIZED } from './library.js';
import { Messages } from './messages.js';
import { type RankOptions, STAYS } from './rank-options.js';
import { endDaemon, startersOf } from './starters.js';
import { startWatchdog } from './watchdog.js';

export type { RankOptions };

/**
 * Milliseconds by which the starts of all processes may differ, where an exchange may not take longer; and two seconds, as after any limit.
 * Launchers then take two more to end the rest, and within ten all are gone.
 */
const START_LIMIT = 4000;
/** Milliseconds within which MPI_Abort must have ended this process. */
const ABORT_LIMIT = 1000;
/** Milliseconds that rank 0 has to save the run, before the others that have lost a rank end it with themselves. */
const SAVED = 700;
/** Milliseconds by which the ends of programs may differ that have done more than train. */
const END_LIMIT = 60_000;
/** Floats that go to all at once: a seventh of a second at 1 Gbit/s, far from the limit of an exchange on slower lines. */
const PIECE = 2 ** 22;
/**
 * UCX, through which MPICH sends, would take SIGSEGV from V8, whose WebAssembly traps are such signals, and its memory hooks corrupt Node's
 * heap (7 crashes in 75 starts of four ranks with them, none in 65 without). Read when the library is loaded.
 */
const FOR_UCX: Readonly<Record<string, string>> = { UCX_ERROR_SIGNALS: '', UCX_MEM_EVENTS: 'no' };

export class World {
  readonly rank: number;
  readonly size: number;
  readonly library: MpiLibrary;
  readonly launcher: string;
  /** Milliseconds that an exchange may take. */
  readonly limit: number;
  readonly #calls: MpiCalls;
  readonly #messages: Messages;
  readonly #collectives: Collectives;
  #heart: Heart | undefined;
  readonly #watch: SharedArrayBuffer;
  readonly #starters = startersOf();
  readonly #deadline: Deadline;
  #hosts: readonly string[] = [];
  /** Which cores each rank may use. */
  #cores: readonly string[] = [];
  #isSettled = false;
  #hasLeft = false;
  /** What ends this process, which Node prints after the listeners of its end: too late where they end it. */
  #uncaught: unknown;

  private constructor({ launcher, rank, size }: Launched, library: MpiLibrary, limit: number) {
    this.rank = rank;
    this.size = size;
    this.launcher = launcher;
    this.library = library;
    this.limit = limit;
    this.#watch = newWatch();
    this.#deadline = new Deadline(this.#watch, limit);
    this.#calls = bindMpi(library);
    this.#collectives = new Collectives(this.#calls, this.#deadline, 1);
    this.#messages = new Messages(this.#calls, this.#deadline, this);
  }

  /**
   * Joins the other processes. Once in a process.
   * @param path of the library; the usual names are tried without it
   * @param limit milliseconds that an exchange may take
   * @throws {RangeError | NablaError} where no library fits the launcher, or it cannot be reached
   */
  static async open(launched: Launched, path: string | undefined, limit: number): Promise<World> {
    const outOfReach = launcherOutOfReach(launched.launcher);
    if (outOfReach !== undefined) return giveUp(launched, new NablaError('BAD_DATA', outOfReach));
    for (const [name, value] of Object.entries(FOR_UCX)) process.env[name] = value;
    const expected = `a library that fits ${launched.launcher}`;
    const found = findMpi(launched.family, path);
    if ('refused' in found)
      return giveUp(launched, wrongValue('mpi', expected, path ?? 'auto', `${sentence(found.refused)} Without MPI: --mpi off.`));
    const world = new World(launched, found, limit);
    let watching: Promise<void>;
    try {
      watching = startWatchdog(world.#watch, world.#starters);
    } catch (error) {
      return giveUp(launched, asError(error));
    }
    world.#initialise(expected);
    await world.#meet();
    await watching;
    return world;
  }

  #initialise(expected: string): void {
    new Deadline(this.#watch, Math.max(START_LIMIT, this.limit - 1000)).begin();
    const calls = this.#calls;
    if (calls.isInitialised) throw new Error('MPI has been initialised before.');
    const threads = calls.initThreads();
    this.#deadline.end();
    // From here on this process ends through MPI, whatever happens.
    process.on('exit', (code) => this.#end(code));
    process.on('uncaughtExceptionMonitor', (error) => {
      this.#uncaught = error;
    });
    if (calls.size !== this.size || calls.rank !== this.rank) {
      const alone = `Its world has ${calls.size} of ${this.size} processes`;
      throw this.#refused(expected, `${alone}. Use the mpirun that belongs to it, or name another library: --mpi PATH.`);
    }
    if (threads < SERIALIZED) throw this.#refused(expected, 'It allows calls from one thread only (MPI_THREAD_SERIALIZED is needed).');
  }

  /** All ranks come to the same. */
  #refused(expected: string, why: string): Error {
    this.#isSettled = true;
    return wrongValue('mpi', expected, this.library.path, why);
  }

  async #meet(): Promise<void> {
    const met = (await this.together(`${hostname()} ${grantedCores() ?? ''}`)).map((text) => text.split(' '));
    this.#hosts = met.map(([host]) => host);
    this.#cores = met.map(([, cores]) => cores);
    this.#heart = new Heart(this.options, ['', STAYS]);
  }

  /** Names of the hosts, by rank. */
  get hosts(): readonly string[] {
    return this.#hosts;
  }

  /** How many ranks share the cores of this one, which is among them: those that may use the same of the same host. */
  get sharing(): number {
    const { rank } = this;
    return this.#hosts.filter((host, r) => host === this.#hosts[rank] && this.#cores[r] === this.#cores[rank]).length;
  }

  /** 'rank 2 on node7' */
  nameOf(rank: number): string {
    return `rank ${rank} on ${this.#hosts[rank]}`;
  }

  /** What workers need to take part. */
  get options(): RankOptions {
    const { rank, size, library, limit, hosts } = this;
    return { rank, size, library, limit, hosts, watch: this.#watch };
  }

  /** Ranks on each host, hosts in the order of their first ranks. */
  get ranksByHost(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const host of this.#hosts) counts.set(host, (counts.get(host) ?? 0) + 1);
    return counts;
  }

  /**
   * Tells all the others something, and hears what they say at the same time: texts by rank.
   * @throws {NablaError} RANK_LOST where not all do within the limit
   */
  async together(text: string): Promise<string[]> {
    await this.#heart?.rest();
    return this.#messages.together(text);
  }

  /** Until the next exchange the others hear once a second that this rank is there, whatever its main thread does. @param text of that */
  stay(text: '' | typeof STAYS): void {
    this.#heart?.beat(text === '' ? 0 : 1);
  }

  /** They hear nothing any more: the workers exchange. @throws {NablaError} RANK_LOST where they have not answered meanwhile */
  async hush(): Promise<void> {
    await this.#heart?.rest();
  }

  /**
   * Waits for work of this rank, while all others wait for theirs: as long as it takes, but not for a rank that does not answer.
   * @returns what each rank says of its result
   */
  async whileAll<T>(work: Promise<T>, says: (result: T) => string): Promise<{ mine: T; texts: string[] }> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    for (;;) {
      if (!isDone) this.stay('');
      // What has been lost meanwhile, the exchange throws.
      while (!isDone && !this.#heart?.isLost) await settledWithin(done, ALIVE);
      const texts = await this.together(isDone ? `=${says(await done)}` : '');
      if (texts.every((text) => text !== '')) return { mine: await done, texts: texts.map((text) => text.slice(1)) };
    }
  }

  /** Numbers of rank 0 to all others. @param floats in memory that does not move: shared, or kept until it is over */
  async fromFirst(floats: Float32Array): Promise<void> {
    await this.hush();
    for (let begin = 0; begin < floats.length; begin += PIECE) {
      const piece = floats.subarray(begin, begin + PIECE);
      this.#collectives.postFromFirst('floats', this.#calls.address(piece), piece.length);
      await this.#collectives.finished(this.limit, () => `to send ${floats.length} numbers to all`);
    }
  }

  /** A run begins: until it is settled, this process takes the others with it when it ends. */
  begin(): void {
    this.#isSettled = false;
  }

  /** All ranks have agreed that it is over: this process may end as any other. */
  settle(): void {
    this.#isSettled = true;
  }

  /** Takes leave of the others, all of which do the same now; nothing is exchanged any more. Nothing to do where they have not agreed. */
  leave(): void {
    if (this.#isSettled) this.#finalise(this.#deadline);
  }

  #finalise(deadline: Deadline): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    deadline.begin();
    this.#calls.finalise();
    deadline.end();
  }

  /** The end of the process. Where the others do not expect it, they are ended too: they would wait for this one. */
  #end(code: number): void {
    if (this.#isSettled) {
      this.#finalise(code === 0 ? new Deadline(this.#watch, END_LIMIT) : this.#deadline);
      return;
    }
    if (this.#uncaught !== undefined) writeSync(2, `${inspect(this.#uncaught)}\n`);
    // MPICH's launcher ends at once, and what this process has just said would be lost.
    const isLost = this.#deadline.hasGivenUp;
    nap(isLost && this.rank > 0 ? SAVED : HEARD);
    if (isLost) endDaemon(this.#starters);
    this.#deadline.giveUp(ABORT_LIMIT);
    this.#calls.abort(code === 0 ? 1 : code);
  }
}

/** Waits for work to be done, or to fail, but not longer; no timer is left behind that would keep a process alive. */
async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work.catch(() => {}), pause]);
  clearTimeout(timer);
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

let world: Promise<World> | undefined;

/** The one world of this process. @param limit milliseconds that an exchange may take; that of the first call counts */
export function joinWorld(launched: Launched, path: string | undefined, limit: number): Promise<World> {
  world ??= World.open(launched, path, limit);
  return world;
}
