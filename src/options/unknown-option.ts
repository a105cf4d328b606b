// Proposals for options that do not exist, whether a program, a file or the command line named them: the words that other tools use stand
// in the options' rows (`also` of option-row.ts), and here what nabla has no option for, with what to do instead.

import { checkOptions, type NamedRows, proposal } from '../check.js';
import type { Rows } from '../option-row.js';
import { OPTIONS } from './table.js';

/** What other tools have an option for and nabla has none. */
const NO_OPTION: readonly { readonly words: readonly string[]; readonly instead: string }[] = [
  {
    words: ['device', 'gpu', 'cuda', 'use-gpu', 'accelerator', 'mps'],
    instead: 'nabla computes on the cores of the processor: workers and kernels say how.',
  },
  { words: ['verbose', 'quiet', 'silent', 'log-level', 'progress'], instead: 'nabla always says the same; a pipe gets no progress line.' },
  { words: ['shuffle', 'no-shuffle'], instead: 'nabla shuffles the samples anew in every epoch, by the seed.' },
  { words: ['beta', 'betas', 'adam-betas'], instead: 'nabla has two of them: beta1 and beta2.' },
  { words: ['alpha'], instead: 'A learning rate is called eta here, an L2 penalty lambda.' },
  { words: ['bias', 'use-bias', 'no-bias', 'fit-intercept'], instead: 'In nabla every neuron has a bias.' },
  { words: ['test-size', 'test-split', 'test-fraction'], instead: 'The test samples are those that the data have.' },
  { words: ['dtype', 'precision', 'fp16', 'amp', 'bf16', 'half'], instead: 'nabla computes in float32.' },
];

const ROWS: Rows = OPTIONS;

/**
 * What to write instead of an option that does not exist, as a sentence; '' where nothing is likely.
 * @param names those that there are
 * @param rows what they are also called
 */
export function proposedOption(word: string, names: readonly string[], rows: NamedRows, written?: (name: string) => string): string {
  const none = NO_OPTION.find(({ words }) => words.includes(word.toLowerCase().replaceAll('_', '-')));
  return none?.instead ?? proposal(word, names, rows, written);
}

/** The options of a program, read once; a name that is none of these is refused. */
export function checkKnown<T extends object>(options: T, names: readonly string[]): T {
  return checkOptions(options, names, (word) => proposedOption(word, names, ROWS));
}
