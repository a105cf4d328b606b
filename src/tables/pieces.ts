// The pieces of a stream, of which the first bytes are taken one part after another, as a header says, and the rest as it comes.

export class Pieces {
  readonly #rest: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #taken = 0;

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#rest = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : following(chunks);
  }

  /** Bytes that are taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Bytes that have come, and are not taken. */
  get held(): number {
    return this.#held.length;
  }

  /** So many bytes; fewer where the stream ends. */
  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      const next = await this.#rest.next();
      if (next.done) break;
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    }
    const part = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(part.length);
    this.#taken += part.length;
    return Buffer.from(part.buffer, part.byteOffset, part.length);
  }

  /** All that follows. */
  async *rest(): AsyncGenerator<Uint8Array> {
    try {
      if (this.#held.length > 0) {
        const held = this.#held;
        this.#taken += held.length;
        yield held;
      }
      for (;;) {
        const next = await this.#rest.next();
        if (next.done) return;
        this.#taken += next.value.length;
        yield next.value;
      }
    } finally {
      await this.close();
    }
  }

  /** Gives the stream back: a file is closed. */
  async close(): Promise<void> {
    await this.#rest.return?.();
  }
}

async function* following(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
