// What a run makes of signals, and of outputs that cannot be written: a wish to end is met once, however often it is said, with
// everything saved; a process that is stopped and goes on has lost no worker; and what only concerns the output ends no run.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, test } from 'vitest';
import { inFolder, jsonLines, MAIN, NEEDS_SCRIPT, quickNabla, start } from '../support/command.js';
import { images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { SLOW } from '../support/slow.js';

/** A data set of 600 pictures. */
const pictures = temporaryFolder();
writeIdxFolder(pictures, {
  trainingImages: images(600, 10, 10),
  trainingLabels: labels(600, 10),
  testImages: images(100, 10, 10),
  testLabels: labels(100, 10),
});
afterAll(() => rmSync(pictures, { recursive: true }));

const UNENDING = '--epochs 1000000 --checkpoint-every never --run kept --format json';
const LONG = `train --data ${pictures} --layers 100,20,10 ${UNENDING}`;
/** Of epochs so long that workers are hardly ever out of step. */
const IN_STEP = `train --layers 784,20,10 ${UNENDING}`;
/** A step of minutes: nobody waits for its end. */
const LONG_STEP = 'train --layers 784,2000,2000,10 --batch 8000 --kernels scalar --workers 1 --checkpoint-every never --run kept --format json';

const recordOf = (folder: string): { state: string } => JSON.parse(readFileSync(join(folder, 'kept', 'run.json'), 'utf8'));

describe('a wish to end', () => {
  // npm passes a Ctrl-C on to a child that the terminal has sent it to already; timeout(1) signals its child, and then its group.
  const TWICE = [
    ['SIGINT', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
  ] as const;
  it.each(SLOW ? TWICE : TWICE.slice(0, 1))('that comes twice, as %s and %s: all is saved, code 130', (first, second) =>
    inFolder(async (folder) => {
      const { child, outcome, seen } = start([...LONG.split(' '), '--workers', '2'], folder);
      await seen('"epoch":3,');
      child.kill(first);
      await sleep(2);
      child.kill(second);
      const { code, stderr } = await outcome;
      expect([code, stderr]).toEqual([130, expect.stringMatching(/^Stopped in epoch \d+[^\n]*go on with: nabla train --resume kept\n$/)]);
      expect(recordOf(folder).state).toBe('interrupted');
      expect(existsSync(join(folder, 'kept', 'weights.safetensors'))).toBe(true);
    }),
  );

  it('that a second Ctrl-C repeats after a while: at once', () =>
    inFolder(async (folder) => {
      const { child, outcome, seen } = start(LONG_STEP.split(' '), folder);
      await seen('"event":"start"');
      child.kill('SIGINT');
      // The while counts from when the first was dealt with, which on a busy machine is late: then a third is the second.
      let ended = false;
      outcome.then(() => (ended = true));
      for (let times = 0; times < 10 && !ended; times++) {
        await sleep(1200);
        if (times === 0) expect(child.exitCode).toBeNull();
        child.kill('SIGINT');
        await sleep(300);
      }
      expect((await outcome).code).toBe(130);
      expect(recordOf(folder).state).toBe('running');
    }));

  it('is not what a hang-up says where there is no terminal, as under nohup', () =>
    inFolder(async (folder) => {
      const { child, outcome, seen } = start(LONG.split(' '), folder);
      await seen('"epoch":3,');
      child.kill('SIGHUP');
      await sleep(300);
      expect(child.exitCode).toBeNull();
      child.kill('SIGTERM');
      expect((await outcome).code).toBe(130);
    }));
});

test('a terminal that closes: all is saved', NEEDS_SCRIPT, () =>
  inFolder(async (folder) => {
    const terminal = spawn('script', ['-qec', `"${process.execPath}" "${MAIN}" ${LONG}`, '/dev/null'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let seen = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    for (let wait = 0; wait < 400 && !seen.includes('"epoch":3,'); wait++) await sleep(50);
    // The other side of the terminal goes, as when its window is closed.
    terminal.kill('SIGKILL');
    for (let wait = 0; wait < 200 && recordOf(folder).state === 'running'; wait++) await sleep(50);
    expect(recordOf(folder).state).toBe('interrupted');
  }),
);

describe('a process that is stopped', () => {
  it('for longer than a worker may take, and goes on: nobody is lost', { tags: ['longer'] }, () =>
    inFolder(async (folder) => {
      const { child, outcome, seen } = start([...IN_STEP.split(' '), '--timeout', '0.8', '--workers', '4'], folder, 100_000);
      await seen('"epoch":2,');
      // Some of these catch a worker asleep at a barrier.
      for (let times = 0; times < (SLOW ? 20 : 2); times++) {
        child.kill('SIGSTOP');
        await sleep(2200);
        child.kill('SIGCONT');
        await sleep(200);
      }
      child.kill('SIGTERM');
      const { code, stdout } = await outcome;
      expect(jsonLines(stdout).filter(({ event }) => event === 'recovery')).toEqual([]);
      expect(code).toBe(130);
    }),
  );
});

describe('an output that cannot be written', () => {
  it('is no reason to end a run, be it both of them on a full disk', () =>
    inFolder(async (folder) => {
      const full = openSync('/dev/full', 'w');
      const args = `train --data ${pictures} --layers 100,20,10 --epochs 3 --run kept --format json`.split(' ');
      const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', full, full], timeout: 30_000 });
      const code = await new Promise((resolve) => child.on('close', resolve));
      closeSync(full);
      expect(code).toBe(0);
      expect(recordOf(folder).state).toBe('done');
    }));

  it('is a failure of what prints its results: one line, code 1; a reader that has gone is none', () =>
    inFolder(async (folder) => {
      expect((await quickNabla(`train --data ${pictures} --layers 100,10 --epochs 1 --run kept`.split(' '), folder)).code).toBe(0);
      const evaluate = (command: string) =>
        spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" evaluate kept ${command}`], { cwd: folder, encoding: 'utf8' });
      const full = evaluate('> /dev/full');
      expect([full.status, full.stderr]).toEqual([
        1,
        expect.stringMatching(/^error: Standard output cannot be written: no space is left on the disk \(ENOSPC\)\.\n$/),
      ]);
      const gone = evaluate('| true');
      expect([gone.status, gone.stderr]).toEqual([0, '']);
    }));
});
