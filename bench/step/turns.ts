// Turns of several sides in one thread: each is warmed up, then runs for the same time in each round, in an order that
// rotates. Knows nothing of networks.

import { rotated } from '../measure.js';

export interface Side {
  /** Runs `count` of what is counted, and says in how many seconds. */
  readonly run: (count: number) => number;
  /** The most that one call of `run` may be asked for. */
  readonly limit: number;
}

/** How many a second of each side, round by round. */
export function takeTurns(sides: readonly Side[], rounds: number, seconds: number): number[][] {
  const racing = sides.map((side, index) => ({ side, index, count: warmUp(side, seconds), rates: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { side, count, rates } of rotated(racing, round)) rates.push(turn(side, count, seconds));
  }
  return racing.map(({ rates }) => rates);
}

/** Runs long enough for the compiler to be done, and finds the count that fills a turn, as far as one call may. */
export function warmUp({ run, limit }: Side, seconds: number): number {
  let count = 1;
  let taken = run(count);
  while (taken < seconds / 4 && count < limit) {
    count = Math.min(limit, count * 4);
    taken = run(count);
  }
  return Math.max(1, Math.min(limit, Math.round((count * seconds) / taken)));
}

function turn({ run }: Side, count: number, seconds: number): number {
  let done = 0;
  let taken = 0;
  do {
    taken += run(count);
    done += count;
  } while (taken < seconds);
  return done / taken;
}
