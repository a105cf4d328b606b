// What a start says that cannot become one run: the launcher's socket is gone, or the processes were told nothing of each other. And what
// ranks of a run that goes on are told by the first: where its data are.

import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchedApart, launcherOutOfReach } from '#src/mpi/launcher.js';
import { givenOf, startFrom } from '#src/training/ranks/intent.js';
import type { Start } from '#src/training/start.js';
import { inFolder } from '../support/command.js';

/** The descriptor of a socket of Node's. */
const descriptorOf = (socket: Socket): number => (socket as unknown as { _handle: { fd: number } })._handle.fd;

test('a launcher is out of reach where its socket is closed, or is something else by now', async () => {
  expect(launcherOutOfReach('mpirun', {})).toBeUndefined();
  await inFolder(async (folder) => {
    const server = createServer((socket) => socket.resume()).listen(join(folder, 'socket'));
    const socket = connect(join(folder, 'socket'));
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(launcherOutOfReach('mpirun', { PMI_FD: `${descriptorOf(socket)}` })).toBeUndefined();
    const file = openSync(join(folder, 'file'), 'w');
    const closed = /^The connection to mpirun has been closed .* mpirun … node \//;
    expect(launcherOutOfReach('mpirun', { PMI_FD: `${file}` })).toMatch(closed);
    closeSync(file);
    expect(launcherOutOfReach('mpirun', { PMI_FD: '1000000' })).toMatch(closed);
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});

test('processes that do not know of each other are told which option makes them', () => {
  expect(launchedApart({})).toBeUndefined();
  expect(launchedApart({ PMI_PORT: 'vm:4711', PMI_ID: '0' })).toContain('Leave -pmi-port out');
  expect(launchedApart({ SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '2' })).toContain('srun --mpi=pmi2');
  expect(launchedApart({ SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1' })).toBeUndefined();
  expect(launchedApart({ SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '2', PMI_RANK: '0', PMI_SIZE: '2' })).toBeUndefined();
});

test('a rank reads the data where the first does, unless it was told a place of its own', () => {
  const start: Start = { options: { data: '/sets/a.csv', test: '/sets/b.csv', batch: 20 }, goesOn: true, warnings: [] };
  const { brief } = givenOf({ resume: 'runs/x' }, start);
  if (!brief) throw new Error('The first rank says how the run starts.');
  const goesOn = startFrom(JSON.parse(JSON.stringify(brief)), { resume: 'runs/x', workers: 1 }).options;
  expect(goesOn).toMatchObject({ data: '/sets/a.csv', test: '/sets/b.csv', batch: 20, workers: 1 });
  const own = startFrom(brief, { data: '/scratch/a.csv' }).options;
  expect([own.data, own.test]).toEqual(['/scratch/a.csv', undefined]);
});
