// Figures on record: what a benchmark's JSON in bench/results/ looks like, and how it is written. One file per benchmark, size of
// machine and day, so that a second run of a day replaces the first; page.ts shows the newest of each.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from './measure.js';

export interface BenchRecord<Result = object> {
  /** barrier, kernels, peers, race, choice, scaling, start or step. */
  readonly bench: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly results: readonly Result[];
}

/** This file runs from dist/bench. */
export const RESULTS = fileURLToPath(new URL('../../bench/results/', import.meta.url));

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Most figures are from machines with so many cores; the records of others carry their number in their names. */
const USUAL_CORES = 2;

/** Where a record of today belongs. */
export function recordPath(bench: string, { cores }: Machine): string {
  return join(RESULTS, `${today()}-${bench}${cores === USUAL_CORES ? '' : `-${cores}-cores`}.json`);
}

export function writeRecord(record: BenchRecord, path = recordPath(record.bench, record.machine)): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path, `${JSON.stringify(record, undefined, 1)}\n`);
}
