// From the text of an option to its value. What the value may be is checked by the library; here only that it is one.

import { Option } from 'commander';
import type { NeuronFunction } from '../model/specification.js';
import { milliseconds, toNeuron, toNumber, toNumbers } from '../options/option-text.js';

/** Seconds to milliseconds, for the option of this name. */
export function toMilliseconds(option: string) {
  return (text: string): number => milliseconds(option, toNumber(option)(text));
}

/** Names with commas between them. */
export function toNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** Adds a neuron's own f, written 'layer:neuron=f' and both counted from 1, to those before it. */
export function addNeuron(text: string, before: readonly NeuronFunction[] = []): NeuronFunction[] {
  return [...before, toNeuron(text)];
}

/** Numbers with commas between them, or 'balanced'. */
export function toClassWeights(text: string): number[] | 'balanced' {
  return text === 'balanced' ? text : toNumbers('class-weights')(text);
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
