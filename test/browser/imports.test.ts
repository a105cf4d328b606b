// The scripts of a page know nothing of Node: neither the files that they are made of, walked from their entries, nor what is published.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as node from '#src/system/platform/node.js';
import * as page from '#src/system/platform/page.js';
import { filesMeant, importedBy, type Source, textsIn } from '../support/imports.js';

const scripts = fileURLToPath(new URL('../../dist/browser', import.meta.url));
const ENTRIES = ['src/browser/index.ts', 'src/browser/conductor.ts', 'workers/page-gradient.ts', 'src/play/page.ts'];
/** Packages that run anywhere. */
const ANYWHERE = ['comlink', 'd3-scale', 'd3-shape', 'fastest-levenshtein', 'lit-html'];

/** What is imported only as a type is gone when it runs. */
const withoutTypes = (text: string): string =>
  text
    .replace(/^\s*(?:import|export)\s+type\s[^;]*?from\s+'[^']+';/gm, '')
    .replace(/^\s*import\s*\{(?:\s*type [^,}]+,?)+\s*\}\s*from\s*'[^']+';/gm, '');

const sources = new Map(textsIn('src', 'workers').map(({ name, text }) => [name, withoutTypes(text)]));

/** Everything but files of the project and packages that run anywhere, as 'a → b → node:fs'. */
function foreign(entries: readonly string[], files: ReadonlyMap<string, string>): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const walk = (name: string, path: readonly string[]): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const way = [...path, name];
    for (const imported of importedBy({ name, text: files.get(name) } as Source)) {
      const meant = filesMeant(name, imported, ['browser']);
      for (const next of meant) walk(next, way);
      if (meant.length === 0 && !ANYWHERE.includes(imported.split('/')[0])) found.push([...way, imported].join(' → '));
    }
  };
  for (const entry of entries) walk(entry, []);
  return found;
}

describe('the scripts of a page', () => {
  it('are made of files that import nothing of Node', () => {
    expect(foreign(ENTRIES, sources)).toEqual([]);
  });

  it.each([
    ['src/errors.ts', 'node:fs', "import { statSync } from 'node:fs';"],
    ['src/parallel/pool.ts', 'piscina', "const { Piscina } = await import('piscina');"],
    ['src/model/layout.ts', 'koffi', "const koffi = createRequire(import.meta.url)('koffi');\nimport 'koffi';"],
  ])('would be found out if %s imported %s', (name, imported, line) => {
    const changed = new Map(sources).set(name, `${line}\n${sources.get(name)}`);
    expect(foreign(ENTRIES, changed)).toContainEqual(expect.stringMatching(new RegExp(`${name} → ${imported}$`)));
  });

  it('have nothing of Node in what is published, and no address', () => {
    const names = readdirSync(scripts).filter((name) => name.endsWith('.js'));
    expect(names).toEqual(expect.arrayContaining(['index.js', 'conductor.js', 'gradient.js']));
    for (const name of names) {
      const text = readFileSync(join(scripts, name), 'utf8');
      expect(text.match(/["'`](node:\w+|worker_threads|piscina|https?:\/\/[^"'`]*)["'`]/g), name).toBeNull();
    }
  });

  it('have all that Node gives, under the same names', () => {
    expect(Object.keys(page).sort()).toEqual(Object.keys(node).sort());
  });
});
