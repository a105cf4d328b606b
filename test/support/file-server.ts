// A server of files on 127.0.0.1 that does as each test says: it breaks off, lies, leads elsewhere. It knows no more than HTTP.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

export interface FileServer {
  readonly url: string;
  /** What is answered, by path. */
  readonly answers: Map<string, Answer>;
  /** What was asked for: the path, and from which byte on: '/a', '/a from 12'. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startFileServer(): Promise<FileServer> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const from = fromOf(request);
    asked.push(`${request.url}${from === undefined ? '' : ` from ${from}`}`);
    const answer = answers.get(String(request.url));
    if (answer) answer(response, request);
    else response.writeHead(404).end('nothing is here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The byte from which on a file was asked for; undefined for all of it. */
export function fromOf({ headers }: IncomingMessage): number | undefined {
  const from = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  return from === undefined ? undefined : Number(from);
}

/** All of a file, or what is asked for of it; and no more than `most` bytes of that, after which the connection is cut. */
export function givesFile(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Answer {
  return (response, request) => {
    const from = fromOf(request) ?? 0;
    const rest = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    send(response, rest, most);
  };
}

/** The same of a server that knows no ranges. */
export function givesWhole(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    send(response, bytes, most);
  };
}

function send(response: ServerResponse, bytes: Uint8Array, most: number): void {
  if (bytes.length <= most) response.end(bytes);
  else response.write(bytes.subarray(0, most), () => setImmediate(() => response.destroy()));
}
