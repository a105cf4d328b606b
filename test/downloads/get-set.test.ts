// Public data sets from servers that do what servers do: each way in which one fails, what is kept of what it gave, and that another
// is asked then; what lies in the folder already; and that nothing is taken whose hash is another. All servers are on this machine.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GetOptions, getSet, missingFiles } from '#src/downloads/get-set.js';
import type { PublicSet } from '#src/downloads/public-set.js';
import { redirected } from '#src/downloads/transfer.js';
import { isBadInput, NablaError } from '#src/errors.js';
import { Random } from '#src/random.js';
import { inFolder } from '../support/command.js';
import { type Answer, type FileServer, fromOf, givesFile, givesWhole, startFileServer } from '../support/file-server.js';

const random = Random.stream(16, 'bytes');
const BYTES = Uint8Array.from({ length: 100_000 }, () => random.below(256));
const OTHER = BYTES.map((byte, k) => (k === 50_000 ? byte ^ 1 : byte));
const PAGE = `<!DOCTYPE html><html><body>${'Please accept our terms. '.repeat(100)}</body></html>`;
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
beforeEach(() => {
  server.answers.clear();
  server.asked.length = 0;
  server.answers.set('/good', givesFile(BYTES));
});
afterAll(() => server.close());

const setAt = (...paths: string[]): PublicSet => ({
  name: 'digits',
  title: 'Digits',
  licence: 'none',
  files: [
    {
      name: 'digits.gz',
      urls: paths.map((path) => (path.startsWith('/') ? `${server.url}${path}` : path)),
      bytes: BYTES.length,
      sha256: sha256(BYTES),
    },
  ],
  results: ['digits.gz'],
  options: '',
});
const QUICK: GetOptions = { limits: { answer: 5000, silence: 5000 }, pause: 0 };
const IMPATIENT: GetOptions = { limits: { answer: 60, silence: 60 } };
const get = (set: PublicSet, folder: string, options: GetOptions = {}) => getSet(set, folder, { ...QUICK, ...options });
/** What it fails with. */
async function failure(promise: Promise<unknown>): Promise<NablaError> {
  const error = await promise.then(
    () => expect.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NablaError);
  expect((error as Error).message).toMatch(/^[^\p{Cc}]+$/u);
  return error as NablaError;
}
const isWhole = (folder: string): void => {
  expect(readFileSync(join(folder, 'digits.gz')).equals(BYTES)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['digits.gz', 'fetched.json']);
};

const whole =
  (bytes: Uint8Array | string, headers = {}): Answer =>
  (response) =>
    response.writeHead(200, headers).end(bytes);
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end('no');
/** Without a length. */
const chunked =
  (...pieces: (Uint8Array | string)[]): Answer =>
  (response) => {
    for (const piece of pieces) response.write(piece);
    response.end();
  };

const FAULTS: [what: string, answer: Answer, says: RegExp, kept?: number][] = [
  ['an HTML page', whole(PAGE), /it sends an HTML page in place of the file/],
  ['an HTML page without a length', chunked(PAGE), /it sends an HTML page in place of the file/],
  ['an XML error', whole('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), /it sends an XML document/],
  ['404', status(404), /it answers 404 Not Found/],
  ['403', status(403), /it answers 403 Forbidden/],
  ['500', status(500), /it answers 500 Internal Server Error/],
  ['503', status(503), /it answers 503 Service Unavailable/],
  ['a length that is too small', whole(BYTES.subarray(0, 10), { 'content-length': 10 }), /it states 10 bytes instead of 100,000/],
  ['a length that is too large', (r) => r.writeHead(200, { 'content-length': 1e12 }).write(BYTES), /it states 1,000,000,000,000 bytes instead/],
  ['fewer bytes than it states', givesWhole(BYTES, 1000), /it broke off after|it has closed the connection|aborted/, 1000],
  ['fewer bytes, without a length', chunked(BYTES.subarray(0, 99_999)), /it broke off after 99,999 of 100,000 bytes/, 99_999],
  ['one byte more, without a length', chunked(BYTES, 'x'), /it sends more than the 100,000 bytes that the file has/],
  ['no end', (r) => endless(r), /it sends more than the 100,000 bytes/],
  ['another file of the same length', whole(OTHER), /it sends another file: that has the SHA-256 [0-9a-f]{8}… instead of/],
  ['a redirect to itself', status(302, { location: '/bad' }), /leads on to other addresses more than 5 times/],
  ['a redirect to another scheme', status(302, { location: 'ftp://127.0.0.1/digits.gz' }), /leads on to ftp:.*no address over HTTP/],
  ['a redirect to a file of this machine', status(301, { location: 'file:///etc/passwd' }), /leads on to file:.*no address over HTTP/],
  ['a redirect to what is no address', status(307, { location: 'http://' }), /leads on to http:\/\/, which is no address/],
  ['a redirect to nowhere', status(302), /it answers 302 Found/],
  ['a connection that is closed', (r) => r.destroy(), /it has closed the connection \(ECONNRESET\)/],
  ['a part that nobody asked for', status(206, { 'content-range': 'bytes 5-9/10' }), /asked for bytes from 0 on, it sends bytes 5-9\/10/],
];

/** Faults of which nobody can know before some time has gone. */
const SILENCES: typeof FAULTS = [
  ['no answer', () => {}, /it has not answered for 0\.06 s/],
  ['nothing after the head', (r) => r.writeHead(200, { 'content-length': BYTES.length }).flushHeaders(), /it has sent nothing for 0\.06 s/],
];

function endless(response: Parameters<Answer>[0]): void {
  const more = (): void => {
    if (!response.destroyed) response.write(BYTES.subarray(0, 60_000), more);
  };
  more();
}

describe('a server that gives', () => {
  it.each([...FAULTS, ...SILENCES])('%s', (what, answer, says, kept) =>
    inFolder(async (folder) => {
      server.answers.set('/bad', answer);
      const options = SILENCES.some(([one]) => one === what) ? IMPATIENT : {};
      const error = await failure(get(setAt('/bad'), folder, options));
      expect([error.code, isBadInput(error)]).toEqual(['NOT_FETCHED', false]);
      expect(error.message).toMatch(says);
      expect(error.message).toContain('digits.gz could not be fetched. 127.0.0.1:');
      // What may be the beginning of the file stays; nothing else does.
      expect(readdirSync(folder)).toEqual(kept === undefined ? [] : ['digits.gz.part']);
      if (kept !== undefined) expect(readFileSync(join(folder, 'digits.gz.part')).equals(BYTES.subarray(0, kept))).toBe(true);
      // The next mirror has it.
      expect((await get(setAt('/bad', '/good'), folder, options)).from).toEqual([`${server.url}/good`]);
      isWhole(folder);
    }),
  );

  it('nothing, because nobody listens there', () =>
    inFolder(async (folder) => {
      const gone = await startFileServer();
      await gone.close();
      const error = await failure(get(setAt(gone.url), folder, { pause: 1e6 }));
      expect(error.message).toMatch(/nobody answers there \(ECONNREFUSED\)/);
      expect(readdirSync(folder)).toEqual([]);
      const [{ file, place }] = missingFiles(setAt('/good'), folder);
      expect([file.bytes, place]).toEqual([BYTES.length, join(folder, 'digits.gz')]);
      expect((await get(setAt(gone.url, '/good'), folder)).from).toEqual([`${server.url}/good`]);
    }));

  it('503 at first, the file when it is asked again', () =>
    inFolder(async (folder) => {
      let times = 0;
      server.answers.set('/busy', (...args) => (++times < 3 ? status(503) : givesFile(BYTES))(...args));
      await get(setAt('/busy'), folder);
      isWhole(folder);
    }));

  it('the file behind a redirect, also of another path and of several', () =>
    inFolder(async (folder) => {
      server.answers.set('/old', status(301, { location: 'older' }));
      server.answers.set('/older', status(308, { location: `${server.url}/good` }));
      await get(setAt('/old'), folder);
      isWhole(folder);
      expect(server.asked).toEqual(['/old', '/older', '/good']);
    }));

  it('what it calls gzip-encoded: the bytes count as they were sent', () =>
    inFolder(async (folder) => {
      server.answers.set('/coded', (response, request) => {
        expect(request.headers).toMatchObject({ 'accept-encoding': 'identity', 'user-agent': expect.stringMatching(/^nabla\/\d/) });
        return whole(BYTES, { 'content-encoding': 'gzip' })(response, request);
      });
      await get(setAt('/coded'), folder);
      isWhole(folder);
    }));
});

it('a redirect never leads from HTTPS to HTTP', () => {
  expect(redirected(new URL('http://a/b'), 'https://c/d').href).toBe('https://c/d');
  expect(redirected(new URL('https://a/b'), '/d').href).toBe('https://a/d');
  expect(() => redirected(new URL('https://a/b'), 'http://a/d')).toThrow(/leads on to http:\/\/a\/d, which is no address over HTTPS/);
});

describe('a transfer that broke off', () => {
  it('goes on where it was, as often as it gives more', () =>
    inFolder(async (folder) => {
      server.answers.set('/slow', givesFile(BYTES, 30_000));
      await get(setAt('/slow'), folder);
      isWhole(folder);
      expect(server.asked).toEqual(['/slow', '/slow from 30000', '/slow from 60000', '/slow from 90000']);
    }));

  it('loses nothing where the server knows no ranges', () =>
    inFolder(async (folder) => {
      let times = 0;
      server.answers.set('/whole', (...args) => givesWhole(BYTES, [30_000, 40_000, 20_000][times++])(...args));
      const seen: number[] = [];
      await get(setAt('/whole'), folder, { onProgress: ({ bytes }) => seen.push(bytes) });
      isWhole(folder);
      // The third time it has given less than was there.
      expect(server.asked).toEqual(['/whole', '/whole from 30000', '/whole from 40000', '/whole from 40000']);
      expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    }));

  it('goes on at the next mirror', () =>
    inFolder(async (folder) => {
      server.answers.set('/ends', (response, request) =>
        fromOf(request) === undefined ? givesFile(BYTES, 30_000)(response, request) : status(404)(response, request),
      );
      await get(setAt('/ends', '/good'), folder);
      isWhole(folder);
      expect(server.asked).toEqual(['/ends', '/ends from 30000', '/good from 30000']);
    }));

  it('goes on in a later process, and says what it has', () =>
    inFolder(async (folder) => {
      const controller = new AbortController();
      server.answers.set('/stops', (response) => response.writeHead(200, { 'content-length': BYTES.length }).write(BYTES.subarray(0, 40_000)));
      const seen: number[] = [];
      const options: GetOptions = {
        signal: controller.signal,
        onProgress: ({ bytes, of }) => {
          seen.push(bytes / of);
          if (bytes === 40_000) controller.abort();
        },
      };
      const error = await failure(get(setAt('/stops'), folder, options));
      expect([error.code, error.message]).toEqual([
        'INTERRUPTED',
        'digits.gz: stopped; 40,000 of 100,000 bytes are kept, and the same command goes on from there.',
      ]);
      expect(seen.at(-1)).toBe(0.4);
      await get(setAt('/good'), folder);
      isWhole(folder);
      expect(server.asked.at(-1)).toBe('/good from 40000');
    }));

  it.each([
    ['what is there is of another file', OTHER.subarray(0, 60_000), ['/good from 60000', '/good']],
    ['what is there is all of another file', OTHER, ['/good']],
    ['what is there is longer than the file', new Uint8Array(100_001), ['/good']],
    ['what is there is the whole file', BYTES, []],
  ])('%s', (_, there, asked) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'digits.gz.part'), there);
      await get(setAt('/good'), folder);
      isWhole(folder);
      expect(server.asked).toEqual(asked);
    }),
  );

  it('is refused by a mirror whose file has another length', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'digits.gz.part'), BYTES.subarray(0, 10));
      server.answers.set('/bad', status(206, { 'content-range': 'bytes 10-99/100' }));
      expect((await failure(get(setAt('/bad'), folder))).message).toMatch(/its file has 100 bytes instead of 100,000/);
      await get(setAt('/good'), folder);
      isWhole(folder);
    }));
});

describe('a folder', () => {
  it('that has the set already: nothing is asked, nothing is written', () =>
    inFolder(async (folder) => {
      const first = await get(setAt('/good'), folder);
      expect(first).toEqual({ isOld: false, from: [`${server.url}/good`], files: 1, bytes: 100_000 });
      expect(await get(setAt('/good'), folder)).toEqual({ isOld: true, from: [], files: 1, bytes: 100_000 });
      expect(server.asked).toEqual(['/good']);
    }));

  it('in which a file was damaged since: that is fetched anew', () =>
    inFolder(async (folder) => {
      await get(setAt('/good'), folder);
      writeFileSync(join(folder, 'digits.gz'), OTHER);
      expect((await get(setAt('/good'), folder)).isOld).toBe(false);
      isWhole(folder);
    }));

  it('into which a person has put the file: it is checked, and nothing asked', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'digits.gz'), BYTES);
      expect(missingFiles(setAt('/good'), folder)).toEqual([]);
      expect((await get(setAt('/good'), folder)).isOld).toBe(true);
      expect(server.asked).toEqual([]);
    }));

  it.each([
    ['another file', OTHER, /digits\.gz: this is not the published file: it has the SHA-256 .*Remove it, and it is fetched/],
    ['a page of the name', PAGE, /this is not the published file: it has \d+ bytes instead of 100000/],
  ])('in which there is %s: that is bad input, and stays', (_, there, says) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'digits.gz'), there);
      const error = await failure(get(setAt('/good'), folder));
      expect([error.code, error.message]).toEqual(['BAD_DATA', expect.stringMatching(says)]);
      expect(readFileSync(join(folder, 'digits.gz')).equals(Buffer.from(there))).toBe(true);
      expect(readdirSync(folder)).toEqual(['digits.gz']);
    }),
  );

  it('that cannot be made, or in which nothing can be', async () => {
    const error = await failure(get(setAt('/good'), '/proc/nowhere/data'));
    expect([error.code, error.message]).toEqual(['NOT_SAVED', expect.stringMatching(/^\/proc\/nowhere\/data cannot be written: /)]);
  });

  it('on a disk that is full', () =>
    inFolder(async (folder) => {
      symlinkSync('/dev/full', join(folder, 'digits.gz.part'));
      const error = await failure(get(setAt('/good'), folder));
      expect([error.code, error.message]).toEqual(['NOT_SAVED', expect.stringMatching(/digits\.gz\.part cannot be written: no space is left/)]);
      expect(existsSync(join(folder, 'digits.gz'))).toBe(false);
    }));

  it('that two are at: one gets it, the other says who is at it, and does not harm', () =>
    inFolder(async (folder) => {
      server.answers.set('/late', (...args) => setTimeout(() => givesFile(BYTES)(...args), 20));
      const both = await Promise.allSettled([get(setAt('/late'), folder), get(setAt('/late'), folder)]);
      expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
      const [, { reason }] = both as [unknown, PromiseRejectedResult];
      expect([reason.code, reason.message]).toEqual([
        'NOT_SAVED',
        expect.stringContaining(`process ${process.pid} is at work in this folder. Wait for it`),
      ]);
      isWhole(folder);
      expect((await get(setAt('/late'), folder)).isOld).toBe(true);
    }));
});

describe('a set that is unpacked', () => {
  const made = { 'a.csv': 'a,b\n1,2\n', 'below/b.csv': 'c\n3\n' };
  const unpacked = (stopAt?: string, stop?: () => void): PublicSet => ({
    ...setAt('/good'),
    unpack: function* (path) {
      expect(readFileSync(path).equals(BYTES)).toBe(true);
      for (const [name, text] of Object.entries(made)) {
        if (name === stopAt) stop?.();
        yield { name, pieces: [Buffer.from(text)] };
      }
    },
    results: Object.keys(made),
  });
  const isUnpacked = (folder: string): void => {
    for (const [name, text] of Object.entries(made)) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'below', 'fetched.json']);
  };

  it('leaves what is read alone, and is known to be there', () =>
    inFolder(async (folder) => {
      expect(await get(unpacked(), folder)).toEqual({ isOld: false, from: [`${server.url}/good`], files: 2, bytes: 12 });
      isUnpacked(folder);
      expect((await get(unpacked(), folder)).isOld).toBe(true);
      writeFileSync(join(folder, 'a.csv'), 'a,b\n1,3\n');
      expect((await get(unpacked(), folder)).isOld).toBe(false);
      isUnpacked(folder);
    }));

  it('takes what a person has put there', () =>
    inFolder(async (folder) => {
      const [{ place }] = missingFiles(unpacked(), folder);
      expect(place).toBe(join(folder, 'published', 'digits.gz'));
      mkdirSync(join(folder, 'published'));
      writeFileSync(place, BYTES);
      expect(await get(unpacked(), folder)).toMatchObject({ isOld: false, from: [] });
      isUnpacked(folder);
      expect(server.asked).toEqual([]);
    }));

  it('goes on after it was stopped in the middle', () =>
    inFolder(async (folder) => {
      const controller = new AbortController();
      const error = await failure(
        get(
          unpacked('below/b.csv', () => controller.abort()),
          folder,
          { signal: controller.signal },
        ),
      );
      expect([error.code, error.message]).toEqual(['INTERRUPTED', expect.stringMatching(/^below\/b\.csv: stopped while it was unpacked/)]);
      expect(readdirSync(folder).sort()).toEqual(['a.csv', 'below', 'fetched.json', 'published']);
      await get(unpacked(), folder);
      isUnpacked(folder);
      expect(server.asked).toEqual(['/good']);
    }));

  it("replaces no file of somebody else's", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'a.csv'), 'mine');
      const error = await failure(get(unpacked(), folder));
      expect([error.code, error.message]).toEqual(['BAD_DATA', expect.stringMatching(/a\.csv: there is such a file already\./)]);
      expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('mine');
    }));
});
