// The files of this package that a page loads while it runs: the worker scripts and the compiled kernels. They lie beside the code that
// names them, in dist/browser, where the build puts all of them. Each is written out as bundlers look for it, so that whoever bundles
// that folder into a page of their own takes them along.

/** The thread that owns a run. */
export function startConductor(): Worker {
  return new Worker(new URL(/* @vite-ignore */ './conductor.js', import.meta.url), { type: 'module', name: 'nabla' });
}

/** A thread that trains. */
export function startGradientWorker(name: string): Worker {
  return new Worker(new URL(/* @vite-ignore */ './gradient.js', import.meta.url), { type: 'module', name });
}

const KERNELS = {
  simd: () => new URL(/* @vite-ignore */ './simd.wasm', import.meta.url),
  relaxed: () => new URL(/* @vite-ignore */ './relaxed.wasm', import.meta.url),
};

/** @param name of a set that a page can have: `wide` needs a flag of V8 */
export function kernelUrl(name: 'simd' | 'relaxed' | 'wide'): string {
  return KERNELS[name === 'wide' ? 'relaxed' : name]().href;
}
