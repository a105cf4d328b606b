// SHA-256 (FIPS 180-4) in plain code, for pages: crypto.subtle is there only where a page came over https or from this machine, and answers
// later. Node has its own, twenty times as fast. The weights of 784-30-10, 95 kB, take 1 ms.

/** The first 32 bits of the fractional parts of the roots of the first primes: square roots begin the state, cube roots are the rounds' constants. */
const [BEGINNING, CONSTANTS] = [
  { count: 8, root: Math.sqrt },
  { count: 64, root: Math.cbrt },
].map(({ count, root }) => Int32Array.from(primes(count), (p) => (root(p) % 1) * 2 ** 32));

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

const turned = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** In hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  const padded = withLength(bytes);
  const view = new DataView(padded.buffer);
  const state = BEGINNING.slice();
  const w = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 64; t++) {
      const [a, b] = [w[t - 15], w[t - 2]];
      w[t] = w[t - 16] + (turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)) + w[t - 7] + (turned(b, 17) ^ turned(b, 19) ^ (b >>> 10));
    }
    compress(state, w);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message, a bit that is set, zeros, and its length in bits as 64 of them. */
function withLength(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(64 * Math.ceil((bytes.length + 9) / 64));
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, 8n * BigInt(bytes.length));
  return padded;
}

function compress(state: Int32Array, w: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t++) {
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[t] + w[t]) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [k, word] of [a, b, c, d, e, f, g, h].entries()) state[k] += word;
}
