// This machine, as records name it, and the worker counts that are usually measured on it.

import { engine, processors } from '#platform';
import { countCores } from './cores.js';

export interface MachineRecord {
  readonly cpu: string;
  /** Cores that this process may use, and those of the machine. */
  readonly usable: number;
  readonly machine: number;
  readonly platform: string;
  readonly node: string;
}

/** Powers of two up to the cores, and the cores. */
export function usualWorkerCounts(cores: number): number[] {
  const counts = [cores];
  for (let n = 1; n < cores; n *= 2) counts.push(n);
  return counts.sort((a, b) => a - b);
}

export function describeMachine(): MachineRecord {
  const { usable, machine } = countCores();
  const { platform = 'page', arch = '', node = '' } = engine ?? {};
  return { cpu: processors()[0] ?? 'unknown processor', usable, machine, platform: `${platform} ${arch}`.trim(), node };
}
