// The part of a file that has been fetched so far, on the disk beside where the file will be: it outlives the process, and a later one
// goes on from its end. Only one process at a time has it open (see get-set.ts).

import { type FileHandle, open, rm } from 'node:fs/promises';
import { NablaError } from '../errors.js';
import { mayNotSync } from '../system/atomic-file.js';
import { systemText } from '../system-errors.js';

export class PartFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #bytes: number;

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** @throws {NablaError} NOT_SAVED */
  static async open(path: string): Promise<PartFile> {
    return saving(path, async () => {
      const file = await open(path, 'a');
      return new PartFile(path, file, (await file.stat()).size);
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps so many of its bytes, from the first on. */
  async keep(bytes: number): Promise<void> {
    if (bytes === this.#bytes) return;
    await saving(this.#path, () => this.#file.truncate(bytes));
    this.#bytes = bytes;
  }

  async add(piece: Uint8Array): Promise<void> {
    await saving(this.#path, () => this.#file.appendFile(piece));
    this.#bytes += piece.length;
  }

  /** What has been added is on the disk when this comes back, where Node's permission model allows to ask for that. */
  async sync(): Promise<void> {
    if (!mayNotSync()) await saving(this.#path, () => this.#file.sync());
  }

  /** A part of nothing goes away. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
    if (this.#bytes === 0) await rm(this.#path, { force: true }).catch(() => {});
  }
}

async function saving<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof NablaError ? error : new NablaError('NOT_SAVED', `${path} cannot be written: ${systemText(error)}.`);
  }
}
