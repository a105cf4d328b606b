// What a measurement of this browser comes to, in sentences.

import { fixed, plural } from '../../text.js';
import type { Measured } from './measure.js';

/** A gain below this is none: two measurements of the same differ by as much. */
const WORTH = 1.05;

/** How much more workers helped, or that they did not. @param measured at least one */
export function speedText(measured: readonly Measured[]): string {
  const [one, ...more] = measured;
  if (more.length === 0) return 'There is one core here to measure with.';
  const times = ({ samplesPerSecond }: Measured): number => samplesPerSecond / one.samplesPerSecond;
  const best = more.reduce((a, b) => (times(b) > times(a) ? b : a));
  const first = `${plural(best.workers, 'worker')} trained ${fixed(times(best), 2)} times as fast as one`;
  if (times(best) < WORTH) return `More workers did not help: ${first}. A step of this network takes so little time that they wait for each other.`;
  const last = measured[measured.length - 1];
  const beyond = last.workers > best.workers && times(last) < times(best) / WORTH ? `; with ${last.workers} it is ${fixed(times(last), 2)}` : '';
  return `${first}${beyond}.`;
}

/** Whether every count gave the same network. */
export function hashText(measured: readonly Measured[]): string {
  const hashes = new Set(measured.map(({ sha256 }) => sha256));
  if (hashes.size === 1) return `Every count gave the same network to the last bit (SHA-256 ${measured[0].sha256.slice(0, 16)}…).`;
  return `The networks differ: ${measured.map(({ workers, sha256 }) => `${workers}: ${sha256.slice(0, 16)}…`).join(', ')}.`;
}
