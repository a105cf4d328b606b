// A cross-validation on a terminal: a line for each fold, in their order, and each figure over all of them at the end, as a table. But for the
// last line nothing hangs on the clock.

import type { FoldEvent, FoldsDoneEvent, FoldsEvent, FoldsProgressEvent, FoldsStartEvent } from '../../experiments/folds/events.js';
import { METRIC_NAMES, METRICS, type MetricName } from '../../experiments/folds/metrics.js';
import { count, duration, percent, plural } from '../../text.js';
import { type Column, labelled, textTable } from './columns.js';

/** What the line of a fold shows, where it has it. */
const OF_A_LINE: readonly MetricName[] = ['accuracy', 'r2', 'rmse', 'macroF1', 'rocAuc', 'cost'];
const MOST_OF_A_LINE = 3;
const INDENT = 11;

export class FoldsPrinter {
  readonly #print: (text: string) => void;
  readonly #width: number;
  #startTime = performance.now();

  /** @param width characters of a line of sentences */
  constructor(print: (text: string) => void, width: number) {
    this.#print = print;
    this.#width = width;
  }

  print(event: FoldsEvent): void {
    if (event.event === 'folds') this.#begin(event);
    else if (event.event === 'fold') this.#print(this.#line(event));
    else if (event.event === 'cross-validated') this.#end(event);
  }

  /** What goes on, in a line. */
  progress({ done, of, share }: FoldsProgressEvent): string {
    const seconds = (performance.now() - this.#startTime) / 1000;
    const left = share > 0 ? `, ${duration(seconds * (1 / share - 1))} left` : '';
    return `${done} of ${plural(of, 'fold')}, ${Math.floor(100 * share)} %${left}`;
  }

  #begin(event: FoldsStartEvent): void {
    this.#startTime = performance.now();
    const { folds, seed, data, samples, sizes, testSamples, network, epochs, run, warnings } = event;
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    const apart = testSamples > 0 ? `; ${count(testSamples)} test samples stay apart` : '';
    const lines: [string, string][] = [
      ['folds', `${folds} of ${count(least)}${most > least ? ` to ${count(most)}` : ''} samples, ${kindText(event)}; seed ${seed}`],
      ['data', `${data}, ${count(samples)} samples${apart}`],
      ['network', `${network.join('-')}, ${plural(epochs, 'epoch')}`],
      ...(run === undefined ? [] : [['runs', run] as [string, string]]),
      ...warnings.map((text): [string, string] => ['warning', text]),
    ];
    this.#print([...lines.flatMap(([label, text]) => labelled(label, text, this.#width, INDENT)), ''].join('\n'));
  }

  #line({ fold, samples, epochs = 0, figures, failure, stopped, nothingLearnt }: FoldEvent): string {
    const head = `fold ${fold}`;
    if (failure) return labelled(head, failure.text, this.#width, INDENT).join('\n');
    const shown = OF_A_LINE.flatMap((name) => {
      const value = figures[name];
      return value === undefined ? [] : [`${METRICS[name].title} ${figureText(name, value)}`];
    }).slice(0, MOST_OF_A_LINE);
    const notes = [stopped, nothingLearnt].flatMap((text) => (text === undefined ? [] : labelled('', text, this.#width, INDENT)));
    const line = `${head.padEnd(INDENT)}${plural(samples, 'sample').padStart(14)}  ${plural(epochs, 'epoch').padStart(10)}  ${shown.join('  ')}`;
    return [line, ...notes].join('\n');
  }

  #end({ metrics, seconds, jobs, folds }: FoldsDoneEvent): void {
    const names = METRIC_NAMES.filter((name) => metrics[name]);
    const cells = (of: 'mean' | 'deviation' | 'standardError' | 'least' | 'most'): string[] =>
      names.map((name) => {
        const value = metrics[name]?.[of] ?? null;
        return value === null ? '' : figureText(name, value);
      });
    const columns: Column[] = [
      { head: '', cells: names.map((name) => METRICS[name].title), left: true },
      { head: 'mean', cells: cells('mean') },
      { head: 'deviation', cells: cells('deviation') },
      { head: 'standard error', cells: cells('standardError') },
      { head: 'least', cells: cells('least') },
      { head: 'most', cells: cells('most') },
    ];
    const failed = folds.filter(({ failure }) => failure).length;
    const lines: [string, string][] = [
      ...(failed > 0
        ? [
            ['warning', `${plural(failed, 'fold')} of ${folds.length} came to no figures, and ${failed === 1 ? 'is' : 'are'} not in the table.`] as [
              string,
              string,
            ],
          ]
        : []),
      ['time', `${duration(seconds)}, ${plural(jobs, 'run')} at a time`],
    ];
    this.#print(['', ...textTable(columns), '', ...lines.flatMap(([label, text]) => labelled(label, text, this.#width, INDENT))].join('\n'));
  }
}

function kindText({ stratified, groups }: FoldsStartEvent): string {
  const classes = stratified ? 'with classes in proportion' : 'drawn';
  return groups === undefined ? classes : `${stratified ? classes : 'of about one size'}, ${count(groups)} groups as a whole`;
}

/** '97.12 %', '0.1234'. */
function figureText(name: MetricName, value: number): string {
  return 'isShare' in METRICS[name] ? percent(value, 2) : value.toPrecision(4);
}
