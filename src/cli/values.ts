// From the text of an option to its value. What the value may be is checked by the library; here only that it is one.

import { Option } from 'commander';
import { wrongValue } from '../errors.js';
import type { Schedule, ScheduleName } from '../model/schedules.js';
import type { NeuronFunction } from '../model/specification.js';

/** A number, for the option of this name. */
export function toNumber(option: string) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw wrongValue(option, 'a number', text);
    return value;
  };
}

/** Seconds to milliseconds, for the option of this name: what a timer can wait. */
export function toMilliseconds(option: string) {
  return (text: string): number => {
    const seconds = toNumber(option)(text);
    if (!(seconds >= 0.001 && seconds <= 2_147_483)) throw wrongValue(option, 'a number of seconds from 0.001 to 2147483', seconds);
    return Math.round(1000 * seconds);
  };
}

/** Numbers with commas between them. */
export function toNumbers(option: string) {
  return (text: string): number[] => text.split(',').map(toNumber(option));
}

/** Names with commas between them. */
export function toNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** Adds a neuron's own f, written 'layer:neuron=f' and both counted from 1, to those before it. */
export function addNeuron(text: string, before: readonly NeuronFunction[] = []): NeuronFunction[] {
  const match = /^(\d+):(\d+)=(.+)$/.exec(text.trim());
  if (!match) throw wrongValue('neuron', "a layer, a neuron and its f, such as '2:5=tanh'", text);
  return [...before, { layer: Number(match[1]), neuron: Number(match[2]), f: match[3] }];
}

/** Numbers with commas between them, or 'balanced'. */
export function toClassWeights(text: string): number[] | 'balanced' {
  return text === 'balanced' ? text : toNumbers('class-weights')(text);
}

/** 'kind' or 'kind:number,number': a schedule with its numbers in the order of the help. */
export function toSchedule(text: string): ScheduleName | Schedule {
  const [kind, rest, more] = text.split(':');
  if (rest === undefined) return kind as ScheduleName;
  const fields = { step: ['every', 'factor'], halve: ['patience'], cosine: ['warmUp'] }[kind] ?? [];
  const numbers = toNumbers('schedule')(rest);
  if (numbers.length > fields.length || more !== undefined) {
    throw wrongValue('schedule', 'constant, step:EPOCHS,FACTOR, halve:EPOCHS or cosine:EPOCHS', text);
  }
  return { kind, ...Object.fromEntries(numbers.map((n, k) => [fields[k], n])) } as unknown as Schedule;
}

/** Adds a text to those before it. */
export function addText(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** 'auto' or a number. */
function toNumberOrAuto(option: string) {
  return (text: string): number | 'auto' => (text === 'auto' ? text : toNumber(option)(text));
}

/** An option that can be given several times, whose values are kept under a name of their own. */
export class ListOption extends Option {
  constructor(
    flags: string,
    text: string,
    readonly property: string,
    add: (text: string, before: never) => unknown,
  ) {
    super(flags, text);
    this.argParser(add as (text: string, before: unknown) => unknown);
  }

  override attributeName(): string {
    return this.property;
  }
}

export const formatOption = (): Option =>
  new Option('--format <format>', 'text for people; json for programs: one object per line on standard output')
    .choices(['text', 'json'])
    .default('text');

export const workersOption = (text = 'worker threads; auto: one per core that this process may use'): Option =>
  new Option('--workers <n>', text).default('auto').argParser(toNumberOrAuto('workers'));
