// The search for good options: settings of a space are trained side by side, rung by rung, judged on validation samples, and the best
// network meets the test samples once, at the end. What is found hangs on the options and the seed alone, not on the cores or the clock,
// unless a time was set; and a search that was stopped, however, goes on to the same.

import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { asError, isBadInput, NablaError } from '../../errors.js';
import { layoutOf } from '../../model/layout.js';
import { configTableOf } from '../../options/config-writer.js';
import type { Figure } from '../../options/events.js';
import { figureOf } from '../../options/figure.js';
import type { Configuration } from '../../options/options.js';
import { syncAllIn } from '../../system/atomic-file.js';
import { shellPath } from '../../system/shell-word.js';
import type { Lane, Lanes } from '../../training/lane.js';
import { type Job, type Outcome, runJobs } from '../run-queue.js';
import { laneCounts } from '../side-by-side.js';
import { optionsText, testOf } from './best.js';
import type { SearchResult, SearchRun } from './events.js';
import { type Importance, importanceOf } from './importance.js';
import { type Bracket, bracketOf, epochsOf, type Rung } from './plan.js';
import { configurationsOf, factsOf, lanesFor, type PreparedSearch, prepareSearch, seedOf } from './prepare-search.js';
import { ranked, type Trial } from './ranking.js';
import { checkSearch, type SearchOptions } from './search-options.js';
import type { Setting } from './space.js';
import { runTrial, stands, type TrialFailure, type TrialFigures } from './trial.js';

/**
 * Looks for the options with which a network learns best.
 * @throws {TypeError | RangeError} for options, a space or a setting of it that do not fit, before anything is trained
 * @throws {NablaError} INTERRUPTED, which says how to go on; BAD_DATA, NOT_SAVED; what ended a run, where no run has come to a figure
 */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const checked = checkSearch(options);
  try {
    return await new SearchUnderWay(await prepareSearch(checked)).toEnd();
  } finally {
    checked.resumed?.close();
  }
}

/** A trial with what it is trained with. */
interface Candidate extends Trial {
  readonly setting: Setting;
  readonly configuration: Configuration;
  /** Epochs of the rung that it has come to the end of. */
  readonly epochs: number;
}

class SearchUnderWay {
  readonly #parts: PreparedSearch;
  readonly #by: Figure;
  readonly #startTime = performance.now();
  /** Stops all where a time was set. */
  readonly #deadline: AbortSignal | undefined;
  /** Of all brackets, by their numbers. */
  readonly #trials: Candidate[] = [];
  #lanes: Lanes;
  #mostJobs = 0;
  #mostWorkers = 0;

  constructor(parts: PreparedSearch) {
    this.#parts = parts;
    this.#lanes = parts.lanes;
    this.#by = figureOf(parts.opened.data);
    const { forTime } = parts.checked.plan;
    this.#deadline = forTime === undefined ? undefined : AbortSignal.timeout(forTime);
  }

  async toEnd(): Promise<SearchResult> {
    const { folder, isTemporary, checked } = this.#parts;
    try {
      this.#tellStart();
      await this.#trainAll();
      return await this.#finish();
    } catch (error) {
      throw this.#named(asError(error));
    } finally {
      await this.#lanes.close();
      if (folder !== checked.resumed) folder.close();
      if (isTemporary) await rm(folder.path, { recursive: true, force: true });
    }
  }

  #tellStart(): void {
    const { checked, data, first, folder, isTemporary } = this.#parts;
    checked.conduct.tell({ event: 'search', ...factsOf(checked, data, first, this.#by), ...(!isTemporary && { folder: folder.path }) });
  }

  async #trainAll(): Promise<void> {
    const { checked, first, configurations, opened } = this.#parts;
    const { plan, space, given } = checked;
    await this.#trainBracket(first, configurations);
    if (plan.strategy === 'grid' || plan.forTime === undefined || plan.totalEpochs !== undefined) return;
    for (let number = 1; !this.#deadline?.aborted; number++) {
      const next = bracketOf(space, plan, configurations[0].epochs, seedOf(given.fixed), number);
      if (next.settings.length === 0) return;
      await this.#trainBracket(next, await configurationsOf(next.settings, given.fixed, opened.data));
    }
  }

  /** All rungs of a bracket. */
  async #trainBracket({ settings, rungs }: Bracket, configurations: readonly Configuration[]): Promise<void> {
    const from = this.#trials.length;
    let left = settings.map((_, k) => from + k);
    for (const [rung, { epochs }] of rungs.entries()) {
      const of = (index: number) => ({ index, rung, epochs, setting: settings[index - from], configuration: configurations[index - from] });
      await this.#trainRung(left.map(of), rungs);
      const there = left.flatMap((index) => (this.#trials[index]?.rung === rung && this.#trials[index].figures ? [this.#trials[index]] : []));
      const next = rungs[rung + 1];
      if (!next || this.#deadline?.aborted) return;
      const kept = ranked(there, this.#by, ({ epochs }) => epochs).slice(0, next.runs);
      left = kept.map(({ index }) => index).toSorted((a, b) => a - b);
      this.#parts.checked.conduct.tell({ event: 'rung', rung: rung + 1, epochs, kept: kept.map(({ index }) => index + 1) });
    }
  }

  /** All that are left, up to the rung's epoch; those that had come there before are only told of. */
  async #trainRung(candidates: readonly Candidate[], rungs: readonly Rung[]): Promise<void> {
    const { folder, checked } = this.#parts;
    const { conduct } = checked;
    const missing = candidates.filter(({ index, rung }) => folder.entry(index, rung) === undefined);
    let told = 0;
    /** In the order of the trials, whatever ends first. */
    const tellUpTo = (index: number): void => {
      for (; told < candidates.length && candidates[told].index <= index; told++) this.#tell(candidates[told]);
    };
    if (missing.length > 0) {
      const outcomes = await runJobs(
        missing.map((candidate) => this.#job(candidate)),
        await this.#lanesFor(missing),
        {
          signal: anyOf(conduct.signal, this.#deadline),
          onEnded: (k, outcome) => this.#note(missing[k], outcome),
          onOutcome: (k) => tellUpTo(missing[k].index),
          onProgress: (ended, of, share) =>
            this.#tellProgress(candidates, rungs, candidates.length - of + ended, 1 - ((1 - share) * of) / candidates.length),
        },
      );
      if (conduct.signal?.aborted && outcomes.includes(undefined)) throw this.#interrupted();
    }
    tellUpTo(Number.POSITIVE_INFINITY);
    await folder.sync();
  }

  /** Keeps what a trial has come to. @throws what has ended it, where that is none of the trial's own */
  #note({ index: trial, rung, epochs: upTo, setting }: Candidate, { value: figures, error }: Outcome<TrialFigures>): void {
    if (error && !(error instanceof NablaError && OF_A_TRIAL.has(error.code))) throw error;
    this.#parts.folder.add({
      trial,
      rung,
      upTo,
      options: configTableOf(setting),
      ...(error ? { failure: { code: error.code, text: error.message } } : { figures }),
    });
  }

  /** Tells what a trial has come to in a rung; nothing where the time was over before. */
  #tell(candidate: Candidate): void {
    const entry = this.#parts.folder.entry(candidate.index, candidate.rung);
    if (!entry) return;
    const { figures, failure } = entry;
    const trial = { ...candidate, ...(figures && { figures }), ...(failure && { failure }) };
    this.#trials[candidate.index] = trial;
    this.#parts.checked.conduct.tell({ event: 'run', ...runOf(trial) });
  }

  /** @param done runs of the rung that have ended @param share of its epochs */
  #tellProgress([{ rung }, ...others]: readonly Candidate[], rungs: readonly Rung[], done: number, share: number): void {
    const before = epochsOf(rungs.slice(0, rung));
    const after = epochsOf(rungs.slice(0, rung + 1));
    const all = epochsOf(rungs);
    this.#parts.checked.conduct.tell({
      event: 'progress',
      done,
      of: 1 + others.length,
      rung: rung + 1,
      rungs: rungs.length,
      share: (before + share * (after - before)) / all,
    });
  }

  #job(candidate: Candidate): Job<TrialFigures> {
    const { opened, folder, checked } = this.#parts;
    const { index, setting, configuration } = candidate;
    // Without rungs each is trained for all its own epochs.
    const epochs = checked.plan.strategy === 'halving' ? Math.min(candidate.epochs, configuration.epochs) : configuration.epochs;
    const options = { ...checked.given.fixed, ...setting, epochs: configuration.epochs };
    return {
      name: `run ${index + 1}`,
      work: layoutOf(configuration.network.layers).parameters * epochs,
      run: (lane, during) => runTrial(lane, { folder: folder.runOf(index), options, upTo: epochs, opened }, during),
    };
  }

  /** Lanes for some runs, in the memory that is there where it does. */
  async #lanesFor(candidates: readonly Candidate[]): Promise<readonly Lane[]> {
    const { checked, opened } = this.#parts;
    const counts = laneCounts(candidates.length, checked.conduct);
    this.#mostJobs = Math.max(this.#mostJobs, counts.lanes);
    this.#mostWorkers = Math.max(this.#mostWorkers, counts.lanes * counts.workers);
    const configurations = candidates.map(({ configuration }) => configuration);
    if (!this.#lanes.hasRoomFor(configurations, counts)) {
      await this.#lanes.close();
      this.#lanes = lanesFor(opened.data, configurations, checked.conduct);
    }
    return this.#lanes.arrange(counts);
  }

  async #finish(): Promise<SearchResult> {
    const { checked, data, folder, isTemporary } = this.#parts;
    const { conduct } = checked;
    const runs = ranked(this.#trials.filter(Boolean), this.#by, ({ epochs }) => epochs);
    const [best] = runs;
    if (!best) throw new NablaError('TIMED_OUT', 'The time was over before any run had come to a figure.');
    if (!best.figures) throw nothingFound(best);
    const bestRun = await this.#runOf(best, best.figures);
    const test = await testOf(bestRun, data);
    const end = { ...(test && { test }), workers: this.#mostWorkers, jobs: this.#mostJobs, seconds: (performance.now() - this.#startTime) / 1000 };
    if (!isTemporary) {
      for (const { index } of runs.slice(0, conduct.keep)) await syncAllIn(folder.runOf(index));
      folder.finish(optionsText(bestRun, folder.path), end);
      await Promise.all(runs.slice(conduct.keep).map(({ index }) => rm(folder.runOf(index), { recursive: true, force: true })));
    }
    const result: SearchResult = {
      runs: runs.map(runOf),
      best: runOf(best),
      by: this.#by,
      importance: this.#importance(),
      ...end,
      ...(!isTemporary && { folder: folder.path, bestRun, bestOptions: folder.best }),
    };
    conduct.tell({ event: 'searched', ...result });
    return result;
  }

  #importance(): readonly Importance[] {
    const { checked, folder } = this.#parts;
    const first = this.#trials.flatMap(({ index }) => folder.entry(index, 0) ?? []);
    return importanceOf(
      checked.space.dimensions.map(({ key }) => key),
      first,
      this.#by,
      seedOf(checked.given.fixed),
    );
  }

  /** The folder of a trial's run; where that is no longer what it was, it is trained again. */
  async #runOf(trial: Candidate, figures: TrialFigures): Promise<string> {
    const { folder, checked } = this.#parts;
    const path = folder.runOf(trial.index);
    if (stands(path, figures)) return path;
    rmSync(path, { recursive: true, force: true });
    const { signal } = checked.conduct;
    const [outcome] = await runJobs([this.#job(trial)], await this.#lanesFor([trial]), { ...(signal && { signal }) });
    if (!outcome) throw this.#interrupted();
    if (outcome.error) throw outcome.error;
    return path;
  }

  #interrupted(): NablaError {
    const { folder, isTemporary } = this.#parts;
    const ended = this.#trials.filter(Boolean).length;
    if (isTemporary) return new NablaError('INTERRUPTED', `Stopped after ${ended} runs. Nothing is kept.`);
    const next = { command: 'search', options: `--resume ${shellPath(folder.path)}` };
    return new NablaError('INTERRUPTED', `Stopped. What has ended is kept; the search goes on with: ${next.options}`, { next });
  }

  /** An error with how the search goes on, where it does. */
  #named(error: Error): Error {
    const { folder, isTemporary } = this.#parts;
    const isBad: boolean = isBadInput(error);
    if (isTemporary || isBad || !(error instanceof NablaError) || error.next) return error;
    const next = { command: 'search', options: `--resume ${shellPath(folder.path)}` };
    return new NablaError(error.code, `${error.message} What has ended is kept; the search goes on with: ${next.options}`, { cause: error, next });
  }
}

/** What ends a trial, and not the search: what its setting makes of the network, or the loss of its threads, twice. */
const OF_A_TRIAL: ReadonlySet<string> = new Set(['DIVERGED', 'WORKER_LOST', 'WORKER_FAILED', 'TIMED_OUT', 'THREAD_STUCK']);

function runOf({ index, rung, setting, figures, failure }: Candidate): SearchRun {
  return { number: index + 1, rung: rung + 1, options: configTableOf(setting), ...figures, ...(failure && { failure }) };
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}

function nothingFound({ failure }: Candidate): NablaError {
  const { code, text } = failure as TrialFailure;
  return new NablaError(code, `No run of the search has come to a figure. The first: ${text}`);
}
