// The options that the page has a field for. Any other option of `nabla train` can stand in the address.

import { ACTIVATION_NAMES } from '../../functions/activations.js';
import { COST_NAMES } from '../../functions/costs.js';
import { OPTIMISER_NAMES } from '../../functions/optimisers/index.js';

export interface Field {
  /** The option. */
  readonly name: string;
  readonly label: string;
  /** What it may be, where that is a list; otherwise it is typed. */
  readonly choices?: readonly string[];
  /** What an empty one means. */
  readonly usual: string;
  /** Whether what is typed is a number. */
  readonly isNumber?: true;
}

/** @param cores that the page may use */
export function fieldsFor(cores: number): readonly Field[] {
  return [
    { name: 'layers', label: 'Layers', usual: '784,100,10' },
    { name: 'activation', label: 'Activation', choices: ACTIVATION_NAMES, usual: 'sigmoid' },
    { name: 'cost', label: 'Cost', choices: COST_NAMES, usual: 'cross-entropy' },
    { name: 'init', label: 'Weights at the start', choices: ['normal', 'scaled', 'he', 'glorot'], usual: 'what suits f' },
    { name: 'optimiser', label: 'Optimiser', choices: OPTIMISER_NAMES, usual: 'sgd' },
    { name: 'eta', label: 'Learning rate η', isNumber: true, usual: '0.5' },
    { name: 'lambda', label: 'Decay λ', isNumber: true, usual: '0' },
    { name: 'dropout', label: 'Dropout', usual: '0' },
    { name: 'batch', label: 'Mini-batch m', isNumber: true, usual: '10' },
    { name: 'epochs', label: 'Epochs', isNumber: true, usual: '30' },
    { name: 'seed', label: 'Seed', isNumber: true, usual: '1' },
    { name: 'kernels', label: 'Kernels', choices: ['simd', 'relaxed', 'scalar'], usual: 'the fastest' },
    { name: 'workers', label: 'Workers', choices: Array.from({ length: cores }, (_, k) => String(k + 1)), usual: 'as many as help' },
  ];
}

const LABELS = new Map(fieldsFor(1).map(({ name, label }) => [name, label]));

/** What the trainer says, in which options are called as the fields of the page: for '--init he', ‘Weights at the start’ he. */
export function inWordsOfPage(text: string): string {
  return text.replace(/--([a-z-]+)/g, (flag, name) => (LABELS.has(name) ? `‘${LABELS.get(name)}’` : flag));
}
