// The processes that share a run, as its first event and its record tell of them, and in a few words: so many ranks on these hosts. Of
// 64 ranks on 8 hosts it is no longer than a line or two. A run of one process has none of this.

import { count, listed, plural, printable } from '../text.js';

/** A host of a run. */
export interface RankHost {
  readonly name: string;
  /** Processes there. */
  readonly ranks: number;
  /** Threads that train there, of all of them together. */
  readonly workers: number;
}

/** The processes of a run that a launcher of MPI has started. */
export interface Ranks {
  /** How many there are. */
  readonly size: number;
  /** In the order of their first ranks. */
  readonly hosts: readonly RankHost[];
  /** The book's numbers of the layers that are sliced among them, where any is; all ranks update the others alike. */
  readonly sliced?: readonly number[];
  /** The library, as it calls itself: 'Open MPI 4.1.4'. */
  readonly mpi: string;
}

/** Hosts that are named, and kinds of them; of more it says how many. */
const MOST_NAMED = 3;
/** Characters of a host's name. */
const LONGEST = 32;

/** '4 ranks × 2 workers on 2 hosts (a, b)'; where hosts differ, each kind of them. */
export function ranksText({ size, hosts: all }: Ranks): string {
  const hosts = shortNames(all);
  const kinds = new Map<string, RankHost[]>();
  for (const host of hosts) {
    const kind = shareText(host);
    kinds.set(kind, [...(kinds.get(kind) ?? []), host]);
  }
  const workers = hosts.reduce((sum, host) => sum + host.workers, 0);
  if (hosts.length === 1) return `${shareText(hosts[0])} on host ${nameOf(hosts[0])}`;
  const on = `on ${plural(hosts.length, 'host')}`;
  if (kinds.size === 1) return `${shareText({ ranks: size, workers })} ${on} (${namesOf(hosts)})`;
  const parts = [...kinds].map(([kind, those]) => `${namesOf(those)}: ${kind}${those.length > 1 ? ' each' : ''}`);
  const others = parts.length - MOST_NAMED;
  return `${plural(size, 'rank')} with ${plural(workers, 'worker')} ${on} (${parts.slice(0, MOST_NAMED).join('; ')}${others > 0 ? '; …' : ''})`;
}

/** ', layers 2 and 3 sliced', or nothing. */
export function slicedText({ sliced }: Ranks): string {
  if (!sliced) return '';
  const isRow = sliced.length > 2 && sliced[sliced.length - 1] - sliced[0] === sliced.length - 1;
  const layers = isRow ? `${sliced[0]} to ${sliced[sliced.length - 1]}` : listed(sliced.map(String));
  return `, ${sliced.length === 1 ? 'layer' : 'layers'} ${layers} sliced`;
}

/** Whether a text of who trains is that of several ranks. */
export function namesRanks(text: string): boolean {
  return /^\d+ ranks? /.test(text);
}

/** The ranks of a host and the workers of each; where these differ, those of all together. */
function shareText({ ranks, workers }: Pick<RankHost, 'ranks' | 'workers'>): string {
  const each = workers / ranks;
  return Number.isInteger(each)
    ? `${plural(ranks, 'rank')} × ${plural(each, 'worker')}`
    : `${plural(ranks, 'rank')} with ${plural(workers, 'worker')}`;
}

/** Without their domains, where that still tells them apart; addresses as they are. */
function shortNames(hosts: readonly RankHost[]): RankHost[] {
  const short = hosts.map((host) => ({ ...host, name: /^[\d.]+$/.test(host.name) ? host.name : host.name.split('.')[0] }));
  return new Set(short.map(({ name }) => name)).size === hosts.length ? short : [...hosts];
}

const nameOf = ({ name }: RankHost): string => printable(name, LONGEST);

function namesOf(hosts: readonly RankHost[]): string {
  const others = hosts.length - MOST_NAMED;
  return listed([...hosts.slice(0, MOST_NAMED).map(nameOf), ...(others > 0 ? [`${count(others)} more`] : [])]);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** What a record holds of the processes of its run, if that is such a list. */
export function readRanks(value: unknown): Ranks | undefined {
  const { size, hosts, sliced, mpi } = (value ?? {}) as Partial<Ranks>;
  const isHost = (host: Partial<RankHost> | null): boolean => typeof host?.name === 'string' && isCount(host.ranks) && isCount(host.workers);
  if (!isCount(size) || typeof mpi !== 'string' || !Array.isArray(hosts) || hosts.length === 0 || !hosts.every(isHost)) return undefined;
  const layers = Array.isArray(sliced) && sliced.length > 0 && sliced.every(isCount) ? sliced : undefined;
  return { size, hosts, ...(layers && { sliced: layers }), mpi };
}
