// How work is divided into parts: one pure function for rows of a mini-batch, shards, parameters, layers and evaluation chunks alike.

/** A range [begin, end). */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/**
 * Part `index` of [0, total) cut into `parts` ranges that are disjoint, in order, cover everything and differ by at most one
 * `unit`; only the last may end inside a unit. Parts beyond the number of units are empty, and come last.
 */
export function partition(total: number, parts: number, index: number, unit = 1): Range {
  const units = Math.ceil(total / unit);
  const size = Math.floor(units / parts);
  const larger = units % parts;
  const begin = index * size + Math.min(index, larger);
  const end = begin + size + (index < larger ? 1 : 0);
  return { begin: Math.min(begin * unit, total), end: Math.min(end * unit, total) };
}

/** Part `index` of a range, cut in the same way. */
export function within({ begin, end }: Range, parts: number, index: number, unit = 1): Range {
  const part = partition(end - begin, parts, index, unit);
  return { begin: begin + part.begin, end: begin + part.end };
}
