// What is said of a path to people who do not know this machine: its last part. Pages and exported files are passed on, and the
// folders above say who made them, and where: only a run's own files have those.

import { homedir } from 'node:os';
import { basename, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellPath } from './shell-word.js';

/** Files of several folders, as a pattern of all: its last part would be that of the last file. */
const SEVERAL = /^(?:.*[\\/])?\{(.+)\}$/;

/** The last part of a path, or of the URL of a file; of a pattern that lists files, that of the first, and how many follow. Other URLs stay as they are. */
export function nameOfPath(path: string): string {
  if (path.startsWith('file:')) return basename(filePath(path));
  const [first, ...others] = SEVERAL.exec(path)?.[1].split(/(?<!\\),/) ?? [];
  if (others.length > 0) return `${basename(first).replace(/\\(.)/g, '$1')} and ${others.length} more`;
  return /^(data|node):/.test(path) ? path : basename(resolve(path)) || path;
}

/** A path as it leads on from a folder. */
export const pathWithin = (folder: string, path: string): string => relative(folder, path);

function filePath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

/** An absolute path of two parts or more, as far as it has no spaces; after a space, a quote or a bracket, as words begin. */
const ABSOLUTE = /(?<=^|[\s'"`(=:,])(?:file:\/\/)?(?:[A-Za-z]:[\\/]|\/)(?:[^\s'"`(),:;/\\]+[\\/])+(?=[^\s'"`(),:;/\\])/g;

/**
 * A message with names instead of absolute paths.
 * @param known paths that may stand in it, also such as have spaces, as they are or as a shell takes them
 */
export function withoutFolders(text: string, known: readonly string[] = []): string {
  const paths = [...known, homedir()].flatMap((path) => [path, resolve(path), ...(path.startsWith('file:') ? [filePath(path)] : [])]);
  const absolute = [...new Set(paths)].filter((path) => path.length > 1 && resolve(path) === path).sort((a, b) => b.length - a.length);
  const named = absolute.reduce((before, path) => {
    const name = nameOfPath(path);
    const quoted = shellPath(path);
    return before.replaceAll(quoted, () => (quoted === path ? name : `'${name}'`)).replaceAll(path, () => name);
  }, text);
  return named.replace(ABSOLUTE, '');
}
