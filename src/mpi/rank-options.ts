// What a thread of a rank is told, so that it can speak with the other ranks.

import type { MpiLibrary } from './library.js';

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

/** What rank 0 says where it leads and has nothing else to say: a command as all others are (parallel/ranks/rank-pool.ts). */
export const STAYS = '{"do":"stay"}';
