// A small HTTP server for pages on this machine. It listens on 127.0.0.1 alone, answers under a path that cannot be guessed, and to requests that
// name this machine as their host: a page of another site that has found the port learns nothing, not even by a name of its own that leads here
// (DNS rebinding). What there is under the path its user says.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wrongValue } from '../errors.js';

const ADDRESS = '127.0.0.1';
const MOST_CONNECTIONS = 32;

/** Answers a request for what is named, below the address; false where there is nothing of that name. */
export type Answer = (name: string, response: ServerResponse) => boolean;

export class LocalServer {
  readonly #server: Server;
  readonly #port: number;
  readonly #answer: Answer;
  /** 128 bits in 22 characters: the line with the address stays below 60. */
  readonly #token = randomBytes(16).toString('base64url');

  private constructor(server: Server, answer: Answer) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#answer = answer;
    server.maxConnections = MOST_CONNECTIONS;
    server.on('request', (request, response) => this.#hear(request, response));
    server.on('clientError', (_, socket) => socket.destroy());
    // Whatever happens to a connection, the rest goes on.
    server.on('error', () => undefined);
  }

  /**
   * @param port 0 for any that is free
   * @param option that the port was named by
   * @throws {RangeError} where the port is taken or not allowed
   */
  static async open(port: number, option: string, answer: Answer): Promise<LocalServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void => {
        const why = error.code === 'EADDRINUSE' ? 'one that is free' : `one that this process may use (${error.code})`;
        reject(wrongValue(option, why, port, 'Leave it out, and a free one is found.'));
      };
      server.once('error', failed);
      server.listen(port, ADDRESS, () => {
        server.off('error', failed);
        resolve();
      });
    });
    return new LocalServer(server, answer);
  }

  get url(): string {
    return `http://${ADDRESS}:${this.#port}/${this.#token}/`;
  }

  /** Nothing listens any more. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #hear(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    const { host = '' } = request.headers;
    if (host !== `${ADDRESS}:${this.#port}` && host !== `localhost:${this.#port}`) refuse(response, 403, 'This page answers to this machine alone.');
    else if (request.method !== 'GET') refuse(response, 405, 'Only GET.');
    else {
      const [, token = '', rest, ...more] = (request.url ?? '').split('?')[0].split('/');
      const known = more.length === 0 && rest !== undefined && this.#isToken(token);
      if (!known || !this.#answer(rest, response)) refuse(response, 404, 'There is nothing here.');
    }
  }

  #isToken(text: string): boolean {
    const [given, token] = [Buffer.from(text), Buffer.from(this.#token)];
    return given.length === token.length && timingSafeEqual(given, token);
  }
}

export function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${why}\n`);
}
