// What the measurements of the page come to, and what was asked of it: one list, for the terminal and for the page of results.

import type { Summary } from '../measure.js';

/** Those that a page may use: all where it is isolated, else one. */
export type Cores = 'all' | 'one';

export interface SpeedResult {
  readonly network: string;
  readonly workers: number;
  readonly kernels: string;
  /** Samples per second. */
  readonly page: Summary;
  readonly node: Summary;
  /** Of the page's to Node's, round by round. */
  readonly ratio: Summary;
  /** Whether all rounds of both came to the same weights. */
  readonly isSame: boolean;
}

export interface CurveResult {
  readonly cores: Cores;
  /** Milliseconds from the address to a button that can be clicked, and from the click to a curve that is seen. */
  readonly opened: Summary;
  readonly curve: Summary;
}

export interface FramesResult {
  readonly network: string;
  /** The part of the page that was in the window. */
  readonly part: string;
  readonly seconds: number;
  readonly frames: number;
  /** Milliseconds between two frames, at most; and how many were further apart than was asked. */
  readonly longest: number;
  readonly late: number;
  /** Tasks of the page's thread of more than 50 ms, and the longest one. */
  readonly tasks: number;
  readonly longestTask: number;
  /** What the longest late frame was spent on, where the page's own scripts had a part in it. */
  readonly cause: string;
}

export interface RunsResult {
  readonly runs: number;
  /** Threads that were left after a run, at most. */
  readonly threads: number;
  /** MB that the page has by its browser's own account, after the first runs and after the last. */
  readonly memory: Grown;
  /** The same of the browser's processes for pages; absent where the system does not say. */
  readonly resident?: Grown;
}

export interface Grown {
  readonly first: number;
  readonly last: number;
}

export interface StopResult {
  readonly cores: Cores;
  readonly network: string;
  /** Milliseconds from the click to the last event that the page is told, and to the page that says so. */
  readonly lastEvent: Summary;
  readonly shown: Summary;
}

/** Of those that were asked for. */
export interface PlayResult {
  readonly speed: readonly SpeedResult[];
  readonly curve: readonly CurveResult[];
  readonly frames: readonly FramesResult[];
  readonly runs: readonly RunsResult[];
  readonly stop: readonly StopResult[];
}

/** A share of Node's speed; milliseconds; milliseconds; threads; MB; milliseconds. */
export const ASKED = { ratio: 0.85, curve: 2000, frame: 50, threads: 0, growth: 10, stop: 200 } as const;

export interface Verdict {
  readonly what: string;
  readonly asked: string;
  readonly got: string;
  readonly isMet: boolean;
}

const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
const most = (values: readonly number[]): number => Math.max(0, ...values);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What was asked beside what was measured. */
export function verdicts({ speed, curve, frames, runs, stop }: PlayResult): Verdict[] {
  return [
    ...speed.map(({ network, workers, ratio, isSame }) => ({
      what: `${network}, workers ${workers}: speed of the page over Node's`,
      asked: `at least ${ASKED.ratio}, the same weights`,
      got: `${ratio.median.toFixed(2)}, ${isSame ? 'the same' : 'other weights'}`,
      isMet: ratio.median >= ASKED.ratio && isSame,
    })),
    ...curve.map(({ cores, curve: { maximum } }) => atMost(`${coresText(cores)}: from the click to the first curve`, maximum, ASKED.curve)),
    ...byNetwork(frames).flatMap(([network, parts]) => [
      atMost(`${network}: the longest frame`, most(parts.map(({ longest }) => longest)), ASKED.frame),
      {
        what: `${network}: tasks over ${ASKED.frame} ms on the page's thread`,
        asked: 'none',
        got: String(sum(parts.map(({ tasks }) => tasks))),
        isMet: parts.every(({ tasks }) => tasks === 0),
      },
    ]),
    ...runs.flatMap(({ runs, threads, memory, resident }) => [
      { what: `${runs} runs: threads left`, asked: 'none', got: String(threads), isMet: threads <= ASKED.threads },
      growth(`${runs} runs: the page's memory`, memory),
      ...(resident ? [growth(`${runs} runs: memory of the browser's processes`, resident)] : []),
    ]),
    ...stop.map(({ cores, network, lastEvent: { maximum } }) =>
      atMost(`${coresText(cores)}, ${network}: from Stop to the last event`, maximum, ASKED.stop),
    ),
  ];
}

function atMost(what: string, value: number, limit: number): Verdict {
  return { what, asked: `at most ${milliseconds(limit)}`, got: milliseconds(value), isMet: value <= limit };
}

function growth(what: string, { first, last }: Grown): Verdict {
  const grown = last - first;
  return { what, asked: `at most ${ASKED.growth} MB more`, got: `${grown.toFixed(1)} MB`, isMet: grown <= ASKED.growth };
}

export const coresText = (cores: Cores): string => (cores === 'all' ? 'all cores' : 'one core, not isolated');

function byNetwork(frames: readonly FramesResult[]): [network: string, parts: FramesResult[]][] {
  return [...new Set(frames.map(({ network }) => network))].map((network) => [network, frames.filter((part) => part.network === network)]);
}
