// A search on a terminal: a line for each run as it comes to the end of a rung, and the best of all at the end, as a table. But for the
// last lines nothing hangs on the clock.

import type { SearchDoneEvent, SearchEvent, SearchProgressEvent, SearchRun, SearchStartEvent } from '../../experiments/search/events.js';
import type { Figure } from '../../options/events.js';
import { figureAt, figureText } from '../../options/figure.js';
import { shellPath } from '../../system/shell-word.js';
import { count, duration, percent, plural } from '../../text.js';
import { type Column, labelled, textTable } from './columns.js';

/** Runs of the table at the end. */
const MOST_SHOWN = 20;
/** Numbers of runs that go on. */
const MOST_NUMBERS = 12;
/** Characters of the longest value that a line of a run shows. */
const MOST_VALUE = 14;

export class SearchPrinter {
  readonly #print: (text: string) => void;
  readonly #width: number;
  readonly #command: string;
  #start: SearchStartEvent | undefined;
  #startTime = performance.now();

  /** @param width characters of a line of sentences @param command what nabla is called by, for what is to be typed next */
  constructor(print: (text: string) => void, width: number, command: string) {
    this.#print = print;
    this.#width = width;
    this.#command = command;
  }

  print(event: SearchEvent): void {
    if (event.event === 'search') this.#begin(event);
    else if (event.event === 'run') this.#print(this.#line(event));
    else if (event.event === 'rung')
      this.#print(
        `rung ${event.rung}    ${plural(event.kept.length, 'run')} ${event.kept.length === 1 ? 'goes' : 'go'} on after ${plural(event.epochs, 'epoch')}: ${numbersText(event.kept)}`,
      );
    else if (event.event === 'searched') this.#end(event);
  }

  /** What goes on, in a line. */
  progress({ done, of, rung, rungs, share }: SearchProgressEvent): string {
    const seconds = (performance.now() - this.#startTime) / 1000;
    const left = share > 0 ? `, ${duration(seconds * (1 / share - 1))} left` : '';
    return `rung ${rung} of ${rungs}: ${done} of ${plural(of, 'run')}, ${Math.floor(100 * share)} % of the search${left}`;
  }

  #begin(event: SearchStartEvent): void {
    this.#start = event;
    this.#startTime = performance.now();
    const { strategy, rungs, data, samples, seed, by, parameters, folder, warnings } = event;
    const plan = rungs.map(({ runs, epochs }) => `${plural(runs, 'run')} for ${plural(epochs, 'epoch')}`).join(', ');
    const [training, validation, test] = samples;
    const lines: [string, string][] = [
      ['search', `${parameters.join(', ')}: ${strategy}, ${plan}`],
      ['data', `${data}, ${count(training)} training, ${count(validation)} validation, ${count(test)} test samples`],
      ['judged by', `${by}; seed ${seed}`],
      ...(folder === undefined ? [] : [['folder', folder] as [string, string]]),
      ...warnings.map((text): [string, string] => ['warning', text]),
    ];
    this.#print([...lines.flatMap(([label, text]) => labelled(label, text, this.#width, 11)), ''].join('\n'));
  }

  #line(run: Omit<SearchRun, 'event'>): string {
    const { by = 'validation accuracy' } = this.#start ?? {};
    const options = Object.entries(valuesOf(run.options, this.#parameters)).map(([name, value]) => `${name} ${value}`);
    const epochs = run.failure ? '' : plural(run.epochs ?? 0, 'epoch');
    return `run ${String(run.number).padEnd(4)} ${epochs.padStart(10)}  ${figureOfRun(run, by).padStart(10)}  ${options.join('  ')}`;
  }

  get #parameters(): readonly string[] {
    return this.#start?.parameters ?? [];
  }

  #end({ runs, best, by, test, seconds, jobs, folder, bestRun, bestOptions }: SearchDoneEvent): void {
    const shown = runs.slice(0, MOST_SHOWN);
    const values = shown.map((run) => valuesOf(run.options, this.#parameters));
    const columns: Column[] = [
      { head: 'run', cells: shown.map(({ number }) => String(number)) },
      { head: 'epochs', cells: shown.map(({ epochs }) => (epochs === undefined ? '' : String(epochs))) },
      { head: by === 'validation accuracy' ? 'validation' : by, cells: shown.map((run) => figureOfRun(run, by)) },
      ...this.#parameters.map((name) => ({ head: name, cells: values.map((value) => value[name]) })),
    ];
    const more = runs.length - shown.length;
    const lines: [string, string][] = [
      ['best', `run ${best.number}: ${figureOfRun(best, by)} on the validation samples${test ? `, ${testText(test)}` : ''}`],
      ['time', `${duration(seconds)}, ${plural(jobs, 'run')} at a time`],
      ...(folder === undefined
        ? []
        : ([
            ['kept', `${folder}: the run of the best is ${bestRun}`],
            ['again', `${this.#command} train --config ${shellPath(bestOptions ?? '')}`],
          ] as [string, string][])),
    ];
    this.#print(
      [
        '',
        ...textTable(columns),
        ...(more > 0 ? [`and ${count(more)} more`] : []),
        '',
        ...lines.flatMap(([label, text]) => labelled(label, text, this.#width, 11)),
      ].join('\n'),
    );
  }
}

/** 'validation 97.12 %', of a run that has failed why. */
function figureOfRun({ failure, ...run }: Omit<SearchRun, 'event'>, by: Figure): string {
  if (failure) return failure.code === 'DIVERGED' ? 'diverged' : 'failed';
  const figures = {
    trainingCost: run.trainingCost ?? Number.NaN,
    validationCost: run.validationCost ?? null,
    validationAccuracy: run.validationAccuracy ?? null,
  };
  return figureText(by, figureAt(by, figures));
}

function testText({ samples, accuracy, cost, figures }: NonNullable<SearchDoneEvent['test']>): string {
  const figure = accuracy !== null ? percent(accuracy, 2) : figures?.r2 !== undefined ? `R² ${figures.r2.toFixed(4)}` : `cost ${cost.toPrecision(4)}`;
  return `${figure} on ${count(samples)} test samples, which no run has seen`;
}

/** The values that were looked for, by their names, as texts. */
export function valuesOf(options: SearchRun['options'], parameters: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    parameters.map((name) => {
      const [, option, entry] = /^([^[]+)(?:\[(\d+)\])?$/.exec(name) ?? [];
      const value = options[option];
      return [name, valueText(entry === undefined ? value : (value as readonly unknown[] | undefined)?.[Number(entry)])];
    }),
  );
}

function valueText(value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return text.length > MOST_VALUE ? `${text.slice(0, MOST_VALUE - 1)}…` : text;
}

function numbersText(numbers: readonly number[]): string {
  const few = numbers.slice(0, MOST_NUMBERS).join(', ');
  return numbers.length > MOST_NUMBERS ? `${few}, …` : few;
}
