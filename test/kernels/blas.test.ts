// Libraries that cannot serve the `blas` kernels, each refused in words before anything is computed with it, and the run
// that then goes on with WebAssembly. The broken ones are built here, where there is a C compiler.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { findBlas } from '#src/kernels/blas.js';
import { loadKernels } from '#src/kernels/load.js';
import { inFolder, jsonLines, nabla } from '../support/command.js';
import { needs } from '../support/needs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nabla-blas-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CONFIG = 'const char *openblas_get_config(void)';
const SGEMM = 'void cblas_sgemm(void)';

/** What is wrong with a library, its source, and how it is refused. */
const BROKEN: readonly [string, string, RegExp][] = [
  ['64-bit integers', `${CONFIG} { return "OpenBLAS 0.3.21 USE64BITINT DYNAMIC_ARCH"; } ${SGEMM} {}`, /takes 64-bit integers; .* 32-bit/],
  ['64-bit integers under names of their own', 'void cblas_sgemm64_(void) {}', /has no usable cblas_sgemm/],
  ['wrong results', `${CONFIG} { return "OpenBLAS 0.3.21"; } ${SGEMM} {}`, /multiplies two matrices wrongly/],
  ['no cblas_sgemm', 'int unrelated;', /has no usable cblas_sgemm/],
];

function compiler(): string | undefined {
  return ['cc', 'gcc', 'clang'].find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore', timeout: 20_000 });
      return true;
    } catch {
      return false;
    }
  });
}

/** The library that C source makes. */
function build(name: string, source: string): string {
  const path = join(folder, `${name.replaceAll(' ', '-')}.so`);
  writeFileSync(`${path}.c`, source);
  execFileSync(compiler() as string, ['-shared', '-fPIC', '-o', path, `${path}.c`], { timeout: 60_000 });
  return path;
}

describe('a library is refused', () => {
  it('that is not there', () => {
    expect(findBlas('/no/such/library.so')).toEqual({ refused: expect.stringMatching(/^\/no\/such\/library\.so cannot be loaded \(.+\)$/) });
  });

  it('that is no library', () => {
    const path = join(folder, 'text.so');
    writeFileSync(path, 'not a library\n');
    expect(findBlas(path)).toEqual({ refused: expect.stringContaining(`${path} cannot be loaded`) });
  });

  it.each(BROKEN)('with %s', needs(compiler(), 'no C compiler'), (name, source, why) => {
    const path = build(name, source);
    expect(findBlas(path)).toEqual({ refused: expect.stringMatching(why) });
    expect(findBlas(path)).toEqual({ refused: expect.stringContaining(path) });
  });
});

it('looking for one leaves the environment as it was, with the variables that were set and without those that were not', () => {
  vi.stubEnv('OPENBLAS_NUM_THREADS', '3');
  vi.stubEnv('MKL_NUM_THREADS', undefined);
  findBlas('/no/such/library.so');
  const { OPENBLAS_NUM_THREADS, MKL_NUM_THREADS } = process.env;
  vi.unstubAllEnvs();
  expect([OPENBLAS_NUM_THREADS, MKL_NUM_THREADS]).toEqual(['3', undefined]);
});

// Asks the library itself, after whatever could be collected has been: one that was unloaded would have read the variable again.
const COUNT_THREADS = `
  import { findBlas } from '#src/kernels/blas.js';
  import koffi from 'koffi';
  const { path } = findBlas();
  for (let k = 0; k < 5; k++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(koffi.load(path).func('int openblas_get_num_threads()')());
`;

const found = findBlas();

const isOpenBlas = 'name' in found && /openblas/i.test(found.name);

it('a library has one thread for each caller, whatever the environment says', needs(isOpenBlas, 'no OpenBLAS (apt install libopenblas0)'), () => {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '4' };
  const args = ['--expose-gc', '--input-type=module', '-e', COUNT_THREADS];
  expect(execFileSync(process.execPath, args, { cwd: root, env, timeout: 20_000 }).toString()).toBe('1\n');
});

it('the kernels are then those of auto, with the reason beside them', async () => {
  const auto = await loadKernels('auto');
  expect(await loadKernels('blas', '/no/such/library.so')).toEqual({
    ...auto,
    note: expect.stringMatching(/^no BLAS: \/no\/such\/library\.so cannot/),
  });
});

it('and the run goes on, saying so', async () => {
  await inFolder(async (cwd) => {
    const command = 'train --layers 784,10 --epochs 1 --kernels blas --blas /no/such/library.so';
    const told = await nabla(command.split(' '), cwd);
    expect([told.code, told.stderr]).toEqual([0, '']);
    expect(told.stdout).toMatch(/note +no BLAS: \/no\/such\/library\.so cannot be loaded .*; going on with (wide|relaxed|simd)/);
    const { code, stdout } = await nabla([...command.split(' '), '--format', 'json'], cwd);
    const events = jsonLines(stdout);
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ kernels: expect.toBeOneOf(['wide', 'relaxed', 'simd']), kernelsNote: expect.stringContaining('no BLAS') });
    expect(events.at(-1)?.event).toBe('done');
  });
});
