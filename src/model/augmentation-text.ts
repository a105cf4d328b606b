// Augmentations as options and files write them: 'rotate:12 scale:0.12 elastic:sigma=6,alpha=36', kinds with their numbers.

import { checkNumber, checkOneOf } from '../check.js';
import { wrongKind, wrongValue } from '../errors.js';
import { AUGMENTATION_NAMES, AUGMENTATIONS, type Augmentation, type AugmentationName, type AugmentationNumber } from '../functions/augmentations.js';

const EXAMPLE = "such as 'rotate:12 elastic:sigma=6,alpha=36'";

/** The kinds that a text names, in the table's order. @throws {TypeError | RangeError} */
export function augmentationOf(text: unknown): Augmentation {
  if (typeof text !== 'string') throw wrongKind('augment', `a text ${EXAMPLE}`, text);
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (parts.length === 0) throw wrongValue('augment', `a text ${EXAMPLE}`, text);
  const found = new Map<AugmentationName, Record<string, number>>();
  for (const part of parts) {
    const [name, rest] = divided(part, ':');
    const kind = checkOneOf('augment', name, AUGMENTATION_NAMES, AUGMENTATIONS);
    if (found.has(kind)) throw wrongValue('augment', 'each kind once', part);
    found.set(kind, numbersOf(kind, rest ?? ''));
  }
  return Object.fromEntries(AUGMENTATION_NAMES.flatMap((name) => (found.has(name) ? [[name, found.get(name)]] : [])));
}

/** The same as text, always written in one way. */
export function augmentationText(augmentation: Augmentation): string {
  return Object.entries(augmentation)
    .map(([name, numbers]) => {
      const entries = Object.entries(numbers);
      return `${name}:${entries.length === 1 ? entries[0][1] : entries.map(([key, value]) => `${key}=${value}`).join(',')}`;
    })
    .join(' ');
}

function numbersOf(kind: AugmentationName, text: string): Record<string, number> {
  const rows: Readonly<Record<string, AugmentationNumber>> = AUGMENTATIONS[kind].numbers;
  const names = Object.keys(rows);
  const expected = names.length === 1 ? `${kind}:${names[0].toUpperCase()}` : `${kind}:${names.map((name) => `${name}=…`).join(',')}`;
  const values = text.split(',').map((part, k): [string, number] => {
    const [first, second] = divided(part, '=');
    const name = second === undefined ? names[k] : names.find((one) => one === first || rows[one].also?.includes(first));
    const value = Number(second ?? first);
    if (name === undefined || (second ?? first).trim() === '' || Number.isNaN(value)) throw wrongValue('augment', expected, `${kind}:${text}`);
    return [name, value];
  });
  const numbers = Object.fromEntries(values);
  if (values.length !== names.length || Object.keys(numbers).length !== names.length) throw wrongValue('augment', expected, `${kind}:${text}`);
  return Object.fromEntries(
    names.map((name) => {
      const value = checkNumber(`augment, ${name} of ${kind}`, numbers[name], 0, true);
      if (value > rows[name].most) throw wrongValue(`augment, ${name} of ${kind}`, `a number above 0 and at most ${rows[name].most}`, value);
      if (kind === 'shift' && !Number.isInteger(value)) throw wrongValue('augment, pixels of shift', 'a whole number', value);
      return [name, value];
    }),
  );
}

/** What stands before the first divider, and after it. */
function divided(text: string, divider: string): [before: string, after: string | undefined] {
  const at = text.indexOf(divider);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
