// `nabla plan` in several processes that a launcher has started: each of them measures what it does by itself, all at the same time, as they
// would train; then they measure an exchange; and what all of them together would do is predicted from the slowest and from that.

import type { Dataset } from '../data/dataset.js';
import { agreeOn, refuseDifference } from '../mpi/agreement.js';
import { coresOfRank } from '../mpi/cores.js';
import { measureLink } from '../mpi/measure.js';
import type { World } from '../mpi/world.js';
import { configure, type TrainOptions } from '../options/options.js';
import { assumedLink, checkHosts, type HostLink, type HostMeasured, linkFor, planHosts } from './hosts.js';
import { type Plan, type PlanOptions, planHost } from './plan.js';

/** Seconds that the measured exchanges may take. */
const EXCHANGE_SECONDS = 1;

/** What a rank says of its own measurement. */
interface Said {
  readonly layers: readonly number[];
  readonly kernels: string;
  readonly input: string;
  readonly measured: HostMeasured;
}

/**
 * The plan for all ranks, the same on each; beside them, further ones where the options name them.
 * @param read the data of this rank, which are read here so that what is wrong with those of one of them is refused by all
 */
export async function planTogether(
  world: World,
  options: TrainOptions,
  read: () => Promise<Dataset>,
  { cores = coresOfRank(world), hosts: { counts = [], gigabits } = { counts: [] } }: PlanOptions = {},
): Promise<Plan> {
  const request = { counts: [world.size, ...counts], gigabits };
  const planned = async () => {
    const data = await read();
    checkHosts(request, configure({ ...options, workers: 1 }, data));
    return planHost(options, data, cores);
  };
  const { mine, said } = await agreeOn(
    world,
    planned(),
    ({ plan: { layers, kernels, input }, measured }): Said => ({ layers, kernels, input, measured }),
  );
  refuseDifference(world, said, differently);
  const link = gigabits === undefined ? await measuredLink(world) : () => assumedLink(gigabits);
  world.settle();
  const slowest = said.map(({ measured }) => measured).reduce((so, next) => (next.sample > so.sample ? next : so));
  return { ...mine.plan, hosts: planHosts(slowest, request, link) };
}

async function measuredLink(world: World): Promise<(bytes: number) => HostLink> {
  const measured = await measureLink(world, EXCHANGE_SECONDS);
  const between = { ranks: world.size, hosts: world.ranksByHost.size, library: world.library.name };
  return (bytes) => ({ ...linkFor(measured, bytes), between });
}

function differently(other: Said, first: Said): string | undefined {
  const facts = ({ layers, input, measured: { batch, samples } }: Said): string =>
    `${layers.join('-')}, mini-batch ${batch}, ${samples} samples, ${input} input`;
  return facts(other) === facts(first)
    ? undefined
    : `would plan for ${facts(other)}, rank 0 for ${facts(first)}: all need the same options and data.`;
}
