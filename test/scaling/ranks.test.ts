// What several hosts cost and bring, as formulas: the bytes and the figures that were published for 16-core hosts with 10 Gbit/s, the mini-batch
// from which a second host pays against a search for it, and which layers are worth slicing. Nothing here is measured.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { linkOf, nextTurn } from '#src/mpi/measure.js';
import { hostsInWords } from '#src/report/words.js';
import { assumedLink, type HostMeasured, linkFor, planHosts, wholeOf } from '#src/scaling/hosts.js';
import { exchangeSeconds, payingBatch, sentBytes, stepSeconds, trafficOf, type Way, WORTH_A_HOST, worthSlicing } from '#src/scaling/ranks.js';

/** 40 µs a collective, and 1 GB/s: 80 % of 10 Gbit/s. */
const LINK = assumedLink(10);
const WAYS = ['replicated', 'sliced', 'tree'] as const satisfies readonly Way[];

/**
 * The networks of the benchmarks: samples/s of a host with 16 cores (bench/results/README.md), the share of the gradient in a step, 35 to 50 %, and
 * what two hosts with 10 Gbit/s were then found to be over one, with the mini-batch from which they pay.
 */
const NETWORKS = [
  { id: 'N1', layers: [784, 30, 10], batch: 10, rate: 311_488, whole: 0.5, times: 0.49, from: 108 },
  { id: 'N2b', layers: [784, 100, 10], batch: 100, rate: 444_530, whole: 0.5, times: 0.9, from: 440 },
  { id: 'N3', layers: [784, 512, 512, 10], batch: 128, rate: 86_370, whole: 0.41, times: 0.92, from: 584 },
  { id: 'N4', layers: [784, 2500, 2000, 1500, 1000, 500, 10], batch: 256, rate: 4176, whole: 0.35, times: 1.25, from: 2 },
];

/** By network: replicated, sliced, tree. */
const SENT: Readonly<Record<string, readonly [number, number, number]>> = {
  N1: [1.4e3, 49e3, 95e3],
  N2b: [42e3, 201e3, 318e3],
  N3: [0.53e6, 1.9e6, 2.7e6],
  N4: [7.7e6, 31.6e6, 47.9e6],
};

describe.each(NETWORKS)('$id', ({ id, layers, batch, rate, whole, times, from }) => {
  // The published figures are those of steps in which nothing is computed while something travels.
  const traffic = (way: Way) => ({ ...trafficOf({ layers, sparse: false }, way), hidden: 0 });
  const step = (way: Way) => ({ sample: 1 / rate, whole: way === 'replicated' ? whole : 0 });
  const two = { ranks: 2, link: LINK };

  it('sends what was published, per rank and step', () => {
    for (const [k, way] of WAYS.entries()) {
      const published = SENT[id][k];
      const digits = String(published).replace(/0+$/, '').length;
      expect(Number(sentBytes(traffic(way), batch, 2).toPrecision(digits)), way).toBe(published);
    }
  });

  it('two hosts are so many times as fast as one', () => {
    const seconds = WAYS.map((way) => stepSeconds(step(way), traffic(way), batch, two));
    expect(batch / rate / Math.min(...seconds)).toBeCloseTo(times, 2);
  });

  it('they pay from the mini-batch that was published, to 2 %', () => {
    const found = WAYS.map((way) => payingBatch(step(way), traffic(way), two, 1e6) ?? Number.POSITIVE_INFINITY);
    expect(Math.min(...found) / from).toBeGreaterThan(0.98);
    expect(Math.min(...found) / from).toBeLessThan(1.02);
  });
});

test('the mini-batch from which hosts pay is the smallest that does', () => {
  const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom(...WAYS),
      fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 2, maxLength: 5 }),
      fc.boolean(),
      positive(1e-7, 1e-3),
      positive(0, 1),
      fc.integer({ min: 2, max: 64 }),
      positive(1e-6, 1e-3),
      positive(1e7, 1e11),
      (way, layers, sparse, sample, whole, ranks, latency, bandwidth) => {
        const traffic = trafficOf({ layers, sparse }, way);
        const all = { ranks, link: { latency, bandwidth } };
        const pays = (batch: number): boolean => sample * batch > WORTH_A_HOST * stepSeconds({ sample, whole }, traffic, batch, all) * (1 - 1e-9);
        const from = payingBatch({ sample, whole }, traffic, all, 1e9);
        if (from === undefined) return !pays(1e9 * (1 - 1e-6));
        return from >= ranks && pays(from) && (from === ranks || !pays((from - 1) * (1 - 1e-6)));
      },
    ),
    { numRuns: 500 },
  );
});

test('one rank sends nothing; a sparse first layer keeps its weights, and takes a collective more', () => {
  for (const way of WAYS) {
    expect(exchangeSeconds(trafficOf({ layers: [784, 30, 10], sparse: true }, way), 10, { ranks: 1, link: LINK })).toBe(0);
  }
  const rows = 4 * (30 + 30 + 10);
  expect(trafficOf({ layers: [784, 30, 10], sparse: true }, 'sliced')).toMatchObject({ bytes: 4 * 300, bytesOfSample: rows, collectives: 3 });
  expect(trafficOf({ layers: [784, 30, 10], sparse: true }, [true, false])).toMatchObject({ bytes: 0, bytesOfSample: rows, collectives: 2 });
  expect(trafficOf({ layers: [784, 30, 10], sparse: false }, [true, false])).toMatchObject({
    bytes: 4 * 23_520,
    bytesOfSample: rows,
    collectives: 2,
  });
});

test('half of the shorter of computing and travelling is hidden behind the other; nothing of a tree is', () => {
  const layers = [784, 512, 512, 10];
  // 3.3 ms of computing and 4.5 of travelling took 5.8.
  const step = { sample: 3.3e-3 / 128, whole: 1 };
  const link = { latency: 0, bandwidth: 117e6 };
  const replicated = trafficOf({ layers, sparse: true }, 'replicated');
  expect(1e3 * exchangeSeconds(replicated, 128, { ranks: 2, link })).toBeCloseTo(4.5, 1);
  expect(1e3 * stepSeconds(step, replicated, 128, { ranks: 2, link })).toBeCloseTo(4.5 + 3.3 / 2, 1);
  const tree = trafficOf({ layers, sparse: false }, 'tree');
  expect(stepSeconds(step, tree, 128, { ranks: 2, link })).toBe(3.3e-3 + exchangeSeconds(tree, 128, { ranks: 2, link }));
});

test('every rank gathers all inputs, and computes the gradient of what is not sliced', () => {
  const time = { gather: 10, forward: 30, backward: 20, update: 40, wait: 7 };
  expect(wholeOf(time, [0.75, 0.25], [false, false])).toBeCloseTo(0.5);
  expect(wholeOf(time, [0.75, 0.25], [true, false])).toBeCloseTo(0.2);
  expect(wholeOf(time, [0.75, 0.25], [true, true])).toBeCloseTo(0.1);
});

describe('which layers are worth slicing', () => {
  const N3 = { layers: [784, 512, 512, 10], kernels: 'relaxed', workers: 1, ranks: 2 } as const;

  it.each([
    // The gradient of 128 samples takes 2 · 128 / 63 ns a weight, the weight 4 bytes' time: at 1 GB/s it is as good as even.
    ['a slow line', 128, 1e8, [false, false, false]],
    ['a fast line', 128, 1e10, [true, true, false]],
    ['a small mini-batch', 8, 1e9, [false, false, false]],
    ['a large one', 1024, 1e9, [true, true, true]],
  ])('%s', (_, batch, bandwidth, sliced) => {
    expect(worthSlicing({ ...N3, batch, link: { latency: 4e-5, bandwidth } })).toEqual(sliced);
  });

  it('a sparse first layer sends nothing for it, so that even a slow line does', () => {
    expect(worthSlicing({ ...N3, density: 0.19, batch: 128, link: { latency: 4e-5, bandwidth: 1e7 } })).toEqual([true, false, false]);
    expect(worthSlicing({ ...N3, density: 0.19, batch: 1, link: { latency: 4e-5, bandwidth: 1e7 } })).toEqual([false, false, false]);
  });

  it('more workers a rank compute a gradient faster than its weights travel', () => {
    const request = { ...N3, batch: 256, link: { latency: 4e-5, bandwidth: 1e9 } };
    expect(worthSlicing(request)).toEqual([true, true, false]);
    expect(worthSlicing({ ...request, workers: 16 })).toEqual([false, false, false]);
  });
});

describe('a plan for hosts', () => {
  const measured = (batch: number, layers: readonly number[], sample: number): HostMeasured => ({
    batch,
    samples: 50_000,
    sample,
    ways: (['replicated', 'sliced'] as const).map((way) => ({
      way,
      gradient: 'owned',
      workers: 16,
      step: { sample, whole: way === 'replicated' ? 0.4 : 0.02 },
      traffic: trafficOf({ layers, sparse: false }, way),
    })),
  });

  it('says of each number of hosts what each way does, and what the best comes to', () => {
    const plan = planHosts(measured(64, [784, 512, 512, 10], 1 / 86_370), { counts: [4, 2, 2], gigabits: 8 });
    expect(plan.predictions.map(({ hosts, way }) => `${hosts} ${way}`)).toEqual(['2 replicated', '2 sliced', '4 replicated', '4 sliced']);
    for (const { samplesPerSecond, times, step, exchange } of plan.predictions) {
      expect(samplesPerSecond).toBeCloseTo((1e6 * 64) / step, 6);
      expect(times).toBeCloseTo(samplesPerSecond / 86_370, 9);
      expect(exchange).toBeLessThan(step);
    }
    expect(plan.verdicts[0]).toMatchObject({ hosts: 2, pays: false });
    const [{ from }] = plan.verdicts;
    expect(hostsInWords(plan)).toContain(`from one of about ${from?.batch.toLocaleString('en')} on it would be 1.10 times (sliced)`);
    // With that mini-batch they pay, and the plan says so.
    const larger = planHosts(measured(from?.batch ?? 0, [784, 512, 512, 10], 1 / 86_370), { counts: [2], gigabits: 8 });
    expect(larger.verdicts[0]).toMatchObject({ pays: true });
    expect(hostsInWords(larger)).toMatch(/^2 hosts pay: with a mini-batch of [\d,]+ they are 1\.10 times as fast as one \(sliced\)\.$/);
  });

  it('says where no mini-batch pays', () => {
    const plan = planHosts(measured(100, [784, 100, 10], 1e-7), { counts: [2], gigabits: 1 });
    expect(plan.verdicts[0].from).toBeUndefined();
    expect(hostsInWords(plan)).toContain('no mini-batch that the samples allow');
  });

  it('one host is compared with itself', () => {
    const plan = planHosts(measured(100, [784, 100, 10], 1e-6), { counts: [1] });
    expect(plan.verdicts).toEqual([]);
    expect(plan.predictions.map(({ times }) => times)).toEqual([1, 1]);
  });
});

describe('a measured link', () => {
  it('is α of the smallest exchange, and β by size', () => {
    const link = linkOf([
      { bytes: 64, seconds: 2e-5 },
      { bytes: 65_536, seconds: 5e-5 },
      { bytes: 2 ** 20, seconds: 1.02e-3 },
    ]);
    expect(link.latency).toBe(2e-5);
    expect(linkFor(link, 1000).bandwidth).toBeCloseTo(65_536 / 3e-5, 0);
    expect(linkFor(link, 2 ** 22).bandwidth).toBeCloseTo(2 ** 20 / 1e-3, 0);
    // No exchange is taken to be faster than twice what it was.
    expect(linkOf([link.rates[0], link.rates[0]].map(({ bytes }) => ({ bytes, seconds: 1 }))).rates[0].bandwidth).toBe(2 * 65_536);
  });

  it('is measured with larger exchanges as far as the time goes', () => {
    const small = { bytes: 64, repeats: 40, seconds: 2e-5 };
    expect(nextTurn([small], 0)).toMatchObject({ bytes: 65_536 });
    const first = { bytes: 65_536, repeats: 10, seconds: 1e-3 };
    expect(nextTurn([small, first], 1)).toMatchObject({ bytes: 2 ** 20, repeats: 10 });
    expect(nextTurn([small, first], 0.06)).toMatchObject({ bytes: 2 ** 20, repeats: 2 });
    expect(nextTurn([small, first], 0.04)).toBeUndefined();
    expect(nextTurn([small, first, first, first], 100)).toBeUndefined();
  });
});
