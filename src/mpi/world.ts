// The processes of a run that a launcher has started together, as the main thread of one of them sees it: who there is, messages that all
// send to all, numbers that rank 0 sends to all, and their common end. What travels within a step stands in parallel/ranks/.
//
// The library is initialised before anything else is looked at: a rank that ends before that would leave MPICH's others waiting for ever.
// So what is wrong with a rank's options or files is found afterwards, and refused together.

import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { inspect } from 'node:util';
import { NablaError, wrongValue } from '../errors.js';
import { grantedCores } from '../system/cores.js';
import { nap } from '../system/nap.js';
import { Collectives, otherProcesses, Parts } from './collectives.js';
import { giveUp, HEARD } from './give-up.js';
import { type Launched, launcherOutOfReach } from './launcher.js';
import { bindMpi, findMpi, type MpiCalls, type MpiLibrary, SERIALIZED } from './library.js';
import { Deadline, startWatchdog } from './watchdog.js';

/** What a worker thread needs to take part: plain data. */
export interface RankOptions {
  readonly rank: number;
  readonly size: number;
  readonly library: MpiLibrary;
  /** Milliseconds that an exchange may take. */
  readonly limit: number;
  /** The watchdog's words. */
  readonly watch: SharedArrayBuffer;
  /** Names of the hosts, by rank. */
  readonly hosts: readonly string[];
}

/** Milliseconds that the start of all processes may differ by. */
const START_LIMIT = 20_000;
/** Bytes of a message that go in one exchange; a longer one takes a second. */
const BLOCK = 2048;
/** Floats that go to all at once. */
const PIECE = 2 ** 26;
/** Milliseconds between two messages of a rank that has nothing else to say. */
const ALIVE = 1000;

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
  readonly #collectives: Collectives;
  readonly #watch: SharedArrayBuffer;
  readonly #deadline: Deadline;
  #hosts: readonly string[] = [];
  /** Which cores each rank may use. */
  #cores: readonly string[] = [];
  /** Blocks of all ranks' messages: length, then text. */
  readonly #blocks: Uint8Array;
  readonly #blockParts: Parts;
  #isSettled = false;
  /** What ends this process, which Node prints after the listeners of its end: too late where they end it. */
  #uncaught: unknown;

  private constructor({ launcher, rank, size }: Launched, library: MpiLibrary, limit: number) {
    this.rank = rank;
    this.size = size;
    this.launcher = launcher;
    this.library = library;
    this.limit = limit;
    this.#watch = new SharedArrayBuffer(8);
    this.#deadline = new Deadline(this.#watch, limit);
    this.#calls = bindMpi(library);
    this.#collectives = new Collectives(this.#calls, this.#deadline, 1);
    this.#blocks = new Uint8Array(size * BLOCK);
    this.#blockParts = new Parts(
      this.#calls,
      Array.from({ length: size }, () => BLOCK),
      Array.from({ length: size }, (_, r) => r * BLOCK),
    );
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
    world.#initialise(expected);
    await world.#meet();
    return world;
  }

  #initialise(expected: string): void {
    startWatchdog(this.#watch);
    new Deadline(this.#watch, START_LIMIT).begin();
    const calls = this.#calls;
    if (calls.isInitialised) throw new Error('MPI has been initialised before.');
    const threads = calls.initThreads();
    this.#deadline.end();
    // From here on this process ends through MPI, whatever happens.
    process.on('exit', (code) => this.#leave(code));
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
    const bytes = Buffer.from(text);
    const block = (rank: number): Buffer => Buffer.from(this.#blocks.buffer, rank * BLOCK, BLOCK);
    block(this.rank).writeUInt32LE(bytes.length);
    bytes.copy(block(this.rank), 4);
    const what = (): string => `for ${otherProcesses(this.size)}`;
    this.#collectives.post('bytes', this.#calls.address(this.#blocks), this.#blockParts);
    await this.#collectives.finished(this.limit, what);
    const lengths = Array.from({ length: this.size }, (_, r) => block(r).readUInt32LE());
    if (lengths.every((length) => length <= BLOCK - 4)) return lengths.map((length, r) => block(r).toString('utf8', 4, 4 + length));
    return this.#togetherAtLength(bytes, lengths);
  }

  async #togetherAtLength(bytes: Uint8Array, lengths: readonly number[]): Promise<string[]> {
    let at = 0;
    const begins = lengths.map((length) => {
      at += length;
      return at - length;
    });
    const all = Buffer.alloc(at);
    all.set(bytes, begins[this.rank]);
    this.#collectives.post('bytes', this.#calls.address(all), new Parts(this.#calls, lengths, begins));
    await this.#collectives.finished(this.limit, () => `for ${at} bytes of messages`);
    return begins.map((begin, r) => all.toString('utf8', begin, begin + lengths[r]));
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
      if (!isDone) await Promise.race([done.catch(() => {}), pause(ALIVE)]);
      const texts = await this.together(isDone ? `=${says(await done)}` : '');
      if (texts.every((text) => text !== '')) return { mine: await done, texts: texts.map((text) => text.slice(1)) };
    }
  }

  /** Numbers of rank 0 to all others. @param floats in memory that does not move: shared, or kept until it is over */
  async fromFirst(floats: Float32Array): Promise<void> {
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

  /** The end of the process. Where the others do not expect it, they are ended too: they would wait for this one. */
  #leave(code: number): void {
    this.#deadline.begin();
    if (this.#isSettled) this.#calls.finalise();
    else {
      if (this.#uncaught !== undefined) writeSync(2, `${inspect(this.#uncaught)}\n`);
      // MPICH's launcher ends at once, and what this process has just said would be lost.
      nap(HEARD);
      this.#calls.abort(code === 0 ? 1 : code);
    }
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds));

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

let world: Promise<World> | undefined;

/** The one world of this process. @param limit milliseconds that an exchange may take; that of the first call counts */
export function joinWorld(launched: Launched, path: string | undefined, limit: number): Promise<World> {
  world ??= World.open(launched, path, limit);
  return world;
}

/** An error of a rank that the others are told. */
export function ofRank(error: Error, world: World, rank: number): NablaError | Error {
  return error instanceof NablaError ? new NablaError(error.code, `${world.nameOf(rank)}: ${error.message}`, { cause: error }) : error;
}
