// What each member of an average adds to it, on the samples of a split: how good it is by itself, how good the average is without it, and on
// which samples the two differ; how good the first two, three … members are together; and how often members disagree. All of it from one
// forward pass of each member. What is luck of that is told above (experiments/members/additions.ts): here are counts and sums.

import { checkSignal } from '../check.js';
import { countSamples, type Dataset, isRegression, type Split } from '../data/dataset.js';
import { costRow } from '../functions/costs.js';
import { costNamed } from '../functions/custom.js';
import type { KernelChoice } from '../kernels/bind.js';
import type { InputFormat } from '../model/input.js';
import { countNetworks, type Networks } from '../model/parameter-sets.js';
import { classNamed } from '../model/probabilities.js';
import { eachOutputs } from './forward.js';

/** How good a model is on some samples. */
export interface Goodness {
  /** Share that is right; null where targets are numbers. */
  readonly accuracy: number | null;
  /** Mean of C_x. */
  readonly cost: number;
}

/** A member, and the average with it held against the average of the others, sample by sample. */
export interface Contribution {
  readonly alone: Goodness;
  /** The average of the others. */
  readonly without: Goodness;
  /** Samples that the average has right with this member and wrong without it, and the other way round; 0 where targets are numbers. */
  readonly gained: number;
  readonly lost: number;
  /** Of C_x without it less C_x with it over the samples: the sum, and that of its squares. */
  readonly costSum: number;
  readonly costSquares: number;
}

/** The average of k members. */
export interface CurvePoint {
  readonly members: number;
  /** Of the first k. */
  readonly inOrder: Goodness;
  /** The mean over the k that begin at each member in turn, the first after the last: each of them is in as many as any other. */
  readonly mean: Goodness;
}

export interface Contributions {
  readonly samples: number;
  readonly average: Goodness;
  /** In the order of the members. */
  readonly members: readonly Contribution[];
  /** For k from 1 to all. */
  readonly curve: readonly CurvePoint[];
  /** Share of the samples for which two members name different classes, [K][K]; null where targets are numbers. */
  readonly disagreement: readonly (readonly number[])[] | null;
}

interface ContributionsWay {
  readonly kernels: KernelChoice;
  readonly input: InputFormat;
  readonly signal?: AbortSignal;
}

/** @returns undefined where the split has no samples, or there is one network alone */
export async function contributionsOn(
  model: Networks,
  data: Dataset,
  split: Split,
  { signal, ...way }: ContributionsWay,
): Promise<Contributions | undefined> {
  const samples = countSamples(data, split);
  const K = countNetworks(model);
  if (samples === 0 || K < 2) return undefined;
  const { term } = costRow(model.network.cost)?.kernel ?? costNamed(model.network.cost);
  const { labels, targets } = data[split];
  const O = model.network.layers[model.network.layers.length - 1];
  const tally = new ContributionTally(K, O, term, isRegression(data));
  for await (const { first, end, each } of eachOutputs({ ...model, data, ...way }, split)) {
    checkSignal(signal, 'all samples were evaluated');
    tally.add(each, targets ? { targets: targets.subarray(first * O, end * O) } : { labels: labels.subarray(first, end) });
  }
  return tally.contributions;
}

/** y of some samples: classes, or numbers, [S][O]. */
type Answers = { readonly labels: ArrayLike<number>; readonly targets?: undefined } | { readonly targets: Float32Array; readonly labels?: undefined };

/** Sums over samples of one model. */
class Sums {
  cost = 0;
  right = 0;

  add(cost: number, right: boolean): void {
    this.cost += cost;
    if (right) this.right++;
  }

  goodness(samples: number, regression: boolean): Goodness {
    return { accuracy: regression ? null : this.right / samples, cost: this.cost / samples };
  }
}

/** Takes the outputs of all members as they come in. */
export class ContributionTally {
  readonly #K: number;
  readonly #O: number;
  readonly #term: (a: number, y: number) => number;
  readonly #regression: boolean;
  #samples = 0;
  readonly #average = new Sums();
  readonly #alone: readonly Sums[];
  readonly #without: readonly Sums[];
  readonly #inOrder: readonly Sums[];
  /** By the number of members less one; over all members at which they begin. */
  readonly #around: readonly Sums[];
  readonly #gained: Float64Array;
  readonly #lost: Float64Array;
  readonly #costSum: Float64Array;
  readonly #costSquares: Float64Array;
  /** [K][K], above the diagonal. */
  readonly #differ: Float64Array;
  /** Of the sample at hand: a mean, rounded to float32 as that of a forward pass is; and sums over members. */
  readonly #a: Float32Array;
  readonly #sum: Float64Array;
  readonly #some: Float64Array;
  readonly #named: Int32Array;

  /** @param K members @param O outputs of each @param term C_x of one output */
  constructor(K: number, O: number, term: (a: number, y: number) => number, regression: boolean) {
    [this.#K, this.#O, this.#term, this.#regression] = [K, O, term, regression];
    const sums = (): Sums[] => Array.from({ length: K }, () => new Sums());
    [this.#alone, this.#without, this.#inOrder, this.#around] = [sums(), sums(), sums(), sums()];
    [this.#gained, this.#lost, this.#costSum, this.#costSquares] = [0, 0, 0, 0].map(() => new Float64Array(K)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    this.#differ = new Float64Array(K * K);
    this.#a = new Float32Array(O);
    [this.#sum, this.#some] = [new Float64Array(O), new Float64Array(O)];
    this.#named = new Int32Array(K);
  }

  /** @param each outputs of each member, [S][O] */
  add(each: readonly Float32Array[], answers: Answers): void {
    const S = each[0].length / this.#O;
    for (let s = 0; s < S; s++) this.#addSample(each, s, answers);
    this.#samples += S;
  }

  #addSample(each: readonly Float32Array[], s: number, answers: Answers): void {
    const [K, O, at] = [this.#K, this.#O, s * this.#O];
    const sum = this.#sum.fill(0);
    for (const outputs of each) for (let j = 0; j < O; j++) sum[j] += outputs[at + j];
    const whole = this.#judge(sum, K, s, answers, this.#average);
    for (let m = 0; m < K; m++) {
      const own = each[m];
      for (let j = 0; j < O; j++) this.#some[j] = own[at + j];
      this.#judge(this.#some, 1, s, answers, this.#alone[m]);
      this.#named[m] = classNamed(own, at, O);
      for (let j = 0; j < O; j++) this.#some[j] = sum[j] - own[at + j];
      const others = this.#judge(this.#some, K - 1, s, answers, this.#without[m]);
      if (whole.right && !others.right) this.#gained[m]++;
      if (others.right && !whole.right) this.#lost[m]++;
      const less = others.cost - whole.cost;
      this.#costSum[m] += less;
      this.#costSquares[m] += less * less;
    }
    if (!this.#regression) this.#countDifferent();
    this.#addCurve(each, s, answers);
  }

  /** What a mean of outputs comes to on a sample. @param sum of `count` members, [O] */
  #judge(sum: Float64Array, count: number, s: number, { labels, targets }: Answers, into: Sums): { cost: number; right: boolean } {
    const [O, a] = [this.#O, this.#a];
    let cost = 0;
    for (let j = 0; j < O; j++) {
      a[j] = sum[j] / count;
      cost += this.#term(a[j], targets ? targets[s * O + j] : Number(labels[s] === j));
    }
    const right = labels !== undefined && classNamed(a) === labels[s];
    into.add(cost, right);
    return { cost, right };
  }

  #countDifferent(): void {
    const [K, named] = [this.#K, this.#named];
    for (let m = 0; m < K; m++) for (let n = m + 1; n < K; n++) if (named[m] !== named[n]) this.#differ[m * K + n]++;
  }

  /** From each member on, one more at a time; those from the first are the given order. */
  #addCurve(each: readonly Float32Array[], s: number, answers: Answers): void {
    const [K, O, at, sum] = [this.#K, this.#O, s * this.#O, this.#some];
    for (let begin = 0; begin < K; begin++) {
      sum.fill(0);
      for (let k = 0; k < K; k++) {
        const outputs = each[(begin + k) % K];
        for (let j = 0; j < O; j++) sum[j] += outputs[at + j];
        const { cost, right } = this.#judge(sum, k + 1, s, answers, this.#around[k]);
        if (begin === 0) this.#inOrder[k].add(cost, right);
      }
    }
  }

  get contributions(): Contributions {
    const [K, samples, regression] = [this.#K, this.#samples, this.#regression];
    const members = Array.from({ length: K }, (_, m) => ({
      alone: this.#alone[m].goodness(samples, regression),
      without: this.#without[m].goodness(samples, regression),
      gained: regression ? 0 : this.#gained[m],
      lost: regression ? 0 : this.#lost[m],
      costSum: this.#costSum[m],
      costSquares: this.#costSquares[m],
    }));
    const curve = members.map((_, k) => ({
      members: k + 1,
      inOrder: this.#inOrder[k].goodness(samples, regression),
      mean: this.#around[k].goodness(samples * K, regression),
    }));
    const share = (m: number, n: number): number => this.#differ[Math.min(m, n) * K + Math.max(m, n)] / samples;
    const disagreement = members.map((_, m) => members.map((_, n) => (m === n ? 0 : share(m, n))));
    return { samples, average: this.#average.goodness(samples, regression), members, curve, disagreement: regression ? null : disagreement };
  }
}
