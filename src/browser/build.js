// Builds the scripts of a page, dist/browser, from what the compiler has made of the sources: the library, the thread that has a run, and the
// thread that trains, with what they share in files of their own, and the kernels beside them. A part of `npm run build`; does nothing where
// nothing has changed since.

import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFresh, refuse } from './bundling.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const out = join(dist, 'browser');
const KERNELS = ['simd.wasm', 'relaxed.wasm'];

/** Names as page-files.ts says them. */
const entries = {
  index: join(dist, 'src/browser/index.js'),
  conductor: join(dist, 'src/browser/conductor.js'),
  gradient: join(dist, 'workers/page-gradient.js'),
};

const made = [...Object.keys(entries).map((name) => `${name}.js`), ...KERNELS].map((name) => join(out, name));

if (!isFresh(dist, made, [fileURLToPath(import.meta.url)])) {
  const { rolldown } = await import('rolldown');
  rmSync(out, { recursive: true, force: true });
  const bundle = await rolldown({ cwd: root, input: entries, platform: 'browser', onLog: refuse });
  // As it is written, so that bundlers recognise the threads and kernels in it; whoever bundles it makes it small.
  await bundle.write({ dir: out, format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', minify: false });
  await bundle.close();
  for (const name of KERNELS) copyFileSync(join(dist, 'src/kernels', name), join(out, name));
}
