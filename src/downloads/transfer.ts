// One file from one address into a file on the disk: over HTTP or HTTPS, with a limit on every wait, few redirects, from the byte
// on that is there already, and never a byte more than the file is known to have. What to do about an address that fails, and
// whether the bytes are the right ones, is for fetch-file.ts.
//
// It goes on from a part whoever sent that: all mirrors are to have the same bytes, by the table's hash, which is compared in the end.
// So no ETag is asked for (If-Range): a server whose file has changed since has another one than is wanted, whatever its tag.
// node:http gives the bytes as they were sent; fetch() would unpack a .gz that a server calls gzip-encoded.

import type { IncomingMessage } from 'node:http';
import { asError, NablaError } from '../errors.js';
import { kindOf } from '../system/file-kinds.js';
import { version } from '../system/version.js';
import { systemText } from '../system-errors.js';
import { count, printable } from '../text.js';
import { PartFile } from './part-file.js';
import type { PublishedFile } from './public-set.js';

/** Milliseconds of each wait. */
export interface Limits {
  /** From the request to the head of the answer: name, connection, encryption, and what the server needs. */
  readonly answer: number;
  /** From one piece to the next. */
  readonly silence: number;
}

/** How a transfer ended. What is on the disk stays there, unless it is known to be wrong. */
export type Outcome =
  | { readonly kind: 'whole' }
  /** Broken off, or busy: the same address may give the rest. */
  | { readonly kind: 'broken'; readonly why: string }
  /** There is no way to the server. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** This address does not have the file. */
  | { readonly kind: 'wrong'; readonly why: string };

export interface Transfer {
  readonly limits: Limits;
  readonly signal?: AbortSignal;
  /** Bytes of the file that are there, after each piece. */
  onBytes?(bytes: number): void;
}

const MOST_REDIRECTS = 5;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];
/** Answers that may be others in a moment: too early, too many requests, and most faults of a server. */
const isPassing = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;
/** No way there: no name, no network, nobody who listens. */
const NO_WAY = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN'];

class Ended extends Error {
  constructor(readonly outcome: Exclude<Outcome, { kind: 'whole' }>) {
    super(outcome.why);
  }
}

const ended = (kind: 'broken' | 'unreachable' | 'wrong', why: string): Ended => new Ended({ kind, why });

/**
 * Fetches what is missing of a file.
 * @param part path of the file that it is written to
 * @throws {NablaError} NOT_SAVED where the disk does not take it; INTERRUPTED
 */
export async function transfer(url: string, part: string, file: PublishedFile, options: Transfer): Promise<Outcome> {
  const saved = await PartFile.open(part);
  try {
    if (saved.bytes < file.bytes) await receive(url, saved, file, options);
    await saved.sync();
    return { kind: 'whole' };
  } catch (error) {
    if (options.signal?.aborted) {
      const kept = `${count(saved.bytes)} of ${count(file.bytes)} bytes are kept`;
      throw new NablaError('INTERRUPTED', `${file.name}: stopped; ${kept}, and the same command goes on from there.`);
    }
    if (error instanceof Ended) return error.outcome;
    if (error instanceof NablaError) throw error;
    return { kind: NO_WAY.includes(String((error as NodeJS.ErrnoException).code)) ? 'unreachable' : 'broken', why: systemText(error) };
  } finally {
    await saved.close();
  }
}

async function receive(url: string, saved: PartFile, file: PublishedFile, options: Transfer): Promise<void> {
  const response = await answer(url, saved.bytes, options);
  try {
    const status = Number(response.statusCode);
    if (status !== 200 && status !== 206)
      throw ended(isPassing(status) ? 'broken' : 'wrong', `it answers ${status} ${response.statusMessage}`.trimEnd());
    // A server that knows no ranges sends all of the file: the bytes that are there already are passed over, and not lost if it breaks off.
    await body(response, status === 206 ? rangeStart(response, saved.bytes, file.bytes) : 0, saved, file, options);
  } finally {
    response.destroy();
  }
}

/** Where the part begins that was sent: it must be the one that was asked for, of a file of the right length. */
function rangeStart({ headers }: IncomingMessage, wanted: number, bytes: number): number {
  const range = String(headers['content-range']);
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  if (Number(start) !== wanted) throw ended('wrong', `asked for bytes from ${wanted} on, it sends ${printable(range, 60)}`);
  if (total !== '*' && Number(total) !== bytes) throw ended('wrong', `its file has ${count(Number(total))} bytes instead of ${count(bytes)}`);
  return wanted;
}

/** @param from the place in the file of the first byte that comes */
async function body(
  response: IncomingMessage,
  from: number,
  saved: PartFile,
  { bytes }: PublishedFile,
  { limits, onBytes }: Transfer,
): Promise<void> {
  const stated = response.headers['content-length'];
  const isOther = stated !== undefined && Number(stated) !== bytes - from;
  const before = saved.bytes;
  const silence = limited(response, limits.silence, 'it has sent nothing');
  let place = from;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      silence.refresh();
      if (place === 0) refusePage(piece);
      if (isOther) throw ended('wrong', `it states ${count(Number(stated))} bytes instead of ${count(bytes - from)}`);
      place += piece.length;
      if (place > bytes) {
        await saved.keep(before);
        throw ended('wrong', `it sends more than the ${count(bytes)} bytes that the file has`);
      }
      if (place > saved.bytes) await saved.add(piece.subarray(saved.bytes - place));
      onBytes?.(saved.bytes);
    }
  } finally {
    clearTimeout(silence);
  }
  if (saved.bytes < bytes) throw ended(isOther ? 'wrong' : 'broken', `it broke off after ${count(saved.bytes)} of ${count(bytes)} bytes`);
}

/** What servers, proxies and hotels send in place of a file. */
function refusePage(first: Uint8Array): void {
  const what = kindOf(first)?.what;
  if (what !== undefined && /HTML|XML/.test(what)) throw ended('wrong', `it sends ${what} in place of the file`);
}

/** Ends a request or its answer when nothing has come for so long. */
function limited(stream: { destroy(error: Error): unknown }, milliseconds: number, what: string): NodeJS.Timeout {
  return setTimeout(() => stream.destroy(ended('broken', `${what} for ${milliseconds / 1000} s`)), milliseconds);
}

/** The head of the answer, behind redirects. */
async function answer(url: string, from: number, { limits, signal }: Transfer): Promise<IncomingMessage> {
  let address = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await request(address, from, limits.answer, signal);
    const { location } = response.headers;
    if (!REDIRECTS.includes(response.statusCode) || location === undefined) return response;
    response.destroy();
    address = redirected(address, location);
  }
  throw ended('wrong', `it leads on to other addresses more than ${MOST_REDIRECTS} times`);
}

/** Where a redirect leads: over HTTP or HTTPS, and from HTTPS to nothing less. @throws for any other */
export function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')) return to;
  throw ended(
    'wrong',
    `it leads on to ${printable(location, 60)}, which is no address over ${from.protocol === 'https:' ? 'HTTPS' : 'HTTP or HTTPS'}`,
  );
}

/** Loaded where it is wanted: Node's HTTP takes time, and in Node 22 it brings WebAssembly of its own, without which all would end. */
const requester = async ({ protocol }: URL) => (protocol === 'https:' ? (await import('node:https')).get : (await import('node:http')).get);

async function request(address: URL, from: number, limit: number, signal?: AbortSignal): Promise<IncomingMessage> {
  const get = await requester(address);
  const headers = { 'user-agent': `nabla/${version()}`, 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
  return new Promise((resolve, reject) => {
    const asked = get(address, { headers, signal });
    const timer = limited(asked, limit, 'it has not answered');
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      done();
    };
    asked.on('response', (response) => settle(() => resolve(response)));
    asked.on('error', (error) => settle(() => reject(asError(error))));
  });
}
