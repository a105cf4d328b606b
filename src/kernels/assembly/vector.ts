// Functions of four float32 lanes: the multiply-add that tells `simd` from `relaxed`, and exp, log, sigmoid and tanh.
// Everything here is @inline: it disappears into the loops of the other files. There are no static data, because every
// worker instantiates this module over the same shared memory.
//
// `wide` is the arithmetic of `relaxed` in pairs. From V8 13.6 on (Node 24), --experimental-wasm-revectorize makes one vector of
// eight lanes of two whose results are stored side by side, and of all that they are made of, back to their loads. So a loop goes
// over two vectors at once, loads both before it stores either, and stores side by side: the loops that say PAIRED.
//
// Polynomials take their constants from a table in the instance's scratch memory, one broadcasting load each. As literals
// they would be built anew in each round of a loop, in some six instructions each (V8 has no constant pool for vectors):
// measured 12.9 ns for a vector's sigmoid as literals, 8.8 from the table (with pmin and pmax, see exp).
//
// Polynomials: S. L. Moshier, Cephes Mathematical Library (expf.c, logf.c, tanhf.c), single precision.

/** Byte offsets in the table of constants. */
const EXP_MAX: usize = 0;
const EXP_MIN: usize = 4;
const LOG2_E: usize = 8;
const LN2_HIGH: usize = 12;
const LN2_LOW: usize = 16;
const EXP_5: usize = 20;
const EXP_4: usize = 24;
const EXP_3: usize = 28;
const EXP_2: usize = 32;
const EXP_1: usize = 36;
const EXP_0: usize = 40;
const LOG_8: usize = 44;
const LOG_7: usize = 48;
const LOG_6: usize = 52;
const LOG_5: usize = 56;
const LOG_4: usize = 60;
const LOG_3: usize = 64;
const LOG_2: usize = 68;
const LOG_1: usize = 72;
const LOG_0: usize = 76;
const TANH_4: usize = 80;
const TANH_3: usize = 84;
const TANH_2: usize = 88;
const TANH_1: usize = 92;
const TANH_0: usize = 96;
const ONE: usize = 100;
const TWO: usize = 104;
const TINY: usize = 108;
const TANH_SMALL: usize = 112;
const SHIFTER: usize = 116;
const SIGN: usize = 120;

/** Bytes that the table takes. */
export const TABLE_BYTES: usize = 128;

let tableAddress: usize = 0;

/** Writes the constants to `address`, from where this instance reads them. */
export function fillTable(address: usize): void {
  tableAddress = address;
  f32.store(address, 89, EXP_MAX);
  f32.store(address, -104, EXP_MIN);
  f32.store(address, 1.44269504, LOG2_E);
  f32.store(address, 0.693359375, LN2_HIGH);
  f32.store(address, 2.12194440e-4, LN2_LOW);
  f32.store(address, 1.9875691500e-4, EXP_5);
  f32.store(address, 1.3981999507e-3, EXP_4);
  f32.store(address, 8.3334519073e-3, EXP_3);
  f32.store(address, 4.1665795894e-2, EXP_2);
  f32.store(address, 1.6666665459e-1, EXP_1);
  f32.store(address, 5.0000001201e-1, EXP_0);
  f32.store(address, 7.0376836292e-2, LOG_8);
  f32.store(address, -1.1514610310e-1, LOG_7);
  f32.store(address, 1.1676998740e-1, LOG_6);
  f32.store(address, -1.2420140846e-1, LOG_5);
  f32.store(address, 1.4249322787e-1, LOG_4);
  f32.store(address, -1.6668057665e-1, LOG_3);
  f32.store(address, 2.0000714765e-1, LOG_2);
  f32.store(address, -2.4999993993e-1, LOG_1);
  f32.store(address, 3.3333331174e-1, LOG_0);
  f32.store(address, -5.70498872745e-3, TANH_4);
  f32.store(address, 2.06390887954e-2, TANH_3);
  f32.store(address, -5.37397155531e-2, TANH_2);
  f32.store(address, 1.33314422036e-1, TANH_1);
  f32.store(address, -3.33332819422e-1, TANH_0);
  f32.store(address, 1, ONE);
  f32.store(address, 2, TWO);
  f32.store(address, 1.17549435e-38, TINY);
  f32.store(address, 0.625, TANH_SMALL);
  f32.store(address, 12582912, SHIFTER);
  f32.store(address, -0.0, SIGN);
}

/** The table's address. Read it once per call of a kernel: V8 would load the global again for every constant. */
// @ts-ignore: decorator
@inline
export function constants(): usize {
  return tableAddress;
}

/** Whether this module is `wide`: WIDE is a name that build.js gives a value. */
export const PAIRED: bool = WIDE;

/** size·sgn v, for a size of no sign: 0 where v is 0. */
// @ts-ignore: decorator
@inline
export function withSign(table: usize, size: v128, v: v128): v128 {
  const signed = v128.or(size, v128.and(v, v128.load32_splat(table, SIGN)));
  return v128.andnot(signed, f32x4.eq(v, f32x4.splat(0)));
}

/** a·b + c: two roundings in `simd` (the same bits on every machine), one in `relaxed` (a fused multiply-add). */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * exp(x), error at most 2 units in the last place over the whole range, subnormal results included.
 * x = n·ln 2 + r; a polynomial in r; then times 2^n in two factors, so that n = 128 and n = -149 are reached.
 */
// @ts-ignore: decorator
@inline
export function exp(table: usize, x: v128): v128 {
  // pmin and pmax are one instruction of x86 where min and max take nine; with x first they let a NaN through as well.
  const clamped = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(table, EXP_MAX)), v128.load32_splat(table, EXP_MIN));
  // Adding 1.5·2^23 rounds to the nearest whole number and leaves it in the low bits: cheaper than `nearest` and a conversion,
  // which takes x86 eight instructions to get NaN right.
  const shifter = v128.load32_splat(table, SHIFTER);
  const shifted = f32x4.add(f32x4.mul(clamped, v128.load32_splat(table, LOG2_E)), shifter);
  const n = f32x4.sub(shifted, shifter);
  // ln 2 = 0.693359375 - 2.12194440e-4; the first product is exact, because 0.693359375 has nine bits.
  let r = f32x4.sub(clamped, f32x4.mul(n, v128.load32_splat(table, LN2_HIGH)));
  r = madd(n, v128.load32_splat(table, LN2_LOW), r);
  let p = v128.load32_splat(table, EXP_5);
  p = madd(p, r, v128.load32_splat(table, EXP_4));
  p = madd(p, r, v128.load32_splat(table, EXP_3));
  p = madd(p, r, v128.load32_splat(table, EXP_2));
  p = madd(p, r, v128.load32_splat(table, EXP_1));
  p = madd(p, r, v128.load32_splat(table, EXP_0));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), v128.load32_splat(table, ONE));
  const whole = i32x4.sub(shifted, shifter);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** ln(x) for normal x > 0; anything below the smallest normal float counts as that (ln = -87.34), so a cost stays finite. */
// @ts-ignore: decorator
@inline
export function log(table: usize, x: v128): v128 {
  const clamped = f32x4.pmax(x, v128.load32_splat(table, TINY));
  // x = m·2^e with m in [1/√2, √2): shift by the bits of 1/√2, so that the exponent counts from there.
  const bits = i32x4.sub(clamped, i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, v128.load32_splat(table, ONE));
  const f2 = f32x4.mul(f, f);
  let p = v128.load32_splat(table, LOG_8);
  p = madd(p, f, v128.load32_splat(table, LOG_7));
  p = madd(p, f, v128.load32_splat(table, LOG_6));
  p = madd(p, f, v128.load32_splat(table, LOG_5));
  p = madd(p, f, v128.load32_splat(table, LOG_4));
  p = madd(p, f, v128.load32_splat(table, LOG_3));
  p = madd(p, f, v128.load32_splat(table, LOG_2));
  p = madd(p, f, v128.load32_splat(table, LOG_1));
  p = madd(p, f, v128.load32_splat(table, LOG_0));
  let y = f32x4.mul(f32x4.mul(p, f), f2);
  y = madd(e, f32x4.neg(v128.load32_splat(table, LN2_LOW)), y);
  y = madd(f2, f32x4.splat(-0.5), y);
  y = f32x4.add(f, y);
  y = madd(e, v128.load32_splat(table, LN2_HIGH), y);
  // pmax above lets a NaN through, but the bit arithmetic after it would hide it.
  return v128.bitselect(y, x, f32x4.eq(x, x));
}

/** 1 / (1 + e^-z). exp overflows to ∞ for z < -88.7 and the quotient is then 0, never NaN. */
// @ts-ignore: decorator
@inline
export function sigmoid(table: usize, z: v128): v128 {
  const one = v128.load32_splat(table, ONE);
  return f32x4.div(one, f32x4.add(one, exp(table, f32x4.neg(z))));
}

/** tanh z: an odd polynomial below |z| = 0.625, where 1 - 2 / (e^2|z| + 1) would cancel. */
// @ts-ignore: decorator
@inline
export function tanh(table: usize, z: v128): v128 {
  const one = v128.load32_splat(table, ONE);
  const size = f32x4.abs(z);
  const large = f32x4.sub(one, f32x4.div(v128.load32_splat(table, TWO), f32x4.add(exp(table, f32x4.add(size, size)), one)));
  const signed = v128.bitselect(z, large, i32x4.splat(0x80000000));
  const s = f32x4.mul(z, z);
  let p = v128.load32_splat(table, TANH_4);
  p = madd(p, s, v128.load32_splat(table, TANH_3));
  p = madd(p, s, v128.load32_splat(table, TANH_2));
  p = madd(p, s, v128.load32_splat(table, TANH_1));
  p = madd(p, s, v128.load32_splat(table, TANH_0));
  const small = madd(f32x4.mul(p, s), z, z);
  return v128.bitselect(small, signed, f32x4.lt(size, v128.load32_splat(table, TANH_SMALL)));
}

/** (v0 + v2) + (v1 + v3): the one order in which lanes are added, wherever lanes are added. */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Floats from one row of n columns to the next, as in kernels.ts. Floats past n are zero. */
// @ts-ignore: decorator
@inline
export function stride(n: i32): i32 {
  if (n <= 16) return columns(n);
  const lines = (n + 15) >> 4;
  return (n < 256 ? lines : lines | 1) << 4;
}

/** The part of a row that kernels compute: n columns in whole vectors. */
// @ts-ignore: decorator
@inline
export function columns(n: i32): i32 {
  return (n + 3) & ~3;
}

/** Puts zeros back past column O, where something other than f(0) = 0 may have been left. */
// @ts-ignore: decorator
@inline
export function clearPadding(S: i32, O: i32, a: usize): void {
  const ld = stride(O);
  if (ld == O) return;
  let row = a;
  for (let s = 0; s < S; s++) {
    for (let o = O; o < ld; o++) f32.store(row + (<usize>o << 2), 0);
    row += <usize>ld << 2;
  }
}

/** mix32 of random.ts on four words. */
// @ts-ignore: decorator
@inline
export function mixLanes(x: v128): v128 {
  let z = i32x4.add(x, i32x4.splat(0x9e3779b9));
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 16)), i32x4.splat(0x21f0aaad));
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), i32x4.splat(0x735a2d97));
  return v128.xor(z, i32x4.shr_u(z, 15));
}
