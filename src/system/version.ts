// The version of this package, for records that outlive it.

import { readFileSync } from 'node:fs';
import { ownFile } from './own-file.js';

let known: string | undefined;

/** Read when it is first asked for. */
export function version(): string {
  known ??= (JSON.parse(readFileSync(ownFile('package.json'), 'utf8')) as { version: string }).version;
  return known;
}
