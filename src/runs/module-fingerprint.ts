// What tells a module with functions of one's own from another one: a hash of its file. A run goes on with the functions that it
// began with. What a module imports in turn is not looked at.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** SHA-256 by URL, of modules that are files and can be read; others are what their URL says. */
export function moduleFingerprints(urls: readonly string[]): Readonly<Record<string, string>> {
  const files = urls.filter((url) => url.startsWith('file:'));
  return Object.fromEntries(files.flatMap((url) => hashOf(url).map((hash) => [url, hash])));
}

function hashOf(url: string): string[] {
  try {
    return [
      createHash('sha256')
        .update(readFileSync(fileURLToPath(url)))
        .digest('hex'),
    ];
  } catch {
    return [];
  }
}
