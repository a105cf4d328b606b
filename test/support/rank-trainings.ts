// Trainings, one after the other, in one process or in several that share each of them (ranks-train.mjs): one start of a launcher for all, and
// what each rank has found.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { TrainOptions } from '#src/index.js';
import type { MpiFamily } from '#src/mpi/launcher.js';
import { runRanks } from './mpirun.js';
import { SLOW } from './slow.js';

const MAIN = fileURLToPath(new URL('ranks-train.mjs', import.meta.url));

/** A training by its name in the results. */
export interface RankTraining {
  readonly name: string;
  /** A file, or what a data set that is made up is like. */
  readonly data: object | string;
  readonly options: TrainOptions;
  /** The checkpoint after which it is stopped. */
  readonly stopAt?: number;
}

/** What a rank says of a training. */
export interface RankResult {
  readonly name: string;
  readonly interrupted?: true;
  /** Where a run went on, on rank 0. */
  readonly resumed?: { readonly epoch: number; readonly samples: number };
  readonly own: string;
  readonly done: { readonly weightsSha256: string };
  /** On rank 0, which alone has a listener. */
  readonly epochs: readonly unknown[];
}

export class RankTrainings {
  readonly #folder: string;
  #starts = 0;

  /** @param folder for what is passed on, which the caller removes */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Results of one process. */
  alone(trainings: readonly RankTraining[]): RankResult[] {
    const place = this.#written(trainings);
    const { status, stderr } = spawnSync(process.execPath, [MAIN, place], { encoding: 'utf8', timeout: 300_000 });
    expect([status, stderr]).toEqual([0, '']);
    return resultsIn(place, 0);
  }

  /** Results of several, by rank. */
  async together({ family, ranks }: { family: MpiFamily; ranks: number }, trainings: readonly RankTraining[]): Promise<RankResult[][]> {
    const place = this.#written(trainings);
    const { code, stderr } = await runRanks(family, [{ ranks, args: [place], main: MAIN }], { cwd: place, limit: SLOW ? 500_000 : 50_000 });
    expect([code, stderr]).toEqual([0, '']);
    // Without a launcher's word that they share a run, each of several would be rank 0.
    return Array.from({ length: ranks }, (_, rank) => resultsIn(place, rank));
  }

  #written(trainings: readonly RankTraining[]): string {
    const place = join(this.#folder, `start-${++this.#starts}`);
    mkdirSync(place);
    writeFileSync(join(place, 'trainings.json'), JSON.stringify(trainings));
    return place;
  }
}

function resultsIn(place: string, rank: number): RankResult[] {
  const lines = readFileSync(join(place, `rank-${rank}.jsonl`), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
