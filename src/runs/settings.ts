// The settings of a run as people read them beside those of others: its options by their keys, as its configuration file has them,
// but with names instead of paths.

import type { KernelName } from '../kernels/kernels.js';
import type { Kind } from '../option-row.js';
import { ROWS_BY_KEY } from '../options/config-keys.js';
import { configTable } from '../options/config-writer.js';
import { nameOfPath } from '../system/path-name.js';
import { RECORD } from './files.js';
import type { RunRecord } from './record.js';

/** What a run found out by itself, beside its options. */
export const FOUND = { workers: 'workers in the end', sha256: 'SHA-256 of the data' } as const;

const PATHS: readonly Kind[] = ['path', 'numberOrPath', 'library', 'modules', 'data'];

/** Key and text of each option, with the kernels and the workers that were chosen. */
export function settingsOf({ configuration, data, environment, asked, outcome }: RunRecord): [key: string, text: string][] {
  const { workers } = (outcome ?? {}) as { workers?: number };
  const kernels = (environment?.kernels ?? configuration.kernels) as KernelName;
  try {
    const table = { ...configTable(configuration, data, kernels, asked ?? {}), kernels };
    const rows: [string, string][] = Object.entries(table).map(([key, value]) => [key, settingText(key, value)]);
    rows.push([FOUND.workers, String(workers ?? '')], [FOUND.sha256, data.sha256 ?? '']);
    return rows.filter(([, text]) => text !== '');
  } catch {
    return [['settings', `of another version of nabla: ${RECORD} has them`]];
  }
}

function settingText(key: string, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null && 'brought' in value) return `${value.brought}, which a program brought`;
  const texts = [value].flat().map(String);
  if (PATHS.includes(ROWS_BY_KEY[key]?.kind)) return texts.map(nameOfPath).join(', ');
  return key === 'timeout' ? `${value} s` : texts.join(', ');
}
