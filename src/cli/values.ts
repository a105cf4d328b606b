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
export function toWeights(option: string) {
  return (text: string): number[] | 'balanced' => (text === 'balanced' ? text : toNumbers(option)(text));
}

/** Adds a text to those before it. */
export function addText(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** 'auto' or a number. */
export function toNumberOrAuto(option: string) {
  return (text: string): number | 'auto' => (text === 'auto' ? text : toNumber(option, "a number or 'auto'")(text));
}

export const formatOption = (): Option =>
  new Option('--format <format>', 'text for people; json for programs: one object per line on standard output')
    .choices(['text', 'json'])
    .default('text');
