// The files of the page of `nabla play`: those that the build puts into dist/play, and the digits, which are made of the package `mnist` when they
// are first asked for. A server has them from here, and a folder for static hosting.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ISOLATION_HEADERS } from '../browser/isolation.js';
import { digitsOfPackage } from '../data/mnist.js';
import { ownFile } from '../system/own-file.js';

/** The page itself. */
export const PAGE = 'index.html';
/** The pixels of all digits and then their labels, a byte each, gzipped: 1.6 MB. */
const DIGITS = 'digits.bin';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  wasm: 'application/wasm',
  bin: 'application/octet-stream',
  json: 'application/json',
};

/** What tells the page that a saved run lies beside it. */
const WITH_RUN = '<meta name="nabla-run" content="network.json">';

export class PlayFiles {
  readonly #folder: URL;
  /** Names in dist/play, and the digits. */
  readonly names: readonly string[];
  #read = new Map<string, Uint8Array>();

  /**
   * @param run files of a saved run that the page shall show
   * @throws {NablaError} INCOMPLETE where the page was not built
   */
  constructor(run?: ReadonlyMap<string, Uint8Array>) {
    this.#folder = new URL('.', ownFile(`dist/play/${PAGE}`));
    this.names = [...readdirSync(fileURLToPath(this.#folder)).sort(), DIGITS, ...(run?.keys() ?? [])];
    if (!run) return;
    const page = readFileSync(new URL(PAGE, this.#folder), 'utf8');
    this.#read = new Map([...run, [PAGE, Buffer.from(page.replace('<head>\n', `<head>\n${WITH_RUN}\n`))]]);
  }

  /** A file of this name, which is one of `names`. */
  content(name: string): Uint8Array {
    const content = this.#read.get(name) ?? (name === DIGITS ? packedDigits() : readFileSync(new URL(name, this.#folder)));
    this.#read.set(name, content);
    return content;
  }

  /** What a server says of one: the page and its threads may share memory, and none may load anything from elsewhere. */
  headers(name: string): Readonly<Record<string, string>> {
    return { ...ISOLATION_HEADERS, 'Content-Type': TYPES[name.split('.').at(-1) ?? ''] ?? TYPES.bin, 'Content-Security-Policy': POLICY };
  }
}

/** That of the page itself (play/html.ts), with what only a header can say. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function packedDigits(): Uint8Array {
  const { pixels, labels } = digitsOfPackage();
  return gzipSync(Buffer.concat([pixels, labels]));
}
