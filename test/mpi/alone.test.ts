// Without a launcher nothing changes: nothing that calls MPI is loaded, nor koffi, and nothing is warned of; the same where a launcher has
// started one process only, or where MPI is switched off. What a process has loaded it says itself.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { jsonLines, MAIN, nabla } from '../support/command.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { eventsIn, FAMILIES, needsMpi, needsMpiAndTime, type RankProgram, runRanks } from '../support/mpirun.js';
import { needs } from '../support/needs.js';

const IRIS = fileURLToPath(new URL('../fixtures/iris.csv', import.meta.url));
const TRAIN = ['train', '--data', IRIS, '--epochs', '1', '--workers', '1', '--format', 'json', '--run'];
const support = (name: string): URL => new URL(`../support/${name}`, import.meta.url);
const NEEDS_MAPS = needs(process.platform === 'linux', 'no /proc that says what is loaded: it is one of Linux');

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

/** Options of Node by which a process tells what it loads. */
const HOOKS = `data:text/javascript,${encodeURIComponent(
  `import { register } from 'node:module'; import { isMainThread } from 'node:worker_threads'; if (isMainThread) register(${JSON.stringify(support('report-modules.mjs'))});`,
)}`;
// Node 26 deprecates the hooks by which this test sees what is loaded.
const NODE = ['--import', support('report-loaded.mjs').href, '--import', HOOKS, '--disable-warning=DEP0205'];

interface Loaded {
  readonly libraries: readonly string[];
  /** Of nabla, from src/ on. */
  readonly modules: readonly string[];
}

const loadedIn = (name: string): Loaded => ({
  libraries: JSON.parse(readFileSync(join(folder, `${name}.libraries`), 'utf8')),
  modules: readFileSync(join(folder, `${name}.modules`), 'utf8')
    .split('\n')
    .flatMap((url) => (url.startsWith(pathToFileURL(MAIN).href.replace('src/cli/main.js', '')) ? [url.slice(url.indexOf('/src/') + 1)] : [])),
});
const variables = (name: string): Record<string, string> => ({ LOADED: join(folder, `${name}.libraries`), MODULES: join(folder, `${name}.modules`) });

/** How a run says what it is: nothing of time or place. */
function said(event: Record<string, unknown>): Record<string, unknown> {
  const { run, ...rest } = event;
  return rest;
}

test('no launcher: no library of MPI, no koffi, nothing that would join others; no warning', NEEDS_MAPS, async () => {
  const env = { ...variables('plain'), NODE_OPTIONS: NODE.map((option) => option.replaceAll(' ', '%20')).join(' ') };
  const { code, stdout, stderr } = await nabla([...TRAIN, 'plain'], folder, env);
  expect([code, stderr]).toEqual([0, '']);
  expect(jsonLines(stdout)[0].warnings).toBeUndefined();
  const { libraries, modules } = loadedIn('plain');
  expect(libraries).toEqual([]);
  // The list is one of what is loaded.
  expect(modules).toContain('src/training/trainer.js');
  // What a worker's step is made of has the exchange in it, which is not begun.
  expect(modules.filter((name) => /^src\/mpi\/(world|give-up)/.test(name))).toEqual([]);
});

for (const family of FAMILIES) {
  const needed = { ...NEEDS_MAPS, ...needsMpiAndTime(family, family === 'openmpi') };
  test(`${family} with one process: as without; with two, switched off: the same`, { ...needed, tags: ['slow'] }, async () => {
    const plain = await nabla([...TRAIN, `alone-${family}`], folder);
    const one = await runRanks(family, [{ ranks: 1, args: [...TRAIN, `one-${family}`], node: NODE }], {
      cwd: folder,
      env: variables(`one-${family}`),
    });
    expect([one.code, one.stderr]).toEqual([0, '']);
    expect(said(eventsIn(one.stdout)[0])).toEqual(said(jsonLines(plain.stdout)[0]));
    expect(loadedIn(`one-${family}`).libraries).toEqual([]);
    const off = (rank: number): RankProgram => ({ ranks: 1, args: [...TRAIN, `off-${family}-${rank}`, '--mpi', 'off'] });
    const apart = await runRanks(family, [off(0), off(1)], { cwd: folder });
    expect([apart.code, apart.stderr]).toEqual([0, '']);
    const starts = eventsIn(apart.stdout).filter(({ event }) => event === 'start');
    expect(starts.map(said)).toEqual([0, 1].map(() => said(jsonLines(plain.stdout)[0])));
  });
}

test('two processes do load the library, by which the tests above can fail', { ...NEEDS_MAPS, ...needsMpiAndTime('mpich', true) }, async () => {
  const { code, stderr } = await runRanks('mpich', [{ ranks: 2, args: [...TRAIN, 'two'], node: NODE.slice(0, 2) }], {
    cwd: folder,
    env: { LOADED: join(folder, 'two.libraries') },
  });
  expect([code, stderr]).toEqual([0, '']);
  const loaded = readFileSync(join(folder, 'two.libraries'), 'utf8');
  expect(loaded).toContain('koffi');
  expect(loaded).toContain('libmpich');
});

test('srun that offers no MPI: each trains by itself, and says so', async () => {
  const srun = { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '3' };
  const { code, stdout } = await nabla([...TRAIN, 'srun'], folder, srun);
  expect(code).toBe(0);
  expect(jsonLines(stdout)[0].warnings).toEqual([expect.stringMatching(/^srun has started 3 processes that do not know of each other/)]);
  const off = await nabla([...TRAIN, 'srun-off', '--mpi', 'off'], folder, srun);
  expect(jsonLines(off.stdout)[0].warnings).toBeUndefined();
});

const FAKED = {
  openmpi: { OMPI_COMM_WORLD_RANK: '0', OMPI_COMM_WORLD_SIZE: '2' },
  mpich: { PMI_RANK: '0', PMI_SIZE: '2' },
} as const;

for (const family of FAMILIES) {
  test(`the variables of ${family} without its launcher: a world of one is refused`, needsMpi(family), async () => {
    const { code, stderr } = await nabla([...TRAIN, `faked-${family}`], folder, FAKED[family]);
    const says = /^error: mpi: expected a library that fits .*Its world has 1 of 2 processes\. Use the mpirun that belongs to it/;
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
}
