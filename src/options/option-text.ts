// Parses options that are written as text, on the command line and in a configuration file, into values. Which values are allowed
// is checked with the options; here only that the text can be read.

import { SCALES, type ScaleName } from '../data/columns/preparation.js';
import { wrongValue } from '../errors.js';
import type { Schedule, ScheduleName } from '../functions/schedules.js';
import type { NeuronFunction } from '../model/specification.js';

/** A number, for the option of this name. */
export function toNumber(option: string, expected = 'a number') {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw wrongValue(option, expected, text);
    return value;
  };
}

/** A number, or one divided by another. */
export function toFraction(option: string) {
  return (text: string): number => {
    const [over, under, more] = text.split('/').map(toNumber(option));
    if (more !== undefined) throw wrongValue(option, 'a number, or one divided by another such as 1/255', text);
    return under === undefined ? over : over / under;
  };
}

/** The name of a scale, or a number, or one divided by another. */
export function toScale(option: string) {
  const number = toFraction(option);
  return (text: string): number | ScaleName => ((SCALES as readonly string[]).includes(text) ? (text as ScaleName) : number(text));
}

/** A number of samples, or the path of a file. */
export function toNumberOrPath(text: string): number | string {
  return /^-?[\d.]+$/.test(text) ? Number(text) : text;
}

/** Numbers with commas between them. */
export function toNumbers(option: string) {
  return (text: string): number[] => text.split(',').map(toNumber(option));
}

/** Seconds to milliseconds, for the option of this name: what a timer can wait. */
export function milliseconds(option: string, seconds: number): number {
  if (!(seconds >= 0.001 && seconds <= 2_147_483)) throw wrongValue(option, 'a number of seconds from 0.001 to 2147483', seconds);
  return Math.round(1000 * seconds);
}

/** A neuron's own f, written 'layer:neuron=f' and both counted from 1. */
export function toNeuron(text: string): NeuronFunction {
  const match = /^(\d+):(\d+)=(.+)$/.exec(text.trim());
  if (!match) throw wrongValue('neuron', "a layer, a neuron and its f, such as '2:5=tanh'", text);
  return { layer: Number(match[1]), neuron: Number(match[2]), f: match[3] };
}

const SCHEDULE_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['step', ['every', 'factor']],
  ['halve', ['patience']],
  ['cosine', ['warmUp']],
  ['restarts', ['first', 'factor']],
]);

/** 'kind' or 'kind:number,number': a schedule with its numbers in the order of the help. */
export function toSchedule(text: string): ScheduleName | Schedule {
  const [kind, rest, more] = text.split(':');
  if (rest === undefined) return kind as ScheduleName;
  const fields = SCHEDULE_FIELDS.get(kind) ?? [];
  const numbers = toNumbers('schedule')(rest);
  if (numbers.length > fields.length || more !== undefined) {
    throw wrongValue('schedule', 'constant, step:EPOCHS,FACTOR, halve:EPOCHS, cosine:EPOCHS or restarts:EPOCHS,FACTOR', text);
  }
  return { kind, ...Object.fromEntries(numbers.map((n, k) => [fields[k], n])) } as unknown as Schedule;
}

/** The same the other way; of options, whose numbers may be left open. */
export function scheduleText(schedule: ScheduleName | Partial<Schedule>): string {
  if (typeof schedule === 'string') return schedule;
  const { kind = 'constant', ...rest }: { kind?: ScheduleName; [field: string]: unknown } = schedule;
  const numbers = (SCHEDULE_FIELDS.get(kind) ?? []).map((field) => rest[field]);
  const said = numbers.slice(0, numbers.findLastIndex((number) => number !== undefined) + 1);
  return said.length === 0 ? kind : `${kind}:${said.join(',')}`;
}
