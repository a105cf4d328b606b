// Whether threads of a page may share memory. Browsers allow it only where the page is cross-origin isolated, and some of them not even there:
// GTK's builds of WebKit say that the page is isolated, have no SharedArrayBuffer, and refuse to pass shared memory on to a thread.

/** As the browser has it: shared-memory.ts may name it later on, for use in one thread. */
const hasName = globalThis.SharedArrayBuffer !== undefined;

export function sharesMemory(): boolean {
  return globalThis.crossOriginIsolated === true && hasName;
}
