// The page of `nabla play` in Chromium, beside what was asked of it: its speed beside Node's, the time to the first curve, its frames while it
// trains, what runs leave behind, and how soon it stops. A figure that misses what was asked is marked, and the exit code is then 1.
// Run: npm run bench:play

import { loadDataset } from '../../src/data/load.js';
import { chromiumPath, inBrowser, NO_CHROMIUM } from '../../test/support/browser.js';
import { describeMachine, figure, formatMachine, range, row } from '../measure.js';
import { NETWORKS } from '../networks.js';
import { endWith, readOptions } from '../options.js';
import { today, writeRecord } from '../record.js';
import { measureCurve, measureStop } from './clicks.js';
import { measureFrames } from './frames.js';
import type { Cores, PlayResult } from './results.js';
import { coresText, verdicts } from './results.js';
import { measureRuns } from './runs.js';
import { measureSpeed } from './speed.js';

const SUBJECTS = ['speed', 'curve', 'frames', 'runs', 'stop'] as const;
const WORKERS = [1, 2];
const CORES: readonly Cores[] = ['all', 'one'];
const SHOWN = ['784-30-10', '784-100-10'];

const { data, only, quick, record } = readOptions(
  'The page of `nabla play` in Chromium, beside what was asked of it. --data is for its speed; the page has the digits of the package.',
  SUBJECTS,
);
const settings = quick
  ? { rounds: 2, seconds: 0.3, loads: 2, training: 12, runs: 6, stops: 4 }
  : { rounds: 9, seconds: 2, loads: 10, training: 60, runs: 20, stops: 20 };

/** What a measurement of some rows comes to; none where it was not asked for. */
async function each<T, R>(subject: (typeof SUBJECTS)[number], of: readonly T[], measure: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  if (only.includes(subject)) for (const one of of) results.push(await measure(one));
  return results;
}

async function measureAll(): Promise<PlayResult> {
  const { rounds, seconds, loads, training, runs, stops } = settings;
  const networks = NETWORKS.filter(({ id }) => id === 'N1' || id === 'N2');
  const speed = async () => measureSpeed(networks, WORKERS, await loadDataset(data), { rounds, seconds });
  const onCores = CORES.flatMap((cores) => SHOWN.map((network) => ({ cores, network })));
  return {
    speed: (await each('speed', [speed], (measure) => measure())).flat(),
    curve: await each('curve', CORES, (cores) => measureCurve(cores, loads)),
    frames: (await each('frames', SHOWN, (network) => measureFrames(network, training))).flat(),
    runs: await each('runs', [runs], (count) => measureRuns(count)),
    stop: await each('stop', onCores, ({ cores, network }) => measureStop(cores, network, stops)),
  };
}

function print({ speed, curve, frames, runs, stop }: PlayResult): void {
  if (speed.length > 0) console.log(row('', 'workers', 'page', 'Node', '  page over Node'));
  for (const { network, workers, page, node, ratio } of speed)
    console.log(row(network, String(workers), figure(page.median), figure(node.median), `  ${range(ratio)}`));
  for (const { cores, opened, curve: first } of curve)
    console.log(`first curve, ${coresText(cores)}: ${range(first, 0)} ms after the click; the page is there after ${range(opened, 0)} ms`);
  if (frames.length > 0) console.log(row('', 'part', 'frames', 'longest, ms', 'over 50 ms', 'long tasks', 'longest, ms'));
  for (const { network, part, frames: count, longest, late, tasks, longestTask, cause } of frames)
    console.log(`${row(network, part, String(count), ...[longest, late, tasks, longestTask].map((n) => n.toFixed(0)))}  ${cause}`);
  for (const { runs: count, threads, memory, resident } of runs)
    for (const [name, size] of Object.entries({ 'the page': memory, ...(resident && { 'its processes': resident }) }))
      console.log(
        `${count} runs, threads left ${threads}; ${name}: ${size.first.toFixed(1)} MB after the first, ${size.last.toFixed(1)} MB after the last`,
      );
  for (const { cores, network, lastEvent, shown } of stop)
    console.log(`Stop, ${coresText(cores)}, ${network}: last event after ${range(lastEvent, 0)} ms, shown after ${range(shown, 0)} ms`);
}

if (chromiumPath === undefined) endWith(NO_CHROMIUM, 1);
const machine = describeMachine();
const browser = await inBrowser({}, async ({ page }) => page.context().browser()?.version() ?? '');
console.log(`${formatMachine(machine)}; Chromium ${browser}`);
const result = await measureAll();
print(result);
const asked = verdicts(result);
console.log('\nasked:');
for (const { what, asked: wanted, got, isMet } of asked) console.log(`${isMet ? '  met   ' : '  MISSED'}  ${what}: ${got} (${wanted})`);
if (record) writeRecord({ bench: 'play', date: today(), machine, settings: { ...settings, browser: `Chromium ${browser}` }, results: [result] });
if (asked.some(({ isMet }) => !isMet)) process.exitCode = 1;
