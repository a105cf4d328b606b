// Runs of several seeds on a terminal: a line for each, in their order, and mean and spread of every figure at the end. But for the last
// lines nothing hangs on the clock.

import type { FigureSpread, SeedRun, SeedsDoneEvent, SeedsEvent, SeedsProgressEvent, SeedsStartEvent } from '../../experiments/seeds/events.js';
import { differenceText, type FigureName, figuresOf, unitOf, valueText, wordsOf } from '../../experiments/seeds/figures.js';
import { count, duration, listed, plural, secondsText } from '../../text.js';
import { type Column, labelled, textTable } from './columns.js';

/** What a line of a run shows, as far as it is there. */
const OF_A_LINE: readonly FigureName[] = ['validation-accuracy', 'validation-cost', 'test-accuracy', 'test-cost'];
const INDENT = 11;

export class SeedsPrinter {
  readonly #print: (text: string) => void;
  readonly #width: number;
  readonly #startTime = performance.now();
  /** Digits of the largest seed. */
  #digits = 1;

  /** @param width characters of a line of sentences */
  constructor(print: (text: string) => void, width: number) {
    this.#print = print;
    this.#width = width;
  }

  print(event: SeedsEvent): void {
    if (event.event === 'seeds') this.#begin(event);
    else if (event.event === 'run') this.#print(this.#line(event));
    else if (event.event === 'trained') this.#end(event);
  }

  /** What goes on, in a line. */
  progress({ done, of, share }: SeedsProgressEvent): string {
    const seconds = (performance.now() - this.#startTime) / 1000;
    const left = share > 0 ? `, ${duration(seconds * (1 / share - 1))} left` : '';
    return `${done} of ${plural(of, 'seed')}, ${Math.floor(100 * share)} % of all epochs${left}`;
  }

  #begin({ seeds, splitSeed, network, epochs, data, samples, warnings, folder }: SeedsStartEvent): void {
    const last = seeds[seeds.length - 1];
    this.#digits = String(last).length;
    const [training, validation, test] = samples;
    const split = splitSeed === undefined ? '' : `; where they are drawn, by seed ${splitSeed} for all`;
    const lines: [string, string][] = [
      ['seeds', `${seeds[0]} to ${last}, of ${network.join('-')} for ${plural(epochs, 'epoch')}`],
      ['data', `${data}, ${count(training)} training, ${count(validation)} validation, ${count(test)} test samples${split}`],
      ...(folder === undefined ? [] : [['folder', folder] as [string, string]]),
      ...warnings.map((text): [string, string] => ['warning', text]),
    ];
    this.#print([...lines.flatMap(([label, text]) => labelled(label, text, this.#width, INDENT)), ''].join('\n'));
  }

  #line({ seed, failure, ...run }: SeedRun): string {
    const name = `seed ${String(seed).padEnd(this.#digits)}`;
    if (failure) return `${name}  ${failure.code === 'DIVERGED' ? 'diverged' : 'failed'}: ${failure.text}`;
    const figures = figuresOf(run);
    const pieces = OF_A_LINE.flatMap((figure) => {
      const value = figures[figure];
      const hasShare = figure.endsWith('cost') && figures[figure.replace('cost', 'accuracy') as FigureName] !== undefined;
      return value === undefined || hasShare ? [] : [`${wordsOf(figure)} ${valueText(figure, value)}`];
    });
    const ending = [run.stopped === undefined ? [] : [`ended early: ${run.stopped}`], run.nothingLearnt ? ['nothing learnt'] : []].flat();
    return [name, plural(run.epochs ?? 0, 'epoch').padStart(10), ...pieces, ...ending].join('  ');
  }

  #end({ runs, figures, seconds, jobs, folder }: SeedsDoneEvent): void {
    const failed = runs.filter(({ failure }) => failure);
    const without = failed.map(({ seed }) => String(seed));
    const lines: [string, string][] = [
      ...(failed.length === 0
        ? []
        : [
            ['without', `${without.length === 1 ? 'seed' : 'seeds'} ${listed(without)}, which came to no end: the figures are of the others`] as [
              string,
              string,
            ],
          ]),
      ['interval', 'where the mean of many seeds lies, with 95 % confidence'],
      ['time', `${secondsText(seconds)}, ${plural(jobs, 'run')} at a time`],
      ...(folder === undefined ? [] : [['kept in', folder] as [string, string]]),
    ];
    this.#print(['', ...spreadTable(figures), '', ...lines.flatMap(([label, text]) => labelled(label, text, this.#width, INDENT))].join('\n'));
  }
}

/** Mean and spread of each figure; of shares the spread is in points of per cent. */
function spreadTable(figures: readonly FigureSpread[]): string[] {
  const columns: Column[] = [
    { head: '', cells: figures.map(({ figure }) => wordsOf(figure)), left: true },
    { head: 'mean', cells: figures.map(({ figure, mean }) => valueText(figure, mean)) },
    {
      head: 'deviation',
      cells: figures.map(({ figure, deviation }) => (deviation === null ? '' : differenceText(figure, deviation) + unitOf(figure))),
    },
    { head: 'least', cells: figures.map(({ figure, least }) => valueText(figure, least)) },
    { head: 'most', cells: figures.map(({ figure, most }) => valueText(figure, most)) },
    {
      head: 'interval',
      cells: figures.map(({ figure, interval }) => (interval ? `${valueText(figure, interval[0])} to ${valueText(figure, interval[1])}` : '')),
    },
  ];
  return textTable(columns);
}
