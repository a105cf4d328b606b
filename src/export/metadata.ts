// What travels with an exported network besides its parameters: how inputs are made, what the outputs are, where it comes from
// and how well it did. What is not known is left out: a file in the book's JSON knows nothing of it, an older run little.

import { createHash } from 'node:crypto';
import { classNamesOf } from '../data/class-names.js';
import { type DataRecord, dataNameOf } from '../data/record.js';
import type { NetworkSpecification, NeuronFunction } from '../model/specification.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import type { SavedNetwork } from '../runs/saved-network.js';
import type { SavedRun } from '../runs/saved-run.js';
import { version } from '../system/version.js';
import { columnNames, type ModelPreparation, preparationOf } from './preparation.js';

/** What the outputs of a network are computed by, beside its parameters. */
export type LayerFunctions = Pick<NetworkSpecification, 'layers' | 'activations' | 'neurons'>;

export interface ModelMetadata {
  /** Program and version that wrote the file. */
  readonly producer: string;
  /** n_1: numbers of a sample. */
  readonly inputs: number;
  /** n_L */
  readonly outputs: number;
  /** Networks whose outputs are averaged; absent where it is one. */
  readonly members?: number;
  /** Of each of them, where they are not all alike. */
  readonly networks?: readonly LayerFunctions[];
  /** SHA-256 of the parameters in the book's order, as little-endian float32; of several networks of all, one after another. */
  readonly weightsSha256: string;
  /** Name of the data set that it was trained on. */
  readonly data?: string;
  /** What a byte of such data is multiplied with to become an input; 1 where the data are numbers that are taken as they are. Absent beside a preparation. */
  readonly scale?: number;
  /** How columns of a file become inputs, and outputs numbers in their own units, where the data were such; the exported model does both. */
  readonly preparation?: ModelPreparation;
  /** Whether the outputs are numbers instead of classes. */
  readonly regression?: boolean;
  /** Classes 0 to classes - 1, one output each; absent in a regression. */
  readonly classes?: number;
  /** What they are called, in this order, where they have names; always beside a preparation. */
  readonly classNames?: readonly string[];
  /** When the run began, as ISO 8601. */
  readonly created?: string;
  readonly epochs?: number;
  /** Shares of samples that were classified rightly, and mean C_x, after the last epoch. */
  readonly trainingCost?: number;
  readonly validationAccuracy?: number;
  readonly testCost?: number;
  readonly testAccuracy?: number;
}

/** The figures of a run's last event that say how well these weights do. */
const FIGURES = ['epochs', 'trainingCost', 'validationAccuracy', 'testCost', 'testAccuracy'] as const satisfies readonly (keyof ModelMetadata)[];

/** What is known of a saved network. @throws {NablaError} BAD_DATA for a record whose preparation cannot be that of the network */
export function metadataOf({ network, networks, parameters, run, ensemble }: SavedNetwork): ModelMetadata {
  const weightsSha256 = createHash('sha256').update(littleEndian(parameters)).digest('hex');
  const { layers } = network;
  const record = run?.record;
  return {
    producer: `nabla ${version()}`,
    inputs: layers[0],
    outputs: layers[layers.length - 1],
    ...(ensemble && { members: ensemble.record.members }),
    ...(networks && { networks: networks.map(({ layers, activations, neurons }) => ({ layers, activations, neurons })) }),
    weightsSha256,
    ...dataOf(record?.data),
    ...(run && record?.data?.preparation !== undefined && preparedOf(run, layers)),
    ...(typeof record?.created === 'string' && { created: record.created }),
    ...figuresOf(ensemble ? ensemble.record.average : record?.outcome, weightsSha256),
  };
}

/** Runs of version 0.1.0 say only where their data lie. */
function dataOf(record: { readonly [name in keyof DataRecord]?: unknown } = {}): Partial<ModelMetadata> {
  const { name, scale, regression, classes, preparation } = record;
  const classNames = classNamesOf(record);
  return {
    ...(typeof name === 'string' && { data: dataNameOf({ ...(record as Partial<DataRecord>), name }) }),
    ...(isNumber(scale) && preparation === undefined && { scale }),
    ...(typeof regression === 'boolean' && { regression }),
    ...(isNumber(classes) && regression !== true && { classes }),
    ...(classNames && { classNames }),
  };
}

/** Raw columns have no scale of their own: what theirs are multiplied with stands in the preparation. */
function preparedOf({ path, record: { data } }: SavedRun, layers: readonly number[]): Partial<ModelMetadata> {
  const preparation = preparationOf(path, data.preparation, data.scale, layers);
  const { target } = preparation;
  return { preparation, ...(target.kind === 'classes' && { classNames: target.names }) };
}

/** Only where the outcome is that of these very weights. */
function figuresOf(outcome: unknown, weightsSha256: string): Partial<ModelMetadata> {
  const figures = (typeof outcome === 'object' && outcome !== null ? outcome : {}) as Readonly<Record<string, unknown>>;
  if (figures.weightsSha256 !== weightsSha256) return {};
  return Object.fromEntries(FIGURES.filter((name) => isNumber(figures[name])).map((name) => [name, figures[name]]));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** What a network is, without what only its training needs. */
interface Description {
  readonly layers: readonly number[];
  readonly activations: readonly string[];
  /** Absent where there are none. */
  readonly neurons?: readonly NeuronFunction[];
  readonly cost: string;
}

export function describeNetwork({ layers, activations, neurons, cost }: NetworkSpecification): Description {
  return { layers, activations, ...(neurons.length > 0 && { neurons }), cost };
}

/**
 * The same and the metadata as texts by name, for formats that hold nothing else; lists, the network under `network`, and the preparation are
 * JSON. Names of columns and targets stand by themselves too.
 */
export function metadataTexts(network: NetworkSpecification, metadata: ModelMetadata): Record<string, string> {
  const { preparation } = metadata;
  const names = preparation ? { columns: columnNames(preparation), targets: targetNames(preparation) } : {};
  const known = Object.entries({ ...metadata, ...names }).filter(([, value]) => value !== undefined);
  const texts = known.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  return { network: JSON.stringify(describeNetwork(network)), ...Object.fromEntries(texts) };
}

function targetNames({ target }: ModelPreparation): string[] {
  return target.kind === 'classes' ? [target.name] : target.columns.map(({ name }) => name);
}
