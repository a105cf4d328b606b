// The floors of the house: a file imports from lower floors only, and each thing that must be in one place is in one place.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['src', 'workers']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.ts') && !name.includes('assembly'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

/** Folders on one floor may import each other; see the README. */
const FLOORS: readonly (readonly string[])[] = [
  ['src/errors.ts', 'src/check.ts', 'src/random.ts'],
  ['src/kernels/'],
  ['src/model/', 'src/data/'],
  ['src/parallel/', 'workers/'],
  ['src/training/', 'src/insight/', 'src/scaling/'],
  ['src/report/', 'src/export/'],
  ['src/index.ts', 'src/cli/'],
];

const floorOf = (name: string): number => FLOORS.findIndex((floor) => floor.some((prefix) => name.startsWith(prefix)));

function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm)].map((m) => m[1] ?? m[2] ?? m[3]);
}

/** Paths of the project that a file imports. */
const localImports = ({ name, text }: (typeof sources)[number]): string[] =>
  importsOf(text)
    .filter((path) => path.startsWith('.'))
    .map((path) => normalize(join(dirname(name), path)).replace(/\.js$/, '.ts'));

describe('floors', () => {
  test('every file is on a floor, and there are files to test', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.filter(({ name }) => floorOf(name) < 0).map(({ name }) => name)).toEqual([]);
  });

  test('no file imports from a higher floor', () => {
    const upward = sources.flatMap((file) =>
      localImports(file)
        .filter((path) => floorOf(path) > floorOf(file.name))
        .map((path) => `${file.name} → ${path}`),
    );
    expect(upward).toEqual([]);
  });

  test('every local import exists', () => {
    const names = new Set(sources.map(({ name }) => name));
    expect(sources.flatMap((file) => localImports(file).filter((path) => !names.has(path)))).toEqual([]);
  });

  test('the worker entry stays on floors 0 to 3', () => {
    expect(localImports(sources.find(({ name }) => name === 'workers/gradient.ts')!).every((path) => floorOf(path) <= 3)).toBe(true);
  });

  test.each([
    ['Atomics', /\bAtomics\.\w+\(/, ['src/parallel/barrier.ts']],
    ['piscina', /from 'piscina'/, ['src/parallel/pool.ts']],
    ['koffi', /\('koffi'\)/, ['src/kernels/blas.ts']],
    ['pngjs', /\('pngjs'\)/, ['src/data/png.ts']],
    ['csv-parse', /\('csv-parse\/sync'\)/, ['src/data/csv.ts']],
    ['commander', /from 'commander'/, /^src\/cli\//],
    ['printing', /\bconsole\.|process\.std(out|err)/, /^src\/cli\//],
    ['exiting', /process\.exit/, /^src\/cli\//],
    ['unseeded randomness', /Math\.random\(/, []],
  ] as const)('%s stands in its place only', (_, pattern, allowed) => {
    const places = sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    if (allowed instanceof RegExp) expect(places.filter((name) => !allowed.test(name))).toEqual([]);
    else expect(places).toEqual(allowed);
  });

  test('below the fourth floor, Node is known to few files: a browser page could replace them', () => {
    const places = sources.filter(({ name, text }) => floorOf(name) <= 3 && /from 'node:/.test(text)).map(({ name }) => name);
    expect(places).toEqual([
      'src/data/idx.ts',
      'src/data/load.ts',
      'src/data/mnist.ts',
      'src/data/png.ts',
      'src/data/samples-file.ts',
      'src/kernels/blas.ts',
      'src/kernels/load.ts',
      'src/parallel/pool.ts',
      'workers/gradient.ts',
    ]);
  });
});

describe('the map in the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');

  test('names every source file, and none that is gone', () => {
    const map = readme.slice(readme.indexOf('## File map'), readme.indexOf('## ', readme.indexOf('## File map') + 5));
    const listed = [...map.matchAll(/^ *([\w-]+\.(?:ts|js))\b/gm)].map((m) => m[1]);
    const there = [
      ...sources.map(({ name }) => name),
      ...readdirSync(join(root, 'src/kernels/assembly')).map((name) => join('src/kernels/assembly', name)),
    ]
      .filter((name) => /\.(ts|js)$/.test(name))
      .map((name) => relative(dirname(name), name));
    expect([...new Set(listed)].sort()).toEqual([...new Set(there)].sort());
  });
});
