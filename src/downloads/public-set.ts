// What a row of the table of public data sets holds (sets.ts): the files as they are published, and what becomes of them.

/** A file as it is published. */
export interface PublishedFile {
  readonly name: string;
  /** Where it is, the address that is tried first in front. All have the same bytes, or they are no mirrors. */
  readonly urls: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
}

/** A file that is made of a published one: its name within the set's folder, with a '/' where it is in one below, and its bytes. */
export interface Unpacked {
  readonly name: string;
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface PublicSet {
  readonly name: string;
  /** What it holds, and of how much. */
  readonly title: string;
  /** Who says under which terms it may be used, and where. */
  readonly licence: string;
  readonly files: readonly PublishedFile[];
  /** What is made of the only file, where nabla cannot read that as it is. @param path of the file, whose hash is right */
  readonly unpack?: (path: string) => Iterable<Unpacked>;
  /** The names of the files that are read afterwards. */
  readonly results: readonly string[];
  /** Folders below its own that are a data set each; without them its folder is one, or its only file. */
  readonly parts?: readonly string[];
  /** What `nabla train` has to be told beside the data. */
  readonly options: string;
  /** Whether its name stands for something else there: it is then named by its path. */
  readonly byPath?: boolean;
}
