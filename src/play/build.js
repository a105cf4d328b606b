// Builds the page of `nabla play`, dist/play, from what the compiler has made of the sources: its file, its script, the threads that train, all as
// small as they can be, and the kernels. A part of `npm run build`; does nothing where nothing has changed since.

import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFresh, refuse } from '../browser/bundling.js';
import { leftOut } from './left-out.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const out = join(dist, 'play');
const KERNELS = ['simd.wasm', 'relaxed.wasm'];

const entries = {
  page: join(dist, 'src/play/page.js'),
  conductor: join(dist, 'src/browser/conductor.js'),
  gradient: join(dist, 'workers/page-gradient.js'),
};

const made = [...Object.keys(entries).map((name) => `${name}.js`), ...KERNELS, 'index.html'].map((name) => join(out, name));

if (!isFresh(dist, made, [fileURLToPath(import.meta.url), fileURLToPath(new URL('left-out.js', import.meta.url))])) {
  const { rolldown } = await import('rolldown');
  rmSync(out, { recursive: true, force: true });
  const bundle = await rolldown({ cwd: root, input: entries, platform: 'browser', onLog: refuse, plugins: [leftOut()] });
  // What several scripts load is one file: three, each for those that share it, would be 1,200 bytes more.
  const codeSplitting = { groups: [{ name: 'shared', minShareCount: 2, test: (id) => !id.includes('/kernels/scalar/') }] };
  await bundle.write({
    dir: out,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting,
    minify: true,
  });
  await bundle.close();
  for (const name of KERNELS) copyFileSync(join(dist, 'src/kernels', name), join(out, name));
  const { playHtml } = await import('../../dist/src/play/html.js');
  writeFileSync(join(out, 'index.html'), playHtml());
}
