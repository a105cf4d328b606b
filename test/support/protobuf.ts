// A reader of the wire format of Protocol Buffers that shares nothing with the writer in src/export.

type Fields = Map<number, (bigint | Uint8Array)[]>;

/** Fields of a message by their number: whole numbers, or bytes. */
export function fieldsOf(message: Uint8Array): Fields {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at === message.length) throw new Error('a varint goes on past the end');
      const byte = message[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const value = varint();
    const whole = (key & 7) === 0;
    const from = at;
    if (!whole) at += Number(value);
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), whole ? value : message.subarray(from, at)]);
    if (!whole && (key & 7) !== 2) throw new Error(`wire type ${key & 7}`);
  }
  return fields;
}

/** Those of one number as texts. */
export const texts = (fields: Fields, number: number): string[] =>
  (fields.get(number) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));
