// So many runs of N2 at once, an epoch each, in a process of their own, whose peak of memory is theirs. Prints a line of JSON; started by
// many.ts, with the data and how many runs there are.

import { loadDataset } from '../../src/data/load.js';
import { search } from '../../src/experiments/search/search.js';
import { configurationOn } from '../../src/experiments/side-by-side.js';
import { Lanes } from '../../src/training/lane.js';
import { NETWORKS, trainOptions } from '../networks.js';
import { searchOf } from './runs.js';

export interface PeakOfRuns {
  /** The most that the process had, in MB. */
  readonly peak: number;
  /** Memory that all threads share, and of it the samples. */
  readonly shared: number;
  readonly samples: number;
}

const MB = 1e6;
const [source, runs] = [process.argv[2], Number(process.argv[3])];
const data = await loadDataset(source);
const [, N2] = NETWORKS;
const result = await search({ ...searchOf(N2, data), runs, jobs: runs, epochs: 1 });
if (result.jobs !== runs) throw new Error(`There were ${result.jobs} runs at a time, not ${runs}.`);
const peak = (process.resourceUsage().maxRSS * 1024) / MB;

/** Bytes that so many lanes share. */
const sharedBy = (lanes: number): number => new Lanes({ data }, [configurationOn({ data }, trainOptions(N2))], lanes, 1).bytes;
const shared = sharedBy(runs);
const place = sharedBy(2) - sharedBy(1);
console.log(JSON.stringify({ peak, shared: shared / MB, samples: (shared - runs * place) / MB } satisfies PeakOfRuns));
