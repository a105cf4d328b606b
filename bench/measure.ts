// What all benchmarks share: the machine in a line, medians, and rows of a table.

import { cpus } from 'node:os';
import { countCores } from '../src/scaling/cores.js';

/** Processor, cores that may be used, and Node's version. */
export function machine(): string {
  const { usable, machine: all } = countCores();
  const cores = usable === all ? `${all} cores` : `${usable} of ${all} cores`;
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cores}, Node ${process.version}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Cells as one line: the first to the left, the others to the right, twelve characters each. */
export function row(first: string, ...rest: string[]): string {
  return first.padEnd(14) + rest.map((cell) => cell.padStart(12)).join('');
}
