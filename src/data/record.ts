// The record of a data set that is kept with a run: its source, how its values are read, and a hash to recognise it by.

/** How to load the run's data again, and how inputs of the same kind are to be read. */
export interface DataRecord {
  /** 'mnist', a folder, or the name of a data set that a program brought. */
  readonly source: string;
  /** Whether a program brought it: its name then says nothing of where it is. */
  readonly brought: boolean;
  readonly validation?: number;
  readonly name: string;
  readonly inputs: number;
  /** Of a regression: how many numbers a target has. */
  readonly classes: number;
  /** What the classes are called, where they have names. */
  readonly classNames?: readonly string[];
  /** What a byte is multiplied with to become an input; 1 for floats. */
  readonly scale: number;
  readonly regression: boolean;
  /** SHA-256 of all samples: a run goes on with the same data or not at all. */
  readonly sha256: string;
}
