// The newest record of each benchmark, for page.ts to show. Types only of the benchmarks themselves: nothing runs them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reproduction } from '../../src/insight/reproduce.js';
import type { BarrierResult } from '../barrier.js';
import type { KernelsResult } from '../kernels.js';
import type { NetworkResult } from '../peers/orchestrate.js';
import type { PhasesResult } from '../phases.js';
import type { PlanResult } from '../plan.js';
import type { BenchRecord } from '../record.js';
import type { ScalingResult } from '../scaling.js';
import type { StartResult } from '../start.js';
import type { StepResult } from '../step/results.js';
import type { TuneBenchResult } from '../tune.js';

/** One entry per benchmark that there is a record of. */
export interface Records {
  readonly peers?: BenchRecord<NetworkResult>;
  readonly step?: BenchRecord<StepResult>;
  readonly scaling?: BenchRecord<ScalingResult>;
  readonly kernels?: BenchRecord<KernelsResult>;
  readonly barrier?: BenchRecord<BarrierResult>;
  readonly start?: BenchRecord<StartResult>;
  readonly phases?: BenchRecord<PhasesResult>;
  readonly plan?: BenchRecord<PlanResult>;
  readonly tune?: BenchRecord<TuneBenchResult>;
  /** Of `nabla reproduce --save`, whose record has a form of its own. */
  readonly reproduce?: Reproduction;
}

/** Of files named YYYY-MM-DD-<bench>.json the last of each bench. */
export function newestRecords(folder: string): Records {
  const newest = new Map<string, string>();
  for (const name of readdirSync(folder).sort()) {
    const bench = /^\d{4}-\d{2}-\d{2}-(\w+)\.json$/.exec(name)?.[1];
    if (bench !== undefined) newest.set(bench, name);
  }
  return Object.fromEntries([...newest].map(([bench, name]) => [bench, JSON.parse(readFileSync(join(folder, name), 'utf8'))]));
}
