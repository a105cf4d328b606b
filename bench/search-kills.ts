// Whether a search comes to the same, whatever happens to it. Its process is killed, or asked to end, at random moments, twice each time, and
// goes on with another number of runs at a time; and threads of it end at random moments. What it tells in the end must be what a search
// tells that nothing happened to, byte for byte, and nothing else may be left in its folder. Run: npm run bench:search-kills -- --kills 20

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkInteger } from '../src/check.js';
import { Random } from '../src/random.js';
import { BLOWS, type Blow, SearchKills, type Struck } from '../test/support/search-kills.js';
import { describeMachine, formatMachine, row } from './measure.js';
import { requestOrEnd } from './options.js';
import { today, writeRecord } from './record.js';

const HELP = `Whether a search comes to the same, whatever happens to it.

  --kills N     searches that are struck (default 20)
  --seed N      how and when (default 1)
  --record      also write the figures to bench/results/
  --help`;

interface SearchKillsResult {
  readonly blow: Blow;
  readonly cases: number;
  /** Searches that were still at work. */
  readonly hit: number;
  /** Searches that came to something else, and those that left something behind. */
  readonly wrong: number;
  readonly left: number;
}

function readRequest(args: string[]): { kills: number; seed: number; record: boolean } | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { kills: text, seed: text, record: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return undefined;
  const number = (name: 'kills' | 'seed', usual: number): number =>
    values[name] === undefined ? usual : checkInteger(`--${name}`, Number(values[name]), 0);
  return { kills: number('kills', 20), seed: number('seed', 1), record: values.record ?? false };
}

/** This file runs from dist/bench. */
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

const { kills, seed, record } = requestOrEnd(readRequest, HELP);
const machine = describeMachine();
console.log(formatMachine(machine));
const folder = mkdtempSync(join(tmpdir(), 'nabla-search-kills-'));
const cases: Struck[] = [];
try {
  const searches = new SearchKills(MAIN, folder, Random.stream(seed, 'search kills'));
  console.log(`undisturbed in ${((await searches.undisturbed()) / 1000).toFixed(1)} s`);
  for (let k = 0; k < kills; k++) {
    const struck = await searches.strike(BLOWS[k % BLOWS.length]);
    cases.push(struck);
    const words = [struck.blow, struck.hit ? 'hit' : 'was over', struck.isRight ? 'the same' : 'WRONG', ...struck.left.map((path) => `LEFT ${path}`)];
    console.log(`${k + 1}: ${words.join(', ')}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const results = BLOWS.map((blow): SearchKillsResult => {
  const mine = cases.filter((one) => one.blow === blow);
  const count = (is: (one: Struck) => boolean): number => mine.filter(is).length;
  return {
    ...{ blow, cases: mine.length, hit: count(({ hit }) => hit) },
    ...{ wrong: count(({ isRight }) => !isRight), left: count(({ left }) => left.length > 0) },
  };
});
console.log(row('', 'cases', 'hit', 'wrong', 'left'));
for (const { blow, cases, hit, wrong, left } of results) console.log(row(blow.padEnd(20), ...[cases, hit, wrong, left].map(String)));
if (record) writeRecord({ bench: 'search-kills', date: today(), machine, settings: { kills, seed }, results });
if (results.some(({ wrong, left }) => wrong + left > 0)) process.exitCode = 1;
