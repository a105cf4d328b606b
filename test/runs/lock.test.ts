// The lock of a run's folder: one holder at a time, however many come at once, and none that keeps others out when it is gone.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lock } from '#src/runs/lock.js';
import { inFolder } from '../support/command.js';

const REFUSED = /^resume: expected a run that nobody is at work on, got '.*'\. Process (\d+) is;.* remove .*lock-\d+\.$/;
/** No process has so high a number. */
const GONE = JSON.stringify({ host: hostname(), pid: 2 ** 30, began: '1' });

describe('a folder', () => {
  test('is one holder’s, even in this process, until it is released', () =>
    inFolder(async (folder) => {
      const release = lock(folder);
      expect(() => lock(folder)).toThrow(REFUSED);
      expect(readdirSync(folder)).toEqual(['lock-1']);
      release();
      expect(readdirSync(folder)).toEqual([]);
      lock(folder)();
    }));

  test('is not given up by one that held it before', () =>
    inFolder(async (folder) => {
      const first = lock(folder);
      first();
      writeFileSync(join(folder, 'lock-1'), GONE);
      lock(folder);
      first();
      expect(readdirSync(folder)).toEqual(['lock-2']);
    }));

  test.each([
    ['of a process that is gone', GONE],
    ['of one that began at another time: its number was given again', JSON.stringify({ host: hostname(), pid: process.pid, began: '1' })],
    ['of another machine', JSON.stringify({ host: 'elsewhere', pid: process.pid })],
    ['that was never written, for want of power', ''],
    ['that was half written', GONE.slice(0, 20)],
    ['with a number that is none', JSON.stringify({ host: hostname(), pid: -1 })],
  ])('is taken over from a lock %s', (_, text) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'lock-7'), text);
      lock(folder);
      expect(readdirSync(folder)).toEqual(['lock-8']);
    }),
  );
});

/** Says that it is there, takes the lock at the time that it is then told, says whether it got it, and keeps it until its input ends. */
const TAKER = `
const { lock } = await import(process.argv[1]);
process.stdin.setEncoding('utf8').once('data', (at) => {
  while (Date.now() < Number(at));
  try {
    lock(process.argv[2]);
    process.stdout.write('got');
  } catch (error) {
    process.stdout.write(error.message);
  }
});
process.stdout.write('ready');`;

interface Taker {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** The next thing that it says. */
  hear(): Promise<string>;
}

function taker(folder: string): Taker {
  const module = new URL('../../dist/src/runs/lock.js', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', TAKER, module, folder], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  child.stdout.setEncoding('utf8');
  return { child, hear: async () => String((await once(child.stdout, 'data'))[0]) };
}

/** What these many say who come to the folder at the same moment. */
async function comeAtOnce(folder: string, many: number): Promise<string[]> {
  const takers = Array.from({ length: many }, () => taker(folder));
  await Promise.all(takers.map(({ hear }) => hear()));
  const at = Date.now() + 50;
  const said = Promise.all(takers.map(({ hear }) => hear()));
  for (const { child } of takers) child.stdin.write(String(at));
  await said;
  const gone = takers.map(({ child }) => once(child, 'close'));
  for (const { child } of takers) child.stdin.end();
  await Promise.all(gone);
  return said;
}

test.each([
  ['empty', undefined],
  ['left by one that is gone', GONE],
])('of six processes that come at once to a folder %s, at most one gets it', (_, left) =>
  inFolder(async (folder) => {
    for (let round = 0; round < 5; round++) {
      if (left) writeFileSync(join(folder, `lock-${1000 * (round + 1)}`), left);
      const said = await comeAtOnce(folder, 6);
      expect(said.filter((text) => text !== 'got' && !/nobody is at work on/.test(text))).toEqual([]);
      expect(said.filter((text) => text === 'got').length).toBeLessThanOrEqual(1);
    }
  }),
);
