// The newest record of each benchmark, for page.ts to show. Types only of the benchmarks themselves: nothing runs them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordResult } from '../../src/experiments/records/reproduce-record.js';
import type { Reproduction } from '../../src/experiments/reproduce.js';
import type { AugmentResult } from '../augment.js';
import type { AutoResult } from '../auto.js';
import type { BarrierResult } from '../barrier.js';
import type { CheckpointResult } from '../checkpoint.js';
import type { ColumnsResult } from '../columns/main.js';
import type { CsvResult } from '../csv.js';
import type { EpochsResult } from '../epochs.js';
import type { KernelsResult } from '../kernels.js';
import type { LargeResult } from '../large.js';
import type { ManyResult } from '../many.js';
import type { NetworkResult } from '../peers/orchestrate.js';
import type { PhasesResult } from '../phases.js';
import type { PlanResult } from '../plan.js';
import type { PlayResult } from '../play/results.js';
import type { ChoiceResult } from '../race/choose.js';
import type { RaceResult } from '../race/race.js';
import type { LinkResult } from '../ranks/links.js';
import type { RanksResult } from '../ranks/main.js';
import type { FailureResult } from '../ranks-failures.js';
import type { BenchRecord } from '../record.js';
import type { ScalingResult } from '../scaling.js';
import type { SearchBenchResult } from '../search.js';
import type { SharingResult } from '../sharing.js';
import type { SoakResult } from '../soak.js';
import type { StartResult } from '../start.js';
import type { StepResult } from '../step/results.js';
import type { TuneBenchResult } from '../tune.js';

/** One entry per benchmark that there is a record of. */
export interface Records {
  readonly peers?: BenchRecord<NetworkResult>;
  readonly race?: BenchRecord<RaceResult>;
  /** Of `bench:race -- --choose`: the recipes that the race runs. */
  readonly choice?: BenchRecord<ChoiceResult>;
  readonly step?: BenchRecord<StepResult>;
  readonly scaling?: BenchRecord<ScalingResult>;
  readonly kernels?: BenchRecord<KernelsResult>;
  readonly barrier?: BenchRecord<BarrierResult>;
  readonly sharing?: BenchRecord<SharingResult>;
  readonly start?: BenchRecord<StartResult>;
  readonly phases?: BenchRecord<PhasesResult>;
  readonly plan?: BenchRecord<PlanResult>;
  readonly tune?: BenchRecord<TuneBenchResult>;
  readonly auto?: BenchRecord<AutoResult>;
  readonly checkpoint?: BenchRecord<CheckpointResult>;
  readonly soak?: BenchRecord<SoakResult>;
  readonly ranks?: BenchRecord<RanksResult>;
  readonly links?: BenchRecord<LinkResult>;
  readonly failures?: BenchRecord<FailureResult>;
  readonly epochs?: BenchRecord<EpochsResult>;
  readonly large?: BenchRecord<LargeResult>;
  readonly csv?: BenchRecord<CsvResult>;
  readonly columns?: BenchRecord<ColumnsResult>;
  readonly many?: BenchRecord<ManyResult>;
  readonly search?: BenchRecord<SearchBenchResult>;
  readonly augment?: BenchRecord<AugmentResult>;
  readonly play?: BenchRecord<PlayResult>;
  /** Of `nabla reproduce --save`, whose records have forms of their own. */
  readonly reproduce?: Reproduction;
  readonly simard?: RecordResult;
  /** Of `nabla reproduce simard-plain`. */
  readonly plain?: RecordResult;
  readonly ciresan?: RecordResult;
}

/** Records of machines of one size. */
export interface Sized {
  /** Absent for the usual ones. */
  readonly cores?: number;
  readonly records: Records;
}

/** Of files named YYYY-MM-DD-<bench>[-<cores>-cores].json the last of each bench and size: the usual machines first. */
export function newestRecords(folder: string): [usual: Sized, ...others: Sized[]] {
  const newest = new Map<number, Map<string, string>>();
  for (const name of readdirSync(folder).sort()) {
    const [, bench, size = '0'] = /^\d{4}-\d{2}-\d{2}-(\w+?)(?:-(\d+)-cores)?\.json$/.exec(name) ?? [];
    if (bench === undefined) continue;
    const ofSize = newest.get(Number(size)) ?? new Map<string, string>();
    newest.set(Number(size), ofSize.set(bench, name));
  }
  const recordsOf = (names: ReadonlyMap<string, string> = new Map()): Records =>
    Object.fromEntries([...names].map(([bench, name]) => [bench, JSON.parse(readFileSync(join(folder, name), 'utf8'))]));
  const others = [...newest].filter(([cores]) => cores > 0).sort(([a], [b]) => a - b);
  return [{ records: recordsOf(newest.get(0)) }, ...others.map(([cores, names]) => ({ cores, records: recordsOf(names) }))];
}
