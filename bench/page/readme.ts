// The README's benchmark table from the records: one line per network, then what the mini-batch as a matrix and a second
// worker bring. Pure functions of the records.

import { figure, range, type Summary } from '../measure.js';
import { BASELINES } from '../peers/catalogue.js';
import type { NetworkResult, Ratio } from '../peers/orchestrate.js';
import type { BenchRecord } from '../record.js';
import type { ScalingResult } from '../scaling.js';
import type { StepResult } from '../step/results.js';
import { table } from './markdown.js';
import type { Records, Sized } from './records.js';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** The README with its benchmark part replaced. */
export function withBenchmarks(readme: string, [{ records }, ...others]: readonly [Sized, ...Sized[]]): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md: expected ${BEGIN} and, after it, ${END}.`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${[benchmarks(records), ...others.flatMap(manyCores)].join('\n\n')}\n\n${readme.slice(end)}`;
}

function benchmarks({ peers, step, scaling }: Records): string {
  // Said once where all come from one machine and day.
  const from = (record: BenchRecord): string => (peers && source(peers) === source(record) ? '' : ` (${source(record)})`);
  const parts = [
    peers && `Samples per second, medians (${source(peers)}):\n\n${peersTable(peers.results)}\n\n${RATIOS}`,
    peers && usualLine(peers.results),
    step && `The mini-batch as one matrix instead of sample by sample, on one core: ${stepLine(step.results)}${from(step)}.`,
    scaling && `Two workers instead of one: ${scalingLine(scaling.results)}${from(scaling)}.`,
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
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

/** "N1 NumPy 85,000 (nabla 7.9 times), TensorFlow.js 2,900 (nabla 230 times)" */
function usualLine(results: readonly NetworkResult[]): string {
  const usual = [
    ['plain-1', 'NumPy'],
    ['tfjs-fit', 'TensorFlow.js'],
  ] as const;
  const lines = results.map(({ network, peers, ratios }) => {
    const sides = usual.flatMap(([id, name]) => {
      const speed = peers.find((peer) => peer.id === id)?.summary?.median;
      const best = Math.max(...ratios.filter(({ against }) => String(against) === id).map(({ median }) => median));
      return speed === undefined ? [] : [`${name} ${figure(speed)} (nabla ${best < 10 ? best.toFixed(1) : Math.round(best)} times)`];
    });
    return sides.length === 0 ? [] : [`${network.id} ${sides.join(', ')}`];
  });
  return `As usually written, one NumPy expression a formula and \`model.fit\` of TensorFlow.js: ${lines.flat().join('; ')}.`;
}

function higher(a: Ratio, b: Ratio): Ratio {
  return b.median > a.median ? b : a;
}

/** "N1 2.2 times (dense input 4.1)" */
function stepLine(results: readonly StepResult[]): string {
  return results
    .map(({ network, ways }) => {
      const ratio = (format: string): string | undefined => ways.find(({ input }) => input === format)?.ratio.median.toFixed(1);
      return `${network} ${ratio('sparse')} times (dense input ${ratio('dense')})`;
    })
    .join(', ');
}

/** nabla's own default, and `blas` where it was measured. */
function scalingLine(results: readonly ScalingResult[]): string {
  const times = ({ median }: Summary): string => median.toFixed(2);
  return results
    .map(({ network, sides }) => {
      const two = sides.filter(({ workers, gradient }) => workers === 2 && gradient === 'owned');
      const [auto, blas] = [two.find(({ kernels }) => kernels !== 'blas'), two.find(({ kernels }) => kernels === 'blas')];
      return `${network} ${auto ? times(auto.speedUp) : '–'} times${blas ? ` (\`blas\` ${times(blas.speedUp)})` : ''}`;
    })
    .join(', ');
}
