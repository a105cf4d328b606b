// A saved network as a file for other software.

import { statSync } from 'node:fs';
import { checkOneOf, checkOptions, checkPath } from '../check.js';
import { readSavedNetwork } from '../runs/saved-network.js';
import { checkOutputPath, writeOutput } from '../system/output-file.js';
import { EXPORT_FORMAT_NAMES, EXPORT_FORMATS, type ExportFormat, type ExportFormatName } from './formats.js';
import { metadataOf } from './metadata.js';

export interface ExportOptions {
  /** Folder of the run, or a file in the book's JSON. */
  run: string;
  /** Format of the new file. */
  to: ExportFormatName;
  /** Path of the new file; one that is there is replaced. */
  out: string;
}

const NAMES: Readonly<Record<keyof ExportOptions, true>> = { run: true, to: true, out: true };

export interface ExportResult {
  readonly run: string;
  readonly to: ExportFormatName;
  readonly out: string;
  /** Sizes of the layers. */
  readonly network: readonly number[];
  /** Of each of several networks, where they are not all alike. */
  readonly networks?: readonly (readonly number[])[];
  /** Weights and biases. */
  readonly parameters: number;
  /** Length of the file. */
  readonly bytes: number;
  /** What the format has no room for, though the model needs it. */
  readonly warnings: readonly string[];
}

/**
 * Writes the network of a run in another format.
 * @throws {TypeError | RangeError} for options that cannot be, or a network that the format cannot represent
 * @throws {NablaError} BAD_DATA where there is no such network; NOT_SAVED where the file cannot be written
 */
export async function exportRun(options: ExportOptions): Promise<ExportResult> {
  const { run, to, out } = checkOptions(options, Object.keys(NAMES));
  checkPath('run', run, 'the folder of a run');
  checkPath('out', out, 'the path of a file');
  const { encode, lacks }: ExportFormat = EXPORT_FORMATS[checkOneOf('to', to, EXPORT_FORMAT_NAMES, EXPORT_FORMATS)];
  checkOutputPath('out', out);
  const saved = await readSavedNetwork(run);
  const { network, networks, parameters } = saved;
  const each = networks && { networks: networks.map(({ layers }) => layers) };
  const metadata = metadataOf(saved);
  writeOutput('The network', out, encode(network, parameters, metadata));
  const warning = lacks?.(metadata);
  const warnings = warning === undefined ? [] : [warning];
  return { run, to, out, network: network.layers, ...each, parameters: parameters.length, bytes: statSync(out).size, warnings };
}
