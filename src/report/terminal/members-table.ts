// Several networks and their average on a terminal: a line for each as it ends, then the mean of their figures, and in the same columns
// what the average of their outputs comes to, and by how much that is better.

import type {
  AveragedFigures,
  Member,
  MembersDoneEvent,
  MembersEvent,
  MembersProgressEvent,
  MembersStartEvent,
} from '../../experiments/members/events.js';
import { count, duration, fixed, percent, plural } from '../../text.js';
import { labelled } from './columns.js';

const NAME = 12;
const SEED = 8;
const EPOCHS = 7;
const FIGURE = 12;

/** A figure that members and average have in common. */
interface Compared {
  readonly head: string;
  readonly of: (figures: AveragedFigures) => number | null | undefined;
  readonly text: (value: number) => string;
  /** By how much `better` is better than `than`, in words; negative where it is not. */
  readonly ahead: (better: number, than: number) => string;
}

const points = (better: number, than: number): string => `${fixed(100 * (better - than), 2)} points`;
const lessCost = (better: number, than: number): string => `${percent(1 - better / than)} less cost`;
const cost = (value: number): string => value.toPrecision(4);

/** Shares of right answers, or costs and R² where targets are numbers. */
const OF_CLASSES: readonly Compared[] = [
  { head: 'validation', of: (figures) => figures.validationAccuracy, text: (value) => percent(value, 2), ahead: points },
  { head: 'test', of: (figures) => figures.testAccuracy, text: (value) => percent(value, 2), ahead: points },
];
const OF_NUMBERS: readonly Compared[] = [
  { head: 'validation', of: (figures) => figures.validationCost, text: cost, ahead: lessCost },
  { head: 'test cost', of: (figures) => figures.testCost, text: cost, ahead: lessCost },
  {
    head: 'test R²',
    of: (figures) => figures.testFigures?.r2,
    text: (value) => fixed(value, 4),
    ahead: (better, than) => `${fixed(better - than, 4)} of R²`,
  },
];

/** The figures that all of some have. */
function comparedOf(all: readonly AveragedFigures[]): readonly Compared[] {
  const isOfClasses = all.some(({ validationAccuracy, testAccuracy }) => typeof (validationAccuracy ?? testAccuracy) === 'number');
  return (isOfClasses ? OF_CLASSES : OF_NUMBERS).filter(({ of }) => all.every((figures) => typeof of(figures) === 'number'));
}

export class MembersPrinter {
  readonly #print: (text: string) => void;
  readonly #width: number;
  readonly #startTime = performance.now();
  #columns: readonly Compared[] | undefined;

  /** @param width characters of a line of sentences */
  constructor(print: (text: string) => void, width: number) {
    this.#print = print;
    this.#width = width;
  }

  print(event: MembersEvent): void {
    if (event.event === 'members') this.#begin(event);
    else if (event.event === 'member') this.#member(event);
    else if (event.event === 'averaged') this.#end(event);
  }

  /** What goes on, in a line. */
  progress({ done, of, share }: MembersProgressEvent): string {
    const seconds = (performance.now() - this.#startTime) / 1000;
    const left = share > 0 ? `, ${duration(seconds * (1 / share - 1))} left` : '';
    return `${done} of ${plural(of, 'member')}, ${Math.floor(100 * share)} % of all epochs${left}`;
  }

  #begin({ members, seed, network, epochs, data, samples, warnings, run }: MembersStartEvent): void {
    const [training, validation, test] = samples;
    const lines: [string, string][] = [
      ['members', `${members} networks ${network.join('-')} for ${plural(epochs, 'epoch')}, seeds ${seed} to ${seed + members - 1}`],
      ['data', `${data}, ${count(training)} training, ${count(validation)} validation, ${count(test)} test samples, the same for all`],
      ...(run === undefined ? [] : [['folder', run] as [string, string]]),
      ...warnings.map((text): [string, string] => ['warning', text]),
    ];
    this.#lines(lines);
    this.#print('');
  }

  #member(member: Member): void {
    if (!this.#columns) {
      this.#columns = comparedOf([member]);
      this.#print(
        row(
          '',
          ['seed', 'epochs'],
          this.#columns.map(({ head }) => head),
        ),
      );
    }
    const { number, seed, epochs, nothingLearnt } = member;
    this.#print(this.#row(`member ${number}`, member, [String(seed), String(epochs)]));
    if (nothingLearnt) this.#lines([['warning', `member ${number}: ${nothingLearnt.text}`]]);
  }

  #row(name: string, figures: AveragedFigures, before = ['', '']): string {
    const cells = (this.#columns ?? []).map(({ of, text }) => {
      const value = of(figures);
      return typeof value === 'number' ? text(value) : '';
    });
    return row(name, before, cells);
  }

  #end({ members, mean, average, seconds, jobs, run }: MembersDoneEvent): void {
    this.#print(this.#row('mean', mean));
    this.#print(this.#row('average', average));
    this.#print('');
    const gains = comparedOf([...members, mean, average]).map((compared) => gainText(compared, members, mean, average));
    this.#lines([
      ['average', `of the outputs of all ${members.length}, as one model${gains.length === 0 ? '' : `: ${gains.join('; ')}`}`],
      ['time', `${duration(seconds)}${jobs === 0 ? '' : `, ${plural(jobs, 'run')} at a time`}`],
      ...(run === undefined ? [] : ([['kept', `${run}: evaluate, predict, export and report take it as one model`]] as [string, string][])),
    ]);
  }

  #lines(lines: readonly [string, string][]): void {
    this.#print(lines.flatMap(([label, text]) => labelled(label, text, this.#width, 11)).join('\n'));
  }
}

function row(name: string, [seed, epochs]: readonly string[], figures: readonly string[]): string {
  return `${name.padEnd(NAME)}${seed.padStart(SEED)}${epochs.padStart(EPOCHS)}${figures.map((text) => text.padStart(FIGURE)).join('')}`.trimEnd();
}

/** 'test 97.90 %, 0.83 points above the mean and 0.41 points above the best of them': less cost and more R² read alike. */
function gainText({ head, of, text, ahead }: Compared, members: readonly Member[], mean: AveragedFigures, average: AveragedFigures): string {
  const [own, usual] = [of(average) as number, of(mean) as number];
  const isCost = ahead === lessCost;
  const all = members.map((member) => of(member) as number);
  const best = isCost ? Math.min(...all) : Math.max(...all);
  const than = (other: number, whose: string): string => {
    if (own === other) return `as ${whose}`;
    const isBetter = isCost ? own < other : own > other;
    if (isCost) return isBetter ? `${ahead(own, other)} than ${whose}` : `${ahead(other, own)} for ${whose}`;
    return isBetter ? `${ahead(own, other)} above ${whose}` : `${ahead(other, own)} below ${whose}`;
  };
  return `${head} ${text(own)}, ${than(usual, 'the mean of theirs')}, ${than(best, 'the best of them')}`;
}
