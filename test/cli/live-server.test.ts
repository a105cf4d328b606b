// The server behind `nabla train --watch`, without a browser: who gets an answer, what a page hears and in which state, and that
// it ends whatever its readers do.

import { type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LiveServer, MOST_STREAMS } from '#src/cli/live-server.js';
import { Watch } from '#src/cli/watch.js';
import { isBadInput } from '#src/index.js';
import { contents, inFolder, NEEDS_SCRIPT, nabla, start, startOnTerminal } from '../support/command.js';
import { expectRefused } from '../support/refused.js';
import { FakeTerminal } from '../support/screen.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a request for this address gets, with a limit of five seconds. */
function ask(url: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = options.host === undefined ? undefined : { host: options.host };
    const asked = request(url, { method: options.method, headers, timeout: 5_000, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    });
    asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer')));
    asked.end();
  });
}

interface Reader {
  readonly request: ClientRequest;
  readonly status: number;
  /** All that was heard so far. */
  heard(): string;
  /** Waits until the text has been heard. */
  hears(text: string): Promise<void>;
}

/** Hears the events of a server. @param deaf reads nothing after the head */
function listen(url: string, deaf = false): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const asked = get(`${url}events`, { agent: false }, (response) => {
      let heard = '';
      if (!deaf) {
        response.setEncoding('utf8').on('data', (text: string) => {
          heard += text;
        });
      }
      response.on('error', () => undefined);
      const hears = async (text: string): Promise<void> => {
        for (let tries = 0; !heard.includes(text); tries++) {
          if (tries > 500) throw new Error(`never heard ${text}, but: ${heard}`);
          await sleep(10);
        }
      };
      resolve({ request: asked, status: response.statusCode ?? 0, heard: () => heard, hears });
    });
    asked.on('error', reject);
  });
}

/** A server of a page and one channel whose message is counted, ended whatever happens. */
async function serving(use: (server: LiveServer, state: { value: unknown }) => Promise<void>): Promise<void> {
  const state = { value: 1 as unknown };
  const content = { page: () => `<p>${state.value}</p>`, message: (channel: string) => ({ channel, value: state.value }) };
  const server = await LiveServer.open(0, content, "default-src 'none'");
  try {
    await use(server, state);
  } finally {
    await server.end(AbortSignal.abort());
  }
}

describe('who gets an answer', () => {
  it('the page under its token, with headers that forbid all the rest', () =>
    serving(async ({ url }) => {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/);
      const { status, headers, body } = await ask(url);
      expect([status, body]).toEqual([200, '<p>1</p>']);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }));

  it('each server has a token of its own', () =>
    serving(({ url }) => serving(async (other) => expect(other.url.split('/')[3]).not.toBe(url.split('/')[3]))));

  it.each<[what: string, url: (url: string) => string, options: { method?: string; host?: string }, status: number]>([
    ['no token', (url) => new URL('/', url).href, {}, 404],
    ['a wrong token', (url) => url.replace(/[\w-](?=\/$)/, (last) => (last === '0' ? '1' : '0')), {}, 404],
    ['a shorter token', (url) => url.replace(/[\w-]\/$/, '/'), {}, 404],
    ['something else under the token', (url) => `${url}run.json`, {}, 404],
    ['something below the events', (url) => `${url}events/`, {}, 404],
    ['a wrong token with events', (url) => `${new URL('/', url).href}${'0'.repeat(22)}/events`, {}, 404],
    ['another host', (url) => url, { host: 'evil.example' }, 403],
    ['another host with our port', (url) => url, { host: 'evil.example:PORT' }, 403],
    ['our host with another port', (url) => url, { host: '127.0.0.1:1' }, 403],
    ['our host without a port', (url) => url, { host: '127.0.0.1' }, 403],
    ['POST', (url) => url, { method: 'POST' }, 405],
    ['localhost', (url) => url, { host: 'localhost:PORT' }, 200],
    ['a query', (url) => `${url}?x=1`, {}, 200],
  ])('%s', (_, address, { method, host }, status) =>
    serving(async ({ url }) => {
      const answer = await ask(address(url), { method, host: host?.replace('PORT', new URL(url).port) });
      expect(answer.status).toBe(status);
      expect(answer.body.includes('<p>1</p>')).toBe(status === 200);
    }),
  );

  it('no more pages hear at once than there is room for, and one that goes makes room', () =>
    serving(async ({ url }) => {
      const readers = await Promise.all(Array.from({ length: MOST_STREAMS }, () => listen(url)));
      expect(readers.map(({ status }) => status)).toEqual(readers.map(() => 200));
      expect((await ask(`${url}events`)).status).toBe(503);
      readers[0].request.destroy();
      for (let tries = 0; ; tries++) {
        const { status, request: asked } = await listen(url);
        if (status === 200) break;
        asked.destroy();
        expect(tries).toBeLessThan(200);
        await sleep(10);
      }
    }));

  it('a port that is taken is refused as bad input', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = taken.address() as { port: number };
      const error = await LiveServer.open(port, { page: () => '', message: () => 0 }, '').catch((thrown) => thrown);
      expect(error).toBeInstanceOf(RangeError);
      expect(isBadInput(error)).toBe(true);
      expect(error.message).toBe(`watch-port: expected one that is free, got ${port}. Leave it out, and a free one is found.`);
      await inFolder(async (folder) => {
        await expectRefused(['train', '--epochs', '1', '--watch', '--watch-port', String(port)], folder, /watch-port: expected one that is free/);
      });
    } finally {
      taken.close();
    }
  });
});

describe('what a page hears', () => {
  it('the latest of every channel when it connects, then what is new, and after a break the latest again', () =>
    serving(async (server, state) => {
      server.touch('parts');
      server.touch('progress');
      const first = await listen(server.url);
      await first.hears('event: progress\ndata: {"channel":"progress","value":1}\n\n');
      expect(first.heard()).toBe(
        'retry: 500\n\nevent: parts\ndata: {"channel":"parts","value":1}\n\nevent: progress\ndata: {"channel":"progress","value":1}\n\n',
      );
      for (state.value = 2; (state.value as number) < 9; (state.value as number)++) server.touch('progress');
      await first.hears('"value":9');
      // What changed seven times within the interval is told once; the other channel not at all.
      expect(first.heard().match(/event: progress/g)?.length).toBe(2);
      expect(first.heard().match(/event: parts/g)?.length).toBe(1);
      first.request.destroy();
      const again = await listen(server.url);
      await again.hears('event: parts\ndata: {"channel":"parts","value":9}');
      await again.hears('event: progress\ndata: {"channel":"progress","value":9}');
    }));

  it('a message stays one event, whatever is in it', () =>
    serving(async (server, state) => {
      state.value = 'two\n\nevent: end\ndata: 1\r\u2028';
      server.touch('parts');
      const reader = await listen(server.url);
      await reader.hears('"value"');
      expect(
        reader
          .heard()
          .split('\n\n')
          .filter((part) => part !== '').length,
      ).toBe(2);
    }));
});

describe('a first reader', () => {
  const waited = async (server: LiveServer, longest: number, signal = new AbortController().signal): Promise<number> => {
    const began = performance.now();
    await server.visit(longest, signal);
    return performance.now() - began;
  };

  it('is waited for as long as was said, and until the signal comes', () =>
    serving(async (server) => {
      expect(server.visited).toBe(false);
      expect(await waited(server, 200)).toBeGreaterThanOrEqual(200);
      expect(await waited(server, 60_000, AbortSignal.timeout(50))).toBeLessThan(5_000);
    }));

  it('ends the wait, also one who has gone again; one who knows no token does not', () =>
    serving(async (server) => {
      await ask(new URL('/', server.url).href);
      expect(server.visited).toBe(false);
      const wait = waited(server, 60_000);
      await ask(server.url);
      expect(await wait).toBeLessThan(5_000);
      expect(await waited(server, 60_000)).toBeLessThan(5);
    }));
});

describe('the end', () => {
  it('leaves nothing that listens', () =>
    serving(async (server) => {
      await server.end();
      await expect(ask(server.url)).rejects.toThrow('ECONNREFUSED');
    }));

  it('waits until a page has heard it', () =>
    serving(async (server) => {
      const reader = await listen(server.url);
      let ended = false;
      const end = server.end().then(() => {
        ended = true;
      });
      await reader.hears('event: end\n');
      expect(ended).toBe(false);
      reader.request.destroy();
      await end;
    }));

  it('waits for a page that is being loaded: it hears the end too', () =>
    serving(async (server) => {
      await ask(server.url);
      const end = server.end();
      const reader = await listen(server.url);
      await reader.hears('event: end\n');
      reader.request.destroy();
      await end;
    }));

  it('comes all the same where a page reads nothing and never closes', { timeout: 20_000, tags: ['slow'] }, () =>
    serving(async (server, state) => {
      state.value = 'x'.repeat(20_000_000);
      server.touch('parts');
      const deaf = await listen(server.url, true);
      await server.end();
      await expect(ask(server.url)).rejects.toThrow('ECONNREFUSED');
      deaf.request.destroy();
    }),
  );
});

describe('nabla train --watch', () => {
  it('says where the page is, in one line, and ends by itself', () =>
    inFolder(async (folder) => {
      const text = await nabla('train --layers 784,10 --epochs 1 --watch'.split(' '), folder);
      expect([text.code, text.stderr]).toEqual([0, '']);
      expect(text.stdout).toMatch(/^watch {5}http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/\n/);
      const json = await nabla('train --layers 784,10 --epochs 1 --watch --format json'.split(' '), folder);
      expect(json.stderr).toMatch(/^watch {5}http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/\n$/);
      expect(json.stdout.split('\n')[0]).toMatch(/^\{"event":"start"/);
    }));

  it.each([
    ['a port without a page', ['--watch-port', '8080'], /watch-port: expected none without --watch, got 8080/],
    ['a port that is none', ['--watch', '--watch-port', '70000'], /watch-port: expected a whole number from 1 to 65535, got 70000/],
  ])('refuses %s: one line, code 2, nothing written', (_, args, says) => inFolder((folder) => expectRefused(['train', ...args], folder, says)));

  it('the page is there before anything of the run is', () =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await nabla('train --watch --eta -1'.split(' '), folder);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: eta: [^\n]*\n$/)]);
      expect(stdout).toMatch(/^watch {5}http:[^\n]*\n$/);
      expect(contents(folder)).toEqual({});
    }));

  it.each([
    ['a terminal', true, {}, true],
    ['a terminal in CI', true, { CI: 'true' }, false],
    ['a pipe', false, {}, false],
  ])('a first reader is waited for where people look: %s', async (_, isTTY, environment, waits) => {
    const screen = Object.assign(new FakeTerminal(60), { isTTY });
    const watch = await Watch.open(screen);
    const ended = AbortSignal.timeout(300);
    await watch.visit([screen], ended, environment);
    expect([ended.aborted, screen.writes.join('').includes('waiting up to 20 s for a reader of the page, Ctrl-C ends it')]).toEqual([waits, waits]);
    await watch.end(ended);
  });

  const BRIEF = 'train --layers 784,10 --epochs 1 --workers 1 --watch --run kept';
  it('on a terminal a run that is over waits for a first reader, who gets the whole report and how to keep it', NEEDS_SCRIPT, () =>
    inFolder(async (folder) => {
      const running = startOnTerminal(BRIEF, folder);
      const [url] = /http\S+/.exec(await running.seen('waiting up to 20 s')) ?? [];
      expect((await ask(url as string)).body).toContain('The run has ended.');
      const reader = await listen(url as string);
      await reader.hears('event: end');
      await reader.hears('a reload would find nothing; nabla report kept keeps it.');
      expect(reader.heard()).toContain('Surest mistakes');
      reader.request.destroy();
      const { code, stdout } = await running.outcome;
      expect(code).toBe(0);
      const screen = new FakeTerminal(60);
      screen.write(stdout);
      expect(screen.lines.slice(-2)).toEqual(['          again: nabla evaluate kept', '']);
    }),
  );

  it('Ctrl-C ends that wait at once, and the run has ended well', NEEDS_SCRIPT, () =>
    inFolder(async (folder) => {
      const running = startOnTerminal(BRIEF, folder);
      await running.seen('waiting up to 20 s');
      const began = performance.now();
      running.child.stdin?.write('\x03');
      const { code, stdout } = await running.outcome;
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(code).toBe(0);
      const screen = new FakeTerminal(60);
      screen.write(stdout);
      expect(screen.lines.slice(-2)).toEqual(['          again: nabla evaluate kept', '']);
    }),
  );

  it('Ctrl-C ends the run and its page, though a page is open', () =>
    inFolder(async (folder) => {
      const running = start('train --layers 784,30,10 --epochs 100000 --watch'.split(' '), folder);
      const [url] = /http\S+/.exec(await running.seen('epoch ')) ?? [];
      const reader = await listen(url as string);
      await reader.hears('event: parts');
      running.child.kill('SIGINT');
      const { code } = await running.outcome;
      expect(code).toBe(130);
    }));
});
