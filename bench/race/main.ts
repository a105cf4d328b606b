// The race from the command line: how long from typing the command until so many of MNIST's test digits are told right, on nabla and on
// other software, each with the recipe that suits it best. Exit code 0 done, 1 a side that was started failed or none could be,
// 2 a bad option, 130 interrupted. A side that is not installed is named and skipped. Run: npm run bench:race -- --data DIR

import { parseArgs } from 'node:util';
import { checkInteger, checkNumber } from '../../src/check.js';
import { describeMachine, formatMachine } from '../measure.js';
import { pick, requestOrEnd, requireMnistFolder } from '../options.js';
import { newestRecords } from '../page/records.js';
import { killAllPeers } from '../peers/peer.js';
import { RESULTS, today, writeRecord } from '../record.js';
import { type ChoiceResult, chooseOn, type RunSettings } from './choose.js';
import { race } from './race.js';
import { CANDIDATES } from './recipes.js';
import { SIDES, type Side } from './sides.js';
import { formatChoices, formatRace } from './table.js';

const HELP = `How long from typing the command until 97, 98 and 98.4 % of MNIST's test digits are told right, on nabla, PyTorch, NumPy,
scikit-learn and TensorFlow.js, each with the recipe chosen for it on validation digits. Dense networks, no augmentation.

  node dist/bench/race/main.js --data DIR [options]

  --data DIR      folder with MNIST's four IDX files, plain or gzipped (needed)
  --choose        choose the recipes first: tries ${CANDIDATES.length} candidates on every side and writes what each did to
                  bench/results/, which the race reads; without it, no race is run
  --sides LIST    of ${SIDES.map(({ id }) => id).join(', ')} (default: all)
  --rounds R      (default: 5; with --choose: seeds of each candidate, default 2)
  --limit T       seconds that a run may take (default: 120)
  --python PATH   to run the Python sides (default: python3 or /usr/bin/python3, whichever has the packages)
  --record        also write the figures to bench/results/
  --help

The clock runs from the start of the process until the line that tells the accuracy: start, imports, reading the digits, training,
and an evaluation of 10,000 digits after every epoch on every side. The race trains on all 60,000 training digits, with seeds 1, 2, …;
the choice on the first 50,000, judged by the other 10,000, with seeds 101, 102, ….
torch-1 and numpy-1 take one thread; every other side as many as its library takes by itself.
TensorFlow.js is found from this repository upwards, or in the folder named by NABLA_PEERS_MODULES.`;

/** Seeds of the choice begin after it: none is of the race. */
const FIRST_CHOICE_SEED = 101;

interface Request {
  readonly choose: boolean;
  readonly record: boolean;
  readonly sides: readonly Side[];
  readonly settings: RunSettings;
}

/** What was asked for; undefined for --help. Throws an error with one line for whatever cannot be meant. */
function readOptions(args: string[]): Request | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args,
    options: { data: text, sides: text, rounds: text, limit: text, python: text, choose: flag, record: flag, help: flag },
  });
  if (values.help) return undefined;
  const { choose = false, record = false } = values;
  const runs = checkInteger('--rounds', Number(values.rounds ?? (choose ? 2 : 5)), 1, FIRST_CHOICE_SEED - 1);
  const first = choose ? FIRST_CHOICE_SEED : 1;
  const settings: RunSettings = {
    data: requireMnistFolder(values.data, ['train', 't10k']),
    seeds: Array.from({ length: runs }, (_, k) => first + k),
    limit: checkNumber('--limit', Number(values.limit ?? 120), 0, true),
    pythons: values.python === undefined ? ['python3', '/usr/bin/python3'] : [values.python],
  };
  return { choose, record, sides: pick('--sides', values.sides, SIDES), settings };
}

const machine = describeMachine();

/** What was chosen before, on a machine of this size or else on the usual ones. */
function earlier(): readonly ChoiceResult[] {
  const sizes = newestRecords(RESULTS);
  const own = sizes.find(({ cores }) => cores === machine.cores);
  return (own?.records.choice ?? sizes[0].records.choice)?.results ?? [];
}

const tell = (progress: string): void => void process.stderr.write(`${progress}\n`);

/** Tries the candidates; the sides that were not asked for keep what was chosen for them. */
async function choose({ sides, settings: given }: Request): Promise<readonly { readonly reason?: string }[]> {
  const results: ChoiceResult[] = [];
  for (const side of sides) results.push(await chooseOn(side, given, tell));
  process.stdout.write(`${formatChoices(results)}\n`);
  const all = SIDES.flatMap(({ id }) => [...results, ...earlier()].find(({ side }) => side === id) ?? []);
  const settings = { seeds: given.seeds.join(' '), 'limit s': given.limit, 'training digits': 50_000, 'validation digits': 10_000 };
  writeRecord({ bench: 'choice', date: today(), machine, settings, results: all });
  return results;
}

async function run({ sides, settings: given, record }: Request): Promise<readonly { readonly reason?: string }[]> {
  const results = await race(sides, earlier(), given, tell);
  process.stdout.write(`${formatRace(results)}\n`);
  const settings = { rounds: given.seeds.length, 'limit s': given.limit, 'training digits': 60_000, 'test digits': 10_000 };
  if (record) writeRecord({ bench: 'race', date: today(), machine, settings, results });
  return results;
}

const request = requestOrEnd(readOptions, HELP);
process.on('exit', killAllPeers);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.stdout.write(`${formatMachine(machine)}\n`);
const results = await (request.choose ? choose(request) : run(request));
const reasons = results.map(({ reason }) => reason);
process.exitCode = reasons.some((reason) => reason?.startsWith('failed')) || !reasons.includes(undefined) ? 1 : 0;
