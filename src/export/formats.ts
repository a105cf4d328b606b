// The formats that a network can be written in, for software that is not nabla: one entry each, with the file that owns it.

import type { NetworkSpecification } from '../model/specification.js';
import { encodeBookJson } from '../training/book-json.js';

export interface ExportFormat {
  /** What it is, for the help. */
  readonly what: string;
  /**
   * The content of the file.
   * @param parameters [P] in the book's order, finite
   * @throws {RangeError} naming what of the network the format cannot represent
   */
  encode(network: NetworkSpecification, parameters: Float32Array): string | Uint8Array;
}

export const EXPORT_FORMATS = {
  book: { what: "the JSON that the book's network2.py saves and loads", encode: encodeBookJson },
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type ExportFormatName = keyof typeof EXPORT_FORMATS;
export const EXPORT_FORMAT_NAMES = Object.keys(EXPORT_FORMATS) as ExportFormatName[];
