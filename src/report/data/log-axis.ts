// The numbers of a logarithmic axis, and how they are written: for charts of pages and of a terminal.

/** An axis with no more decades than this has ticks between the powers of ten. */
const FEW_DECADES = 3;

/** The nearest of 1, 2, 5, 10, … times a power of ten, in one direction. */
export function roundLog(value: number, round: (v: number) => number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const steps = [1, 2, 5, 10];
  const within = value / power;
  return power * (round === Math.floor ? (steps.findLast((s) => s <= within + 1e-9) ?? 1) : (steps.find((s) => s >= within - 1e-9) ?? 10));
}

/** Powers of ten, at most seven of them; where they are few, twice and five times them too. */
export function logTicks([low, high]: readonly [number, number]): number[] {
  const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const step = Math.ceil((to - from) / 6);
  const factors = Math.log10(high / low) <= FEW_DECADES ? [1, 2, 5] : [1];
  const powers = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => 10 ** (from + k * step));
  return powers.flatMap((power) => factors.map((factor) => factor * power)).filter((value) => value >= low * 0.999 && value <= high * 1.001);
}

export function logLabel(value: number): string {
  if (value >= 0.001 && value < 1e6) return Number(value.toPrecision(1)).toLocaleString('en', { maximumFractionDigits: 3 });
  const digits = String(Math.floor(Math.log10(value) + 1e-9));
  const factor = Math.round(value / 10 ** Number(digits));
  return `${factor === 1 ? '' : `${factor}·`}10${digits.replace(/./g, (c) => SUPERSCRIPTS[c] ?? c)}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries([...'-0123456789'].map((c, k) => [c, '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'[k]]));
