// A search on a terminal: a line for each run as it comes to the end of a rung, and the best of all at the end, as a table. But for the
// last lines nothing hangs on the clock.

import type { SearchDoneEvent, SearchEvent, SearchProgressEvent, SearchRun, SearchStartEvent } from '../../experiments/search/events.js';
import { shellPath } from '../../system/shell-word.js';
import { count, duration, plural } from '../../text.js';
import { importanceText, judgedText, testText, valuesOf } from '../data/search-words.js';
import { type Column, labelled, textTable } from './columns.js';

/** Runs of the table at the end. */
const MOST_SHOWN = 20;
/** Numbers of runs that go on. */
const MOST_NUMBERS = 12;
/** Where sentences begin, behind their labels. */
const INDENT = 12;

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
    this.#print([...lines.flatMap(([label, text]) => labelled(label, text, this.#width, INDENT)), ''].join('\n'));
  }

  #line(run: SearchRun): string {
    const { by = 'validation accuracy' } = this.#start ?? {};
    const options = Object.entries(valuesOf(run.options, this.#parameters)).map(([name, value]) => `${name} ${value}`);
    const epochs = run.failure ? '' : plural(run.epochs ?? 0, 'epoch');
    return `run ${String(run.number).padEnd(4)} ${epochs.padStart(10)}  ${judgedText(run, by).padStart(10)}  ${options.join('  ')}`;
  }

  get #parameters(): readonly string[] {
    return this.#start?.parameters ?? [];
  }

  #end({ runs, best, by, test, importance, seconds, jobs, folder, bestRun, bestOptions }: SearchDoneEvent): void {
    const shown = runs.slice(0, MOST_SHOWN);
    const values = shown.map((run) => valuesOf(run.options, this.#parameters));
    const columns: Column[] = [
      { head: 'run', cells: shown.map(({ number }) => String(number)) },
      { head: 'epochs', cells: shown.map(({ epochs }) => (epochs === undefined ? '' : String(epochs))) },
      { head: by === 'validation accuracy' ? 'validation' : by, cells: shown.map((run) => judgedText(run, by)) },
      ...this.#parameters.map((name) => ({ head: name, cells: values.map((value) => value[name]) })),
    ];
    const more = runs.length - shown.length;
    const lines: [string, string][] = [
      ['best', `run ${best.number}: ${judgedText(best, by)} on the validation samples${test ? `, ${testText(test)}` : ''}`],
      ...(importance.length === 0 ? [] : [['importance', importanceText(importance)] as [string, string]]),
      ['time', `${duration(seconds)}${jobs === 0 ? ', all runs were there' : `, ${plural(jobs, 'run')} at a time`}`],
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
        ...lines.flatMap(([label, text]) => labelled(label, text, this.#width, INDENT)),
      ].join('\n'),
    );
  }
}

function numbersText(numbers: readonly number[]): string {
  const few = numbers.slice(0, MOST_NUMBERS).join(', ');
  return numbers.length > MOST_NUMBERS ? `${few}, …` : few;
}
