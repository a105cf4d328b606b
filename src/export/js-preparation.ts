// What a JavaScript module has besides the network where the data of its run were columns of a file: code that makes inputs of them as
// data/columns/apply.ts does, numbers rounded where they are rounded there, that names the class, and that gives what is predicted in
// its own units. Only what a preparation takes is written.

import { probabilityReading } from '../model/probabilities.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { ModelMetadata } from './metadata.js';
import { columnNames, type ModelPreparation } from './preparation.js';

/** Lines about x and what comes back, for the head of the module. */
export function preparedHead({ preparation, outputs }: ModelMetadata & { preparation: ModelPreparation }): string {
  const { plain, columns, target } = preparation;
  const named = columnNames(preparation) !== undefined;
  const n = plain?.count ?? columns.length;
  const calls =
    target.kind === 'classes'
      ? `import { classify, predict } from './net.mjs';
//   const { name, probability } = classify(x);   // the likeliest class
//   const a = predict(x);   // activations of the ${outputs} outputs, one for each of metadata.classNames`
      : `import { predict } from './net.mjs';
//   const y = predict(x);   // numbers for metadata.preparation.target.columns, in their own units`;
  const missing = plain ? '' : ' A missing value is null, undefined or NaN.';
  const forms = named ? `the values of its ${n} columns in their order, or an object with them by their names` : `the values of its ${n} columns`;
  return `//   ${calls}
//
// x is a sample as the data have it: ${forms}.${missing}
`;
}

/** The function inputsOf, and what it uses. */
export function preparedInputs(preparation: ModelPreparation): string {
  const row = rowText(preparation);
  if (preparation.plain) return [PLAIN, row, NUMBER_OF].join('\n');
  const hasWords = preparation.columns.some(({ kind }) => kind === 'words');
  const hasNumbers = preparation.columns.some(({ kind }) => kind !== 'words');
  const of = hasWords && hasNumbers ? "(column.kind === 'words' ? wordInputs : numberInputs)" : hasWords ? 'wordInputs' : 'numberInputs';
  return [prepared(of), row, ...(hasNumbers ? [NUMBER, NUMBER_OF] : []), ...(hasWords ? [WORDS] : []), MISSING].join('\n');
}

/** The expression that predict returns. */
export function preparedOutput({ target }: ModelPreparation): string {
  return target.kind === 'classes' ? 'a' : 'metadata.preparation.target.columns.map(({ mean, deviation }, j) => a[j] * deviation + mean)';
}

const PLAIN = `function inputsOf(x) {
  const { scale } = metadata.preparation.plain;
  return rowOf(x).map((value, k) => numberOf(value, \`column \${k + 1}\`) * scale);
}
`;

/** @param of the function that makes the inputs of a column */
const prepared = (of: string): string => `function inputsOf(x) {
  const row = rowOf(x);
  return metadata.preparation.columns.flatMap((column, k) => ${of}(column, row[k]));
}
`;

const NUMBER = `function numberInputs({ name, subtract, divide, fill, indicator }, value) {
  const missing = isMissing(value, name, fill);
  const input = Math.fround(((missing ? fill : numberOf(value, name)) - subtract) / divide);
  return indicator ? [input, missing ? 1 : 0] : [input];
}
`;

const WORDS = `/** One input is 1: that of the word, or of all other words where there is one for them. */
function wordInputs({ name, words, other, fill, indicator }, value) {
  const missing = isMissing(value, name, fill);
  if (typeof value === 'object' && !missing) throw new TypeError(\`predict: \${name}: expected a text, got an object.\`);
  const inputs = words.map(() => 0);
  if (other) inputs.push(0);
  const known = missing ? fill : words.indexOf(String(value));
  const k = known < 0 && other && !missing ? words.length : known;
  if (k >= 0) inputs[k] = 1;
  if (indicator) inputs.push(missing ? 1 : 0);
  return inputs;
}
`;

const MISSING = `function isMissing(value, name, fill) {
  const missing = value === undefined || value === null || Number.isNaN(value);
  if (missing && fill === undefined) throw new RangeError(\`predict: \${name}: expected a value, got none; the network was trained without missing ones.\`);
  return missing;
}
`;

const NUMBER_OF = `/** As a float32, which the data are kept in. */
function numberOf(value, name) {
  const number = typeof value === 'number' || typeof value === 'boolean' ? Math.fround(value) : NaN;
  if (!Number.isFinite(number)) throw new RangeError(\`predict: \${name}: expected a finite number, got \${typeof value === 'number' ? value : typeof value}.\`);
  return number;
}
`;

/** The values of a sample, in an array or, where the columns have names, by these. */
function rowText(preparation: ModelPreparation): string {
  const n = preparation.plain?.count ?? preparation.columns.length;
  const refused = (what: string, got: string): string => `throw new RangeError(\`predict: expected ${n} ${what}, got \${${got}}.\`);`;
  if (columnNames(preparation) === undefined) {
    return `function rowOf(x) {
  if (x?.length !== ${n}) ${refused('values', 'x?.length')}
  return Array.from(x);
}
`;
  }
  const names = preparation.plain ? 'metadata.preparation.plain.names' : 'metadata.preparation.columns.map(({ name }) => name)';
  return `function rowOf(x) {
  if (Array.isArray(x) || ArrayBuffer.isView(x)) {
    if (x.length !== ${n}) ${refused('values', 'x.length')}
    return Array.from(x);
  }
  if (typeof x !== 'object' || x === null) ${refused('values in an array, or in an object by the names of the columns', 'x === null ? x : typeof x')}
  return ${names}.map((name) => {
    if (!Object.hasOwn(x, name)) throw new RangeError(\`predict: \${name}: expected a value, or null where it is missing; the object has none of that name.\`);
    return x[name];
  });
}
`;
}

const PROBABILITIES = {
  'as they are': 'const probabilitiesOf = (a) => a;',
  'by their shares': `const probabilitiesOf = (a) => {
  const sum = a.reduce((s, v) => s + v, 0);
  return a.map((v) => (sum === 0 ? 1 / a.length : v / sum));
};`,
  softmax: `const probabilitiesOf = (a) => {
  const top = Math.max(...a);
  const powers = a.map((v) => (v === top ? 1 : Math.exp(v - top)));
  const sum = powers.reduce((s, v) => s + v, 0);
  return powers.map((v) => v / sum);
};`,
};

/** The function classify; nothing where numbers are predicted. */
export function classifyText(network: NetworkSpecification, { target }: ModelPreparation): string {
  if (target.kind !== 'classes') return '';
  return `
/**
 * @param x as predict takes it
 * @returns {{ label: number, name: string, probability: number, probabilities: number[] }} the class of the largest output, and the probability
 * of each of metadata.classNames
 */
export function classify(x) {
  const a = predict(x);
  const label = a.indexOf(Math.max(...a));
  const probabilities = probabilitiesOf(a);
  return { label, name: metadata.classNames[label], probability: probabilities[label], probabilities };
}

${PROBABILITIES[probabilityReading(network)]}
`;
}
