// What keeps a run from starting though its options are right, as a user meets it in a process of its own: too few addresses, no
// WebAssembly, no threads allowed, files of the package that a bundler or an accident has taken away. Each is named for what it is, ends
// with code 1, and leaves nothing behind.

import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { contents, inFolder, MAIN } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { needs } from '../support/needs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return promisify(execFile)(command, args, { cwd, timeout: 50_000 }).then(
    (ended) => ({ ...ended, code: 0 }),
    (error) => error as Ended,
  );
}

/** Older ones call it experimental. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';

const TRAIN = ['train', '--data', '.', '--layers', '6,5,4', '--epochs', '1', '--workers', '2', '--run', 'run'];

/** Runs `nabla train` by a command that gets Node's path, flags and all; it must end with code 1 and a line that says this. */
async function expectFailure(command: string, args: readonly string[], says: RegExp): Promise<void> {
  await inFolder(async (folder) => {
    writeIdxFolder(folder);
    const before = contents(folder);
    const { code, stdout, stderr } = await run(command, args, folder);
    expect(stderr).toMatch(/^error: [^\n]+$/m);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/ {4}at |fault of nabla|--workers/);
    expect([code, stdout]).toEqual([1, '']);
    expect(contents(folder)).toEqual(before);
  });
}

/** A Node that has the addresses for itself but not for what V8 reserves. Newer ones then reserve none. */
const FEW_ADDRESSES = 10_000_000;
const underLimit = (program: string): number | null =>
  spawnSync('bash', ['-c', `ulimit -v ${FEW_ADDRESSES}; exec '${process.execPath}' -e '${program}'`]).status;
const reserves = underLimit('new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })') === 1;
/** The events of Node 22 bring a WebAssembly of its own, and it ends where that gets no addresses. */
const survives = underLimit('typeof MessageEvent; setTimeout(() => {}, 100)') === 0;

test(
  'few addresses: the limit, and how it is lifted',
  needs(reserves && survives, 'this Node reserves no addresses where they are limited, or ends by itself'),
  async () => {
    const command = `ulimit -v ${FEW_ADDRESSES}; exec '${process.execPath}' '${MAIN}' ${TRAIN.join(' ')}`;
    await expectFailure('bash', ['-c', command], /address space of this process is limited to 9,766 MB \(RLIMIT_AS\).* 'ulimit -v unlimited'/);
  },
);

test('without WebAssembly: the flag, also for the plain kernels', async () => {
  await expectFailure(process.execPath, ['--jitless', MAIN, ...TRAIN, '--kernels', 'scalar'], /There is no WebAssembly here \(--jitless\)/);
});

test('without threads: the flag that allows them', async () => {
  await expectFailure(
    process.execPath,
    [PERMISSION, '--allow-fs-read=*', MAIN, ...TRAIN],
    /permission model forbids worker threads\. Start Node with --allow-worker/,
  );
});

test("under Node's permission model a run is kept", async () => {
  await inFolder(async (folder) => {
    const allowed = [PERMISSION, '--allow-fs-read=*', '--allow-fs-write=*', '--allow-worker'];
    writeIdxFolder(folder);
    const { stdout, stderr, code } = await run(process.execPath, [...allowed, MAIN, ...TRAIN], folder);
    expect([code, stdout], stderr).toEqual([0, expect.stringContaining('kept in')]);
  });
});

/** A copy of the package, of which something may be taken away. */
async function inCopy(use: (copy: string) => Promise<void>): Promise<void> {
  await inFolder(async (copy) => {
    for (const name of ['package.json', 'dist/src', 'dist/workers']) cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    await use(copy);
  });
}

test('files of the package: which one, and what to do', async () => {
  await inCopy(async (copy) => {
    const main = join(copy, 'dist/src/cli/main.js');
    const worker = join(copy, 'dist/workers/gradient.js');
    writeFileSync(worker, 'no program\n');
    await expectFailure(
      process.execPath,
      [main, ...TRAIN],
      /Worker \d of 2 did not start \(it loads dist\/workers\/gradient\.js\): Unexpected identifier/,
    );
    rmSync(worker);
    await expectFailure(
      process.execPath,
      [main, ...TRAIN],
      new RegExp(`${worker}, a file of nabla's own, cannot be read: ENOENT.*Install nabla again`),
    );
  });
});

describe('a bundled program', () => {
  /** The bundler under vitest. */
  const bundler = ((): string | undefined => {
    try {
      const vitest = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));
      return createRequire(vitest.resolve('vite/package.json')).resolve('rolldown');
    } catch {
      return undefined;
    }
  })();
  const NEEDS_BUNDLER = needs(bundler, 'no rolldown, which vitest brings');

  const PROGRAM = `import { NablaError, train } from 'nabla';
const samples = { values: Float32Array.of(0, 1, 1, 0), labels: Uint16Array.of(0, 1) };
const data = { name: 'two', inputs: 2, classes: 2, scale: 1, training: samples, validation: samples, test: samples };
const said = await train({ data, layers: [2, 2], epochs: 5, workers: 2 }).catch((error) => error);
console.log(said instanceof NablaError ? said.code + ' ' + said.message : said.testAccuracy);
`;

  async function bundled(external: readonly string[]): Promise<Ended> {
    const { rolldown } = await import(pathToFileURL(String(bundler)).href);
    let ended: Ended | undefined;
    await inFolder(async (folder) => {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules', 'nabla'));
      writeFileSync(join(folder, 'app.mjs'), PROGRAM);
      const bundle = await rolldown({ input: join(folder, 'app.mjs'), platform: 'node', logLevel: 'silent', external });
      await bundle.write({ file: join(folder, 'out/app.mjs'), codeSplitting: false });
      await bundle.close();
      ended = await run(process.execPath, ['out/app.mjs'], folder);
    });
    return ended as Ended;
  }

  test('without the files of the package names the worker, and what to tell the bundler', NEEDS_BUNDLER, async () => {
    const { stdout } = await bundled(['koffi']);
    expect(stdout).toMatch(/^INCOMPLETE dist\/workers\/gradient\.js, a file of nabla's own, .*Mark 'nabla' as external there/);
  });

  test('as the README says, trains', NEEDS_BUNDLER, async () => {
    const [, name] = /`external: \['(\w+)'\]`/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    expect(await bundled([String(name)])).toMatchObject({ code: 0, stdout: '1\n', stderr: '' });
  });
});
