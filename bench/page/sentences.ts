// The figures of three benchmarks in a sentence each, for their sections in bench/results/README.md. Pure functions of the records.

import { figure, type Summary } from '../measure.js';
import type { NetworkResult } from '../peers/orchestrate.js';
import type { ScalingResult } from '../scaling.js';
import type { StepResult } from '../step/results.js';

/** "N1 NumPy 85,000 (nabla 7.9 times), TensorFlow.js 2,900 (nabla 230 times)" */
export function usualLine(results: readonly NetworkResult[]): string {
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

/** "N1 2.2 times (dense input 4.1)" */
export function stepLine(results: readonly StepResult[]): string {
  const lines = results
    .map(({ network, ways }) => {
      const ratio = (format: string): string | undefined => ways.find(({ input }) => input === format)?.ratio.median.toFixed(1);
      return `${network} ${ratio('sparse')} times (dense input ${ratio('dense')})`;
    })
    .join(', ');
  return `The mini-batch as one matrix instead of sample by sample, on one core: ${lines}.`;
}

/** nabla's own default, and `blas` where it was measured. */
export function scalingLine(results: readonly ScalingResult[]): string {
  const times = ({ median }: Summary): string => median.toFixed(2);
  const lines = results
    .map(({ network, sides }) => {
      const two = sides.filter(({ workers, gradient }) => workers === 2 && gradient === 'owned');
      const [auto, blas] = [two.find(({ kernels }) => kernels !== 'blas'), two.find(({ kernels }) => kernels === 'blas')];
      return `${network} ${auto ? times(auto.speedUp) : '–'} times${blas ? ` (\`blas\` ${times(blas.speedUp)})` : ''}`;
    })
    .join(', ');
  return `Two workers instead of one: ${lines}.`;
}
