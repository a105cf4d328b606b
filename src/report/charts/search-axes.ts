// The axes of the charts of a search: where a value of a parameter stands, and what came of a run. Better is always farther up, for shares
// that are right as for costs, of which less is better; and the good ones, which lie near one another, have the room: where the runs are
// far apart, the axis is logarithmic in the cost, or in the share that is wrong, unless that is 0 of one.

import { scaleLinear, scaleLog } from 'd3-scale';
import type { SearchRun } from '../../experiments/search/events.js';
import type { RangeOf } from '../../experiments/search/space.js';
import { logLabel, logTicks, roundLog } from '../data/log-axis.js';
import { keysOf, type SearchedParameter, type SearchReport } from '../data/search-report.js';
import { judgedBy, judgedText, valuesOf, valueText } from '../data/search-words.js';
import type { PlotTick } from '../markup/plot.js';
import { costText } from '../words.js';

/** From where on the worst is so many times as bad as the best that the axis is logarithmic. */
const FAR_APART = 4;
/** Pixels below the values for runs that came to none. */
const FAILED_ROOM = 30;
/** Pixels above the lower end, of the middle of those. */
const FAILED_AT = 8;
const TICKS = 5;

/** Where what came of a run stands, in pixels from the top. */
export interface OutcomeAxis {
  y(run: SearchRun): number;
  readonly ticks: readonly PlotTick[];
  /** 'validation accuracy, %', and how the axis goes. */
  readonly title: string;
}

/** What a figure lacks to be perfect, which is the less the better; and the figure for it, as a tick says it. */
interface Loss {
  of(value: number): number;
  text(loss: number): string;
  readonly most: number;
}

export function outcomeAxis({ runs, facts: { by } }: SearchReport, height: number): OutcomeAxis {
  const loss = LOSSES[by === 'validation accuracy' ? 'share' : 'cost'];
  const losses = runs.flatMap((run) => judgedBy(run, by) ?? []).map(loss.of);
  const hasFailed = losses.length < runs.length;
  const bottom = hasFailed ? height - FAILED_ROOM : height;
  const isLog = Math.min(...losses) > 0 && Math.max(...losses) > FAR_APART * Math.min(...losses);
  const { y, values } = losses.length === 0 ? NO_AXIS : isLog ? logAxis(losses, loss.most, bottom) : linearAxis(losses, loss.most, bottom);
  const ticks = values.map((value) => ({ at: y(value), label: loss.text(value) }));
  return {
    y: (run) => {
      const value = judgedBy(run, by);
      return value === undefined ? height - FAILED_AT : y(loss.of(value));
    },
    ticks: hasFailed ? [...ticks, { at: height - FAILED_AT, label: 'failed' }] : ticks,
    title: by === 'validation accuracy' ? `${by}, %` : `${by}, less is better`,
  };
}

const LOSSES: Readonly<Record<'share' | 'cost', Loss>> = {
  share: { of: (share) => 1 - share, text: (wrong) => String(Number((100 * (1 - wrong)).toPrecision(6))), most: 1 },
  cost: { of: (cost) => cost, text: costText, most: Number.POSITIVE_INFINITY },
};

interface LossAxis {
  readonly y: (loss: number) => number;
  readonly values: readonly number[];
}

const NO_AXIS: LossAxis = { y: () => 0, values: [] };

function logAxis(losses: readonly number[], most: number, bottom: number): LossAxis {
  const domain = [roundLog(Math.min(...losses), Math.floor), Math.min(most, roundLog(Math.max(...losses), Math.ceil))] as const;
  return { y: scaleLog(domain, [0, bottom]), values: logTicks(domain) };
}

function linearAxis(losses: readonly number[], most: number, bottom: number): LossAxis {
  const [least, largest] = [Math.min(...losses), Math.max(...losses)];
  const room = (largest - least || Math.abs(largest) || 1) / 10;
  const y = scaleLinear([least < 0 ? least - room : Math.max(0, least - room), Math.min(most, largest + room)], [0, bottom]);
  return { y, values: y.ticks(TICKS) };
}

/** Where a value of a parameter stands: a share of its axis. */
export interface ParameterAxis {
  /** Undefined for what is not among the values that were looked among. */
  at(value: unknown): number | undefined;
  /** Ticks that stand clear of one another. @param length pixels of the axis @param size of a label along it */
  ticks(length: number, size: (label: string) => number): readonly PlotTick[];
  /** Whether values are choices, whose points are all there is on the axis. */
  readonly points: readonly number[];
}

export function parameterAxis({ values, whole }: SearchedParameter): ParameterAxis {
  return isRange(values) ? rangeAxis(values, whole) : choiceAxis(values);
}

const isRange = (values: SearchedParameter['values']): values is RangeOf => !Array.isArray(values);

function rangeAxis({ from, to, log = false }: RangeOf, whole: boolean): ParameterAxis {
  const linear = scaleLinear([from, to], [0, 1]);
  const scale = log ? scaleLog([from, to], [0, 1]) : linear;
  const place = (value: number): PlotTick => ({ at: scale(value), label: log ? logLabel(value) : plainLabel(value) });
  const powers = (values: readonly number[]): number[] => values.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9);
  return {
    at: (value) => (typeof value === 'number' && Number.isFinite(scale(value)) ? scale(value) : undefined),
    ticks: (length, size) => {
      if (!log)
        return clear(
          linear
            .ticks(TICKS)
            .filter((value) => !whole || Number.isInteger(value))
            .map(place),
          length,
          size,
        );
      const all = logTicks([from, to]).filter((value) => !whole || Number.isInteger(value));
      const few = powers(all).length > 1 ? powers(all) : all;
      return all.length === clear(all.map(place), length, size).length ? all.map(place) : clear(few.map(place), length, size);
    },
    points: [],
  };
}

const plainLabel = (value: number): string => String(Number(value.toPrecision(6)));

/** Characters of a choice. */
const MOST_LETTERS = 12;

function choiceAxis(values: readonly unknown[]): ParameterAxis {
  const keys = values.map((value) => JSON.stringify(value));
  const places = values.map((_, k) => (k + 0.5) / values.length);
  return {
    at: (value) => places[keys.indexOf(JSON.stringify(value))],
    ticks: (length, size) => {
      const label = (k: number): string => valueText(values[k], MOST_LETTERS);
      return clear(
        places.map((at, k) => ({ at, label: label(k) })),
        length,
        size,
      );
    },
    points: places,
  };
}

/** Pixels between labels. */
const GAP = 6;

/** From the first on, those that do not run into the one before. */
function clear(ticks: readonly PlotTick[], length: number, size: (label: string) => number): PlotTick[] {
  const kept: PlotTick[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (!before || (tick.at - before.at) * length >= (size(tick.label) + size(before.label)) / 2 + GAP) kept.push(tick);
  }
  return kept;
}

/** Runs that are drawn: of more than so many the best, and the first that failed. */
const MOST_DRAWN = 400;
const MOST_FAILED = 100;

/** The runs that charts show, in their order, those that failed behind. */
export function drawnRuns({ runs, facts: { by } }: SearchReport): { readonly judged: readonly SearchRun[]; readonly failed: readonly SearchRun[] } {
  const judged = runs.filter((run) => judgedBy(run, by) !== undefined);
  return { judged: judged.slice(0, MOST_DRAWN), failed: runs.filter((run) => !judged.includes(run)).slice(0, MOST_FAILED) };
}

/** What points and lines say when they are pointed at: what came of the run, and what it was trained with. */
export function drawnText({ facts, parameters }: Pick<SearchReport, 'facts' | 'parameters'>, run: SearchRun): string {
  const values = Object.entries(valuesOf(run.options, keysOf(parameters)));
  return `run ${run.number}, ${judgedText(run, facts.by)}: ${values.map(([name, value]) => `${name} ${value}`).join(', ')}`;
}
