// All benchmarks that need nothing but nabla, one after another, never two at once; their figures go to bench/results/.
// The comparison with other software is a command of its own (npm run bench:peers). Run: npm run bench

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readOptions } from './options.js';

const BENCHES = ['barrier', 'kernels', 'step', 'scaling', 'start'];

const { data, only, quick } = readOptions('Runs the benchmarks and writes their figures to bench/results/.', BENCHES);
const options = ['--record', ...(quick ? ['--quick'] : []), ...(data === 'mnist' ? [] : ['--data', data])];
for (const bench of BENCHES.filter((name) => only.includes(name))) {
  console.log(`\n# ${bench}`);
  const { status, signal } = spawnSync(process.execPath, [fileURLToPath(new URL(`./${bench}.js`, import.meta.url)), ...options], {
    stdio: 'inherit',
  });
  if (signal) process.exit(130);
  // One that fails leaves no figures; the others still run.
  if (status !== 0) process.exitCode = 1;
}
console.log('\nnpm run bench:page writes them into bench/results/README.md and the README.');
