// What the builds of pages' scripts share: whether there is anything to do, and how strict the bundler is.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** When the newest of the files in some folders was written. */
const newest = (folders, isOne) =>
  Math.max(
    0,
    ...folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => isOne.test(name))
        .map((name) => statSync(join(folder, name)).mtimeMs),
    ),
  );

/**
 * Whether all that was made is newer than all that it is made of.
 * @param made files
 * @param scripts of the builds themselves
 */
export function isFresh(dist, made, scripts) {
  try {
    const oldest = Math.min(...made.map((path) => statSync(path).mtimeMs));
    const sources = newest([join(dist, 'src'), join(dist, 'workers')], /\.(js|wasm)$/);
    return oldest > Math.max(sources, ...scripts.map((path) => statSync(path).mtimeMs));
  } catch {
    return false;
  }
}

/** Whatever a bundler only warns of, such as an import that is not there in a page, is wrong here. */
export function refuse(level, { message }) {
  if (level === 'warn') throw new Error(message);
}
