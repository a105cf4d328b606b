// Figures of repeated measurements, summed up: minimum, median and maximum, because on a shared machine a mean says little.

export interface Summary {
  readonly minimum: number;
  readonly median: number;
  readonly maximum: number;
  /** (maximum - minimum) / median. */
  readonly spread: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function summarise(figures: readonly number[]): Summary {
  const [minimum, maximum] = [Math.min(...figures), Math.max(...figures)];
  const middle = median(figures);
  return { minimum, median: middle, maximum, spread: (maximum - minimum) / middle };
}

/** The same list, begun `by` places further on: in which order the sides of round `by` take their turns. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const from = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}
