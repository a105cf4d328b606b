// What each member adds to an average, and whether that is more than luck: from the counts of inference/contributions.ts, the shares by McNemar's
// test, which is exact, the costs by Student's of pairs; both between bounds, over the same samples with and without the member.

import type { Dataset, Split } from '../../data/dataset.js';
import { type Contribution, type Contributions, contributionsOn } from '../../inference/contributions.js';
import type { Networks } from '../../model/parameter-sets.js';
import { mcNemar, pairedShares } from '../statistics/mcnemar.js';
import { around } from '../statistics/spread.js';
import { bothTails } from '../statistics/student.js';
import type { Addition, MemberAddition, SplitAdditions } from './events.js';
import type { FiguresWay } from './figures.js';

/** On the samples for validation and for the test, as far as there are some. */
export async function additionsOf(model: Networks, data: Dataset, way: FiguresWay): Promise<SplitAdditions[]> {
  const all: SplitAdditions[] = [];
  for (const split of ['validation', 'test'] as const) {
    const found = await contributionsOn(model, data, split, way);
    if (found) all.push(additionsOn(split, found));
  }
  return all;
}

function additionsOn(split: Split, { members, ...rest }: Contributions): SplitAdditions {
  return { split, ...rest, members: members.map((member) => additionOf(member, rest.samples)) };
}

function additionOf({ alone, without, gained, lost, costSum, costSquares }: Contribution, samples: number): MemberAddition {
  const cost = addition(costSum, costSquares, samples);
  const accuracy = { mean: (gained - lost) / samples, interval: pairedShares(gained, lost, samples), p: mcNemar(gained, lost) };
  return {
    alone,
    without,
    gained,
    lost,
    accuracy: alone.accuracy === null ? null : accuracy,
    cost,
  };
}

/** A mean over samples that is held against 0. @param sum of its values @param squares of theirs */
function addition(sum: number, squares: number, samples: number): Addition {
  const mean = sum / samples;
  if (samples < 2) return { mean, interval: null, p: null };
  const error = Math.sqrt(Math.max(0, squares - samples * mean * mean) / (samples - 1) / samples);
  if (error === 0) return { mean, interval: null, p: mean === 0 ? 1 : null };
  return { mean, interval: around(mean, error, samples - 1), p: bothTails(mean / error, samples - 1) };
}
