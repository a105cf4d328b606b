// How the recipe of `nabla reproduce simard` was chosen: each candidate trained on 50,000 digits of MNIST, as many side by side as there are cores,
// and judged by the 10,000 validation digits alone. The test digits are in the data, and nothing here looks at what a network says of them.
// Run: npm run bench:simard -- --data FOLDER --epochs 40

import { parseArgs } from 'node:util';
import { checkInteger, checkOneOf } from '../../src/check.js';
import { openOnce, trainSeveral } from '../../src/experiments/side-by-side.js';
import type { TrainResult } from '../../src/training/result.js';
import { describeMachine, figure, formatMachine, row } from '../measure.js';
import { requestOrEnd } from '../options.js';
import { CANDIDATES, COMMON } from './candidates.js';

const HELP = `Candidates for the recipe of nabla reproduce simard, judged by validation digits.

  --data DIR      folder with MNIST's IDX files
  --only LIST     candidates, with ';' between them (default: all): ${Object.keys(CANDIDATES).join('; ')}
  --epochs N      default 40
  --seeds N       default 1
  --help`;

function readRequest(args: string[]) {
  const text = { type: 'string' } as const;
  const options = { data: text, only: text, epochs: text, seeds: text, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) return undefined;
  if (values.data === undefined) throw new RangeError('--data: expected a folder with the IDX files of MNIST.');
  const names = Object.keys(CANDIDATES);
  const only = values.only?.split(';').map((name) => checkOneOf('--only', name.trim(), names)) ?? names;
  const [epochs, seeds] = [checkInteger('--epochs', Number(values.epochs ?? 40), 1), checkInteger('--seeds', Number(values.seeds ?? 1), 1)];
  return { data: values.data, only, epochs, seeds };
}

type Validated = Pick<TrainResult, 'validationAccuracy' | 'validationCost'>;
const errorOf = ({ validationAccuracy }: Validated): number => 100 * (1 - (validationAccuracy ?? Number.NaN));
const costOf = ({ validationCost }: Validated): number => validationCost ?? Number.NaN;

const { data, only, epochs, seeds } = requestOrEnd(readRequest, HELP);
console.log(formatMachine(describeMachine()));
const numbers = Array.from({ length: seeds }, (_, k) => k + 1);
const opened = await openOnce({ ...COMMON, data }, false);
const runs = only.flatMap((name) => numbers.map((seed) => ({ name, options: { ...COMMON, ...CANDIDATES[name], epochs, seed }, opened })));
console.log(row('', 'error, %', 'cost', 'seconds'));
await trainSeveral({ data: opened.data }, runs, {
  onOutcome: (k, { value, error }) => {
    if (!value) return console.log(`${runs[k].name}: ${error?.message}`);
    console.log(row(runs[k].name, errorOf(value).toFixed(2), costOf(value).toFixed(4), figure(value.seconds)));
  },
});
