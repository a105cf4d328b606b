// The README's benchmark tables from the records: the race, one line per network beside other software, and what more cores bring. All else
// stands in bench/results/README.md. Pure functions of the records.

import { figure, range } from '../measure.js';
import { BASELINES } from '../peers/catalogue.js';
import type { NetworkResult, Ratio } from '../peers/orchestrate.js';
import type { BenchRecord } from '../record.js';
import type { ScalingResult } from '../scaling.js';
import { table } from './markdown.js';
import { raceSummary } from './race.js';
import type { Records, Sized } from './records.js';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** The README with its benchmark part replaced. */
export function withBenchmarks(readme: string, [{ records }, ...others]: readonly [Sized, ...Sized[]]): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md: expected ${BEGIN} and, after it, ${END}.`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${[...benchmarks(records), ...others.flatMap(manyCores)].join('\n\n')}\n\n${readme.slice(end)}`;
}

function benchmarks({ race, peers }: Records): string[] {
  const samplesPerSecond = peers ? [`Samples per second, medians (${source(peers)}):\n\n${peersTable(peers.results)}\n\n${RATIOS}`] : [];
  return [...(race ? [raceSummary(race.results, source(race))] : []), ...samplesPerSecond];
}

/** What more cores bring: beside the fastest setting with one worker, the fastest of all. */
function manyCores({ cores, records: { scaling } }: Sized): string[] {
  if (!scaling) return [];
  const rows = scaling.results.map(({ network, sides }) => {
    const fastest = (of: ScalingResult['sides']): ScalingResult['sides'][number] => of.reduce((a, b) => (b.speed.median > a.speed.median ? b : a));
    const [one, best] = [fastest(sides.filter(({ workers }) => workers === 1)), fastest(sides)];
    const setting = `${best.workers} × ${best.gradient}, ${best.kernels}`;
    return [network, figure(one.speed.median), figure(best.speed.median), setting, (best.speed.median / one.speed.median).toFixed(1)];
  });
  const headings = ['network', 'fastest with 1 worker, samples/s', 'fastest of all', 'workers, gradient, kernels', 'times'];
  return [`${cores} cores (${source(scaling)}):\n\n${table(headings, rows)}`];
}

function source({ date, machine }: BenchRecord): string {
  return `${date}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`;
}

const HEADINGS = [
  'network, mini-batch',
  'nabla, 1 worker',
  '2 workers',
  '`blas`, 2 workers',
  'NumPy',
  'PyTorch',
  'TensorFlow.js',
  'ratio, WebAssembly',
  'ratio, best kernels',
];
const RATIOS =
  'NumPy, PyTorch and TensorFlow.js as fast as we could write them: the better of one and two threads, or of both backends. Ratio: the best of nabla to the fastest of NumPy and PyTorch in the same round; median (minimum to maximum).';

function peersTable(results: readonly NetworkResult[]): string {
  return table(HEADINGS, results.map(networkRow));
}

function networkRow({ network, peers, ratios }: NetworkResult): string[] {
  const best = (...ids: string[]): string => {
    const medians = peers.flatMap(({ id, summary }) => (summary && ids.includes(id) ? [summary.median] : []));
    return medians.length === 0 ? '–' : figure(Math.max(...medians));
  };
  const ratio = (...ids: string[]): string => {
    const candidates = ratios.filter(({ of, against }) => ids.includes(of) && against.every((id) => BASELINES[0].includes(id)));
    return candidates.length === 0 ? '–' : range(candidates.reduce(higher));
  };
  const webAssembly = ['nabla-1', 'nabla-2'];
  return [
    `${network.id}: ${network.layers.join('-')}, ${network.batch}`,
    ...[['nabla-1'], ['nabla-2'], ['nabla-blas-2'], ['numpy-1', 'numpy-2'], ['torch-1', 'torch-2'], ['tfjs-wasm', 'tfjs-cpu']].map((ids) =>
      best(...ids),
    ),
    ratio(...webAssembly),
    ratio(...webAssembly, 'nabla-blas-1', 'nabla-blas-2'),
  ];
}

function higher(a: Ratio, b: Ratio): Ratio {
  return b.median > a.median ? b : a;
}
