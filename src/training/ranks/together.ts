// A run that several processes share. Rank 0 has the run: it reads what the run starts from, listens, records, and decides whatever hangs
// on a clock; the others read the same data and do with their threads what it says. In the end all of them have the same result.
//
//   options, start     rank 0 says how the run starts; all say which options they were given            ─ agree
//   data, kernels      each rank reads the data and loads its kernels; all say what they have           ─ agree
//   the run            rank 0: run.ts, as alone, over threads that know of the others; others: follow
//   the end            rank 0 says how it ended, and sends the network

import { asError, NablaError } from '../../errors.js';
import { layoutOf } from '../../model/layout.js';
import { agreeOn, isTold, named, refuseDifference } from '../../mpi/agreement.js';
import type { World } from '../../mpi/world.js';
import type { DoneEvent } from '../../options/events.js';
import type { TrainOptions } from '../../options/options.js';
import type { Ranks } from '../../options/ranks.js';
import { WorkerPool } from '../../parallel/pool.js';
import { followTo, leadTo } from '../../parallel/ranks/leading.js';
import { RankPool } from '../../parallel/ranks/rank-pool.js';
import { Session } from '../../parallel/session.js';
import type { Division } from '../../parallel/session-plan.js';
import { shellPath } from '../../system/shell-word.js';
import { endedWith } from '../ending.js';
import type { Plan } from '../plan.js';
import { prepare } from '../prepare.js';
import { type TrainResult, trainResult } from '../result.js';
import type { Start } from '../start.js';
import { ranksOf } from './describe.js';
import { type Brief, differentlyGiven, differentlyIntended, givenOf, intentOf, startFrom } from './intent.js';
import { slicedLayers } from './way.js';
import { boundWarnings, workersOfRank } from './workers.js';

interface Begun {
  readonly start: Start;
  readonly unlock?: () => void;
}

/**
 * Trains on all ranks. Nothing of this rank's has been looked at yet.
 * @param options checks what this rank was given
 * @param begin reads what the run starts from
 */
export async function trainTogether(
  world: World,
  options: () => TrainOptions,
  begin: (options: TrainOptions) => Promise<Begun>,
): Promise<TrainResult> {
  const isFirst = world.rank === 0;
  world.begin();
  let begun: Begun | undefined;
  let pool: WorkerPool | undefined;
  try {
    const reading = async (): Promise<TrainOptions> => {
      const checked = options();
      if (isFirst) begun = await begin(checked);
      return checked;
    };
    const { mine: own, said } = await agreeOn(world, reading(), (checked) => givenOf(checked, begun?.start));
    refuseDifference(world, said, differentlyGiven);
    const start = begun?.start ?? startFrom(said[0].brief as Brief, own);
    const { count, bound } = workersOfRank(start.options.workers, world);
    pool = new WorkerPool(count);
    const { mine, said: intents } = await agreeOn(world, intentOf(start, count, world.size), ({ intent }) => ({ ...intent, bound }));
    refuseDifference(world, intents, differentlyIntended);
    const bounds = intents.map(({ bound }) => bound);
    const warnings = [...mine.plan.warnings, ...boundWarnings(world, bounds)];
    const sliced = await slicedLayers(world, mine.plan, intents[0]);
    const ranked = new RankPool(pool, world, sliced);
    if (!isFirst) return await follow(world, mine.plan, ranked);
    const ranks = ranksOf(world, intents, sliced);
    return await lead(world, start, { ...mine.plan, warnings }, { pool, ranked, ranks });
  } catch (error) {
    throw isFirst || isTold(error) ? error : named(world, asError(error));
  } finally {
    begun?.unlock?.();
    await pool?.close();
  }
}

/** What ends the run on a rank that keeps nothing, with how it goes on: rank 0 may not be able to say it any more. */
function withNext(error: Error, run: string | undefined): Error {
  if (run === undefined || !(error instanceof NablaError)) return error;
  const next = { command: 'train', options: `--resume ${shellPath(run)}` };
  const message = `${error.message} What rank 0 has saved is as it was; with any number of processes it goes on: ${next.options}`;
  return new NablaError(error.code, message, { cause: error, next });
}

interface Threads {
  readonly pool: WorkerPool;
  readonly ranked: RankPool;
  readonly ranks: Ranks;
}

async function lead(world: World, start: Start, plan: Plan, { pool, ranked, ranks }: Threads): Promise<TrainResult> {
  // However long a rank takes to put its samples into place.
  const { mine: run } = await agreeOn(world, prepare(start, plan, { pool, together: { pool: ranked, ranks } }), () => true);
  ranked.run = run.path;
  const says = ({ network, parameters, predict, model, ...fields }: TrainResult): DoneEvent => ({ event: 'done', ...fields });
  const result = await leadTo(world, ranked, async () => trainResult(await run.toEnd()), says);
  await world.fromFirst(result.parameters);
  world.settle();
  return result;
}

async function follow(world: World, { configuration, data }: Plan, ranked: RankPool): Promise<TrainResult> {
  const { network, input } = configuration;
  const { parameters: count } = layoutOf(network.layers, input === 'sparse');
  // Those of rank 0 come before the first step.
  const { mine: session } = await agreeOn(
    world,
    Session.start(configuration, data, () => new Float32Array(count), ranked, { ranks: ranked.ranks }),
    () => true,
  );
  // Mini-batches that grow; each rank has workers of its own.
  const divide = ({ batch }: Division): Promise<void> => session.attach({ ...configuration, batch });
  const done = await followTo<DoneEvent>(world, ranked, divide).catch((error) =>
    Promise.reject(isTold(error) ? error : withNext(asError(error), ranked.run)),
  );
  const parameters = new Float32Array(count);
  await world.fromFirst(parameters);
  world.settle();
  return trainResult(endedWith(done, { network, parameters, input }, data));
}
