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
import { count, duration, plural } from '../../text.js';
import { type Compared, cellsOf, comparedOf, gainTexts } from '../data/member-figures.js';
import { labelled } from './columns.js';

const NAME = 12;
const SEED = 8;
const EPOCHS = 7;
const FIGURE = 12;

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
      ['members', `${plural(members, 'network')} ${network.join('-')} for ${plural(epochs, 'epoch')}, ${seedsText(seed, members)}`],
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
    return row(name, before, cellsOf(this.#columns ?? [], figures));
  }

  #end({ members, mean, average, seconds, jobs, run }: MembersDoneEvent): void {
    this.#print(this.#row('mean', mean));
    this.#print(this.#row('average', average));
    this.#print('');
    const gains = gainTexts(members, mean, average);
    this.#lines([
      ['average', `of the outputs of all ${members.length}, as one model${gains.map((text) => `; ${text}`).join('')}`],
      ['time', `${duration(seconds)}${jobs === 0 ? '' : `, ${plural(jobs, 'run')} at a time`}`],
      ...(run === undefined ? [] : ([['kept', `${run}: evaluate, predict, export and report take it as one model`]] as [string, string][])),
    ]);
  }

  #lines(lines: readonly [string, string][]): void {
    this.#print(lines.flatMap(([label, text]) => labelled(label, text, this.#width, 11)).join('\n'));
  }
}

const seedsText = (first: number, members: number): string => (members === 1 ? `seed ${first}` : `seeds ${first} to ${first + members - 1}`);

function row(name: string, [seed, epochs]: readonly string[], figures: readonly string[]): string {
  return `${name.padEnd(NAME)}${seed.padStart(SEED)}${epochs.padStart(EPOCHS)}${figures.map((text) => text.padStart(FIGURE)).join('')}`.trimEnd();
}
