// Folders at paths that a user names. Where one cannot be made that is said, and at once: what is tried runs in a process of its
// own with a time limit, since Node's recursive mkdirSync tries for ever.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isFolder, makeFolder } from '#src/system/folders.js';
import { contents, inFolder, jsonLines, start } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { needs } from '../support/needs.js';

describe('makeFolder', () => {
  it('makes what is missing, and leaves what is there', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'there'));
      symlinkSync('there', join(folder, 'link'));
      for (const path of ['a/b/c', 'a/b', 'link', 'link/d', 'e/../f', '.', 'g/']) {
        makeFolder(`${folder}/${path}`);
        expect(isFolder(join(folder, path))).toBe(true);
      }
      expect(existsSync(join(folder, 'e'))).toBe(false);
    }));

  it.each(['file', 'file/a', 'link', 'link/a'])('throws where something else is in its way: %s', (path) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '');
      symlinkSync('nowhere', join(folder, 'link'));
      const before = contents(folder);
      expect(() => makeFolder(join(folder, path))).toThrow(/EEXIST|ENOTDIR|ENOENT/);
      expect(contents(folder)).toEqual(before);
    }),
  );
});

/** What a module says in a folder that is deleted before it runs. */
function inDeletedFolder(code: string): { status: number | null; said: string } {
  const dist = fileURLToPath(new URL('../../dist/src', import.meta.url));
  const module = `
    import { mkdtempSync, rmdirSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { makeFolder } from '${dist}/system/folders.js';
    import { CheckpointFiles } from '${dist}/runs/checkpoint-files.js';
    process.chdir(mkdtempSync(tmpdir() + '/nabla-test-'));
    rmdirSync(process.cwd());
    try { ${code} } catch (error) { console.log(error.code, error.message); }`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', module], { timeout: 10_000, killSignal: 'SIGKILL' });
  return { status, said: String(stdout) };
}

describe('in a folder that was deleted', needs(process.platform !== 'win32', 'Windows deletes no folder that is in use'), () => {
  it.each([
    ['a folder', "makeFolder('a/b')", /^ENOENT /],
    [
      'a checkpoint',
      "await new CheckpointFiles('run', 2).write({ position: { steps: 1 } })",
      /^NOT_SAVED run\/checkpoints cannot be written: there is no such file or folder \(ENOENT\)/,
    ],
  ])('%s cannot be made, and that is said', (_, code, says) => {
    expect(inDeletedFolder(code)).toEqual({ status: 0, said: expect.stringMatching(says) });
  });
});

describe('in /proc', needs(existsSync('/proc/self'), 'no /proc'), () => {
  it.each(['/proc/nabla', '/proc/nabla/kept'])('a run is not kept: code 1 and one line (%s)', (run) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { code, stdout, stderr } = await start(['train', '--data', '.', '--epochs', '1', '--run', run], folder, 20_000).outcome;
      expect(stderr).toMatch(new RegExp(`^error: ${run} cannot be written: there is no such file or folder \\(ENOENT\\)\\.\\n$`));
      expect([code, stdout]).toEqual([1, '']);
    }),
  );

  it('a profile is not kept, and nabla tune says so', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const args = 'tune --data . --layers 6,5,4 --batch 4 --workers 1 --kernels simd --gradient owned --input dense --format json'.split(' ');
      const { code, stdout, stderr } = await start(args, folder, 40_000, { XDG_CACHE_HOME: '/proc/nabla' }).outcome;
      expect([code, jsonLines(stdout).length]).toEqual([0, 1]);
      expect(stderr).toMatch(/^warning: The profile was not kept: [^\n]* cannot be written: there is no such file or folder \(ENOENT\)\.[^\n]*\n$/);
    }));
});
