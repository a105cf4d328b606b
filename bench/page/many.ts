// The tables of bench:many and bench:search.

import type { ManyResult } from '../many.js';
import { figure, range } from '../measure.js';
import type { SearchBenchResult } from '../search.js';
import { table } from './markdown.js';

export function manySection([{ speeds, memory }]: readonly ManyResult[]): string {
  const faster = table(
    [
      'network',
      'runs, epochs of each',
      'one at a time, s',
      'at a time',
      's',
      'times as fast',
      'the whole search',
      'separate processes',
      'share of that',
    ],
    speeds.map(({ network, runs, epochs, one, lanes, several, ratio, whole, ceiling, share }) => [
      ...[network, `${runs} of ${figure(epochs)}`, range(one), String(lanes), range(several)],
      ...[ratio, whole, ceiling, share].map((summary) => range(summary)),
    ]),
    ['network', 'runs, epochs of each'],
  );
  const held = table(
    ['runs of N2 at once', 'peak of the process, MB', 'memory that all threads share, MB', 'of it the samples'],
    memory.map(({ runs, peak, shared, samples }) => [String(runs), range(peak, 0), shared.toFixed(1), samples.toFixed(1)]),
  );
  return [speeds.length > 0 && faster, memory.length > 0 && held].filter(Boolean).join('\n\n');
}

export function searchSection([{ rungs, sides, ratio, book }]: readonly SearchBenchResult[]): string {
  const plan = rungs.map(({ runs, epochs }) => `${runs} for ${epochs}`).join(', ');
  const beside = table(
    ['', 'epochs trained', 'seconds', 'validation, %', 'test, %'],
    sides.map(({ side, epochs, seconds, validation, test }) => [
      side,
      figure(epochs),
      ...[seconds, validation, test].map((summary) => range(summary)),
    ]),
  );
  const found = table(
    ['seed', 'runs', 'seconds', 'η', 'λ', 'validation, %', 'test, %', 'the book, %'],
    book.map(({ seed, runs, seconds, eta, lambda, validation, test, book: published }) => [
      ...[String(seed), String(runs), seconds.toFixed(1), String(eta), String(lambda)],
      ...[validation, test, published].map((percent) => percent.toFixed(2)),
    ]),
  );
  return [
    sides.length > 0 &&
      `Beside scikit-learn's HalvingRandomSearchCV, the same settings, runs for epochs: ${plan}.${ratio ? ` It takes ${range(ratio)} times as long.` : ''}\n\n${beside}`,
    book.length > 0 && `784-30-10 from the book's starting point, η up to 10 and λ up to 1000:\n\n${found}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}
