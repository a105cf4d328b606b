// Two settings compared over seeds: whether one is better by more than luck. In pairs where both have the same seeds, and so the same
// weights to begin with and the same order of samples as far as their networks allow; else each side by itself.

import { checkOneOf, checkOptions, checkPath } from '../../check.js';
import { NablaError } from '../../errors.js';
import { plural } from '../../text.js';
import { type Difference, differencesOf, neededCount, pairedDifference, separateDifference, signedRanks } from '../statistics/difference.js';
import { spreadOf } from '../statistics/spread.js';
import { type ComparedFigure, type ComparedSide, type Comparison, type LeftOut, verdictOf } from './comparison.js';
import { decidingFigure, directionOf, FIGURE_NAMES, FIGURE_WORDS, type FigureName, wordsOf } from './figures.js';
import { type SeededRun, type SeededRuns, seededRuns, settingsApart } from './seeded-runs.js';

export interface CompareOptions {
  /** The figure that decides. Default: the one that runs go by, on the test samples if there are any, else on the validation's. */
  by?: FigureName;
}

/** Runs of both sides that are compared; in pairs those of the same place. */
interface Matched {
  readonly a: readonly SeededRun[];
  readonly b: readonly SeededRun[];
  readonly isPaired: boolean;
}

/**
 * Compares the runs of two folders, each of one setting with several seeds.
 * @param a, b folders that `trainSeeds` or `nabla train --seeds` has made, or with runs of different seeds in them
 * @throws {TypeError | RangeError} for a figure that there is not
 * @throws {NablaError} BAD_DATA for folders without such runs, or whose samples are not the same
 */
export function compareRuns(a: string, b: string, options: CompareOptions = {}): Comparison {
  const paths = [checkPath('a', a, 'the folder of runs'), checkPath('b', b, 'the folder of runs')];
  const { by: asked } = checkOptions(options, ['by']);
  if (asked !== undefined) checkOneOf('by', asked, FIGURE_NAMES, FIGURE_WORDS);
  const sides = paths.map(seededRuns) as [SeededRuns, SeededRuns];
  const figures = sides.flatMap(({ runs }) => runs.map((run) => run.figures));
  const by = asked ?? decidingFigure(figures);
  const has = (run: SeededRun): boolean => run.figures[by] !== undefined;
  const ended = sides.map(({ runs }) => runs.filter(has));
  const none = ended.findIndex((runs) => runs.length === 0);
  if (none >= 0) throw new NablaError('BAD_DATA', `${paths[none]}: none of its ${plural(sides[none].runs.length, 'run')} has a ${wordsOf(by)}.`);
  const matched = match(ended[0], ended[1]);
  checkSameSamples(matched);
  const compared = FIGURE_NAMES.filter((name) => name !== by).flatMap((name) => compare(name, matched) ?? []);
  const first = compare(by, matched) as Compared;
  return {
    a: sideOf(paths[0], matched.a),
    b: sideOf(paths[1], matched.b),
    ...(matched.isPaired && { pairs: matched.a.map(({ seed }) => seed) }),
    leftOut: [...leftOut('A', sides[0], matched.a, by), ...leftOut('B', sides[1], matched.b, by)],
    notes: [...notesOn(matched), ...failuresOf('A', sides[0]), ...failuresOf('B', sides[1])],
    options: optionsApart(matched),
    figures: [first, ...compared].map(({ figure }) => figure),
    verdict: verdictOf(first.figure, first.tested, neededOf(first, matched)),
  };
}

/** In pairs where both sides have at least two seeds in common. */
function match(a: readonly SeededRun[], b: readonly SeededRun[]): Matched {
  const partner = (run: SeededRun, others: readonly SeededRun[]): boolean => others.some(({ seed }) => seed === run.seed);
  const common = a.filter((run) => partner(run, b));
  const isPaired = common.length > 1 || (common.length === 1 && (a.length === 1 || b.length === 1));
  return isPaired ? { a: common, b: b.filter((run) => partner(run, common)), isPaired } : { a, b, isPaired };
}

/** Figures of other samples say nothing beside these; in pairs each seed may have samples of its own. */
function checkSameSamples({ a, b, isPaired }: Matched): void {
  const all = [...a, ...b];
  const [one, other] = isPaired
    ? (a.map((run, k) => [run, b[k]]).find(([x, y]) => x.summary.data !== y.summary.data) ?? [])
    : [all[0], all.find(({ summary }) => summary.data !== all[0].summary.data)];
  if (one === undefined || other === undefined) return;
  throw new NablaError(
    'BAD_DATA',
    `${other.summary.path}: expected the samples of ${one.summary.path}, got others: what differs may be theirs. Train both on the same data, split by the same --split-seed.`,
  );
}

interface Compared {
  readonly figure: ComparedFigure;
  readonly tested: Difference;
}

/** Over the runs that have the figure; undefined where a side has none. */
function compare(figure: FigureName, { a, b, isPaired }: Matched): Compared | undefined {
  const valueIn = (run: SeededRun): number | undefined => run.figures[figure];
  const kept = isPaired ? a.flatMap((_, k) => (valueIn(a[k]) === undefined || valueIn(b[k]) === undefined ? [] : [k])) : undefined;
  const [x, y] = [a, b].map((runs) => (kept ? kept.map((k) => runs[k]) : [...runs]).flatMap((run) => valueIn(run) ?? []));
  const [ofA, ofB] = [spreadOf(x), spreadOf(y)];
  if (!ofA || !ofB) return undefined;
  const tested = isPaired ? pairedDifference(x, y) : separateDifference(x, y);
  const { mean, interval, p, freedom } = tested;
  const differences = isPaired ? differencesOf(x, y) : [];
  const wins = (direction: number): number => differences.filter((difference) => direction * directionOf(figure) * difference > 0).length;
  const ofPairs = { better: { a: wins(-1), b: wins(1) }, signedRanks: signedRanks(differences) };
  return { figure: { figure, a: ofA, b: ofB, difference: mean, interval, p, freedom, ...(isPaired && ofPairs) }, tested };
}

/** How many seeds it takes to tell a difference like this one; undefined where that is not known. */
function neededOf({ figure: { a, b, difference }, tested: { error } }: Compared, { isPaired }: Matched): number | undefined {
  if (!(error > 0)) return undefined;
  if (isPaired) return neededCount(difference, error * Math.sqrt(a.count), (n) => n - 1);
  return neededCount(difference, Math.hypot(a.deviation ?? 0, b.deviation ?? 0), (n) => 2 * (n - 1));
}

function sideOf(path: string, runs: readonly SeededRun[]): ComparedSide {
  const [{ summary }] = runs;
  return { path, network: summary.network, epochs: summary.of, seeds: runs.map(({ seed }) => seed) };
}

function leftOut(side: 'A' | 'B', { runs, missing }: SeededRuns, used: readonly SeededRun[], by: FigureName): LeftOut[] {
  const without = runs.filter((run) => !used.includes(run));
  const ofRuns = without.map(({ seed, figures, why }) => ({
    side,
    seed,
    why: why ?? (figures[by] === undefined ? `without a ${wordsOf(by)}` : 'without a partner'),
  }));
  return [...ofRuns, ...missing.map((seed) => ({ side, seed, why: 'not begun' }))].sort((x, y) => x.seed - y.seed);
}

function notesOn({ a, b, isPaired }: Matched): string[] {
  const runs = [...a, ...b];
  const samples = new Set(runs.map(({ summary }) => summary.data)).size;
  const notes = samples > 1 ? ['Each seed has a split of its own: the luck of the split is in the spread.'] : [];
  const same = isPaired ? a.filter((run, k) => run.summary.path === b[k].summary.path) : [];
  if (same.length > 0) notes.push(`${plural(same.length, 'pair')} of ${a.length} ${same.length === 1 ? 'is' : 'are'} one and the same run.`);
  return notes;
}

/** A setting that sometimes comes to nothing is not judged by its other runs alone. */
function failuresOf(side: 'A' | 'B', { runs }: SeededRuns): string[] {
  const failed = runs.filter(({ why }) => why === 'diverged' || why === 'failed').length;
  if (failed === 0) return [];
  return [
    `${failed} of ${plural(runs.length, 'run')} of ${side} ${failed === 1 ? 'has' : 'have'} diverged or failed: what is compared are those that did not.`,
  ];
}

/** What is not the same on both sides. */
function optionsApart({ a, b }: Matched): Comparison['options'] {
  const [{ summary: x }] = a;
  const [{ summary: y }] = b;
  const textIn = ({ network, of, settings }: typeof x, key: string): string =>
    key === 'layers' ? network.join(',') : key === 'epochs' ? String(of) : (settings[key] ?? '');
  const keys = settingsApart([x, y]).filter((key) => key !== 'seed' && key !== 'split-seed');
  return keys.map((option) => ({ option, a: textIn(x, option), b: textIn(y, option) }));
}
