// Names by which runs are told apart where several are shown: the last part of each folder's path, and as much more of it as it takes.

import { resolve, sep } from 'node:path';

/** In the order of the paths, each of which stands there once. */
export function distinctNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => resolve(path).split(sep));
  const tail = (of: readonly string[], n: number): string => of.slice(-n).join('/');
  return parts.map((own) => {
    const least = own.findIndex((_, n) => parts.filter((other) => tail(other, n + 1) === tail(own, n + 1)).length === 1);
    return tail(own, least + 1 || own.length);
  });
}
