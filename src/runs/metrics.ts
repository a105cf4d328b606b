// Writes a run's metrics.jsonl: a line for each epoch and each diagnosis, added as they come. A run that is resumed cuts off
// the lines after its checkpoint.

import { createHash, type Hash } from 'node:crypto';
import { appendFileSync, closeSync, openSync, readSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiagnosisEvent, EpochEvent } from '../options/events.js';
import { saving } from '../system/atomic-file.js';
import type { History } from './checkpoint.js';
import { METRICS } from './files.js';

export class Metrics {
  /** Whether the earlier lines were changed since the run was stopped. */
  isChanged = false;
  readonly #path: string;
  readonly #lasting: boolean;
  /** Bytes that are in the file, and of all lines. */
  #written = 0;
  #bytes = 0;
  /** Of all lines. */
  #hash: Hash = createHash('sha256');
  #last: History['last'];
  /** Lines that the file could not take yet. */
  #waiting = '';
  /** Whether the file may hold a part of them: a disk that was full took no more. */
  #torn = false;

  /**
   * Opens the file of a run, empty, or cut to what it was.
   * @param lasting see replaceFile
   * @throws {NablaError} NOT_SAVED
   */
  constructor(run: string, history?: History, lasting = true) {
    this.#lasting = lasting;
    this.#path = join(run, METRICS);
    saving(this.#path, () => {
      if (!history || history.bytes === 0) writeFileSync(this.#path, '');
      else this.#cut(history);
    });
  }

  /** Continues the file after its earlier lines; where the file was changed meanwhile, after as many bytes of it as there are. */
  #cut({ bytes, sha256, last }: History): void {
    const file = openSync(this.#path, 'a+');
    try {
      const piece = Buffer.alloc(1 << 16);
      for (let read = 1; read > 0 && this.#bytes < bytes; this.#bytes += read) {
        read = readSync(file, piece, 0, Math.min(piece.length, bytes - this.#bytes), this.#bytes);
        this.#hash.update(piece.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
    truncateSync(this.#path, this.#bytes);
    this.#written = this.#bytes;
    this.#last = last;
    this.isChanged = this.#bytes !== bytes || this.history.sha256 !== sha256;
  }

  get history(): History {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex'), last: this.#last };
  }

  /** @throws {NablaError} NOT_SAVED; the line is then added with the next one */
  add(event: EpochEvent | DiagnosisEvent): void {
    const line = `${JSON.stringify(event)}\n`;
    this.#waiting += line;
    this.#bytes += Buffer.byteLength(line);
    this.#hash.update(line);
    // As JSON has it: a cost that is infinite is null there.
    if (event.event === 'epoch') this.#last = JSON.parse(line);
    this.#flush();
  }

  #flush(): void {
    if (this.#waiting === '') return;
    saving(this.#path, () => {
      if (this.#torn) truncateSync(this.#path, this.#written);
      this.#torn = true;
      appendFileSync(this.#path, this.#waiting);
      this.#torn = false;
    });
    this.#written = this.#bytes;
    this.#waiting = '';
  }

  /** Puts all lines on the disk before a checkpoint that refers to them. @throws {NablaError} NOT_SAVED */
  async sync(): Promise<void> {
    this.#flush();
    if (!this.#lasting) return;
    const file = await open(this.#path, 'a').catch(() => undefined);
    await file?.datasync().catch(() => {});
    await file?.close();
  }
}
