// What a page may do: share memory between threads, and so train on all cores, only where it is cross-origin isolated and its browser lets it.
// Otherwise a run has one thread, to the same bits, and its first event says what is missing.

import { sharesMemory } from '../system/page-memory.js';

/** The headers that let a page train on all cores, with the page and with all of its scripts. */
export const ISOLATION_HEADERS: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Why a page trains on one core, and what to do; undefined where it trains on all. */
export function whyOneCore(): string | undefined {
  if (sharesMemory()) return undefined;
  const { crossOriginIsolated, isSecureContext } = globalThis;
  if (crossOriginIsolated) return 'This page trains on one core, because this browser lets no threads of a page share memory, whatever its headers.';
  const headers = Object.entries(ISOLATION_HEADERS).map(([name, value]) => `${name}: ${value}`);
  const safely = isSecureContext === false ? 'come over https, with' : 'come with';
  return `This page trains on one core, because it is not cross-origin isolated. For all cores it has to ${safely} the headers ${headers.join(' and ')}, and so have its scripts.`;
}
