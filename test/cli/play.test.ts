// `nabla play` without a browser: what it serves and to whom, with which headers; the folder that it writes; what it refuses; and that it opens a
// window where there is one.

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { haveScreen } from '#src/cli/browser-window.js';
import { PlayFiles } from '#src/cli/play-files.js';
import type { Dataset } from '#src/data/dataset.js';
import { loadMnistPackage } from '#src/data/mnist.js';
import { train } from '#src/index.js';
import { digitsFor } from '#src/play/digits.js';
import { inFolder, quickNabla, start } from '../support/command.js';
import { expectRefused } from '../support/refused.js';

/** A server of the page, ended by Ctrl-C. */
async function served(folder: string, args: readonly string[], use: (url: string) => Promise<void>, env: Record<string, string> = {}): Promise<void> {
  const { child, outcome, seen } = start(['play', ...args], folder, undefined, env);
  const [url = ''] = /http:\S+/.exec(await seen('Ctrl-C')) ?? [];
  try {
    await use(url);
  } finally {
    child.kill('SIGINT');
  }
  expect(await outcome).toMatchObject({ code: 0, stderr: '' });
}

describe('nabla play', () => {
  it('serves the page and its scripts, isolated and closed, to who knows its address, until Ctrl-C', () =>
    inFolder((folder) =>
      served(folder, ['--no-open'], async (url) => {
        expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/);
        for (const name of ['', ...new PlayFiles().names]) {
          const { status, headers } = await fetch(`${url}${name}`);
          expect([name, status]).toEqual([name, 200]);
          expect([name, headers.get('cross-origin-opener-policy'), headers.get('cross-origin-embedder-policy')]).toEqual([
            name,
            'same-origin',
            'require-corp',
          ]);
          expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self';/);
          expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
        }
        for (const other of ['package.json', '../', '%2e%2e/package.json', 'network.json']) expect((await fetch(`${url}${other}`)).status).toBe(404);
        expect((await fetch(new URL('/', url))).status).toBe(404);
      }),
    ));

  it('opens the browser where there is a screen, and only there', () =>
    inFolder(async (folder) => {
      const opener = join(folder, 'xdg-open');
      writeFileSync(opener, `#!/bin/sh\necho "$1" > '${folder}/opened'\n`);
      chmodSync(opener, 0o755);
      const env = { PATH: `${folder}:${process.env.PATH}`, DISPLAY: ':7', CI: '', SSH_CONNECTION: '' };
      const opened = (): boolean => existsSync(join(folder, 'opened'));
      await served(folder, ['--no-open'], async () => {}, env);
      expect(opened()).toBe(false);
      await served(
        folder,
        [],
        async (url) => {
          await expect.poll(opened, { timeout: 5_000 }).toBe(true);
          await expect.poll(() => readFileSync(join(folder, 'opened'), 'utf8').trim()).toBe(url);
        },
        env,
      );
      const screens = [{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'w' }, {}, { DISPLAY: ':0', CI: '1' }, { DISPLAY: ':0', SSH_CONNECTION: 'x' }];
      expect(screens.map((environment) => haveScreen(environment, 'linux'))).toEqual([true, true, false, false, false]);
      expect([haveScreen({}, 'darwin'), haveScreen({ SSH_CONNECTION: 'x' }, 'darwin')]).toEqual([true, false]);
    }));

  it('writes the page into a folder, again over itself, and never beside anything else', () =>
    inFolder(async (folder) => {
      for (const _ of [1, 2]) {
        const { code, stdout } = await quickNabla(['play', '--out', 'site'], folder);
        expect([code, stdout]).toEqual([0, expect.stringMatching(/^site: \d+ files, [\d,]+ kB\n$/)]);
      }
      const names = new PlayFiles().names;
      for (const name of names) expect(readFileSync(join(folder, 'site', name)).equals(new PlayFiles().content(name))).toBe(true);
      writeFileSync(join(folder, 'site', 'notes.txt'), '');
      await expectRefused(
        ['play', '--out', 'site'],
        folder,
        /^error: out: expected a new or an empty folder, got 'site'\. There is notes\.txt in it\.$/m,
      );
    }));

  it('refuses what cannot be, in a line', () =>
    inFolder(async (folder) => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const { port } = taken.address() as { port: number };
      writeFileSync(join(folder, 'file'), 'x');
      mkdirSync(join(folder, 'empty'));
      const plain = { data: { inputs: 2, classes: 2, training: { values: [0, 1, 1, 0], labels: [0, 1] } }, epochs: 1, batch: 1 };
      await train({ ...plain, run: join(folder, 'small') });
      const refused: readonly (readonly [args: readonly string[], says: RegExp])[] = [
        [['--port', String(port)], /^error: port: expected one that is free, got \d+\. Leave it out, and a free one is found\.$/m],
        [['--port', '70000'], /port: expected a whole number from 1 to 65535, got 70000/],
        [['--port', '80', '--out', 'x'], /port: expected none beside --out/],
        [['--out', 'file'], /out: expected a folder, got 'file'/],
        [['--browser'], /unknown option '--browser'/],
        [['nothing'], /nothing: there is no such file or folder/],
        [['file'], /file: this is no JSON/],
        [['empty'], /empty: this folder holds no run/],
        [['small'], /run: expected a network from 784 pixels to 10 digits, got 'small of 2-100-2'/],
      ];
      try {
        for (const [args, says] of refused) await expectRefused(['play', ...args], folder, says);
      } finally {
        taken.close();
      }
    }));
});

const hash = (values: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/** A data set with hashes in the place of its samples. */
function hashes({ training, validation, test, ...rest }: Dataset): object {
  return { ...rest, samples: [training, validation, test].map(({ values, labels }) => [hash(values), hash(labels)]) };
}

describe('the digits of the page', () => {
  it.each([1, 7])('are those of --data mnist, split by the seed %i', (seed) => {
    const bytes = gunzipSync(new PlayFiles().content('digits.bin'));
    const count = bytes.length / 785;
    const { digits, data } = digitsFor({ pixels: bytes.subarray(0, 784 * count), labels: bytes.subarray(784 * count) }, seed);
    // Hashes, since to compare millions of values one by one takes half a minute.
    expect(hashes(data)).toEqual(hashes(loadMnistPackage(seed)));
    expect([digits.training, digits.validation, digits.test]).toEqual([8000, 1000, 1000]);
    const { test } = data;
    expect(Buffer.from(digits.pixels.subarray(784 * 9000)).equals(Buffer.from(test.values as Uint8Array))).toBe(true);
    expect([...digits.labels.subarray(9000)]).toEqual([...test.labels]);
  });
});
