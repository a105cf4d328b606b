// The wire format of Protocol Buffers, as much of it as an ONNX file takes: whole numbers as varints, and texts, bytes and
// messages with their length before them. Not a library: it knows no schema, and the caller names each field by its number.
//
// Format: https://protobuf.dev/programming-guides/encoding/

/** A message: its bytes in pieces, so that large contents are not copied on the way through the messages around them. */
export interface Message {
  readonly pieces: readonly Uint8Array[];
  /** Bytes of all pieces together. */
  readonly length: number;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** A message of these fields, in this order. */
export function message(fields: readonly Message[]): Message {
  return { pieces: fields.flatMap(({ pieces }) => pieces), length: fields.reduce((sum, { length }) => sum + length, 0) };
}

/** A field with a whole number from 0 to 2^53 - 1, or an enum. */
export function integer(field: number, value: number): Message {
  return whole(Uint8Array.from([...varint(field * 8 + VARINT), ...varint(value)]));
}

export function text(field: number, value: string): Message {
  return bytes(field, new TextEncoder().encode(value));
}

export function bytes(field: number, content: Uint8Array): Message {
  return nested(field, whole(content));
}

/** A field that is a message itself. */
export function nested(field: number, { pieces, length }: Message): Message {
  const head = Uint8Array.from([...varint(field * 8 + LENGTH_DELIMITED), ...varint(length)]);
  return { pieces: [head, ...pieces], length: head.length + length };
}

/** The message in one piece. */
export function bytesOf({ pieces, length }: Message): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function whole(piece: Uint8Array): Message {
  return { pieces: [piece], length: piece.length };
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) + 0x80);
  return [...out, rest];
}
