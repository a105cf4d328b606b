// What is odd about a data set, though it can be used: a scale that does not fit its values, and classes that no training sample is
// of. Warnings for the start of a run and of an evaluation; what cannot be used is refused elsewhere.

import { plural } from '../text.js';
import { countSamples, type Dataset, isRegression, type Split } from './dataset.js';
import { rangesText } from './labels.js';
import { scaleDoubt } from './scale-doubt.js';

/** A warning for each thing that is odd, in whole sentences. */
export function dataDoubts(data: Dataset): string[] {
  return [...(data.warnings ?? []), ...splitDoubts(data, 'training'), ...(isRegression(data) ? [] : missingClasses(data))];
}

/** The same of the values of one split. @param usual root mean square of the inputs that a network was trained on, if it is for one */
export function splitDoubts(data: Dataset, split: Split, usual?: number): string[] {
  const { values } = data[split];
  const doubt = scaleDoubt(values, { scale: data.scale, samples: countSamples(data, split), scalable: values instanceof Uint8Array, usual });
  return doubt ? [doubt.text] : [];
}

/** Classes without a training sample: where labels count from 1, for example, or where a file was cut. */
function missingClasses({ classes, training, validation, test }: Dataset): string[] {
  const there = new Uint8Array(classes);
  for (const label of training.labels) there[label] = 1;
  const missing = Array.from(there.keys()).filter((label) => there[label] === 0);
  if (missing.length === 0) return [];
  const held = [validation, test].reduce((sum, { labels }) => sum + labels.filter((label) => there[label] === 0).length, 0);
  const which = `No training sample is of class ${rangesText(missing)}`;
  if (held > 0)
    return [`${which}, but ${plural(held, 'sample')} for validation or test ${held === 1 ? 'is' : 'are'}: nothing teaches the network what that is.`];
  const from1 = missing.length === 1 && missing[0] === 0 ? ` The labels are 1 to ${classes - 1}; classes count from 0 here.` : '';
  return [`${which}: the network has ${plural(missing.length, 'output')} for what never occurs.${from1}`];
}
