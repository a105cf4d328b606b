// What all benchmarks share: the machine they run on, figures summed up, and rows of a table.

import { loadavg } from 'node:os';
import { versions } from 'node:process';
import { median, type Summary } from '../src/scaling/statistics.js';
import { describeMachine as machineRecord } from '../src/system/machine.js';
import { count, plural } from '../src/text.js';

export { median, rotated, type Summary, summarise } from '../src/scaling/statistics.js';

export interface Machine {
  readonly cpu: string;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly platform: string;
  readonly node: string;
  /** Which kernels there are hangs on it; records from before there were `wide` ones lack it. */
  readonly v8?: string;
  /** Load average of the last minute when the run began: near 0 on a quiet machine. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const { cpu, usable, platform, node } = machineRecord();
  const [load = 0] = loadavg();
  return { cpu, cores: usable, platform, node, v8: versions.v8, load };
}

export function formatMachine({ cpu, cores, platform, node, v8, load }: Machine): string {
  return `${cpu}, ${plural(cores, 'core')}, ${platform}, Node ${node}${v8 === undefined ? '' : ` (V8 ${v8})`}; load when it began ${load.toFixed(2)}`;
}

/** Two sides one after the other, in alternating order: the second of a pair may run on warmer caches. */
export async function inTurns<T>(round: number, one: () => Promise<T>, other: () => Promise<T>): Promise<[one: T, other: T]> {
  if (round % 2 === 0) return [await one(), await other()];
  const last = await other();
  return [await one(), last];
}

/** How far the figure that is farthest from their median is from it, as a share of the median. */
export function deviationOf(figures: readonly number[]): number {
  const middle = median(figures);
  return Math.max(...figures.map((figure) => Math.abs(figure / middle - 1)));
}

/** Cells as one line: the first to the left, the others to the right, twelve characters each. */
export function row(first: string, ...rest: string[]): string {
  return first.padEnd(14) + rest.map((cell) => cell.padStart(12)).join('');
}

/** 412,345 and 2.25: whole numbers from a hundred on, else three digits. */
export function figure(value: number): string {
  return value >= 100 ? count(value) : String(Number(value.toPrecision(3)));
}

/** "2.25 (1.90 to 2.40)" with as many decimals as asked for. */
export function range({ median, minimum, maximum }: Summary, decimals = 2): string {
  const [middle, low, high] = [median, minimum, maximum].map((value) => value.toFixed(decimals));
  return `${middle} (${low} to ${high})`;
}
