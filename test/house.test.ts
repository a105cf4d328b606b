// The order of the house, computed from the imports: a room imports from lower floors only, no two files import each other, not
// even types; each thing that must be in one place is in one place; and every file says in its first lines what it is.

import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readFloors } from './support/floors.js';
import { filesMeant, importedBy, type Source, textsIn } from './support/imports.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** AssemblyScript is compiled by itself, and imports within its folder only. */
const isAssembly = (name: string): boolean => name.includes('/assembly/');
const sources = textsIn('src', 'workers').filter(({ name }) => name.endsWith('.ts') && !isAssembly(name));

/** Rooms by floor, from the table in src/README.md. What stands on one floor shares nothing. */
const FLOORS = readFloors(root);

const roomOf = (name: string): string | undefined => FLOORS.flat().find((room) => name === room || name.startsWith(`${room}/`));
const floorOf = (room: string | undefined): number => FLOORS.findIndex((floor) => room !== undefined && floor.includes(room));

/** Files of the project that a file imports; where one name means a file of Node's and one of a page's, both. */
const importsOf = (source: Source): string[] => importedBy(source).flatMap((imported) => filesMeant(source.name, imported));

/** Rooms of the report, and which of them each may import: figures and words below, pages above, the terminal beside. */
const REPORT: Readonly<Record<string, readonly string[]>> = {
  data: [],
  words: [],
  markup: [],
  charts: ['data', 'words', 'markup'],
  pages: ['data', 'words', 'markup', 'charts'],
  terminal: ['data', 'words'],
};

const reportRoomOf = (name: string): string | undefined => /^src\/report\/(\w+)/.exec(name)?.[1];

type Graph = ReadonlyMap<string, readonly string[]>;

const graphOf = (files: readonly Source[]): Graph => new Map(files.map((file) => [file.name, importsOf(file)]));

/** Imports from another room that is not on a lower floor, as 'a → b'. */
function upwardImports(graph: Graph): string[] {
  const edges = [...graph].flatMap(([from, targets]) => targets.map((to) => [from, to] as const));
  return edges
    .filter(([from, to]) => roomOf(from) !== roomOf(to) && floorOf(roomOf(to)) >= floorOf(roomOf(from)))
    .map(([from, to]) => `${from} → ${to}`);
}

/** Imports between the rooms of the report that are not allowed, as 'a → b'. */
function crossImports(graph: Graph): string[] {
  return [...graph].flatMap(([from, targets]) => {
    const [room, ...of] = [from, ...targets].map(reportRoomOf);
    if (room === undefined) return [];
    return targets.filter((_, k) => of[k] !== undefined && of[k] !== room && !REPORT[room]?.includes(of[k])).map((to) => `${from} → ${to}`);
  });
}

/** Circles of imports, each as 'a → b → a', found by walking in depth. */
function circles(graph: Graph): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) found.push([...path.slice(at), name].join(' → '));
    if (at >= 0 || done.has(name)) return;
    for (const next of graph.get(name) ?? []) walk(next, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) walk(name, []);
  return found;
}

describe('imports', () => {
  const graph = graphOf(sources);

  test('every file stands in a room, every room has files, and every import exists', () => {
    expect(sources.filter(({ name }) => roomOf(name) === undefined).map(({ name }) => name)).toEqual([]);
    expect(FLOORS.flat().filter((room) => !sources.some(({ name }) => roomOf(name) === room))).toEqual([]);
    expect([...graph].flatMap(([from, targets]) => targets.filter((to) => !graph.has(to)).map((to) => `${from} → ${to}`))).toEqual([]);
  });

  test('no room imports upwards', () => {
    expect(upwardImports(graph)).toEqual([]);
  });

  test('the rooms of the report import one way', () => {
    expect(crossImports(graph)).toEqual([]);
    const [from, to] = ['src/report/charts/line-chart.ts', 'src/report/terminal/columns.ts'];
    expect(crossImports(new Map([...graph, [from, [to]]]))).toEqual([`${from} → ${to}`]);
  });

  test('no two files import each other, directly or in a circle', () => {
    expect(circles(graph)).toEqual([]);
  });

  test.each([
    ['a type', 'src/model/rows.ts', "import type { Arena } from '../parallel/memory/arena.js';"],
    ['a value', 'src/kernels/kernels.ts', "export { train } from '../training/trainer.js';"],
    ['a module at run time', 'src/runs/lock.ts', "const trainer = () => import('../training/trainer.js');"],
    ['a room of the same floor', 'src/runs/lock.ts', "import {\n  type Law,\n  fit,\n} from '../scaling/laws.js';"],
  ])('an upward import of %s is named', (_, name, line) => {
    const changed = sources.map((file) => (file.name === name ? { name, text: `${line}\n${file.text}` } : file));
    const [, target] = /'([^']+)'/.exec(line) as RegExpExecArray;
    expect(upwardImports(graphOf(changed))).toEqual([`${name} → ${normalize(join(dirname(name), target)).replace('.js', '.ts')}`]);
  });

  test('a circle within a room is named, also where it is one of types', () => {
    const [name, line] = ['src/parallel/step/partition.ts', "import type { BatchShare } from './batch-share.js';"];
    const changed = sources.map((file) => (file.name === name ? { name, text: `${line}\n${file.text}` } : file));
    expect(circles(graphOf(changed))).toContainEqual(expect.stringContaining('src/parallel/step/batch-share.ts → src/parallel/step/partition.ts'));
  });
});

describe('each thing in its place', () => {
  test.each([
    ['Atomics', /\bAtomics\.\w+\(/, ['src/mpi/turn.ts', 'src/parallel/barrier.ts', 'src/parallel/right-of-way.ts', 'src/system/nap.ts']],
    ['piscina', /from 'piscina'/, ['src/parallel/threads/node.ts']],
    ['shared memories', /new WebAssembly\.Memory\(/, ['src/system/shared-memory.ts']],
    [
      'files beside the code',
      /import\.meta\.url;|new URL\([^)]*import\.meta/,
      ['src/browser/train.ts', 'src/system/own-file.ts', 'src/system/page-files.ts', 'src/parallel/threads/page.ts'],
    ],
    ['koffi', /\('koffi'\)/, ['src/system/native.ts']],
    ['pngjs', /\('pngjs'\)/, ['src/pictures/png.ts']],
    ['jpeg-js', /\('jpeg-js'\)/, ['src/pictures/jpeg.ts']],
    ['hyparquet', /from 'hyparquet/, /^src\/tables\/parquet\//],
    ['csv-parse', /\('csv-parse(\/sync)?'\)/, ['src/data/csv.ts', 'src/tables/csv/plain.ts']],
    ['tinyglobby', /'tinyglobby'/, ['src/data/source.ts']],
    ["the names of a run's files", /'(run\.json|metrics\.jsonl|log\.txt|weights\.safetensors|checkpoints)'/, ['src/runs/files.ts']],
    ['commander', /from 'commander'/, /^src\/cli\//],
    ['printing', /\bconsole\.|process\.std(out|err)/, /^src\/cli\//],
    ['exiting', /process\.exit/, /^src\/cli\//],
    ['unseeded randomness', /Math\.random\(/, []],
  ] as const)('%s', (_, pattern, allowed) => {
    const places = sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    if (allowed instanceof RegExp) expect(places.filter((name) => !allowed.test(name))).toEqual([]);
    else expect(places).toEqual(allowed);
  });

  test('up to the workers, Node is known to few files: a browser page could replace them', () => {
    const low = sources.filter(({ name }) => floorOf(roomOf(name)) <= floorOf('workers') && !/^src\/(system|downloads|options)\//.test(name));
    expect(low.filter(({ text }) => /from 'node:/.test(text)).map(({ name }) => name)).toEqual([
      'src/data/idx-files.ts',
      'src/data/load.ts',
      'src/data/mnist.ts',
      'src/data/source.ts',
      'src/mpi/give-up.ts',
      'src/mpi/heart.ts',
      'src/mpi/launcher.ts',
      'src/mpi/starters.ts',
      'src/mpi/watchdog.ts',
      'src/mpi/world.ts',
      'src/pictures/jpeg.ts',
      'src/pictures/png.ts',
      'src/tables/cache-file.ts',
      'src/tables/cache.ts',
      'src/parallel/ranks/rank-pool.ts',
      'src/parallel/threads/node.ts',
      'src/tables/csv/crew.ts',
      'src/tables/csv/pieces.ts',
      'src/tables/csv/read.ts',
      'src/tables/csv/thread.ts',
      'workers/gradient.ts',
      'workers/heart.ts',
      'workers/watchdog.ts',
    ]);
  });
});

test('every file opens with a paragraph that says what it is', () => {
  const without = textsIn('src', 'workers', 'test', 'bench').filter(({ text }) => !/^(#!.*\n)?(\/\/ \S.{20,}|\/\*\*? \S.{20,}|\/\*\*?\n)/.test(text));
  expect(without.map(({ name }) => name)).toEqual([]);
});
