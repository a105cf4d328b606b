// What a comparison of two settings over seeds says: types, and its verdict in words. One figure decides; the others are shown beside it,
// and with more of them one is below 0.05 by luck alone sooner or later.

import { plural } from '../../text.js';
import type { Difference } from '../statistics/difference.js';
import type { Spread } from '../statistics/spread.js';
import { differenceText, directionOf, type FigureName, unitOf, wordsOf } from './figures.js';

/** Below it a difference is taken for more than luck. */
export const LEVEL = 0.05;

export interface ComparedSide {
  readonly path: string;
  readonly network: readonly number[];
  readonly epochs: number;
  readonly seeds: readonly number[];
}

/** A run that has no part in the comparison. */
export interface LeftOut {
  readonly side: 'A' | 'B';
  readonly seed: number;
  readonly why: string;
}

/** A figure of both sides; of pairs over those seeds that have it on both. */
export interface ComparedFigure {
  readonly figure: FigureName;
  readonly a: Spread;
  readonly b: Spread;
  /** B less A. */
  readonly difference: number;
  readonly interval: readonly [number, number] | null;
  /** Of Student's test, of pairs or Welch's; null where it cannot be made. */
  readonly p: number | null;
  readonly freedom: number;
  /** Of pairs: with how many seeds each is better. */
  readonly better?: { readonly a: number; readonly b: number };
  /** Of pairs: p of Wilcoxon's signed ranks, exact; null where there are too many for it. */
  readonly signedRanks?: number | null;
}

export interface Verdict {
  readonly figure: FigureName;
  /** Which mean is better, whether or not that is luck; null where they are the same. */
  readonly better: 'A' | 'B' | null;
  readonly isMoreThanLuck: boolean;
  /** By which it was decided; null where nothing can be said. */
  readonly p: number | null;
  readonly test: 'paired t' | 'Welch t' | 'signed ranks' | null;
  /** About how many seeds it takes to tell such a difference from luck, with so much spread, four times out of five. */
  readonly seedsToTell?: number;
  readonly text: string;
}

export interface Comparison {
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** Seeds that both have, whose runs were compared in pairs; absent where each side was taken by itself. */
  readonly pairs?: readonly number[];
  readonly leftOut: readonly LeftOut[];
  /** What else is to be known of the comparison. */
  readonly notes: readonly string[];
  /** Options in which the sides differ, as configuration files write them; '' for none. */
  readonly options: readonly { readonly option: string; readonly a: string; readonly b: string }[];
  /** The one that decides comes first. */
  readonly figures: readonly ComparedFigure[];
  readonly verdict: Verdict;
}

/** @param difference of the figure that decides @param needed how many seeds it takes */
export function verdictOf(compared: ComparedFigure, { error }: Difference, needed: number | undefined): Verdict {
  const { figure, difference, p: ofMeans, better: pairs, signedRanks } = compared;
  const better = difference === 0 ? null : difference * directionOf(figure) > 0 ? 'B' : 'A';
  const bySigns = ofMeans === null && pairs !== undefined && error === 0 && typeof signedRanks === 'number';
  const p = bySigns ? signedRanks : ofMeans;
  const test = p === null ? null : bySigns ? 'signed ranks' : pairs ? 'paired t' : 'Welch t';
  const isMoreThanLuck = p !== null && p < LEVEL && better !== null;
  const decided = { figure, better, isMoreThanLuck, p, test, ...(needed !== undefined && !isMoreThanLuck && { seedsToTell: needed }) } as const;
  return { ...decided, text: textOf(decided, compared) };
}

function textOf({ figure, better, isMoreThanLuck, p, test, seedsToTell }: Omit<Verdict, 'text'>, compared: ComparedFigure): string {
  if (better === null) return `A and B come to the same ${wordsOf(figure)}: no difference was seen.`;
  const size = differenceText(figure, Math.abs(compared.difference));
  const by = `${better} is better by ${size}${unitOf(figure)} of ${wordsOf(figure)}${beside(better, compared)}`;
  const ofSigns = test === 'signed ranks';
  if (p === null) return `${by}. ${whyUntold(compared)}`;
  if (isMoreThanLuck) return `${by}: that is more than luck (${pText(p)}${ofSigns ? ', by its sign alone' : ''}).${ofSigns ? '' : doubt(compared)}`;
  const seeds = seedsToTell === undefined ? '' : `about ${plural(seedsToTell, 'seed')}${compared.better ? '' : ' of each'}`;
  const more = ofSigns ? 'it takes more seeds to tell' : `with so much spread it takes ${seeds || 'more seeds than anybody trains'} to tell`;
  return `${by}, which could be luck (${pText(p)}): ${more}.`;
}

/** ' (0.18 to 0.66, with 8 of 8 seeds)', the bounds in the direction that is better. */
function beside(side: 'A' | 'B', { figure, difference, interval, better, a }: ComparedFigure): string {
  const bounds = (interval ?? []).map((bound) => Math.sign(difference) * bound).sort((one, other) => one - other);
  const between = bounds.length > 0 && bounds[0] !== bounds[1] ? [bounds.map((bound) => differenceText(figure, bound)).join(' to ')] : [];
  const pairs = better ? [`with ${side === 'A' ? better.a : better.b} of ${plural(a.count, 'seed')}`] : [];
  const all = [...between, ...pairs];
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
}

function whyUntold({ a, b }: ComparedFigure): string {
  if (a.count < 2 || b.count < 2) return 'One seed says nothing of luck: train both with several.';
  return 'Neither has any spread, so nothing can be said of luck.';
}

/** What the ranks say, where they do not agree with the means. */
function doubt({ signedRanks, a }: ComparedFigure): string {
  if (typeof signedRanks !== 'number' || signedRanks < LEVEL) return '';
  // All on one side: the least p that there is.
  const never = 2 ** (1 - a.count) >= LEVEL ? `, and of ${a.count} seeds they never could` : '';
  return ` Signed ranks, which take nothing for granted of how figures are spread, do not say so (${pText(signedRanks)})${never}.`;
}

/** 'p 0.002', 'p < 0.0001' */
function pText(p: number): string {
  return p < 1e-4 ? 'p < 0.0001' : `p ${Number(p.toPrecision(2))}`;
}
