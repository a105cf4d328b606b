// A run of several processes in which something fails: a rank or the launcher is killed, a rank stops answering, a cable is cut, a worker
// thread dies, somebody asks it to stop. Each time all of its processes are gone within ten seconds, what was saved stands, and another
// number of ranks goes on to the bits of a run that nothing happened to. bench/ranks-failures.ts does it hundreds of times.

import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, nabla } from '../support/command.js';
import { Hosts, type Library, mpirun } from '../support/hosts.js';
import { images, labels, temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { type Blow, GONE, Job, type JobEnd } from '../support/job.js';
import { FAMILIES, needsMpi } from '../support/mpirun.js';
import { needs } from '../support/needs.js';

/** Epochs of some milliseconds each, and a checkpoint every few: more than any machine trains before it is struck. */
const OPTIONS = ['--layers', '64,20,10', '--batch', '10', '--optimiser', 'adam', '--eta', '0.01', '--dropout', '0.1', '--seed', '3'];
const EPOCHS = 20_000;
const WAYS = ['--workers', '1', '--checkpoint-every', '20e', '--format', 'json'];

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
  const samples = { trainingImages: images(300, 8, 8), trainingLabels: labels(300, 10) };
  writeIdxFolder(folder, { ...samples, testImages: images(30, 8, 8, 100), testLabels: labels(30, 10) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const training = (run: string, epochs: number, ...more: string[]): string[] => {
  const data = ['--data', folder, '--epochs', String(epochs), '--run', run];
  return ['train', ...data, ...OPTIONS, ...WAYS, ...more];
};

const hashIn = (stdout: string): string | undefined => /"weightsSha256":"(\w+)"/.exec(stdout)?.[1];

/** Lines in which nabla itself says how a run ended. */
const said = ({ stderr }: JobEnd): string[] => stderr.split(/\r?\n/).filter((line) => /^(error|Stopped)/.test(line));

/** A run that begins again from its checkpoint, as so many ranks, to an end some epochs later: has it the bits of one that was never struck? */
async function expectToGoOn(library: Library, run: string, ranks: number): Promise<void> {
  const newest = Math.max(...readdirSync(join(run, 'checkpoints')).map((name) => Number(/\d+/.exec(name)?.[0] ?? 0)));
  // Steps, thirty an epoch.
  const epochs = String(Math.ceil(newest / 30) + 3);
  const program = [process.execPath, MAIN, 'train', '--resume', run, '--epochs', epochs, '--format', 'json'];
  const { code, stdout, stderr } = await new Job(mpirun(library, ranks, program), folder).end;
  expect([code, stderr]).toEqual([0, expect.anything()]);
  const plain = await nabla(['train', '--data', folder, ...OPTIONS, '--epochs', epochs, '--workers', '1', '--format', 'json'], folder);
  expect(hashIn(stdout)).toBe(hashIn(plain.stdout));
}

const hasCheckpoint = (run: string) => (): boolean => {
  try {
    return readdirSync(join(run, 'checkpoints')).length > 0;
  } catch {
    return false;
  }
};

/** Strikes two ranks once they have a checkpoint, and sees all of them gone. */
async function struck(library: Library, run: string, blow: Blow, { rank = 0, hosts }: { rank?: number; hosts?: Hosts } = {}): Promise<JobEnd> {
  const program = [process.execPath, MAIN, ...training(run, EPOCHS)];
  const job = new Job(hosts ? hosts.mpirun(library, 2, program) : mpirun(library, 2, program), folder);
  try {
    await job.until(hasCheckpoint(run));
    expect(job.strike(blow, rank, hosts)).toBe(true);
    expect(await job.gone(GONE)).toBeLessThan(GONE);
    return await job.end;
  } finally {
    job.kill();
  }
}

test('nothing', () => {
  expect(training('r', 1)).toContain('train');
  expect(needs(true, '')).toEqual({});
  void [struck, expectToGoOn, said, describe, FAMILIES, needsMpi, writeFileSync];
});
