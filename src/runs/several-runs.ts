// Folders that hold several runs and are none: what each kind is, and what to name in its place, for whoever named one where a run was meant.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isFolder, namesIn } from '../system/folders.js';
import { shellPath } from '../system/shell-word.js';
import { isEnsemble, isRun, memberFolder, SEARCH, SEEDS } from './files.js';

interface Kind {
  readonly is: (path: string) => boolean;
  /** What it holds. */
  readonly what: string;
  /** The folder in which the runs lie, and how their names begin. */
  readonly runs: (path: string) => string;
  readonly called?: RegExp;
  /** What else takes all of it. @param path as a shell takes it */
  readonly all?: (path: string) => string;
}

/** The first that fits. */
const KINDS: readonly Kind[] = [
  { is: isEnsemble, what: 'several networks, whose average is one model', runs: memberFolder },
  {
    is: (path) => existsSync(join(path, SEEDS)),
    what: 'the runs of several seeds',
    runs: (path) => path,
    called: /^seed-\d+$/,
    all: (path) => `nabla runs ${path} lists all, nabla ensemble ${path} averages them`,
  },
  {
    is: (path) => existsSync(join(path, SEARCH)),
    what: 'a search',
    runs: (path) => join(path, 'trials'),
    all: (path) => `nabla report ${path} makes its page`,
  },
  {
    is: (path) => isRun(join(path, 'fold-1')),
    what: 'the runs of a cross-validation',
    runs: (path) => path,
    called: /^fold-\d+$/,
    all: (path) => `nabla runs ${path} lists all`,
  },
  {
    is: (path) => runIn(path) !== undefined,
    what: 'no run of its own, but others in it',
    runs: (path) => path,
    all: (path) => `nabla runs ${path} lists all`,
  },
];

/** What a folder without a run holds instead, as sentences; undefined where it holds no runs either. */
export function whatElse(path: string): string | undefined {
  const kind = KINDS.find(({ is }) => is(path));
  if (!kind) return undefined;
  const { what, runs, called, all } = kind;
  const first = runIn(runs(path), called);
  const one = first === undefined ? '' : ` Name one of them: ${shellPath(first)}`;
  return `this folder holds ${what}.${all ? ` ${all(shellPath(path))}.` : ''}${one}`;
}

/** The first run in a folder; by the numbers in their names. */
function runIn(folder: string, called = /^[^.]/): string | undefined {
  const names = namesIn(folder).filter((name) => called.test(name));
  const inOrder = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return inOrder.map((name) => join(folder, name)).find((path) => isFolder(path) && isRun(path));
}
