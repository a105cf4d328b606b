// A run's record as it may be passed on, on pages and in exported files: under the names of its data, modules and other files, and
// not their paths, which say who trained it and where. The record itself keeps them (record.ts): the run is resumed by them.

import { type DataRecord, dataNameOf } from '../data/record.js';
import { nameOfPath, withoutFolders } from '../system/path-name.js';
import type { RunRecord } from './record.js';

/** A message about a run with names instead of paths. */
export function passedOnText(text: string, path: string, { configuration, data }: RunRecord): string {
  const { from, blas, network } = configuration;
  const known = [path, data?.brought ? undefined : data?.source, data?.test, data?.validation, from, blas, ...(network.functions ?? [])];
  return withoutFolders(
    text,
    known.filter((one) => typeof one === 'string'),
  );
}

/** The record without paths, in its texts too. @param path of the run's folder */
export function passedOn(record: RunRecord, path: string): RunRecord {
  const { configuration, data, modules, outcome } = record;
  const { network, from, blas } = configuration;
  const name = (file: string): string => nameOfPath(file);
  return {
    ...record,
    configuration: {
      ...configuration,
      network: { ...network, functions: network.functions.map(name) },
      from: from === undefined ? undefined : name(from),
      blas: blas === undefined ? undefined : name(blas),
    },
    modules: Object.fromEntries(Object.entries(modules ?? {}).map(([url, hash]) => [name(url), hash])),
    data: data && passedOnData(data, name),
    outcome: passedOnOutcome(outcome, (text) => passedOnText(text, path, record)),
  };
}

/** Names of columns, and words in them, stay: without these no one could use the network. */
function passedOnData(data: DataRecord, name: (file: string) => string): DataRecord {
  const { test, validation } = data;
  return {
    ...data,
    name: dataNameOf(data) ?? '',
    source: dataNameOf({ ...data, name: data.source }) ?? '',
    ...(test !== undefined && { test: name(test) }),
    ...(typeof validation === 'string' && { validation: name(validation) }),
  };
}

/** What it says of its end, in whatever shape older versions wrote it. */
function passedOnOutcome(outcome: unknown, told: (text: string) => string): unknown {
  if (typeof outcome === 'string') return told(outcome);
  if (Array.isArray(outcome)) return outcome.map((part) => passedOnOutcome(part, told));
  if (typeof outcome !== 'object' || outcome === null) return outcome;
  return Object.fromEntries(Object.entries(outcome).map(([name, part]) => [name, passedOnOutcome(part, told)]));
}
