// Which of many runs are meant, and in which order: filters over their fields (fields.ts), and sorting.

import { checkOneOf } from '../check.js';
import { wrongValue } from '../errors.js';
import { type FieldValue, fieldOf, numberIn } from './fields.js';
import { byOutcome } from './grade.js';
import { RUN_STATES, type RunSummary } from './list.js';

export interface Selection {
  /** Conditions on fields, all of which must hold: 'eta=0.5', 'test>97', 'activation!=relu'. */
  where?: readonly string[];
  /** States of which a run must have one. */
  state?: readonly string[];
  /** Began then or later, or before then: a date, '2026-11-23' or with a time, or so long ago, '7d', '12h', '30m', '2w'. */
  since?: string;
  before?: string;
}

type Test = (run: RunSummary) => boolean;

/** Whether a selection leaves any run out. */
export function selects({ where = [], state, since, before }: Selection): boolean {
  return where.length > 0 || state !== undefined || since !== undefined || before !== undefined;
}

/**
 * The runs that are meant.
 * @param now milliseconds since 1970: what '7d' ago is counted from
 * @throws {RangeError} for a condition, a state or a time that is none
 */
export function selected(runs: readonly RunSummary[], selection: Selection, now: number): RunSummary[] {
  const { where = [], state, since, before } = selection;
  const began = ({ created }: RunSummary): number => Date.parse(created);
  const tests: Test[] = where.map(condition);
  for (const name of state ?? []) checkOneOf('state', name, RUN_STATES, STATE_WORDS);
  if (state !== undefined) tests.push((run) => state.includes(run.state));
  if (since !== undefined) {
    const from = moment('since', since, now);
    tests.push((run) => began(run) >= from);
  }
  if (before !== undefined) {
    const to = moment('before', before, now);
    tests.push((run) => began(run) < to);
  }
  return runs.filter((run) => tests.every((test) => test(run)));
}

const STATE_WORDS = {
  done: { also: ['finished', 'complete', 'completed', 'success', 'ended'] },
  running: { also: ['active', 'under-way', 'live'] },
  interrupted: { also: ['stopped', 'paused', 'cancelled', 'aborted'] },
  killed: { also: ['crashed', 'dead', 'lost'] },
  diverged: { also: ['nan', 'infinite'] },
  failed: { also: ['error', 'failure', 'broken'] },
};

const COMPARISONS: Readonly<Record<string, (a: number | string, b: number | string) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A field that a run has not is equal to nothing, and neither less nor more. */
function condition(text: string): Test {
  const [, name, how, wanted] = /^([\w-]+)\s*(!=|<=|>=|=|<|>)\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw wrongValue('where', 'a condition such as eta=0.5, test>97 or activation!=relu', text);
  const { value } = fieldOf('where', name);
  const number = numberIn(wanted);
  if (!how.includes('=') && number === undefined) throw wrongValue('where', `a number after ${name}${how}`, wanted);
  return (run) => {
    const own = value(run);
    if (own === undefined) return how === '!=';
    const like = typeof own === 'number' && number !== undefined ? number : wanted;
    return COMPARISONS[how](typeof like === 'number' ? own : String(own), like);
  };
}

const UNITS: Readonly<Record<string, number>> = { m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

/** @returns milliseconds since 1970 */
function moment(what: string, text: string, now: number): number {
  const [, n, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? [];
  if (unit !== undefined) return now - Number(n) * UNITS[unit];
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) throw wrongValue(what, "a date such as 2026-11-23, or so long ago as '7d', '12h', '30m' or '2w'", text);
  return date;
}

/** Sorted by a field, what lacks it last; or by the outcome, the best first. Of equal ones the better comes first. */
export function sorted(runs: readonly RunSummary[], by = 'outcome'): RunSummary[] {
  const best = byOutcome(runs);
  if (by === 'outcome') return best;
  const field = fieldOf('sort', by);
  const of = (run: RunSummary): FieldValue => (field.order ?? field.value)(run);
  return best.sort((a, b) => compared(of(a), of(b)));
}

function compared(a: FieldValue, b: FieldValue): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
}
