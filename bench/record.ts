// Figures on record: what a benchmark's JSON in bench/results/ looks like, and how it is written and found again. One file
// per benchmark and day, so that a second run of a day replaces the first; page.ts shows the newest of each.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from './measure.js';

export const BENCH_NAMES = ['peers', 'step', 'scaling', 'kernels', 'barrier', 'start'] as const;
export type BenchName = (typeof BENCH_NAMES)[number];

export interface BenchRecord<Settings = object, Result = object> {
  readonly bench: BenchName;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly machine: Machine;
  readonly settings: Settings;
  readonly results: readonly Result[];
}

/** This file runs from dist/bench. */
export const RESULTS = fileURLToPath(new URL('../../bench/results/', import.meta.url));

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Where a record of today belongs. */
export function recordPath(bench: BenchName): string {
  return join(RESULTS, `${today()}-${bench}.json`);
}

export function writeRecord(record: BenchRecord, path = recordPath(record.bench)): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path, `${JSON.stringify(record, undefined, 1)}\n`);
}

/** The newest record of each benchmark that there is one of, in the order of BENCH_NAMES. */
export function newestRecords(folder = RESULTS): BenchRecord[] {
  const names = readdirSync(folder).sort();
  return BENCH_NAMES.flatMap((bench) => {
    const newest = names.findLast((name) => /^\d{4}-\d{2}-\d{2}-/.test(name) && name.slice(11) === `${bench}.json`);
    return newest === undefined ? [] : [JSON.parse(readFileSync(join(folder, newest), 'utf8')) as BenchRecord];
  });
}
