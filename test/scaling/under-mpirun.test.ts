// `nabla plan` and `nabla bench` as several processes that a launcher of MPI has started, where one is installed: one of them speaks, all end
// with the same code, what is predicted goes by a measured link, and what is measured is measured by all.

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseScalingReport } from '#src/report/data/parse-scaling.js';
import type { Plan } from '#src/scaling/plan.js';
import type { ScalingReport } from '#src/scaling/results.js';
import { jsonLines, MAIN } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { needs } from '../support/needs.js';
import { SLOW } from '../support/slow.js';

const LAUNCHERS = [
  { name: 'Open MPI', command: 'mpirun.openmpi', flags: ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'] },
  { name: 'MPICH', command: 'mpirun.mpich', flags: [] },
];

const isThere = (command: string): boolean => spawnSync(command, ['--version'], { timeout: 20_000 }).status === 0;

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
  writeIdxFolder(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(LAUNCHERS)('under $name', ({ command, flags }) => {
  const installed = needs(isThere(command), `no ${command} (apt install openmpi-bin libopenmpi3 mpich libmpich12)`);

  /** Two ranks; what nabla says of errors, without the words of the launcher. */
  function ranks(line: string, parts: readonly string[] = [line, line]) {
    const programs = parts.flatMap((args, k) => [...(k === 0 ? [] : [':']), '-n', '1', process.execPath, MAIN, ...args.split(' ')]);
    const { FORCE_COLOR, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(command, [...flags, ...programs], { cwd: folder, env, encoding: 'utf8', timeout: 50_000 });
    const errors = stderr.split(/\r?\n/).filter((text) => text.startsWith('error: '));
    return { status, stdout: stdout.replaceAll('\r', ''), errors };
  }

  it('plans for the processes that are there, with what an exchange takes, and for more', { ...installed, tags: ['slow'] }, () => {
    const { status, stdout, errors } = ranks('plan --data . --layers 6,5,4 --batch 4 --gradient owned --hosts 4 --format json');
    expect([status, errors]).toEqual([0, []]);
    const plans = jsonLines(stdout) as unknown as Plan[];
    expect(plans).toHaveLength(1);
    const [{ hosts }] = plans;
    expect(hosts?.predictions.map(({ hosts: n, way }) => [n, way])).toEqual([
      [2, 'replicated'],
      [2, 'sliced'],
      [4, 'replicated'],
      [4, 'sliced'],
    ]);
    expect(hosts?.link).toMatchObject({ between: { ranks: 2, hosts: 1 } });
    expect(hosts?.link.gigabits).toBeUndefined();
    expect(hosts?.link.latency).toBeGreaterThan(1e-7);
    expect(hosts?.link.latency).toBeLessThan(1);
    expect(hosts?.link.bandwidth).toBeGreaterThan(1e5);
    expect(hosts?.link.bandwidth).toBeLessThan(1e12);
  });

  it('measures points with all of them, beside what was predicted', { ...installed, tags: ['slow'] }, () => {
    const bench = 'bench --data . --layers 6,5,4 --workers 1,2 --batch 4,5 --rounds 2 --seconds 0.02 --across sliced';
    const { status, stdout, errors } = ranks(`${bench} --save ranks.json`);
    expect([status, errors]).toEqual([0, []]);
    expect(stdout).toMatch(/^2 processes share each step on one host/);
    expect(stdout).toMatch(/2 of 2 layers\s+are\s+sliced/);
    expect(stdout.match(/strong scaling, mini-batch 4/g)).toHaveLength(1);
    expect(stdout).toContain('one process by itself');
    expect(stdout).not.toMatch(/weak scaling|what the machine gives/);
    const saved = readFileSync(join(folder, 'ranks.json'), 'utf8');
    const report: ScalingReport = parseScalingReport(saved, 'ranks.json');
    expect(report).toEqual(JSON.parse(saved));
    expect(report.ranks).toMatchObject({ ranks: 2, hosts: [{ ranks: 2 }], sliced: [true, true] });
    expect(report.curves.map(({ mode, batch }) => [mode, batch])).toEqual([
      ['strong', 4],
      ['strong', 5],
    ]);
    for (const { points } of report.curves) {
      expect(points.map(({ workers }) => workers)).toEqual([1, 2]);
      const [one] = points;
      expect(one.samplesPerSecond.minimum).toBeGreaterThan(0);
      // An exchange takes time: two processes are never twice as fast as one.
      expect(one.predicted).toBeGreaterThan(0);
      expect(one.predicted).toBeLessThan(2 * (one.alone ?? 0));
    }
  });

  const refusals = [
    ['plan --data . --layers 6,5,4 --batch 1', 'hosts: expected at most 1, one for each sample of a mini-batch, got 2.'],
    ['bench --data . --layers 6,5,4 --mode weak', "mode: expected 'strong' for 2 processes, got 'weak'."],
  ];
  const more = [
    ['plan --data nowhere', 'nowhere: there is no such file or folder.'],
    ['plan --data . --network 10', 'network: expected none without --hosts, got 10.'],
    ['bench --data . --layers 6,5,4 --batch 1', 'batch: expected at least one sample for each of the 2 processes, got 1.'],
    ['bench --data . --layers 6,5,4 --gradient partial', "gradient: expected 'owned' for a measurement by 2 processes, got 'partial'."],
  ];
  it.each(SLOW ? [...refusals, ...more] : refusals)('refuses %s once, on all', { ...installed, tags: ['slow'] }, (line, error) => {
    const { status, stdout, errors } = ranks(line);
    expect([status, stdout]).toEqual([2, '']);
    expect(errors).toEqual([expect.stringContaining(error)]);
  });

  it('refuses processes that were told different things', { ...installed, tags: ['slow'] }, () => {
    const bench = 'bench --data . --batch 4 --workers 1 --rounds 1 --seconds 0.01';
    const plan = 'plan --data . --batch 4 --gradient owned';
    for (const line of SLOW ? [bench, plan] : [bench]) {
      const { status, stdout, errors } = ranks('', [`${line} --layers 6,5,4`, `${line} --layers 6,7,4`]);
      expect([status, stdout]).toEqual([2, '']);
      expect(errors).toEqual([expect.stringMatching(/^error: rank 1 on \S+ would .*6-7-4.*6-5-4.*: all need the same/)]);
    }
  });
});
