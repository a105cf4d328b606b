// Numbers from their decimal digits, without a text in between: the float32 that Number(text) gives when it is stored as one.
//
// Up to 15 digits m are exact in float64, and so is 10^e up to e = 22: one multiplication or division rounds once, which is the number
// nearest to m·10^e (Clinger, How to Read Floating Point Numbers Accurately, 1990). Of a longer number the first 15 digits say that it
// lies between m·10^e and (m+1)·10^e; where both are the same float32, so is everything between. Else the text is asked.

export const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
/** Digits that are exact. */
export const MOST_DIGITS = 15;
/** One rounding is at most 2^-53 of a number; a bound with some room. */
const BELOW = 1 - 2 ** -50;
const ABOVE = 1 + 2 ** -50;

const [PLUS, MINUS, ZERO, NINE, LARGE_E, SMALL_E] = [0x2b, 0x2d, 0x30, 0x39, 0x45, 0x65];
/** Digits of an exponent beyond which all are 0 or infinite, and the text says so. */
const MOST_EXPONENT = 9999;

/** The number that bytes `from` to `to` are, as kinds.ts has it; undefined where they are none, or only their text tells. */
export function decimalOf(bytes: Uint8Array, from: number, to: number, point: number): number | undefined {
  let at = from;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  let [mantissa, exponent, digits, kept, isFraction] = [0, 0, 0, 0, false];
  for (; at < to; at++) {
    const byte = bytes[at];
    if (byte === point && !isFraction) {
      isFraction = true;
      continue;
    }
    if (byte < ZERO || byte > NINE) break;
    digits++;
    if (kept === MOST_DIGITS) exponent += isFraction ? 0 : 1;
    else {
      mantissa = 10 * mantissa + byte - ZERO;
      if (mantissa > 0) kept++;
      if (isFraction) exponent--;
    }
  }
  if (digits === 0) return undefined;
  if (at < to) {
    const power = exponentOf(bytes, at, to);
    if (power === undefined) return undefined;
    exponent += power;
  }
  const size = kept === MOST_DIGITS && digits > kept ? between(mantissa, exponent) : scaled(mantissa, exponent);
  return size === undefined ? undefined : negative ? -size : size;
}

/** 'e-07' from `at` to `to`. */
function exponentOf(bytes: Uint8Array, at: number, to: number): number | undefined {
  if (bytes[at] !== SMALL_E && bytes[at] !== LARGE_E) return undefined;
  let k = at + 1;
  const negative = bytes[k] === MINUS;
  if (k < to && (negative || bytes[k] === PLUS)) k++;
  if (k >= to) return undefined;
  let power = 0;
  for (; k < to; k++) {
    if (bytes[k] < ZERO || bytes[k] > NINE) return undefined;
    power = 10 * power + bytes[k] - ZERO;
    if (power > MOST_EXPONENT) return undefined;
  }
  return negative ? -power : power;
}

/** m·10^e, rounded once. */
function scaled(mantissa: number, exponent: number): number | undefined {
  if (mantissa === 0) return 0;
  if (exponent < -22 || exponent > 22) return undefined;
  return exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
}

/** The float32 of all numbers from m·10^e to (m+1)·10^e, if it is one. */
function between(mantissa: number, exponent: number): number | undefined {
  const [low, high] = [scaled(mantissa, exponent), scaled(mantissa + 1, exponent)];
  if (low === undefined || high === undefined) return undefined;
  const number = Math.fround(low * BELOW);
  return number === Math.fround(high * ABOVE) ? number : undefined;
}
