// Where a run starts: from parameters drawn by its seed, or from a saved network, whose sizes, activations and cost then
// complete the options. Only the network comes from there; how to train it, and on what, the options say.

import { classNamesOf } from '../data/class-names.js';
import type { Prepared } from '../data/columns/preparation.js';
import { isSameSource } from '../data/load.js';
import type { Reading } from '../data/reading.js';
import type { DataRecord } from '../data/record.js';
import { wrongKind, wrongValue } from '../errors.js';
import { loadFunctions } from '../functions/custom.js';
import { type NetworkSpecification, optionsOf } from '../model/specification.js';
import { functionUrls, type TrainOptions } from '../options/options.js';
import { checkPreparedAlike, preparedOf, readingBeside } from '../runs/data.js';
import { memberFolder, startFile } from '../runs/files.js';
import type { RunRecord } from '../runs/record.js';
import { readSavedNetwork } from '../runs/saved-network.js';
import { shellPath } from '../system/shell-word.js';
import { type Resumed, resume } from './resume.js';

export interface Start {
  /** The options of the user, completed. */
  readonly options: TrainOptions;
  /** [P] in the book's order; undefined where they are drawn. */
  readonly parameters?: Float32Array;
  /** What the classes are called that its outputs stand for, where they have names. */
  readonly classNames?: readonly string[];
  /** How the columns of a file become its inputs. */
  readonly prepared?: Prepared;
  readonly warnings: readonly string[];
  /** Whether it is a run that goes on; its outputs then keep their classes. */
  readonly goesOn?: boolean;
  /** The run that is resumed, if one is, where its folder is. */
  readonly resumed?: Resumed;
}

/**
 * Reads what the options name as their start.
 * @throws {TypeError | RangeError} for options that say something else of the network
 * @throws {NablaError} BAD_DATA for a file or run that cannot be used
 */
export async function startOf(options: TrainOptions): Promise<Start> {
  if (options.resume !== undefined) return resumedStart(options.resume, options);
  const { from, init } = options;
  await loadFunctions(functionUrls(options));
  if (from === undefined) return { options, warnings: [] };
  if (typeof from !== 'string') throw wrongKind('from', "the path of a run's folder, or of a file in the book's JSON", from);
  if (init !== undefined) throw wrongValue('init', "none beside 'from', which brings the parameters", init);
  const { network, parameters, run, ensemble } = await readSavedNetwork(from);
  if (ensemble)
    throw wrongValue('from', 'one network', `the average of ${ensemble.record.members}`, `Name one of them: ${shellPath(memberFolder(from, 1))}`);
  const completed = completeOptions(options, network, from);
  if (!run) return { options: completed, parameters, warnings: [] };
  const prepared = preparedOf(run.record.data ?? {});
  if (prepared) checkSaysAlike(options, run.record.data, from);
  return {
    options: prepared ? completed : { ...completed, ...readingFrom(run.record, options) },
    parameters,
    classNames: classNamesOf(run.record.data),
    prepared,
    warnings: splitWarnings(options, run.record, from),
  };
}

async function resumedStart(path: string, given: TrainOptions): Promise<Start> {
  const { options, resumed, warnings } = resume(path, given);
  await loadFunctions(functionUrls(options));
  const { data } = resumed.run.record;
  const start = { options, resumed, goesOn: true, classNames: classNamesOf(data), prepared: preparedOf(data), warnings };
  if (resumed.checkpoint || options.from === undefined) return start;
  const { parameters } = await readSavedNetwork(startFile(path));
  return { ...start, parameters };
}

function completeOptions(options: TrainOptions, network: NetworkSpecification, from: string): TrainOptions {
  const own = optionsOf(network);
  const hidden = network.activations.slice(0, -1);
  const { activation } = options;
  // One name stands for all hidden layers.
  const one = Array.isArray(activation) && activation.length === 1 ? activation[0] : activation;
  checkAgrees('layers', options.layers, own.layers, from);
  checkAgrees('activation', typeof one === 'string' ? hidden.map(() => one) : one, hidden, from);
  checkAgrees('output', options.output, own.output, from);
  checkAgrees('cost', options.cost, own.cost, from);
  if (options.neurons !== undefined) throw wrongValue('neurons', "none beside 'from', which brings them", options.neurons.length);
  return { ...options, ...own, functions: [...new Set([...network.functions, ...functionUrls(options)])] };
}

/** How the data are read: a network goes on with inputs of the kind that it has learnt from, unless the options say otherwise. */
function readingFrom({ data: trained }: RunRecord, { data = 'mnist', ...said }: TrainOptions): Reading {
  const { scale, transpose } = readingBeside(trained ?? {}, data, said);
  return { scale, transpose };
}

/** What is said of columns, and is settled once a network has been trained on them. */
const OF_COLUMNS = [
  'target',
  'task',
  'features',
  'drop',
  'categorical',
  'missing',
  'scale',
  'size',
  'colours',
] as const satisfies readonly (keyof Reading)[];

/** Refuses what contradicts the columns that a network was trained on, and samples that are no such columns. */
function checkSaysAlike({ data, ...said }: TrainOptions, trained: DataRecord, from: string): void {
  if (typeof data === 'object') checkPreparedAlike(data, preparedOf(trained));
  for (const name of OF_COLUMNS) {
    const own = name === 'scale' ? trained.scaling : trained[name];
    if (said[name] === undefined || String(said[name]) === String(own)) continue;
    // Bytes that are multiplied with a number may be other bytes.
    if (name === 'scale' && trained.preparation?.plain && typeof said.scale === 'number') continue;
    throw wrongValue(name, `${own === undefined ? 'none' : `${own}, or none`}, as in ${from}: its network keeps its columns`, said[name]);
  }
}

/** Refuses an option that contradicts the saved network. */
function checkAgrees(what: string, given: unknown, own: string | readonly unknown[], from: string): void {
  if (given === undefined || (typeof given === typeof own && String(given) === String(own))) return;
  const expected = `${typeof own === 'string' ? `'${own}'` : `[${own.join(', ')}]`}, as in ${from}, or nothing`;
  throw typeof given === typeof own ? wrongValue(what, expected, given) : wrongKind(what, expected, given);
}

/** Warns where samples that are kept back now were trained on before, because the same data were split in another way. */
function splitWarnings(
  { data = 'mnist', seed = 1, splitSeed = seed, validation, split }: TrainOptions,
  { data: then, configuration }: RunRecord,
  from: string,
): string[] {
  if (then?.brought || !isSameSource(data, then?.source)) return [];
  const drawnBy = then.splitSeed ?? configuration.seed;
  const drawn = (data === 'mnist' || then.preparation !== undefined) && splitSeed !== drawnBy;
  const cut = data !== 'mnist' && (validation !== then.validation || String(split) !== String(then.split));
  const remedy = drawn ? `split seed ${drawnBy}` : `validation ${then.validation ?? 'left open'}${then.split ? `, split ${then.split.join()}` : ''}`;
  return drawn || cut ? [`${from} was trained on another split of '${data}' (${remedy}): it has seen samples that are now kept back.`] : [];
}
