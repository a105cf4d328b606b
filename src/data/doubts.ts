// What is odd about a data set, though it can be used: a scale that does not fit its values, and classes that no training sample is
// of. Warnings for the start of a run; what cannot be used is refused elsewhere.

import { plural } from '../text.js';
import { countSamples, type Dataset, isRegression } from './dataset.js';
import { rangesText } from './labels.js';
import { scaleDoubt } from './scale-doubt.js';

/** A warning for each thing that is odd, in whole sentences. */
export function dataDoubts(data: Dataset): string[] {
  const { training, scale } = data;
  const bytes = training.values instanceof Uint8Array;
  const doubt = scaleDoubt(training.values, { scale, samples: countSamples(data, 'training'), scalable: bytes });
  return [doubt?.text, isRegression(data) ? undefined : missingClasses(data)].filter((text) => text !== undefined);
}

/** Classes without a training sample: where labels count from 1, for example, or where a file was cut. */
function missingClasses({ classes, training, validation, test }: Dataset): string | undefined {
  const there = new Uint8Array(classes);
  for (const label of training.labels) there[label] = 1;
  const missing = Array.from(there.keys()).filter((label) => there[label] === 0);
  if (missing.length === 0) return undefined;
  const held = [validation, test].reduce((sum, { labels }) => sum + labels.filter((label) => there[label] === 0).length, 0);
  const which = `No training sample is of class ${rangesText(missing)}`;
  if (held > 0)
    return `${which}, but ${plural(held, 'sample')} for validation or test ${held === 1 ? 'is' : 'are'}: nothing teaches the network what that is.`;
  const from1 = missing.length === 1 && missing[0] === 0 ? ` The labels are 1 to ${classes - 1}; classes count from 0 here.` : '';
  return `${which}: the network has ${plural(missing.length, 'output')} for what never occurs.${from1}`;
}
