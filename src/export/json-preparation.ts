// How columns of a file become inputs, and outputs what they stand for, in words, for a JSON whose metadata hold the preparation. Whoever
// does what they say comes to the inputs that data/columns/apply.ts makes.

import type { ModelPreparation } from './preparation.js';

const NUMBER =
  'A column of kind number or boolean (true is 1, false 0): x is its value rounded to float32, or fill where it is missing; its input is ' +
  '(x - subtract) / divide in float64, rounded to float32.';
const WORDS =
  'A column of kind words: an input for each entry of words, in their order, 1 for the one that is the value and 0 for the others; where other is ' +
  'true, one more, 1 for a value that is not among words. A missing value stands for entry fill of words, counted from 0, or for none of them where fill is -1.';
const INDICATOR = 'Where indicator is true, one more input follows, 1 where the value is missing and 0 where it is there.';
const NO_FILL = 'A sample whose missing value has no fill cannot be taken.';

/** From a sample as the data have it to the inputs. */
export function inputsAbout({ plain, columns }: ModelPreparation): string {
  if (plain) {
    const order = plain.names ? ' in the order of metadata.preparation.plain.names' : '';
    return `Start with a = the values of a sample${order}, each times metadata.preparation.plain.scale.`;
  }
  const kinds = columns.map(({ kind }) => kind);
  return [
    'Start with a = the inputs that the columns of a sample make, one column after another, as the entries of metadata.preparation.columns say.',
    ...(kinds.some((kind) => kind !== 'words') ? [NUMBER] : []),
    ...(kinds.includes('words') ? [WORDS] : []),
    ...(columns.some(({ indicator }) => indicator) ? [INDICATOR] : []),
    NO_FILL,
  ].join(' ');
}

/** From the outputs to what they stand for. */
export function outputsAbout({ target }: ModelPreparation): string {
  if (target.kind === 'classes') return 'Output j is for the class metadata.classNames[j].';
  return 'What is predicted is, in its own units, output j times deviation plus mean of entry j of metadata.preparation.target.columns.';
}
