// Everything that the page of a search shows, as plain data, read from its folder: what was looked for, what came of each run, how the best
// of them learned. It needs neither weights nor data, so a search can be looked at while it goes on, or after it was stopped. What cannot
// be read is left out, and said in words.

import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkPath } from '../../check.js';
import { NablaError } from '../../errors.js';
import type { SearchEnd, SearchFacts, SearchRun } from '../../experiments/search/events.js';
import { type Importance, importanceOf } from '../../experiments/search/importance.js';
import { BEST, type Entry, readSearch, runOfTrial } from '../../experiments/search/journal.js';
import { STRATEGIES } from '../../experiments/search/plan.js';
import { ranked, type Trial } from '../../experiments/search/ranking.js';
import type { Asked } from '../../experiments/search/search-options.js';
import { type Dimension, isRange, type RangeOf, Space } from '../../experiments/search/space.js';
import { configTableOf } from '../../options/config-writer.js';
import type { EpochEvent, Figure } from '../../options/events.js';
import { isRun } from '../../runs/files.js';
import { readLog } from '../../runs/log.js';
import { readInputText } from '../../system/input-file.js';
import { withoutFolders } from '../../system/path-name.js';
import { plural } from '../../text.js';

/** Runs whose curves are shown. */
const MOST_CURVES = 10;
/** Bytes of a file with options. */
const MOST_BYTES = 1_000_000;

/** A parameter that was looked for, and among what: choices as options have them, or a range. */
export interface SearchedParameter {
  /** As files and the command line write it. */
  readonly key: string;
  readonly values: readonly unknown[] | RangeOf;
  readonly whole: boolean;
}

export const keysOf = (parameters: readonly SearchedParameter[]): string[] => parameters.map(({ key }) => key);

/** How a run learned. */
interface SearchCurve {
  readonly number: number;
  readonly epochs: readonly EpochEvent[];
}

/** It holds names where the search has paths: pages are passed on. */
export interface SearchReport {
  /** Of its folder. */
  readonly name: string;
  readonly facts: SearchFacts;
  readonly parameters: readonly SearchedParameter[];
  /** The best first; those that failed last. */
  readonly runs: readonly SearchRun[];
  /** Epochs of all runs that came to an end. */
  readonly epochs: number;
  readonly importance: readonly Importance[];
  /** Of the best runs whose folders are kept, the best first. */
  readonly curves: readonly SearchCurve[];
  /** How it ended; absent where it has not. */
  readonly end?: SearchEnd;
  /** The options of the best run as a configuration file, where the search is done. */
  readonly bestOptions?: string;
  /** What was left out and why, a sentence each. */
  readonly missing: readonly string[];
}

/** A trial as the journal has it. */
interface ReportedTrial extends Trial, Entry {}

/**
 * Reads all there is of a search.
 * @throws {NablaError} BAD_DATA where there is no search in the folder, or what is there is not nabla's
 */
export function collectSearch(folder: string): SearchReport {
  const path = checkPath('search', folder, 'the folder of a search');
  const { record, entries: all, unread } = readSearch<Asked>(path);
  const { asked } = record;
  const end = checkEnd(path, record.end);
  const facts = checkFacts(path, record.facts);
  const { dimensions } = new Space(asked.space);
  const entries = all.filter(isWhole);
  const lost = unread + all.length - entries.length;
  const missing = lost === 0 ? [] : [`${plural(lost, 'line')} of the journal could not be read.`];
  const told = (text: string): string => withoutFolders(text, [path, ...(typeof asked.fixed?.data === 'string' ? [asked.fixed.data] : [])]);
  const trials = ranked(lastOfEach(entries), facts.by, ({ upTo }) => upTo);
  const runs = trials.map((trial) => runOf(trial, told));
  const first = entries.filter(({ rung }) => rung === 0).sort((a, b) => a.trial - b.trial);
  const bestOptions = attempted(missing, 'The options of the best run are not there', () => bestOf(path, end));
  return {
    name: basename(resolve(path)),
    facts,
    parameters: dimensions.map(searched),
    runs,
    epochs: epochsOf(entries),
    importance: importanceOf(
      dimensions.map(({ key }) => key),
      first,
      facts.by,
      facts.seed,
    ),
    curves: curvesOf(path, trials, missing),
    ...(end && { end }),
    ...(bestOptions !== undefined && { bestOptions: told(bestOptions) }),
    missing: missing.map(told),
  };
}

const FIGURES: readonly Figure[] = ['validation accuracy', 'validation cost', 'training cost'];

function checkFacts(path: string, { strategy, parameters, rungs, seed, by, data, samples, warnings }: Partial<SearchFacts>): SearchFacts {
  const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every((text) => typeof text === 'string');
  const numbers = (value: unknown): boolean => Array.isArray(value) && value.every((number) => typeof number === 'number');
  if (
    strategy !== undefined &&
    STRATEGIES.includes(strategy) &&
    texts(parameters) &&
    Array.isArray(rungs) &&
    numbers(rungs.flatMap((rung) => [rung?.runs, rung?.epochs])) &&
    typeof seed === 'number' &&
    by !== undefined &&
    FIGURES.includes(by) &&
    typeof data === 'string' &&
    samples?.length === 3 &&
    numbers(samples) &&
    texts(warnings)
  )
    return { strategy, parameters, rungs, seed, by, data: withoutFolders(data), samples, warnings: warnings.map((text) => withoutFolders(text)) };
  throw notOurs(path);
}

const notOurs = (path: string): NablaError => new NablaError('BAD_DATA', `${path}: the record of this search is not what nabla wrote.`);

/** JSON has no infinite numbers: null stands for them. */
function checkEnd(path: string, end: SearchEnd | undefined): SearchEnd | undefined {
  if (end === undefined) return undefined;
  const { test, seconds, jobs } = end;
  const isTest = test === undefined || (Number.isInteger(test?.samples) && [test.cost, test.accuracy].every(isNumberOrNull));
  if (typeof seconds !== 'number' || typeof jobs !== 'number' || !isTest) throw notOurs(path);
  return { ...end, ...(test && { test: { ...test, cost: test.cost ?? Number.NaN } }) };
}

const isNumberOrNull = (value: unknown): boolean => typeof value === 'number' || value === null;

/** Whether a line of the journal has all that is shown of it. */
function isWhole({ upTo, options, figures, failure }: Entry): boolean {
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  return Number.isInteger(upTo) && isObject(options) && (isObject(figures) ? Number.isInteger(figures.epochs) : isFailure(failure));
}

const isFailure = (failure: Entry['failure']): boolean => typeof failure?.code === 'string' && typeof failure.text === 'string';

/** What each trial came to in the last rung that it was in. */
function lastOfEach(entries: readonly Entry[]): ReportedTrial[] {
  const last = new Map<number, Entry>();
  for (const entry of entries) if (entry.rung >= (last.get(entry.trial)?.rung ?? 0)) last.set(entry.trial, entry);
  return [...last.values()].map((entry) => ({ ...entry, index: entry.trial }));
}

function runOf({ trial, rung, options, figures, failure }: ReportedTrial, told: (text: string) => string): SearchRun {
  const number = trial + 1;
  return { number, rung: rung + 1, options, ...figures, ...(failure && { failure: { ...failure, text: told(reasonOf(failure.text)) } }) };
}

/** Of a failure what happened, without what is to be done where a run is trained by itself. */
function reasonOf(text: string): string {
  const [, reason = text] = /^(?:run \d+: )?(.*?[.:])(?: |$)(?=[A-Z]|$)/s.exec(text) ?? [];
  return reason;
}

/** Each trial is trained on from rung to rung. */
function epochsOf(entries: readonly Entry[]): number {
  const most = new Map<number, number>();
  for (const { trial, figures } of entries) most.set(trial, Math.max(most.get(trial) ?? 0, figures?.epochs ?? 0));
  return [...most.values()].reduce((sum, epochs) => sum + epochs, 0);
}

/** Choices as the options of a run have them. */
function searched({ name, key, values, whole }: Dimension): SearchedParameter {
  if (isRange(values) || name.includes('[')) return { key, values, whole };
  return { key, values: values.map((value) => configTableOf({ [name]: value })[key]), whole };
}

function bestOf(path: string, end: SearchEnd | undefined): string | undefined {
  return end && readInputText(join(path, BEST), { what: 'the options of the best run', most: MOST_BYTES });
}

function curvesOf(path: string, trials: readonly ReportedTrial[], missing: string[]): SearchCurve[] {
  return trials.slice(0, MOST_CURVES).flatMap(({ index, figures }) => {
    const folder = runOfTrial(path, index);
    if (!figures || !existsSync(folder) || !isRun(folder)) return [];
    const epochs = attempted(missing, `No curve of run ${index + 1}`, () => readLog(folder).epochs) ?? [];
    return epochs.length === 0 ? [] : [{ number: index + 1, epochs }];
  });
}

/** What an action gives; where it cannot be read, the reason goes into `missing`. */
function attempted<T>(missing: string[], what: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    missing.push(`${what}: ${error.message}`);
    return undefined;
  }
}
