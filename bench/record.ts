// Figures on record: what a benchmark's JSON in bench/results/ looks like, and how it is written. One file per benchmark and
// day, so that a second run of a day replaces the first; page.ts shows the newest of each.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from './measure.js';

export interface BenchRecord<Result = object> {
  /** barrier, kernels, peers, scaling, start or step. */
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

/** Where a record of today belongs. */
export function recordPath(bench: string): string {
  return join(RESULTS, `${today()}-${bench}.json`);
}

export function writeRecord(record: BenchRecord, path = recordPath(record.bench)): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path, `${JSON.stringify(record, undefined, 1)}\n`);
}
