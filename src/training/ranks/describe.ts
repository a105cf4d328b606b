// The processes that share a run, as its first event and its record tell of them: from who there is, and what they have agreed on.

import type { World } from '../../mpi/world.js';
import type { RankHost, Ranks } from '../../options/ranks.js';

/**
 * @param said of each rank, in their order: how many workers it has
 * @param sliced which layers after the inputs are sliced
 */
export function ranksOf(
  { size, hosts, library }: Pick<World, 'size' | 'hosts' | 'library'>,
  said: readonly { readonly workers: number }[],
  sliced: readonly boolean[] = [],
): Ranks {
  const all = new Map<string, RankHost>();
  for (const [rank, name] of hosts.entries()) {
    const { ranks, workers } = all.get(name) ?? { ranks: 0, workers: 0 };
    all.set(name, { name, ranks: ranks + 1, workers: workers + said[rank].workers });
  }
  const layers = sliced.flatMap((is, l) => (is ? [l + 2] : []));
  return {
    size,
    hosts: [...all.values()],
    ...(layers.length > 0 && { sliced: layers }),
    mpi: library.name,
  };
}
