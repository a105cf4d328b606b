// Reads a run's metrics.jsonl, its figures of each epoch, and where it was resumed, whether the run has ended or not. It needs neither the
// weights nor the data, so a run can be read while it is under way, or after it was killed.

import { join } from 'node:path';
import type { DiagnosisEvent, EpochEvent } from '../options/events.js';
import { entryAt } from '../system/folders.js';
import { readInput } from '../system/input-file.js';
import { METRICS } from './files.js';
import type { RunRecord } from './record.js';
import { type Resumption, readResumptions } from './resumptions.js';

interface Log {
  /** By epoch, each once: of an epoch that was trained again after a stop, the later line. */
  readonly epochs: readonly EpochEvent[];
  readonly diagnoses: readonly DiagnosisEvent[];
  readonly resumptions: readonly Resumption[];
  /** Lines of metrics.jsonl that could not be read. The last line of a run that is being written is not among them. */
  readonly unread: number;
}

/** The same with the run that it is of. */
export interface RunLog extends Log {
  /** The folder. */
  readonly path: string;
  readonly record: RunRecord;
}

/**
 * Reads the metrics in a run's folder.
 * @throws {NablaError} BAD_DATA where they cannot be read
 */
export function readLog(path: string): Log {
  const epochs = new Map<number, EpochEvent>();
  const diagnoses = new Map<number, DiagnosisEvent>();
  const lines = metricsOf(path).split('\n');
  let unread = 0;
  for (const [i, line] of lines.entries()) {
    if (line === '') continue;
    const event = eventOf(line);
    if (event?.event === 'epoch') epochs.set(event.epoch, event);
    else if (event?.event === 'diagnosis') diagnoses.set(event.epoch, event);
    else if (event === undefined && i < lines.length - 1) unread++;
  }
  return { epochs: byEpoch(epochs), diagnoses: byEpoch(diagnoses), resumptions: readResumptions(path), unread };
}

function byEpoch<E extends { readonly epoch: number }>(events: ReadonlyMap<number, E>): E[] {
  return [...events.values()].sort((a, b) => a.epoch - b.epoch);
}

/** Longest file that is read: a million epochs. */
const MAX_BYTES = 400_000_000;

/** Nothing where no epoch has ended yet. */
function metricsOf(path: string): string {
  const file = join(path, METRICS);
  if (!entryAt(file)) return '';
  // Not as a text that must be UTF-8: one bad line does not hide the others.
  return new TextDecoder().decode(readInput(file, { what: 'the metrics of a run', most: MAX_BYTES }));
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isEpoch = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
/** JSON has no infinite numbers: null stands for them, and for what was not measured. */
const numberOrNull = (value: unknown): number | null => (isNumber(value) ? value : null);

/** The event of a line; undefined where it is none. Other events than those of an epoch are left as they are. */
function eventOf(line: string): EpochEvent | DiagnosisEvent | { readonly event: 'other' } | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (value.event === 'epoch') return epochOf(value as unknown as EpochEvent);
  if (value.event === 'diagnosis') return diagnosisOf(value as unknown as DiagnosisEvent);
  return { event: 'other' };
}

function epochOf(e: EpochEvent): EpochEvent | undefined {
  if (!isEpoch(e.epoch) || ![e.epochs, e.seconds, e.samplesPerSecond].every(isNumber)) return undefined;
  const { phases, exchange } = e;
  return {
    ...e,
    trainingCost: numberOrNull(e.trainingCost) ?? Number.NaN,
    trainingAccuracy: numberOrNull(e.trainingAccuracy),
    validationCost: numberOrNull(e.validationCost),
    validationAccuracy: numberOrNull(e.validationAccuracy),
    testCost: numberOrNull(e.testCost),
    testAccuracy: numberOrNull(e.testAccuracy),
    phases: phases && Object.values(phases).every(isNumber) ? phases : undefined,
    exchange: exchange && Object.values(exchange).every(isNumber) && isNumber(exchange.share) ? exchange : undefined,
  };
}

function diagnosisOf(e: DiagnosisEvent): DiagnosisEvent | undefined {
  const layers = Array.isArray(e.layers) ? e.layers : [];
  if (!isEpoch(e.epoch) || layers.length === 0 || !layers.every(({ layer, speed }) => isNumber(layer) && isNumber(speed))) return undefined;
  return { ...e, findings: Array.isArray(e.findings) ? e.findings : [] };
}
