// Whether runs of several processes end when something fails, and go on to the same bits. Ranks, launchers and the launchers' helpers
// are killed at random moments, ranks are stopped, and cables between two hosts on this machine are cut. Each time all processes must
// be gone within ten seconds, and the run, resumed with another number of ranks, must end with the weights of a run that nothing happened to.
// Needs Linux, Open MPI or MPICH, and for the cables root. Run: npm run bench:ranks-failures -- --kills 100 --cuts 20

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkInteger, checkOneOf } from '../src/check.js';
import { Random } from '../src/random.js';
import { type CommandLine, Hosts, hasLauncher, LIBRARIES, type Library, mpirun } from '../test/support/hosts.js';
import { images, labels, writeIdxFolder } from '../test/support/idx-folder.js';
import { type Blow, GONE, Job } from '../test/support/job.js';
import { describeMachine, formatMachine, median, row } from './measure.js';
import { endWith, requestOrEnd } from './options.js';
import { today, writeRecord } from './record.js';

const HELP = `Whether runs of several processes end when something fails, and go on to the same bits.

  --kills N     processes killed or stopped, with each library (default 20)
  --cuts N      cables cut, with each library (default 4)
  --only LIST   of ${LIBRARIES.join(', ')} (default: both)
  --seed N      which processes and when (default 1)
  --record      also write the figures to bench/results/
  --help`;

/** Milliseconds that a case is watched beyond that, to say how long it did take. */
const WATCHED = 40_000;
/** Milliseconds after which what is left of a case is killed: a run, and as long as it is watched. */
const WHOLE = 60_000 + WATCHED;
/** How processes are struck, the likelier the more often; cables in turns. */
const KILLS: readonly Blow[] = ['rank', 'rank', 'rank', 'launcher', 'launcher', 'proxy', 'stopped'];
const CUTS: readonly Blow[] = ['down', 'silent'];

export interface FailureResult {
  readonly library: Library;
  readonly blow: Blow;
  readonly cases: number;
  /** Cases in which the run was still going on. */
  readonly hit: number;
  /** Seconds until all processes were gone, of those. */
  readonly median: number;
  readonly maximum: number;
  /** Cases in which some were left after the limit, and in which the run did not end with the right weights. */
  readonly late: number;
  readonly wrong: number;
}

interface Request {
  readonly kills: number;
  readonly cuts: number;
  readonly libraries: readonly Library[];
  readonly seed: number;
  readonly record: boolean;
}

function readRequest(args: string[]): Request | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { kills: text, cuts: text, only: text, seed: text, record: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  const number = (name: 'kills' | 'cuts' | 'seed', usual: number): number =>
    values[name] === undefined ? usual : checkInteger(`--${name}`, Number(values[name]), 0);
  return {
    kills: number('kills', 20),
    cuts: number('cuts', 4),
    seed: number('seed', 1),
    libraries: values.only === undefined ? LIBRARIES : values.only.split(',').map((name) => checkOneOf('--only', name, LIBRARIES)),
    record: values.record ?? false,
  };
}

/** This file runs from dist/bench. */
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
/** Some seconds on two cores, with an evaluation every twenty milliseconds and a checkpoint every half a second. */
const SETTINGS = { layers: '64,20,10', batch: 10, epochs: 120, 'checkpoint-every': '20e', optimiser: 'adam', eta: 0.01, dropout: 0.1 };

const request = requestOrEnd(readRequest, HELP);
const random = Random.stream(request.seed, 'failures');
const folder = mkdtempSync(join(tmpdir(), 'nabla-failures-'));

function trainInto(run: string): string[] {
  const options = Object.entries(SETTINGS).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return [process.execPath, MAIN, 'train', '--data', folder, ...options, '--seed', '3', '--workers', '1', '--format', 'json', '--run', run];
}

const resuming = (run: string): string[] => [process.execPath, MAIN, 'train', '--resume', run, '--format', 'json'];

const hashIn = (stdout: string): string | undefined => /"weightsSha256":"(\w+)"/.exec(stdout)?.[1];

/** The command line for so many processes; one needs no launcher. */
function lineFor(library: Library, ranks: number, program: readonly string[]): CommandLine {
  return ranks === 1 ? { file: program[0], args: program.slice(1), env: {} } : mpirun(library, ranks, program);
}

interface Case {
  readonly library: Library;
  readonly blow: Blow;
  readonly hit: boolean;
  /** Milliseconds until all processes were gone; undefined where some never were. */
  readonly took: number | undefined;
  readonly isRight: boolean;
}

/** Milliseconds of a run that nothing happens to: until its first epoch has ended, and until its end. */
interface Course {
  readonly hash: string;
  readonly first: number;
  readonly all: number;
}

const epochsIn = (stdout: string): number => stdout.split('"event":"epoch"').length - 1;

async function undisturbed(line: CommandLine): Promise<Course> {
  const begin = performance.now();
  const job = new Job(line, folder);
  await job.until(({ stdout }) => epochsIn(stdout) > 0);
  const first = performance.now() - begin;
  const { code, stdout, stderr } = await job.end;
  const hash = hashIn(stdout);
  if (code !== 0 || hash === undefined) throw new Error(`A run that nothing happened to ended with code ${code}:\n${stdout}${stderr}`);
  return { hash, first, all: performance.now() - begin };
}

/** When a run is struck: within its start after so many milliseconds, else after so many epochs, whatever else the machine does meanwhile. */
type Moment = { readonly milliseconds: number } | { readonly epochs: number };

/** Every moment of a run is as likely as any other. */
function drawMoment({ first, all }: Course): Moment {
  const milliseconds = 50 + random.below(Math.ceil(all - 50));
  return milliseconds < first ? { milliseconds } : { epochs: Math.ceil((SETTINGS.epochs * (milliseconds - first)) / (all - first)) };
}

async function reach(moment: Moment, job: Job): Promise<void> {
  const begin = performance.now();
  const isThere = (): boolean => ('epochs' in moment ? epochsIn(job.stdout) >= moment.epochs : performance.now() - begin >= moment.milliseconds);
  while (!isThere() && job.launcher.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function strike(library: Library, blow: Blow, ranks: number, moment: Moment, hosts: Hosts | undefined): Promise<Omit<Case, 'isRight'>> {
  const run = join(folder, 'run');
  rmSync(run, { recursive: true, force: true });
  const job = new Job(hosts ? hosts.mpirun(library, ranks, trainInto(run)) : mpirun(library, ranks, trainInto(run)), folder, WHOLE);
  try {
    await reach(moment, job);
    const rank = random.below(ranks);
    // A rank that has not been started yet is waited for.
    let hit = false;
    while (!hit && job.launcher.exitCode === null) {
      hit = job.strike(blow, rank, hosts);
      if (!hit) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const took = await job.gone(WATCHED);
    if (took === undefined) for (const { pid, command } of job.processes) console.log(`  still there: ${pid} ${command.slice(0, 100)}`);
    const { code } = await job.end;
    // The last moment of a run that was over. MPICH's mpirun then waits for the far host's part of it without end, where the network is gone:
    // no process of the run is left, and all of it is kept.
    const isDone = hashIn(job.stdout) !== undefined;
    return { library, blow, hit: hit && code !== 0 && !isDone, took };
  } finally {
    job.kill();
    hosts?.mend();
  }
}

/** Goes on with another number of ranks, or begins where nothing had been kept. */
async function goesOn(library: Library, ranks: number): Promise<string | undefined> {
  const run = join(folder, 'run');
  const began = existsSync(join(run, 'run.json'));
  if (!began) rmSync(run, { recursive: true, force: true });
  const { code, stdout, stderr } = await new Job(lineFor(library, ranks, began ? resuming(run) : trainInto(run)), folder, WHOLE).end;
  const hash = hashIn(stdout);
  if (hash !== undefined) return hash;
  // It was done already: its outcome is on the disk.
  if (code === 2 && /It is done after/.test(stderr)) return hashIn(JSON.stringify(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))));
  process.stdout.write(`${ranks} ranks did not go on (code ${code}): ${stderr}\n`);
  return undefined;
}

async function tryCase(library: Library, blow: Blow, course: Course): Promise<Case> {
  const isCut = CUTS.includes(blow);
  const onHosts = isCut || (Hosts.canBeMade && random.below(3) === 0);
  const hosts = onHosts ? Hosts.open() : undefined;
  const ranks = 2 + random.below(2);
  try {
    const moment = drawMoment(course);
    const struck = await strike(library, blow, ranks, moment, hosts);
    const others = [1, 2, 3, 4].filter((other) => other !== ranks);
    const other = others[random.below(others.length)];
    const isRight = (await goesOn(LIBRARIES[random.below(LIBRARIES.length)], other)) === course.hash;
    const figure = struck.took === undefined ? 'never' : `${(struck.took / 1000).toFixed(1)} s`;
    const late = struck.took === undefined || struck.took > GONE ? ' LATE' : '';
    const place = onHosts ? 'two hosts' : 'one host';
    const words = [
      library,
      blow,
      `${ranks} ranks`,
      place,
      'epochs' in moment ? `after ${moment.epochs} epochs` : `after ${(moment.milliseconds / 1000).toFixed(1)} s`,
      struck.hit ? figure : 'was over',
      `${other} went on`,
    ];
    console.log(`${words.join(', ')}${late}${isRight ? '' : ' WRONG'}`);
    return { ...struck, isRight };
  } finally {
    hosts?.close();
  }
}

function summed(cases: readonly Case[], library: Library, blow: Blow): FailureResult[] {
  const mine = cases.filter((one) => one.library === library && one.blow === blow);
  if (mine.length === 0) return [];
  const hit = mine.filter((one) => one.hit);
  const seconds = hit.map(({ took = WATCHED }) => took / 1000);
  const late = seconds.filter((one) => one > GONE / 1000).length;
  const times = seconds.length === 0 ? { median: 0, maximum: 0 } : { median: median(seconds), maximum: Math.max(...seconds) };
  return [{ library, blow, cases: mine.length, hit: hit.length, ...times, late, wrong: mine.filter(({ isRight }) => !isRight).length }];
}

const libraries = request.libraries.filter(hasLauncher);
if (libraries.length === 0) endWith('No launcher of MPI is installed (apt install openmpi-bin libopenmpi3 mpich libmpich12).', 1);
const machine = describeMachine();
console.log(formatMachine(machine));
const cases: Case[] = [];
try {
  const [training, test] = [600, 60];
  writeIdxFolder(folder, {
    trainingImages: images(training, 8, 8),
    trainingLabels: labels(training, 10),
    testImages: images(test, 8, 8, 100),
    testLabels: labels(test, 10),
  });
  const { hash } = await undisturbed(lineFor('openmpi', 1, trainInto(join(folder, 'plain'))));
  for (const library of libraries) {
    const course = await undisturbed(mpirun(library, 2, trainInto(join(folder, library))));
    if (course.hash !== hash) throw new Error(`Two ranks of ${library} came to other weights than one process.`);
    for (let k = 0; k < request.kills; k++) cases.push(await tryCase(library, KILLS[random.below(KILLS.length)], course));
    const cuts = Hosts.canBeMade ? request.cuts : 0;
    for (let k = 0; k < cuts; k++) cases.push(await tryCase(library, CUTS[k % CUTS.length], course));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const results = libraries.flatMap((library) => [...new Set([...KILLS, ...CUTS])].flatMap((blow) => summed(cases, library, blow)));
console.log(row('', 'cases', 'hit', 'median s', 'maximum s', 'late', 'wrong'));
for (const { library, blow, cases, hit, median, maximum, late, wrong } of results)
  console.log(row(`${library} ${blow}`.padEnd(20), ...[cases, hit, median.toFixed(1), maximum.toFixed(1), late, wrong].map(String)));
const { kills, cuts, seed } = request;
if (request.record) writeRecord({ bench: 'failures', date: today(), machine, settings: { kills, cuts, seed, 'limit s': GONE / 1000 }, results });
if (results.some(({ late, wrong }) => late + wrong > 0)) process.exitCode = 1;
