// What it costs two threads to write next to each other: a call of one of the trainer's kernels by two threads at once, without
// a barrier inside, over the time of one alone, where both write neighbouring lines of the same rows, and where each writes to
// one piece of memory. 1 is what two cores can do; some processors fetch lines in pairs, and ahead of a slice's end, into
// lines that the other core is writing. The calls are in sharing/trials.ts. Run: npm run bench:sharing

import { isMainThread } from 'node:worker_threads';
import { loadKernels } from '../src/kernels/load.js';
import { describeMachine, formatMachine, range, rotated, row, type Summary, summarise } from './measure.js';
import { readOptions } from './options.js';
import { today, writeRecord } from './record.js';
import { accompany, Duet, type Part } from './sharing/duet.js';
import { LAYOUTS, type LayoutName, TRIALS } from './sharing/trials.js';

export interface SharingResult {
  readonly trial: string;
  readonly what: string;
  /** Cache lines of a row that each thread writes. */
  readonly lines: number;
  readonly layout: LayoutName;
  /** Whether the trainer has this layout. */
  readonly trained: boolean;
  /** Microseconds a call, one thread alone. */
  readonly alone: Summary;
  /** Both at once over one alone, round by round. */
  readonly ratio: Summary;
}

const LINES = [1, 2, 3, 4];

if (isMainThread) await main();
else await accompany();

async function main(): Promise<void> {
  const { only, quick, record } = readOptions(
    'Two threads that write next to each other, over one alone.',
    TRIALS.map(({ id }) => id),
  );
  // Shorter than a scheduler's time slice: then another process spoils some rounds, not all. Beside five of them, rows that share no
  // line had medians of 1.85 in rounds of 10 ms, and of 1.01 to 1.02 in rounds of 3.
  const settings = { rounds: quick ? 5 : 31, milliseconds: quick ? 1 : 3 };
  const machine = describeMachine();
  const choice = await loadKernels('auto');
  console.log(`${formatMachine(machine)}; kernels ${choice.name}`);
  console.log('both at once over one alone; * what the trainer has');
  const duet = new Duet(new URL(import.meta.url), choice);
  const results: SharingResult[] = [];
  for (const { id, what, layouts, trained } of TRIALS.filter(({ id }) => only.includes(id))) {
    console.log(`\n${id}: ${what}`);
    const names = LAYOUTS.filter((name) => layouts[name] !== undefined);
    console.log(`  ${row('lines each')}${names.map((name) => `${name}${name === trained ? ' *' : ''}`.padStart(22)).join('')}`);
    for (const lines of LINES) {
      const parts = names.map((layout): Part => ({ trial: id, layout, lines }));
      const measured = await measure(duet, parts, settings);
      console.log(`  ${row(`${lines} + ${lines}`)}${measured.map(({ ratio }) => range(ratio).padStart(22)).join('')}`);
      results.push(...measured.map((figures, k) => ({ trial: id, what, lines, layout: names[k], trained: names[k] === trained, ...figures })));
    }
  }
  await duet.close();
  if (record) writeRecord({ bench: 'sharing', date: today(), machine, settings: { ...settings, kernels: choice.name }, results });
}

/** All layouts of a trial, in turns. */
async function measure(
  duet: Duet,
  parts: readonly Part[],
  { rounds, milliseconds }: { rounds: number; milliseconds: number },
): Promise<Pick<SharingResult, 'alone' | 'ratio'>[]> {
  const sides: { part: Part; calls: number; alone: number[]; ratios: number[] }[] = [];
  for (const part of parts) sides.push({ part, calls: await callsFor(duet, part, milliseconds), alone: [], ratios: [] });
  for (let round = 0; round < rounds; round++) {
    for (const { part, calls, alone, ratios } of rotated(sides, round)) {
      const one = await duet.alone(round % 2, part, calls);
      alone.push((1000 * one) / calls);
      ratios.push((await duet.both(part, calls)) / one);
    }
  }
  return sides.map(({ alone, ratios }) => ({ alone: summarise(alone), ratio: summarise(ratios) }));
}

/** How many calls take so long; both threads have then compiled them. */
async function callsFor(duet: Duet, part: Part, milliseconds: number): Promise<number> {
  let calls = 1;
  let taken = 0;
  while (taken < milliseconds / 2) {
    calls *= 2;
    await duet.alone(1, part, calls);
    taken = await duet.alone(0, part, calls);
  }
  return Math.max(1, Math.round((calls * milliseconds) / taken));
}
