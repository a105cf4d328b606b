// Signals of a run that several processes share: what asks it to end comes to a checkpoint, from which any number of ranks goes on to the
// same bits; and those by which V8 tells of a fault in WebAssembly stay V8's, whatever the MPI library would do with them.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { MpiFamily } from '#src/mpi/launcher.js';
import { jsonLines, nabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { eventsIn, FAMILIES, leftOf, mpiNabla, needsMpiAndTime, runRanks, startRanks } from '../support/mpirun.js';

const IRIS = fileURLToPath(new URL('../fixtures/iris.csv', import.meta.url));
const TRAP = fileURLToPath(new URL('../support/ranks-trap.mjs', import.meta.url));
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

describe('asked to end', () => {
  /** More than there is time for. */
  const endless = [
    'train',
    '--data',
    IRIS,
    '--epochs',
    '1000000',
    '--momentum',
    '0.5',
    '--checkpoint-every',
    'never',
    '--workers',
    '1',
    '--format',
    'json',
  ];

  interface Case {
    readonly family: MpiFamily;
    readonly signal: NodeJS.Signals;
    /**
     * What the launcher ends with. Open MPI's says of a signal to itself that it has failed; Hydra forgets now and then what its processes have
     * ended with where it has passed a signal on (once in eight, each of them having ended with 130).
     */
    readonly codes: readonly number[];
    readonly slow?: true;
  }
  const CASES: readonly Case[] = [
    { family: 'openmpi', signal: 'SIGTERM', codes: [1], slow: true },
    { family: 'openmpi', signal: 'SIGUSR1', codes: [130], slow: true },
    { family: 'openmpi', signal: 'SIGINT', codes: [1], slow: true },
    { family: 'mpich', signal: 'SIGUSR1', codes: [130, 0], slow: true },
    { family: 'mpich', signal: 'SIGTERM', codes: [130, 0], slow: true },
    { family: 'mpich', signal: 'SIGINT', codes: [130, 0], slow: true },
  ];

  for (const { family, signal, codes, slow } of CASES) {
    test(`by ${signal} to the launcher of ${family}`, needsMpiAndTime(family, slow === true), async () => {
      const run = `${family}-${signal}`;
      const running = startRanks(family, [{ ranks: 2, args: [...endless, '--run', run] }], { cwd: folder });
      await running.seen('"epoch":3,');
      process.kill(running.pid, signal);
      expect(codes).toContain((await running.outcome).code);
      expect(await leftOf(running)).toEqual([]);
      const record = JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8'));
      expect(record).toMatchObject({ state: 'interrupted', outcome: { error: expect.stringContaining('All so far is kept; go on with: ') } });

      // A few epochs more, with another number of ranks: as one process comes to them that was never asked.
      const epochs = String(Number(/in epoch (\d+)/.exec(record.outcome.error)?.[1]) + 2);
      const resumed = await mpiNabla(family, 3, ['train', '--resume', run, '--epochs', epochs, '--format', 'json'], { cwd: folder });
      expect(resumed.code).toBe(0);
      expect(eventsIn(resumed.stdout)[0].resumed).toBeDefined();
      const whole = await nabla([...endless, '--epochs', epochs, '--run', `${run}-whole`], folder);
      expect(eventsIn(resumed.stdout).at(-1)?.weightsSha256).toBe(jsonLines(whole.stdout).at(-1)?.weightsSha256);
    });
  }
});

describe('a fault in WebAssembly after MPI has begun', () => {
  for (const family of FAMILIES) {
    test(`is an error as without, ${family}`, needsMpiAndTime(family, family === 'openmpi'), async () => {
      const { code, stdout, stderr } = await runRanks(family, [{ ranks: 2, args: [], main: TRAP }], { cwd: folder });
      expect([code, stderr]).toEqual([0, '']);
      const fault = 'RuntimeError: memory access out of bounds';
      expect(eventsIn(stdout)).toEqual([{ inside: 0, all: [fault, fault] }]);
    });
  }
});
