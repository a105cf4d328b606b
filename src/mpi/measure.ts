// What an exchange between all ranks of a run takes, measured before anything hangs on it: a collective of next to nothing, and collectives
// of growing size. All ranks call it and get the same figures, those of rank 0, because what is decided by them must be the same everywhere;
// rank 0 also says which size comes next and how often, as far as its clock allows.

import { Collectives, Parts } from './collectives.js';
import { Deadline } from './deadline.js';
import { bindMpi } from './library.js';
import type { World } from './world.js';

/** Exchanges of next to nothing, of so many bytes: what fewer of them take hangs on what else the hosts do. */
const SMALL = { bytes: 64, repeats: 40 };
/** Bytes that a rank sends in the others, and how often each size is sent at least, at most. */
const SIZES = [2 ** 16, 2 ** 20, 2 ** 23];
const LEAST = 2;
const MOST = 10;

/** How the ranks are linked. */
export interface MeasuredLink {
  /** α: seconds that a collective of next to nothing takes. */
  readonly latency: number;
  /** β: bytes a second that a rank sends while it receives, by the bytes of an exchange, ascending; at least one. */
  readonly rates: readonly { readonly bytes: number; readonly bandwidth: number }[];
}

/** Some exchanges of the same size, and what one of them took rank 0, in seconds: the first quartile, where nothing came between. */
interface Turn {
  readonly bytes: number;
  readonly repeats: number;
}
type Taken = Turn & { readonly seconds: number };

/** What rank 0 says after each turn. */
interface Word {
  readonly taken: readonly Taken[];
  readonly next?: Turn;
}

/**
 * Measures the link between all ranks. All of them call it at the same time, while nothing else of them uses MPI.
 * @param seconds that it may take, about: larger sizes are left out where they would take longer
 * @throws {NablaError} RANK_LOST
 */
export async function measureLink(world: World, seconds: number): Promise<MeasuredLink> {
  const until = performance.now() + 1000 * seconds;
  const bench = new ExchangeBench(world);
  const taken: Taken[] = [];
  let turn: Turn = SMALL;
  for (;;) {
    taken.push({ ...turn, seconds: bench.take(turn) });
    const own: Word = { taken, next: world.rank === 0 ? nextTurn(taken, (until - performance.now()) / 1000) : undefined };
    const [first] = await world.together(world.rank === 0 ? JSON.stringify(own) : '');
    const word = JSON.parse(first) as Word;
    if (!word.next) return linkOf(word.taken);
    turn = word.next;
  }
}

/** What comes after these turns, with so many seconds left; undefined where it is enough. */
export function nextTurn(taken: readonly Taken[], left: number): Turn | undefined {
  const { bytes, seconds } = taken[taken.length - 1];
  const size = SIZES[taken.length - 1];
  if (size === undefined) return undefined;
  // From next to nothing one cannot tell: the first size is sent in any case.
  if (taken.length === 1) return { bytes: size, repeats: MOST };
  const each = (seconds * size) / bytes;
  const repeats = Math.min(MOST, Math.floor(left / each) - 1);
  return repeats < LEAST ? undefined : { bytes: size, repeats };
}

/** α from the first turn, β from each of the others. */
export function linkOf([small, ...others]: readonly Pick<Taken, 'bytes' | 'seconds'>[]): MeasuredLink {
  const latency = small.seconds;
  // What takes hardly longer than nothing does says no more than that it is fast.
  return { latency, rates: others.map(({ bytes, seconds }) => ({ bytes, bandwidth: bytes / Math.max(seconds - latency, seconds / 2) })) };
}

/** Exchanges on memory of their own, as the workers' are: on the main thread, which does nothing else meanwhile. */
class ExchangeBench {
  readonly #world: World;
  readonly #calls: ReturnType<typeof bindMpi>;
  readonly #collectives: Collectives;

  constructor(world: World) {
    const { library, watch, limit } = world.options;
    this.#world = world;
    this.#calls = bindMpi(library);
    this.#collectives = new Collectives(this.#calls, new Deadline(watch, limit), 1);
  }

  /** One exchange that does not count, then so many; the first quartile of them, in seconds: beside other processes, half of them may wait for a core. */
  take({ bytes, repeats }: Turn): number {
    const { size, limit } = this.#world;
    // A part goes to each of the others.
    const part = Math.ceil(bytes / (size - 1));
    const buffer = new Uint8Array(new ArrayBuffer(part * size));
    const parts = new Parts(
      this.#calls,
      Array.from({ length: size }, () => part),
      Array.from({ length: size }, (_, rank) => rank * part),
    );
    const address = this.#calls.address(buffer);
    const times = Array.from({ length: repeats + 1 }, () => {
      const begin = performance.now();
      this.#collectives.post('bytes', address, parts);
      this.#collectives.finish(limit, () => `for the ${bytes} bytes of a measurement`);
      return (performance.now() - begin) / 1000;
    });
    const sorted = times.slice(1).sort((a, b) => a - b);
    return sorted[sorted.length >> 2];
  }
}
