// What is printed to be typed again: the command as it was called, with paths as a shell takes them.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { calledAgain, calledAs } from '#src/cli/called.js';
import { messageWithCommand, NablaError } from '#src/errors.js';
import { train } from '#src/index.js';
import { shellPath, shellWord } from '#src/system/shell-word.js';
import { inFolder, MAIN, quickNabla } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';
import { needs } from '../support/needs.js';

const POSIX = needs(process.platform !== 'win32', 'Windows has another shell');

describe('a word', () => {
  const HARD = [
    'plain',
    'runs/a-b_c.d',
    'my run #1',
    "it's",
    '$HOME `x` "q"',
    '~',
    'a~b',
    '*',
    'a  b',
    '',
    'é',
    '!x',
    'a\nb\x1b',
    "'\\\n",
    '-x',
    'a;b&c|d',
  ];

  it('is what the shell makes of it', POSIX, () => {
    const line = `printf '%s\\0' ${HARD.map((word) => shellWord(word)).join(' ')}`;
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(execFileSync('bash', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(HARD);
  });

  it('stays plain where nothing in it means anything', () => {
    for (const word of ['runs/2026-11-23T10-06-10-784-100-10', 'RUN@best', '784,100,10', '../a', 'a=b']) expect(shellWord(word, 'linux')).toBe(word);
    expect(shellPath('-run', 'linux')).toBe('./-run');
  });

  it('on Windows stands in double quotes', () => {
    expect(['C:\\runs\\a', 'my run', "it's"].map((word) => shellWord(word, 'win32'))).toEqual(['C:\\runs\\a', '"my run"', '"it\'s"']);
  });
});

describe('the command', () => {
  const npm = { npm_package_name: 'nabla', npm_lifecycle_script: 'node dist/src/cli/main.js', INIT_CWD: '/here' };
  it.each([
    ['npx', '/home/x/.npm/_npx/f00/node_modules/.bin/nabla', {}, 'npx nabla'],
    ['a script of a project', '/here/node_modules/.bin/nabla', { npm_package_name: 'mine', npm_lifecycle_script: 'nabla train' }, 'npx nabla'],
    ['a launcher of pnpm or Windows', '/here/node_modules/nabla/dist/src/cli/main.js', {}, 'npx nabla'],
    ['npm start', '/here/dist/src/cli/main.js', npm, 'npx nabla'],
    [
      'npm start in another folder, to which its paths do not belong',
      '/here/dist/src/cli/main.js',
      { ...npm, INIT_CWD: '/here/src' },
      'npm run nabla --',
    ],
    ['node', '/here/dist/src/cli/main.js', {}, 'node dist/src/cli/main.js'],
    ['node, from elsewhere', '/other place/main.js', {}, "node '/other place/main.js'"],
    ['a test that npm runs', '/here/main.js', { npm_package_name: 'nabla', npm_lifecycle_script: 'vitest run' }, 'node main.js'],
  ])('by %s', POSIX, (_, script, environment, called) => {
    expect(calledAs({ script, environment, cwd: '/here' })).toBe(called);
  });

  it('by its name is nabla where a shell finds this very program, and npm alone does not', POSIX, () =>
    inFolder(async (folder) => {
      const [bin, own, other] = ['bin', 'node_modules/.bin', 'other'].map((name) => join(folder, name));
      for (const path of [bin, own, other]) mkdirSync(path, { recursive: true });
      for (const path of [bin, own]) symlinkSync(MAIN, join(path, 'nabla'));
      writeFileSync(join(other, 'nabla'), '');
      const called = (script: string, PATH: string): string => calledAs({ script, environment: { PATH }, cwd: folder });
      expect(called(join(bin, 'nabla'), `/none:${bin}`)).toBe('nabla');
      expect(called(MAIN, `${other}:${bin}`)).toBe('nabla');
      expect(called(join(own, 'nabla'), own)).toBe('npx nabla');
      expect(called(join(bin, 'nabla'), other)).toBe('node bin/nabla');
    }),
  );

  it('stands before the options that an error ends with', () => {
    const error = new NablaError('DIVERGED', 'Kept: --from x', { next: { command: 'train', options: '--from x' } });
    expect(messageWithCommand(error, () => 'npx nabla')).toBe('Kept: npx nabla train --from x');
    expect(messageWithCommand(new Error('Kept: --from x'), calledAs)).toBe('Kept: --from x');
  });
});

describe('a run in a folder with a name that a shell would take apart', POSIX, () => {
  const RUN = "it's my  run #1";

  it('is evaluated by the line that is printed, and its errors name it in the same way', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const { stdout } = await quickNabla(['train', '--data', '.', '--layers', '6,4', '--epochs', '1', '--workers', '1', '--run', RUN], folder);
      const [, again] = /again: (.*)\n/.exec(stdout) ?? [];
      const [program, ...words] = execFileSync('sh', ['-c', `printf '%s\\0' ${again}`], { encoding: 'utf8' })
        .split('\0')
        .slice(0, -1);
      expect([program, words]).toEqual(['nabla', ['evaluate', RUN]]);
      expect(await quickNabla(words, folder)).toMatchObject({ code: 0, stdout: expect.stringContaining(`${RUN}: 6-4 on `) });
      const path = join(folder, RUN, 'run.json');
      writeFileSync(
        path,
        readFileSync(path, 'utf8')
          .replace(/"sha256": ?"\w+",?/, '')
          .replace(/,(\s*})/g, '$1'),
      );
      const { stderr } = await quickNabla(['train', '--resume', RUN], folder);
      expect(stderr).toMatch(/Go on with --from 'it'\\''s my {2}run #1'\.\n$/);
    }));

  it('goes on by what the error of an interrupted one says', () =>
    inFolder(async (folder) => {
      const run = join(folder, RUN);
      const stop = new AbortController();
      const error = await train({ data: smallData(), epochs: 5, workers: 1, run, signal: stop.signal, onEvent: () => stop.abort() }).catch(
        (thrown) => thrown,
      );
      expect(error.message).toMatch(/go on with: --resume '[^\n]*run #1'$/);
      expect(messageWithCommand(error, () => 'npx nabla')).toContain("go on with: npx nabla train --resume '");
      // A page of it is read where nothing is known of how the program was called.
      expect(readFileSync(join(run, 'run.json'), 'utf8')).toContain("go on with: nabla train --resume '");
    }));
});

describe('what is to be typed again', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('has the launcher before it where that has started several processes', () => {
    expect(calledAgain()).toBe(calledAs());
    vi.stubEnv('OMPI_COMM_WORLD_RANK', '0');
    vi.stubEnv('OMPI_COMM_WORLD_SIZE', '1');
    expect(calledAgain()).toBe(calledAs());
    vi.stubEnv('OMPI_COMM_WORLD_SIZE', '3');
    expect(calledAgain()).toBe(`mpirun -n 3 ${calledAs()}`);
    vi.stubEnv('SLURM_PROCID', '0');
    expect(calledAgain()).toBe(`srun -n 3 ${calledAs()}`);
  });
});
