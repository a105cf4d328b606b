// The server of one page on this machine and of what it hears while it is open (local-server.ts says who gets an answer).
//
// What a page hears is the state of some channels, not a history: the latest message of each, whole. So a page that was
// reloaded, that lost its connection, or that reads slowly needs nothing but the latest of all.

import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS_PATH } from '../report/pages/live-page.js';
import { LocalServer, refuse } from './local-server.js';

/** Pages that hear at the same time. */
export const MOST_STREAMS = 8;
/** Least milliseconds between two messages of a channel: often enough for the eye. */
const INTERVAL = 500;
/** And so many times what making the last ones took: drawing takes its time from the thread that starts the run's epochs. */
const REST = 30;
/** Milliseconds after which a page tries again that has lost its connection. */
const RETRY = 500;
/** Milliseconds that a page has to connect after it was loaded or has lost its connection, while the end waits for it. */
const EXPECTED = 1500;
/** Milliseconds that the end waits for pages, whatever they do. */
const LONGEST_END = 4000;
const POLL = 25;

export interface LiveContent {
  /** The page as it is now. */
  page(): string;
  /** The latest message of a channel. */
  message(channel: string): unknown;
}

/** A page that hears, and the channels of which it has not the latest. */
interface Stream {
  readonly response: ServerResponse;
  readonly behind: Set<string>;
}

export class LiveServer {
  #server!: LocalServer;
  readonly #content: LiveContent;
  readonly #policy: string;
  readonly #streams = new Set<Stream>();
  /** In the order of the first message of each. */
  readonly #channels = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #interval = INTERVAL;
  #visited = false;
  /** Until when a page is expected to connect. */
  #expected = 0;

  private constructor(content: LiveContent, policy: string) {
    this.#content = content;
    this.#policy = policy;
  }

  /**
   * @param port 0 for any that is free
   * @param policy the page's Content-Security-Policy
   * @throws {RangeError} where the port is taken or not allowed
   */
  static async open(port: number, content: LiveContent, policy: string): Promise<LiveServer> {
    const live = new LiveServer(content, policy);
    live.#server = await LocalServer.open(port, 'watch-port', (name, response) => live.#answer(name, response));
    return live;
  }

  get url(): string {
    return this.#server.url;
  }

  /** Whether a page is open, or has just been. */
  get watched(): boolean {
    return this.#streams.size > 0 || performance.now() < this.#expected;
  }

  /** Whether the page was ever asked for. */
  get visited(): boolean {
    return this.#visited;
  }

  /** Waits until the page has been asked for: so many milliseconds at most, and no longer than `signal` allows. */
  async visit(longest: number, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    while (!this.#visited && !signal.aborted && performance.now() - began < longest) await sleep(POLL);
  }

  /** There is something new in a channel. Pages hear it within the interval, with all that is new by then. */
  touch(channel: string): void {
    this.#channels.add(channel);
    for (const { behind } of this.#streams) behind.add(channel);
    if (this.#streams.size === 0) return;
    this.#timer ??= setTimeout(() => this.#flush(), this.#interval);
  }

  /**
   * Sends a last message and waits, for some seconds at most, until every page has it; then nothing listens any more.
   * A page closes its connection when it has heard the channel `end`.
   */
  async end(signal?: AbortSignal): Promise<void> {
    this.touch('end');
    this.#flush();
    const began = performance.now();
    while (this.watched && !signal?.aborted && performance.now() - began < LONGEST_END) await sleep(POLL);
    clearTimeout(this.#timer);
    this.#server.close();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const began = performance.now();
    const messages = new Map<string, string>();
    for (const stream of this.#streams) this.#send(stream, messages);
    this.#interval = Math.max(INTERVAL, REST * (performance.now() - began));
  }

  /** @param messages those made already, for other pages */
  #send({ response, behind }: Stream, messages = new Map<string, string>()): void {
    for (const channel of this.#channels) {
      // A slow reader gets what is latest when it has read what it was sent.
      if (response.writableNeedDrain || response.destroyed) return;
      if (!behind.delete(channel)) continue;
      const message = messages.get(channel) ?? `event: ${channel}\ndata: ${JSON.stringify(this.#content.message(channel))}\n\n`;
      messages.set(channel, message);
      response.write(message);
    }
  }

  #answer(name: string, response: ServerResponse): boolean {
    if (name === '') this.#sendPage(response);
    else if (name === EVENTS_PATH) this.#open(response);
    else return false;
    return true;
  }

  #sendPage(response: ServerResponse): void {
    this.#visited = true;
    this.#expect();
    const body = Buffer.from(this.#content.page());
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': body.length, 'Content-Security-Policy': this.#policy });
    response.end(body);
  }

  #open(response: ServerResponse): void {
    if (this.#streams.size >= MOST_STREAMS) {
      refuse(response, 503, `${MOST_STREAMS} pages are open already.`);
      return;
    }
    this.#expected = 0;
    const stream: Stream = { response, behind: new Set(this.#channels) };
    this.#streams.add(stream);
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${RETRY}\n\n`);
    response.on('drain', () => this.#send(stream));
    response.on('close', () => {
      this.#streams.delete(stream);
      // A page that has heard the end closes its connection; any other comes back, unless it was closed itself.
      if (!this.#channels.has('end') || stream.behind.size > 0) this.#expect();
    });
    this.#send(stream);
  }

  #expect(): void {
    this.#expected = performance.now() + EXPECTED;
  }
}
