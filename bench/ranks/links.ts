// What `nabla plan` expects of two hosts beside what they do: two network namespaces on this machine with a cable of 1 and 10 Gbit/s, one
// process of one worker on each. The plan is made under mpirun, with the link measured between the two; then both train, in the ways that
// it predicts. Needs Linux, root, and Open MPI or MPICH. Run: npm run bench:ranks-links

import { count } from '../../src/text.js';
import { Hosts, hasLauncher, LIBRARIES, type Library } from '../../test/support/hosts.js';
import { describeMachine, formatMachine, median } from '../measure.js';
import { type BenchNetwork, NETWORKS } from '../networks.js';
import { readOptions } from '../options.js';
import { today, writeRecord } from '../record.js';
import { optionsOf, runJson, trainAs } from './sides.js';

export interface LinkResult {
  readonly library: Library;
  readonly gigabits: number;
  readonly network: string;
  readonly way: 'replicated' | 'sliced';
  readonly predicted: number;
  readonly measured: number;
  /** How far the prediction is from what was measured, as a share of that. */
  readonly error: number;
}

const GIGABITS = [1, 10];
const WAYS = ['replicated', 'sliced'] as const;
const options = readOptions(
  'The plan for two hosts beside what they do.',
  NETWORKS.map(({ id }) => id),
);
/** Samples that a run trains on, about. */
const SAMPLES: Readonly<Record<string, number>> = { N1: 120_000, N2: 120_000, N2b: 240_000, N3: 120_000, N4: 8000 };

interface PlannedHosts {
  readonly hosts?: { readonly predictions: readonly { readonly hosts: number; readonly way: string; readonly samplesPerSecond: number }[] };
}

/** Samples per second of two hosts by way, as the plan has them. */
async function predicted(hosts: Hosts, library: Library, network: BenchNetwork): Promise<ReadonlyMap<string, number>> {
  const events = await runJson((program) => hosts.mpirun(library, 2, program), ['plan', '--cores', '1', ...optionsOf(network, options.data)]);
  const plan = events.find(({ event }) => event === 'plan') as PlannedHosts | undefined;
  const two = plan?.hosts?.predictions.filter(({ hosts }) => hosts === 2) ?? [];
  return new Map(two.map(({ way, samplesPerSecond }) => [way, samplesPerSecond]));
}

const machine = describeMachine();
console.log(formatMachine(machine));
if (!Hosts.canBeMade) throw new Error('Namespaces cannot be made here: that takes Linux and root.');
const results: LinkResult[] = [];
for (const gigabits of GIGABITS) {
  const hosts = Hosts.open(gigabits);
  try {
    for (const library of LIBRARIES.filter(hasLauncher)) {
      for (const network of NETWORKS.filter(({ id }) => options.only.includes(id))) {
        const expected = await predicted(hosts, library, network);
        for (const way of WAYS) {
          const side = { name: way, workers: 1, across: way, command: (program: readonly string[]) => hosts.mpirun(library, 2, program) };
          const { samplesPerSecond: measured } = await trainAs(side, network, { data: options.data, samples: SAMPLES[network.id] });
          const rate = expected.get(way) ?? Number.NaN;
          const result = { library, gigabits, network: network.id, way, predicted: rate, measured, error: Math.abs(rate / measured - 1) };
          results.push(result);
          console.log(
            `${gigabits} Gbit/s  ${library.padEnd(8)} ${network.id.padEnd(4)} ${way.padEnd(11)} predicted ${count(rate).padStart(8)}, measured ${count(measured).padStart(8)}: ${(100 * result.error).toFixed(0)} %`,
          );
        }
      }
    }
  } finally {
    hosts.close();
  }
}
console.log(`median error ${(100 * median(results.map(({ error }) => error))).toFixed(0)} %`);
if (options.record)
  writeRecord({ bench: 'links', date: today(), machine, settings: { data: options.data === 'mnist' ? 'mnist' : 'MNIST' }, results });
