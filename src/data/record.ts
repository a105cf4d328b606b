// The record of a data set that is kept with a run: its source, how its values are read, and a hash to recognise it by.

import { nameOfPath } from '../system/path-name.js';
import type { ColumnDecision, Preparation, ScaleName } from './columns/preparation.js';
import type { Reading } from './reading.js';

/** How to load the run's data again, and how inputs of the same kind are to be read. */
export interface DataRecord extends Omit<Reading, 'scale'> {
  /** 'mnist', a folder, or the name of a data set that a program brought. */
  readonly source: string;
  /** Whether a program brought it: its name then says nothing of where it is. */
  readonly brought: boolean;
  readonly name: string;
  readonly inputs: number;
  /** Of a regression: how many numbers a target has. */
  readonly classes: number;
  /** What the classes are called, where they have names. */
  readonly classNames?: readonly string[];
  /** What a byte is multiplied with to become an input; 1 for floats. */
  readonly scale: number;
  /** Of columns of a file: the scale that was asked for. */
  readonly scaling?: ScaleName | number;
  /** How columns of a file became inputs and answers, where they did. */
  readonly preparation?: Preparation;
  readonly decisions?: readonly ColumnDecision[];
  /** Whether values are bytes. Older runs do not say so; the scale of theirs is 1 for floats alone. */
  readonly bytes?: boolean;
  /** Root mean square of the inputs, estimated; older runs do not have it. */
  readonly rms?: number;
  readonly regression: boolean;
  /** The seed by which they were split, where that is not the run's own: runs with seeds of their own, over the same samples. */
  readonly splitSeed?: number;
  /** SHA-256 of all samples: a run goes on with the same data or not at all. */
  readonly sha256: string;
}

/** The name under which a run's data are passed on. Older runs have the path of a folder as its name. */
export function dataNameOf({ name, source, brought }: Partial<DataRecord>): string | undefined {
  const known = typeof name === 'string' ? name : source;
  return typeof known === 'string' && brought !== true ? nameOfPath(known) : known;
}

/** Whether a run's values are bytes, or numbers from 0 to 255, each times a scale. */
export function areBytes({ bytes, scale }: Partial<DataRecord>): boolean {
  return bytes ?? (scale !== undefined && scale !== 1);
}
