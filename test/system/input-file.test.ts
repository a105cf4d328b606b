// Files that a user names, opened: what is said of everything that is no such file, by its first bytes; gzip whatever the name; JSON
// with line and column; and that no command, for no file it reads or writes, answers with the system's own words.

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBadInput } from '#src/errors.js';
import { train } from '#src/index.js';
import { readInput, readInputLater, readInputText, type Wanted } from '#src/system/input-file.js';
import { parseJson } from '#src/system/json-text.js';
import { systemText } from '#src/system-errors.js';
import { quickNabla } from '../support/command.js';
import { temporaryFolder, writeIdxFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';
import { needs } from '../support/needs.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const LONG = 'x'.repeat(300);
const NEEDS_FIFO = needs(process.platform !== 'win32' && spawnSync('mkfifo', ['--version']).status === 0, 'no mkfifo(1) that makes pipes');
const NEEDS_USER = needs(process.getuid?.() !== 0, 'root may read everything');

beforeAll(async () => {
  mkdirSync(path('folder'));
  symlinkSync('loop', path('loop'));
  symlinkSync('nothing', path('dangling'));
  spawnSync('mkfifo', [path('pipe')]);
  writeFileSync(path('text'), 'a text');
  writeIdxFolder(path('folder'));
  await train({ data: smallData(), layers: [7, 4], epochs: 1, run: path('run') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WANTED: Wanted = { what: 'a text', most: 1000, next: 'Name a text.' };

/** What reading is refused with, the same at once and later: bad input, one line, which begins with the file's name. */
async function refusal(name: string, wanted = WANTED): Promise<string> {
  const [now, later] = await Promise.all(
    [async () => readInputText(path(name), wanted), () => readInputLater(path(name), wanted)].map((read) => read().catch((error) => error)),
  );
  expect(isBadInput(now), String(now)).toBe(true);
  if (later instanceof Error) expect(later.message).toBe(now.message);
  expect(now.message).toMatch(/^[^\p{Cc}]+$/u);
  // Of a long one, as much as a message has room for.
  expect(now.message.startsWith(path(name).slice(0, 100))).toBe(true);
  return now.message.slice(now.message.indexOf(': ') + 2);
}

describe('what is no file to be read', () => {
  it.each([
    ['nothing', 'there is no such file. Name a text.'],
    ['text/more', 'there is no such file. Name a text.'],
    ['dangling', 'this is a link to something that is not there. Name a text.'],
    ['folder', 'expected a text, got a folder. Name a text.'],
    ['loop', 'this file cannot be read: links in its path lead round in a circle (ELOOP).'],
    [LONG, 'this file cannot be read: the name is too long (ENAMETOOLONG).'],
    ['a\0b', 'this file cannot be read: the name holds a zero byte (ERR_INVALID_ARG_VALUE).'],
  ])('%s', async (name, says) => {
    if (!name.includes('\0')) return expect(await refusal(name)).toBe(says);
    expect(() => readInput(path(name), WANTED)).toThrow(says);
  });

  it('a pipe that nobody writes to is not waited for', NEEDS_FIFO, async () =>
    expect(await refusal('pipe')).toBe('expected a text, got a pipe. Name a text.'),
  );

  it('a file that is closed to this user', NEEDS_USER, async () => {
    writeFileSync(path('closed'), 'a');
    chmodSync(path('closed'), 0);
    expect(await refusal('closed')).toBe('this file cannot be read: permission is denied (EACCES).');
  });

  it('a device, and a file that is too long, as it is or unpacked', async () => {
    expect(() => readInput('/dev/zero', WANTED)).toThrow('/dev/zero: expected a text, got a device. Name a text.');
    writeFileSync(path('long'), 'x'.repeat(1001));
    expect(await refusal('long')).toBe('expected at most 1,000 bytes, got 1,001.');
    writeFileSync(path('bomb'), gzipSync('x'.repeat(1001)));
    await expect(readInputLater(path('bomb'), WANTED)).rejects.toThrow('expected at most 1,000 bytes, got more.');
    expect(() => readInput(path('bomb'), WANTED)).toThrow(/cannot be unpacked: what is packed in it is larger than can be read/);
  });
});

describe('by its first bytes', () => {
  const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
  it.each<[string, Buffer, string]>([
    ['HTML', latin('\n<!DOCTYPE HTML><p>Not found'), 'an HTML page. A server has sent it in place of the file: download that again.'],
    ['HTML after a mark', latin('\xef\xbb\xbf<html lang="en">'), 'an HTML page. A server'],
    ['XML', latin('<?xml version="1.0"?><Error>'), 'an XML document. A server'],
    ['a pointer', latin('version https://git-lfs.github.com/spec/v1\n'), 'a Git LFS pointer, not the file itself. git lfs pull fetches that.'],
    ['ZIP', latin('PK\x03\x04\x14'), 'a ZIP archive. Unpack it first.'],
    ['tar', latin(`name${'\0'.repeat(253)}ustar`), 'a tar archive. Unpack it first.'],
    ['gzip twice', gzipSync(gzipSync('a')), 'a gzip file in a gzip file. Unpack it once: gunzip.'],
    ['UTF-16 with a mark', Buffer.from('\ufeffa', 'utf16le'), 'text in UTF-16. Save it as UTF-8.'],
    ['UTF-16 without', Buffer.from('abc', 'utf16le'), 'text in UTF-16. Save it as UTF-8.'],
    ['NumPy', latin('\x93NUMPY\x01\0'), 'a NumPy array.'],
    ['IDX', latin('\0\0\x08\x03\0\0'), 'an IDX file.'],
    ['JPEG', latin('\xff\xd8\xff\xe0'), 'a JPEG picture.'],
    ['safetensors', latin('\x20\x01\0\0\0\0\0\0{"a'), 'a safetensors file.'],
    ['other bytes', latin('\xff\xff\xff'), 'bytes that are no text in UTF-8. Name a text.'],
  ])('%s', async (_, bytes, says) => {
    writeFileSync(path('file'), bytes);
    expect(await refusal('file')).toContain(`expected a text, got ${says}`);
  });

  it.each([
    ['plain', Buffer.from('aé\n')],
    ['with a byte order mark', Buffer.from('\ufeffaé\n')],
    ['gzipped', gzipSync('aé\n')],
    ['gzipped in two parts', Buffer.concat([gzipSync('a'), gzipSync('é\n')])],
    ['gzipped, with something after it', Buffer.concat([gzipSync('aé\n'), Buffer.alloc(9)])],
  ])('a text, %s, under any name', async (_, bytes) => {
    for (const name of ['a.txt', 'a.gz']) {
      writeFileSync(path(name), bytes);
      expect(readInputText(path(name), WANTED)).toBe('aé\n');
      expect((await readInputLater(path(name), WANTED)).toString().replace('\ufeff', '')).toBe('aé\n');
    }
  });

  it.each([
    ['cut short', gzipSync('a text').subarray(0, -9), /the packed data end too early/],
    ['damaged', gzipSync('a text').fill(0xff, 12, 16), /the packed data are damaged/],
  ])('gzip that is %s', async (_, bytes, says) => {
    writeFileSync(path('file'), bytes);
    expect(await refusal('file')).toMatch(says);
  });
});

describe('text that is no JSON', () => {
  it.each([
    ['', 'line 1, column 1: expected a value, got an empty file'],
    ['{"a": 1\n "b": 2}', "line 2, column 2: expected a comma or }, got '\"'"],
    ['[1, 2', 'line 1, column 6: expected a comma or ], got the end of the file'],
    ['[1,]', "line 1, column 4: expected a value, got ']'"],
    ['[NaN]', "line 1, column 2: expected a value or ], got 'NaN'"],
    ['{"a": 0x1}', "line 1, column 7: expected a value, got '0x1'"],
    ['{"a": 01}', "line 1, column 7: expected a value, got '01'"],
    ["{'a': 1}", 'line 1, column 2: expected a name in double quotes or }, got "\'"'],
    ['{"a" 1}', "line 1, column 6: expected a colon, got '1'"],
    ['{"a": 1,}', "line 1, column 9: expected a name in double quotes, got '}'"],
    ['["a\nb"]', "line 1, column 4: expected the closing \" of a text, got '?'"],
    ['["\\x"]', "line 1, column 3: expected the closing \" of a text, got '\\'"],
    ['{} {}', "line 1, column 4: expected the end of the file, got '{'"],
    ['[1] // done', "line 1, column 5: expected the end of the file, got '/'"],
  ])('%j', (text, says) => expect(parseJson(text).fault?.text).toBe(says));

  it('a fault where there is one, at a place within the text', () => {
    const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', ']', '}', '\\', '1', ' ', 'é', '\u0080')).map(([text, at, by]) => {
      const k = at % (text.length + 1);
      return text.slice(0, k) + by + text.slice(k + 1);
    });
    fc.assert(
      fc.property(damaged, (text) => {
        const { fault } = parseJson(text);
        if (!fault) return;
        expect(() => JSON.parse(text)).toThrow();
        expect(fault.at).toBeLessThanOrEqual(text.length);
        // What stands before the place can still become JSON; where the text is cut there, only its end is wrong.
        expect(parseJson(text.slice(0, fault.at)).fault?.at ?? fault.at).toBe(fault.at);
      }),
      { numRuns: 500 },
    );
  });
});

it('errors of the system are in words, and those that no row has in the system’s, without path and call', () => {
  const error = (code: string, message: string): Error => Object.assign(new Error(message), { code });
  expect(systemText(error('ENOSPC', 'ENOSPC: no space left on device, write'))).toBe('no space is left on the disk (ENOSPC)');
  expect(systemText(error('ENODEV', "ENODEV: no such device, open '/dev/x'"))).toBe('no such device (ENODEV)');
  expect(systemText(new Error('Something else.'))).toBe('Something else');
  expect(systemText(undefined)).toBe('undefined');
});

/** A code of the system's that is not behind words, or words of Node's and V8's. */
const RAW =
  /(?<!\()\bE[A-Z]{3,}\b|(?<!JavaScript has a fault: )Unexpected|, (?:open|read|write|mkdir|stat|scandir) |illegal operation|fault of nabla|\n./;

describe('no command answers with the system’s own words:', () => {
  const READS = [
    'check --data FILE --layers 6,4',
    'train --data folder --layers 6,4 --config FILE',
    'train --data folder --from FILE',
    'train --data folder --functions FILE --layers 6,4',
    'train --resume FILE',
    'predict FILE text',
    'predict run FILE',
    'evaluate FILE',
    'export FILE --to json --out out.json',
    'report FILE --out page.html',
    'bench --data folder --compare FILE',
    'explain --run FILE',
    'reproduce --data FILE',
  ];
  const WRITES = [
    'train --data folder --layers 6,4 --epochs 1 --run FILE/a',
    'train --data folder --layers 6,4 --epochs 1 --trace FILE',
    'export run --to json --out FILE',
    'report run --out FILE',
    'explain --svg FILE',
    'bench --data folder --save FILE',
  ];
  it.each(
    [
      ...READS.flatMap((command) => ['text', 'pipe', 'loop', LONG].map((file) => [command, file] as const)),
      ...WRITES.flatMap((command) => ['loop', LONG].map((file) => [command, file] as const)),
    ].filter(([, file]) => file !== 'pipe' || !NEEDS_FIFO.skip),
  )('%s with %.9s', async (command, file) => {
    const { code, stderr } = await quickNabla(command.replace('FILE', file).split(' '), folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: [^\n]+\n$/)]);
    expect(stderr.replaceAll(LONG, '…')).not.toMatch(RAW);
  });

  it.each([
    ['run.json', '{"format": 1,'],
    ['run.json', '<!DOCTYPE html>'],
    ['weights.safetensors', 'version https://git-lfs.github.com/spec/v1\n'],
    ['weights.safetensors', '\x10\0\0\0\0\0\0\0{"a":            '],
  ])('a run whose %s is %j', async (name, text) => {
    mkdirSync(path('broken'), { recursive: true });
    for (const kept of ['run.json', 'weights.safetensors']) copyFileSync(join(path('run'), kept), join(path('broken'), kept));
    writeFileSync(join(path('broken'), name), text);
    const { code, stderr } = await quickNabla(['export', 'broken', '--to', 'json', '--out', 'out.json'], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`^error: broken/${name}: [^\\n]+\\n$`))]);
    expect(stderr).not.toMatch(RAW);
    expect(stderr).toMatch(/expected .*, got /);
  });
});
