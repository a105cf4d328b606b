// Files that are asked for beside a run: what cannot be written is refused before anything is computed, and to find that out leaves nothing behind.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOutputPath } from '#src/system/output-file.js';
import { contents, inFolder, quickNabla } from '../support/command.js';
import { writeIdxFolder } from '../support/idx-folder.js';
import { needs } from '../support/needs.js';
import { expectRefused, refusal } from '../support/refused.js';

const MNIST = ['--data', '.', '--epochs', '1'];
/** Every command that trains, with the file that it writes in the end. */
const WRITERS: [what: string, args: (path: string) => string[]][] = [
  ['a trace of train', (path) => ['train', ...MNIST, '--trace', path]],
  ['what networks say of folds', (path) => ['train', ...MNIST, '--folds', '2', '--out-of-fold', path]],
  ['the page of a search', (path) => ['search', ...MNIST, '--eta', '0.1,0.5', '--html', path]],
  ['the table of reproduce', (path) => ['reproduce', '--data', '.', '--out', path]],
  ['the figures of reproduce', (path) => ['reproduce', '--data', '.', '--save', path]],
  ['the page of an ensemble', (path) => ['ensemble', 'a', 'b', '--html', path]],
];

describe('a file that cannot be written', () => {
  it.each(WRITERS)('is refused before anything is trained: %s', (_, args) =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      mkdirSync(join(folder, 'taken'));
      await expectRefused(args('nowhere/file'), folder, /expected a file in a folder that exists, got 'nowhere\/file'/);
      await expectRefused(args('taken'), folder, /expected a file, not a folder, got 'taken'/);
      if (existsSync('/proc/self'))
        await expectRefused(args('/proc/file'), folder, /expected a file that can be written, got '\/proc\/file'\. No file can be made there/);
    }),
  );

  it('is found by trying, where permissions say so', needs(process.getuid?.() !== 0, 'root may write anywhere'), () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'closed'));
      writeFileSync(join(folder, 'kept'), 'old');
      chmodSync(join(folder, 'closed'), 0o500);
      chmodSync(join(folder, 'kept'), 0o400);
      for (const name of ['closed/file', 'kept'])
        expect(await refusal(() => checkOutputPath('out', join(folder, name)))).toContain('Permission is denied');
    }),
  );
});

describe('a file that can be written', () => {
  it('is not there after it was tried, and one that was there is as it was', () =>
    inFolder(async (folder) => {
      const kept = join(folder, 'kept');
      writeFileSync(kept, 'old');
      utimesSync(kept, 1000, 1000);
      symlinkSync('nowhere', join(folder, 'link'));
      const before = contents(folder);
      for (const name of ['new', 'kept', 'link']) checkOutputPath('out', join(folder, name));
      expect(contents(folder)).toEqual(before);
      expect(statSync(kept).mtimeMs).toBe(1_000_000);
    }));

  it('may be a device, which is not opened', needs(existsSync('/dev/null'), 'no /dev/null'), () => {
    expect(() => checkOutputPath('out', '/dev/null')).not.toThrow();
  });
});

describe('a folder that holds several runs and is none', () => {
  it('says what it is, and what to type', () =>
    inFolder(async (folder) => {
      writeIdxFolder(folder);
      const rows = Array.from({ length: 40 }, (_, k) => `${k % 7},${k % 3 === 0 ? 'a' : 'b'}`);
      writeFileSync(join(folder, 'rows.csv'), ['x,y', ...rows].join('\n'));
      const train = ['train', 'rows.csv', '--target', 'y', '--hidden', '2', '--epochs', '1', '--workers', '1'];
      for (const args of [
        [...train, '--seeds', '2', '--run', 'runs/seeds'],
        [...train, '--folds', '2', '--run', 'runs/folds'],
        ['search', ...train.slice(1, 6), '--epochs', '1', '--eta', '0.1,0.5', '--out', 'runs/search'],
        [...train, '--run', 'runs/one'],
      ])
        expect(await quickNabla(args, folder)).toMatchObject({ code: 0 });
      const says: [path: string, says: RegExp][] = [
        [
          'runs/seeds',
          /the runs of several seeds\. nabla runs runs\/seeds lists all, nabla ensemble runs\/seeds averages them\. Name one of them: runs\/seeds\/seed-1\n/,
        ],
        ['runs/folds', /the runs of a cross-validation\. nabla runs runs\/folds lists all\. Name one of them: runs\/folds\/fold-1\n/],
        ['runs/search', /a search\. nabla report runs\/search makes its page\. Name one of them: runs\/search\/trials\/0001\n/],
        ['runs', /no run of its own, but others in it\. nabla runs runs lists all\. Name one of them: runs\/one\n/],
      ];
      for (const [path, text] of says) {
        await expectRefused(['evaluate', path], folder, text);
        if (path !== 'runs/search') await expectRefused(['report', path], folder, text);
      }
      expect(readFileSync(join(folder, 'runs', 'seeds', 'seeds.json'), 'utf8')).toContain('"state": "done"');
    }));
});
