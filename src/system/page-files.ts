// The compiled kernels as a page loads them: they lie beside the scripts, in dist/browser, where the build puts all of them. Each address is
// written out as bundlers look for it, so that whoever bundles that folder into a page of their own takes them along. The scripts of threads
// are named in the same way by whoever starts them (browser/train.ts, parallel/threads/page.ts): one place for all would be loaded by each of
// them, and bundlers refuse threads that start each other in a circle.

const KERNELS = {
  simd: () => new URL('./simd.wasm', import.meta.url),
  relaxed: () => new URL('./relaxed.wasm', import.meta.url),
};

/** @param name of a set that a page can have: `wide` needs a flag of V8 */
export function kernelUrl(name: 'simd' | 'relaxed' | 'wide'): string {
  return KERNELS[name === 'wide' ? 'relaxed' : name]().href;
}
