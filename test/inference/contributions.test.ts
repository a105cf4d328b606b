// What each member adds to an average, against a plain version in float64: every mean is made anew from the outputs, every sample looked at by
// itself.

import { describe, expect, it } from 'vitest';
import { ContributionTally, contributionsOn } from '#src/inference/contributions.js';
import { Forward } from '#src/inference/forward.js';
import { loadKernels } from '#src/kernels/load.js';
import { joined } from '#src/model/parameter-sets.js';
import { seeded } from '../support/bound-kernels.js';
import { smallData } from '../support/insight-data.js';
import { randomNetwork } from '../support/random-network.js';

const [K, S, O] = [4, 60, 3];
const random = seeded('contributions', 1);
/** [K][S][O]; the members know something of the classes, so that means of them differ. */
const labels = Uint16Array.from({ length: S }, (_, s) => s % O);
const outputs = Array.from({ length: K }, () =>
  Float32Array.from({ length: S * O }, (_, at) => random.uniform() + 0.25 * Number(at % O === labels[Math.floor(at / O)])),
);
const square = (a: number, y: number): number => (a - y) ** 2 / 2;

interface Plain {
  readonly cost: number[];
  readonly named: number[];
}

/** The mean of some members, sample by sample. */
function plain(members: readonly number[], y: (s: number, j: number) => number): Plain {
  const mean = (s: number, j: number): number => members.reduce((sum, m) => sum + outputs[m][s * O + j], 0) / members.length;
  const samples = Array.from({ length: S }, (_, s) => Array.from({ length: O }, (_, j) => mean(s, j)));
  return {
    cost: samples.map((a, s) => a.reduce((sum, v, j) => sum + square(v, y(s, j)), 0)),
    named: samples.map((a) => a.indexOf(Math.max(...a))),
  };
}

const all = Array.from({ length: K }, (_, m) => m);
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const ofClass = (s: number, j: number): number => Number(labels[s] === j);
const shareRight = ({ named }: Plain): number => average(named.map((name, s) => Number(name === labels[s])));

function tallied(regression: boolean, pieces: number) {
  const tally = new ContributionTally(K, O, square, regression);
  for (let first = 0; first < S; first += pieces) {
    const each = outputs.map((a) => a.subarray(first * O, (first + pieces) * O));
    tally.add(each, regression ? { targets: TARGETS.subarray(first * O, (first + pieces) * O) } : { labels: labels.subarray(first, first + pieces) });
  }
  return tally.contributions;
}
const TARGETS = Float32Array.from({ length: S * O }, () => random.uniform());

describe('what members add', () => {
  const found = tallied(false, S);

  it('is what a plain version finds of each and of the others', () => {
    const whole = plain(all, ofClass);
    expect(found.samples).toBe(S);
    expect(found.average.accuracy).toBe(shareRight(whole));
    expect(found.average.cost).toBeCloseTo(average(whole.cost), 6);
    for (const [m, member] of found.members.entries()) {
      const [own, others] = [
        plain([m], ofClass),
        plain(
          all.filter((k) => k !== m),
          ofClass,
        ),
      ];
      const right = ({ named }: Plain, s: number): boolean => named[s] === labels[s];
      const samples = Array.from({ length: S }, (_, s) => s);
      expect(member.alone.accuracy).toBe(shareRight(own));
      expect(member.alone.cost).toBeCloseTo(average(own.cost), 6);
      expect(member.without.accuracy).toBe(shareRight(others));
      expect(member.without.cost).toBeCloseTo(average(others.cost), 6);
      expect(member.gained).toBe(samples.filter((s) => right(whole, s) && !right(others, s)).length);
      expect(member.lost).toBe(samples.filter((s) => !right(whole, s) && right(others, s)).length);
      const less = samples.map((s) => others.cost[s] - whole.cost[s]);
      expect(member.costSum).toBeCloseTo(S * average(less), 5);
      expect(member.costSquares).toBeCloseTo(S * average(less.map((v) => v * v)), 5);
    }
    // Else the counts would say nothing.
    expect(found.members.some(({ gained }) => gained > 0) && found.members.some(({ lost }) => lost > 0)).toBe(true);
  });

  it('grows along a curve, in order and over all that follow one another', () => {
    for (const { members: k, inOrder, mean } of found.curve) {
      const around = all.map((begin) =>
        plain(
          all.slice(0, k).map((step) => (begin + step) % K),
          ofClass,
        ),
      );
      expect(inOrder.accuracy).toBe(shareRight(around[0]));
      expect(inOrder.cost).toBeCloseTo(average(around[0].cost), 6);
      expect(mean.accuracy).toBeCloseTo(average(around.map(shareRight)), 12);
      expect(mean.cost).toBeCloseTo(average(around.map(({ cost }) => average(cost))), 6);
    }
    expect(found.curve.map(({ members }) => members)).toEqual([1, 2, 3, 4]);
    expect(found.curve[K - 1].inOrder).toEqual(found.average);
    expect(found.curve[0].mean.accuracy).toBeCloseTo(average(found.members.map(({ alone }) => alone.accuracy as number)), 12);
  });

  it('counts how often two name different classes', () => {
    const named = all.map((m) => plain([m], ofClass).named);
    const share = (m: number, n: number): number => average(named[m].map((name, s) => Number(name !== named[n][s])));
    expect(found.disagreement).toEqual(all.map((m) => all.map((n) => share(m, n))));
  });

  it('is the same however samples come in', () => {
    const pieces = tallied(false, 7);
    expect(pieces.members.map(({ gained, lost }) => [gained, lost])).toEqual(found.members.map(({ gained, lost }) => [gained, lost]));
    expect(pieces.average.cost).toBeCloseTo(found.average.cost, 12);
  });

  it('of targets that are numbers is cost alone', () => {
    const numbers = tallied(true, S);
    const y = (s: number, j: number): number => TARGETS[s * O + j];
    expect(numbers.disagreement).toBeNull();
    expect(numbers.average).toEqual({ accuracy: null, cost: expect.closeTo(average(plain(all, y).cost), 6) });
    expect(numbers.members.map(({ gained, lost }) => gained + lost)).toEqual([0, 0, 0, 0]);
    expect(numbers.members[2].without.cost).toBeCloseTo(average(plain([0, 1, 3], y).cost), 6);
  });
});

describe('of networks on a data set', () => {
  const data = smallData({ count: 50 });
  const options = [{ layers: [7, 5, 4] }, { layers: [7, 3, 6, 4], activation: 'relu' }] as const;
  const members = options.map((one, k) => randomNetwork(seeded('contributions', k + 2), one));
  const networks = members.map(({ network }) => network);
  const model = { network: networks[0], networks, parameters: joined(members.map(({ parameters }) => parameters)) };

  it('the outputs are those of each, also with other hidden layers', async () => {
    const way = { input: 'dense', kernels: await loadKernels('auto') } as const;
    const found = await contributionsOn(model, data, 'test', way);
    const forward = await Forward.open({ ...model, ...way, values: { bytes: false, scale: 1 } });
    for (const [m, a] of forward.outputsOfEach(data.test.values as Float32Array).entries()) {
      const named = Array.from({ length: 50 }, (_, s) => {
        const row = Array.from(data.test.values.subarray(7 * s, 7 * s + 7));
        const plainOutputs = members[m].outputs(row);
        expect(Math.max(...plainOutputs.map((v, j) => Math.abs(v - a[4 * s + j])))).toBeLessThan(1e-6);
        return plainOutputs.indexOf(Math.max(...plainOutputs));
      });
      expect(found?.members[m].alone.accuracy).toBe(average(named.map((name, s) => Number(name === data.test.labels[s]))));
    }
  });

  it('are none without samples, or of one network', async () => {
    const way = { input: 'dense', kernels: await loadKernels('auto') } as const;
    const none = { ...data, test: { values: new Float32Array(0), labels: new Uint16Array(0) } };
    expect(await contributionsOn(model, none, 'test', way)).toBeUndefined();
    expect(await contributionsOn(members[0], data, 'test', way)).toBeUndefined();
  });
});
