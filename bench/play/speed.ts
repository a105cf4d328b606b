// Samples per second in a page beside Node: the same options, samples and kernels, in turns. The first epoch of each run, in which code is
// compiled, is passed over on both sides.

import type { Page } from 'playwright-core';
import { countSamples, type Dataset } from '../../src/data/dataset.js';
import type { TrainEvent, TrainOptions } from '../../src/index.js';
import { train } from '../../src/index.js';
import { inTurns, summarise } from '../measure.js';
import { type BenchNetwork, trainOptions } from '../networks.js';
import type { SpeedResult } from './results.js';
import { atLibrary, type LibraryScope } from './sites.js';

/** Those of both, and the fastest that a page has. */
const KERNELS = 'relaxed';
const LEAST_EPOCHS = 3;

interface Ran {
  /** Seconds of each epoch. */
  readonly epochs: readonly number[];
  readonly sha256: string;
}

/** @param seconds that a run lasts, about */
export function measureSpeed(
  networks: readonly BenchNetwork[],
  counts: readonly number[],
  data: Dataset,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<SpeedResult[]> {
  return atLibrary(data, async (page) => {
    const results: SpeedResult[] = [];
    for (const network of networks) {
      const options = { ...trainOptions(network), kernels: KERNELS, seed: 1 } as const;
      const one = await inNode({ ...options, data, workers: 1, epochs: LEAST_EPOCHS });
      const epochs = Math.max(LEAST_EPOCHS, Math.ceil(seconds / (one.epochs.at(-1) as number)));
      for (const workers of counts) {
        const pairs: [page: Ran, node: Ran][] = [];
        for (let round = 0; round < rounds; round++)
          pairs.push(
            await inTurns(
              round,
              () => inPage(page, { ...options, workers, epochs }),
              () => inNode({ ...options, data, workers, epochs }),
            ),
          );
        results.push(resultOf(network, workers, pairs, countSamples(data, 'training')));
      }
    }
    return results;
  });
}

function resultOf({ layers }: BenchNetwork, workers: number, pairs: readonly [page: Ran, node: Ran][], samples: number): SpeedResult {
  const rate = ({ epochs: [, ...later] }: Ran): number => (later.length * samples) / later.reduce((sum, seconds) => sum + seconds, 0);
  const [page, node] = [0, 1].map((side) => pairs.map((pair) => rate(pair[side])));
  return {
    network: layers.join('-'),
    workers,
    kernels: KERNELS,
    page: summarise(page),
    node: summarise(node),
    ratio: summarise(page.map((speed, round) => speed / node[round])),
    isSame: new Set(pairs.flat().map(({ sha256 }) => sha256)).size === 1,
  };
}

async function inNode(options: TrainOptions): Promise<Ran> {
  const epochs: number[] = [];
  const onEvent = (event: TrainEvent): unknown => event.event === 'epoch' && epochs.push(event.seconds);
  const { weightsSha256 } = await train({ ...options, onEvent });
  return { epochs, sha256: weightsSha256 };
}

function inPage(page: Page, options: object): Promise<Ran> {
  return page.evaluate(async (options) => {
    const { nabla, data } = window as never as LibraryScope;
    const epochs: number[] = [];
    // What a listener returns may end the run.
    const onEvent = (event: { event: string }): void => {
      if (event.event === 'epoch') epochs.push((event as never as { seconds: number }).seconds);
    };
    const { weightsSha256 } = await nabla.train({ ...options, data, onEvent }).ended;
    return { epochs, sha256: weightsSha256 };
  }, options);
}
