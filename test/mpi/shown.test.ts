// What a run over several ranks shows, under each launcher that is installed: who takes part and what their exchange takes in its events,
// its folder and its trace; who went on with it as another number of processes; and not a word of it where it is one.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DoneEvent, EpochEvent, StartEvent } from '#src/index.js';
import { ranksText } from '#src/options/ranks.js';
import { readLog } from '#src/runs/log.js';
import { ranksOfRecord, readRecord } from '#src/runs/record.js';
import { inFolder, jsonLines, MAIN, nabla } from '../support/command.js';
import { needs } from '../support/needs.js';

const LAUNCHERS = {
  'Open MPI': {
    command: 'mpirun.openmpi',
    flags: ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'],
    packages: 'openmpi-bin libopenmpi3',
  },
  MPICH: { command: 'mpirun.mpich', flags: [], packages: 'mpich libmpich12' },
} as const;
type Name = keyof typeof LAUNCHERS;

const needsLauncher = (name: Name) =>
  needs(
    spawnSync(LAUNCHERS[name].command, ['--version'], { timeout: 20_000 }).status === 0,
    `no launcher of ${name} (apt install ${LAUNCHERS[name].packages})`,
  );

/** `nabla train …` as so many ranks. @returns its events, or its text */
async function trained(name: Name, ranks: number, args: readonly string[], cwd: string): Promise<string> {
  const { command, flags } = LAUNCHERS[name];
  const child = spawn(command, [...flags, '-n', String(ranks), process.execPath, MAIN, 'train', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  // Both launchers pass it on to their ranks.
  const limit = setTimeout(() => child.kill('SIGTERM'), 60_000);
  const [out, err]: string[][] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  const code = await new Promise((resolve) => void child.on('close', resolve));
  clearTimeout(limit);
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${err.join('')}${out.join('')}`);
  return out.join('').replaceAll('\r', '');
}

interface Told {
  readonly start: StartEvent;
  readonly epochs: readonly EpochEvent[];
  readonly done: DoneEvent;
}

function told(stdout: string): Told {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const events = jsonLines(`${lines.join('\n')}\n`) as { event: string }[];
  const of = <E>(name: string): E[] => events.filter(({ event }) => event === name) as unknown as E[];
  return { start: of<StartEvent>('start')[0], epochs: of<EpochEvent>('epoch'), done: of<DoneEvent>('done')[0] };
}

const RUN = ['--layers', '784,12,10', '--batch', '50', '--seed', '2', '--workers', '1', '--reproducible', '--format', 'json'];
const rankOf = (ranks: number, mpi: string) => ({
  size: ranks,
  hosts: [{ name: hostname(), ranks, workers: ranks }],
  mpi: expect.stringMatching(mpi),
});

for (const name of Object.keys(LAUNCHERS) as Name[]) {
  it(
    `${name}: events, folder and trace tell of the ranks; who goes on as one process, and as three, says so`,
    { ...needsLauncher(name), tags: ['slow'] },
    () =>
      inFolder(async (cwd) => {
        const version = `^${name} \\d+\\.\\d+`;
        const first = told(
          await trained(
            name,
            2,
            [...RUN, '--across', 'replicated', '--epochs', '3', '--run', 'kept', '--trace', 'trace.json', '--trace-steps', '20'],
            cwd,
          ),
        );
        expect(first.start).toMatchObject({ workers: 1, ranks: rankOf(2, version), bits: 'any machine' });
        for (const { exchange, phases } of [...first.epochs, first.done as unknown as EpochEvent]) {
          expect(exchange?.share).toBeGreaterThan(0);
          expect(exchange?.share).toBeLessThan(1);
          expect(exchange?.microsecondsPerStep).toBeGreaterThan(0);
          // Half of the mini-batch: 25 rows of a², δ² and δ³, each of 12 floats, and the cost; and the head.
          expect(exchange?.bytesPerStep).toBe(4 * (16 + 25 * (12 + 12 + 12 + 1)));
          if (phases) expect(Object.values(phases).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        }
        // The first epoch is traced, the second tells how long a step takes, of the third some are timed.
        expect(Object.keys(first.epochs[2].phases ?? {})).toContain('exchange');
        const { traceEvents } = JSON.parse(readFileSync(join(cwd, 'trace.json'), 'utf8'));
        expect(traceEvents[0].args.name).toBe('nabla 784-12-10, rank 0');
        const exchanges = traceEvents.filter((event: { name: string }) => event.name === 'exchange');
        expect(new Set(exchanges.map(({ args }: { args: { step: number } }) => args.step)).size).toBe(20);

        const path = join(cwd, 'kept');
        expect(ranksOfRecord(readRecord(path))).toEqual(first.start.ranks);
        const alone = told((await nabla(['train', '--resume', 'kept', '--epochs', '4', '--format', 'json'], cwd)).stdout);
        expect([alone.start.ranks, alone.epochs[0].exchange, alone.done.exchange, alone.epochs[0].phases?.exchange]).toEqual(
          Array(4).fill(undefined),
        );
        const sliced = ['--resume', 'kept', '--epochs', '5', '--workers', '1', '--across', 'sliced', '--format', 'json'];
        const three = told(await trained(name, 3, sliced, cwd));
        // 17 rows of δ² and δ³ and the cost; z² of all 50 rows, of which rank 0 has all 12 columns, in one line; and a third of the last weights.
        expect(three.epochs[0].exchange?.bytesPerStep).toBeGreaterThan(4 * (16 + 17 * (12 + 12 + 1) + 50 * 12 + 4 * 12));
        const { epochs, resumptions } = readLog(path);
        expect(epochs.map(({ exchange }) => exchange !== undefined)).toEqual([true, true, true, false, true]);
        expect(resumptions.map(({ epoch, by }) => `${epoch}: ${by}`)).toEqual([
          '4: 1 worker',
          `5: ${ranksText(rankOf(3, version) as never)}, ${three.start.ranks?.mpi}`,
        ]);
        // Who began with it stays as it was.
        expect(ranksOfRecord(readRecord(path))).toEqual(first.start.ranks);
      }),
  );
}

it("Open MPI's terminal is none where its own output goes into a pipe: no control sequences", needsLauncher('Open MPI'), () =>
  inFolder(async (cwd) => {
    const text = await trained('Open MPI', 2, [...RUN, '--format', 'text', '--epochs', '1', '--run', 'kept'], cwd);
    expect(text).toContain('epoch 1/1');
    expect(text).not.toContain('\x1b');
  }),
);

it('one process tells of no ranks, and times no exchange', () =>
  inFolder(async (cwd) => {
    const { stdout } = await nabla(['train', ...RUN, '--epochs', '2', '--run', 'kept'], cwd);
    expect(stdout).not.toMatch(/"ranks"|exchange/);
    expect(readFileSync(join(cwd, 'kept', 'run.json'), 'utf8')).not.toMatch(/"ranks"|"exchange"/);
    expect(Object.keys(told(stdout).epochs[1].phases ?? {})).toEqual(['gather', 'forward', 'backward', 'update', 'wait']);
  }));
