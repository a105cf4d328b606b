// Cells as 32-bit patterns that are the same exactly where two cells are the same: 0 and -0 are one value, all that is missing is one,
// and a byte has the pattern of the float that it stands for.

const MISSING = 0x7fc00000;
const INFINITE = 0x7f800000;
const SIGN = 0x80000000;

const held = new Float32Array(1);
const heldBits = new Uint32Array(held.buffer);

/** Of each byte. */
export const BYTE_PATTERNS = Uint32Array.from({ length: 256 }, (_, byte) => patternOf(byte));

/** Of a number, rounded to float32. */
export function patternOf(x: number): number {
  held[0] = x;
  return canonical(heldBits[0]);
}

/** The number that has this pattern. */
export function numberIn(pattern: number): number {
  heldBits[0] = pattern;
  return held[0];
}

/** @param bits of a float32 */
export function canonical(bits: number): number {
  const size = bits & ~SIGN;
  if (size === 0) return 0;
  return size > INFINITE ? MISSING : bits;
}

/** The bits of floats, where they lie. */
export const bitsOf = (cells: Float32Array): Uint32Array => new Uint32Array(cells.buffer, cells.byteOffset, cells.length);
