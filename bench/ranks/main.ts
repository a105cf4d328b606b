// Training shared by two processes of one worker each, beside one process with two workers, and beside one under a launcher: on one
// machine, through shared memory. Whole runs of the command line, in turns; every side must come to the same weights. What two cores can
// give is the ceiling of both.
// Run: npm run bench:ranks

import { summarise } from '../../src/scaling/statistics.js';
import { type CommandLine, hasLauncher, LIBRARIES, mpirun } from '../../test/support/hosts.js';
import { describeMachine, figure, formatMachine, range, rotated, row, type Summary } from '../measure.js';
import { NETWORKS } from '../networks.js';
import { readOptions } from '../options.js';
import { today, writeRecord } from '../record.js';
import { type Side, trainAs } from './sides.js';

export interface RanksResult {
  readonly network: string;
  readonly side: string;
  readonly samplesPerSecond: Summary;
  /** To the side `2 workers`, round by round. */
  readonly ratio: Summary;
}

const ids = NETWORKS.map(({ id }) => id);
const options = readOptions('Two processes that share a run, beside two workers of one.', ids);
const rounds = options.quick ? 2 : 5;
/** Samples that a side trains on in a round, about: some seconds' worth. */
const SAMPLES: Readonly<Record<string, number>> = { N1: 2_000_000, N2: 1_000_000, N2b: 1_000_000, N3: 250_000, N4: 8000 };

const sides: Side[] = [
  { name: '2 workers', workers: 2 },
  { name: '1 worker', workers: 1 },
  ...LIBRARIES.filter(hasLauncher).flatMap((library): Side[] => {
    const two = (program: readonly string[]): CommandLine => mpirun(library, 2, program);
    const shared = ['replicated', 'sliced', 'auto'].map(
      (across): Side => ({ name: `${library} 2 × 1, ${across}`, workers: 1, across, command: two }),
    );
    return [...shared, { name: `${library} 1 × 2`, workers: 2, command: (program) => mpirun(library, 1, program) }];
  }),
];

const machine = describeMachine();
console.log(formatMachine(machine));
if (sides.length === 2) throw new Error('No mpirun of Open MPI or MPICH is installed here.');
const results: RanksResult[] = [];
for (const network of NETWORKS.filter(({ id }) => options.only.includes(id))) {
  const samples = options.quick ? SAMPLES[network.id] / 4 : SAMPLES[network.id];
  const rates = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
  const hashes = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const side of rotated(sides, round)) {
      const { samplesPerSecond, weightsSha256 } = await trainAs(side, network, { data: options.data, samples });
      rates.get(side.name)?.push(samplesPerSecond);
      hashes.add(weightsSha256);
    }
  }
  if (hashes.size > 1) throw new Error(`${network.id}: the sides have come to ${hashes.size} different networks.`);
  const base = rates.get('2 workers') ?? [];
  console.log(row(`\n${network.id}`.padEnd(32), 'samples/s', 'to 2 workers'));
  for (const { name } of sides) {
    const own = rates.get(name) ?? [];
    const result = { network: network.id, side: name, samplesPerSecond: summarise(own), ratio: summarise(own.map((rate, k) => rate / base[k])) };
    results.push(result);
    console.log(`${name.padEnd(32)}${figure(result.samplesPerSecond.median).padStart(12)}  ${range(result.ratio)}`);
  }
}
if (options.record)
  writeRecord({ bench: 'ranks', date: today(), machine, settings: { rounds, data: options.data === 'mnist' ? 'mnist' : 'MNIST' }, results });
