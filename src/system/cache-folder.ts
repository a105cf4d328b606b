// The folder for what can be made or fetched again: settings that were tuned, public data sets. The one place that says where it is.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** XDG: $XDG_CACHE_HOME, which must be an absolute path, or ~/.cache. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'nabla');
}
