// Which file of the project imports which, read from the text: for tests of the floors, and of what a page's scripts may know.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  readonly name: string;
  readonly text: string;
}

export const textsIn = (...folders: readonly string[]): Source[] =>
  folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((name) => /\.(ts|js|mjs)$/.test(name) && !name.includes('bench/results'))
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

/** The names that mean one file in Node and another one in a page, from package.json, with the file of each. */
const SURROUNDINGS = new Map(
  Object.entries<string | Readonly<Record<'browser' | 'default', string>>>(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).imports,
  ).flatMap(([name, files]) => (typeof files === 'string' ? [] : [[name, files] as const])),
);

const sourceOf = (file: string): string => file.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');

/** Whatever a file imports, as it says it, in any form: statically, as a type, dynamically, or re-exported. */
export function importedBy({ text }: Source): string[] {
  const found = text.matchAll(/^\s*(?:import|export)\s[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\b(?:import|require)\(\s*'([^']+)'\s*\)/gm);
  return [...found].map((match) => match[1] ?? match[2] ?? match[3]);
}

/** The files of the project that are meant by what a file imports; none for a package. @param where in Node, in a page, or both */
export function filesMeant(name: string, imported: string, where: readonly ('browser' | 'default')[] = ['browser', 'default']): string[] {
  const files = SURROUNDINGS.get(imported);
  if (files) return where.map((one) => sourceOf(files[one]));
  return imported.startsWith('.') && !imported.endsWith('.mjs') ? [normalize(join(dirname(name), imported)).replace(/\.js$/, '.ts')] : [];
}
