// What each rank of a run was given and is going to compute, as the ranks tell each other before the first step, and in which words a
// difference is refused. What may differ is left out: where a host keeps its data, and how many workers it has.

import type { Prepared } from '../../data/columns/preparation.js';
import { wrongValue } from '../../errors.js';
import { loadFunctions } from '../../functions/custom.js';
import { bindKernels } from '../../kernels/bind.js';
import { haveSameBits, type KernelName } from '../../kernels/kernels.js';
import { loadKernels } from '../../kernels/load.js';
import { bitsOfKernels } from '../../kernels/self-test.js';
import { type Configuration, functionUrls, type TrainOptions } from '../../options/options.js';
import { GRADIENT_MODES, GRADIENTS } from '../../parallel/modes.js';
import { dataFingerprint, moduleFingerprints } from '../../runs/fingerprints.js';
import { version } from '../../system/version.js';
import { type Plan, planOf } from '../plan.js';
import type { Start } from '../start.js';

/** What rank 0 says of a start, for the others to go on from. */
export interface Brief {
  readonly options: TrainOptions;
  /** What rank 0 has of what may differ, for ranks that were not told their own: a run that goes on knows it from its record. */
  readonly own: Pick<TrainOptions, 'data' | 'test' | 'functions' | 'workers' | 'blas'>;
  readonly classNames?: readonly string[];
  readonly prepared?: Prepared;
  readonly goesOn: boolean;
}

/** What a rank has been given. */
export interface Given {
  readonly version: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly brief?: Brief;
}

/** What a rank is going to compute, on what. */
export interface Intent {
  readonly data: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly kernels: KernelName;
  /** SHA-256 of the modules with own functions, in their order, and V8's version: on each host they may lie in another place. */
  readonly modules: readonly string[];
  /** Why these kernels and not those asked for. */
  readonly note?: string;
  /** Of their self-test. */
  readonly bits: number;
  readonly workers: number;
}

/** What may differ from host to host. */
const OWN: ReadonlySet<string> = new Set<keyof TrainOptions>([
  'data',
  'test',
  'functions',
  'workers',
  'mpi',
  'blas',
  'run',
  'runs',
  'trace',
  'onEvent',
  'signal',
]);

const shared = (options: TrainOptions): Record<string, unknown> => Object.fromEntries(Object.entries(options).filter(([name]) => !OWN.has(name)));

/** @param start on rank 0 */
export function givenOf(options: TrainOptions, start: Start | undefined): Given {
  const given = { version: version(), options: shared(options) };
  if (!start) return given;
  const { classNames, prepared, resumed } = start;
  return { ...given, brief: { options: shared(start.options), own: ownOf(start.options), classNames, prepared, goesOn: resumed !== undefined } };
}

/** Of files; what a program brought, each rank has brought. */
function ownOf({ data, test, functions, workers, blas }: TrainOptions): Brief['own'] {
  return { ...(typeof data === 'string' && { data }), ...(typeof test === 'string' && { test }), functions, workers, blas };
}

/** Where a rank starts that is not the first: as rank 0 says, with what is its own. */
export function startFrom({ options, own: its, classNames, prepared, goesOn }: Brief, own: TrainOptions): Start {
  const mine = Object.fromEntries(Object.entries(own).filter(([name, value]) => OWN.has(name) && value !== undefined));
  // Nobody listens here, and only rank 0 keeps anything.
  const { onEvent, signal, run, runs, trace, functions, ...rest } = mine as TrainOptions;
  const { data, test, ...others } = its;
  const place = rest.data === undefined ? { data, test } : {};
  // Where rank 0 has more of them, a saved network has brought them.
  const isSame = functionUrls({ functions }).length === functionUrls(its).length;
  const whole = { ...options, ...others, ...place, ...rest, ...(isSame && functions && { functions }), from: undefined, resume: undefined };
  return { options: whole, classNames, prepared, goesOn, warnings: [] };
}

/** The plan of a rank, and what it tells of it. */
export async function intentOf(start: Start, workers: number, ranks: number): Promise<{ plan: Plan; intent: Intent }> {
  await loadFunctions(functionUrls(start.options));
  const plan = await planOf({ ...start, options: { ...start.options, workers } });
  const { configuration, record, data } = plan;
  checkShared(configuration, start.options, ranks);
  const choice = await loadKernels(configuration.kernels, configuration.blas);
  const { name: kernels, note } = choice;
  const { network, learning, eta, epochs, batch, seed, gradient, shards, input } = configuration;
  const { functions, ...ofNetwork } = network;
  const hashes = moduleFingerprints(functions);
  const intent = {
    data: record.sha256 || dataFingerprint(data),
    configuration: { ...ofNetwork, learning, eta, epochs, batch, seed, gradient, ...(GRADIENTS[gradient].hasBlocks && { shards }), input },
    // What a function computes with Math may differ in its last bit between versions of V8.
    modules: functions.map((url) => `${hashes[url] ?? url} ${process.versions.v8}`),
    kernels,
    note,
    bits: await bitsOfKernels((memory, scratch) => bindKernels(choice, memory, scratch)),
    workers,
  };
  return { plan, intent };
}

/** Refuses what so many processes cannot share. */
function checkShared({ gradient, shards, batch }: Configuration, { across = 'auto' }: TrainOptions, ranks: number): void {
  const travels = GRADIENTS[gradient].travels;
  if (!travels) throw wrongValue('gradient', `${SHARED.join(' or ')} for a run of ${ranks} processes`, gradient);
  if (travels === 'sums' && across !== 'auto') throw wrongValue('across', `'auto' with gradient '${gradient}', which cuts no layers`, across);
  if (travels === 'sums' && shards < ranks) throw wrongValue('shards', `at least one for each of the ${ranks} processes`, shards);
  if (batch < ranks) throw wrongValue('batch', `at least one sample for each of the ${ranks} processes`, batch);
}

const SHARED = GRADIENT_MODES.filter((mode) => GRADIENTS[mode].travels).map((mode) => `'${mode}'`);

/** The first field in which two plain objects differ, as 'batch 10, rank 0 batch 20'. */
function difference(other: Readonly<Record<string, unknown>>, first: Readonly<Record<string, unknown>>): string | undefined {
  const text = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
  const names = new Set([...Object.keys(first), ...Object.keys(other)]);
  const name = [...names].find((name) => text(other[name]) !== text(first[name]));
  return name && `${name} ${text(other[name])}, rank 0 ${text(first[name])}`;
}

/** How what a rank was given differs from what rank 0 was. */
export function differentlyGiven(other: Given, first: Given): string | undefined {
  if (other.version !== first.version) return `runs nabla ${other.version}, rank 0 ${first.version}: install the same version on every host.`;
  const found = difference(other.options, first.options);
  return found && `was given ${found}: all ranks need the same options.`;
}

/** How what a rank is going to compute differs from what rank 0 is. */
export function differentlyIntended(other: Intent, first: Intent): string | undefined {
  if (other.data !== first.data) return 'has read other samples than rank 0: every host needs the same data.';
  const found = difference(other.configuration, first.configuration);
  if (found) return `would train with ${found}: say it in the options.`;
  if (String(other.modules) !== String(first.modules))
    return 'has other functions of its own than rank 0: every host needs the same modules, and the same version of Node.';
  const why = other.note ?? first.note;
  const kernels = `has kernels '${other.kernels}', rank 0 '${first.kernels}'${why === undefined ? '' : ` (${why})`}`;
  if (!haveSameBits(other.kernels, first.kernels)) return `${kernels}, whose bits differ: --kernels simd runs on all of them.`;
  return other.bits === first.bits ? undefined : `computes other bits with kernels '${other.kernels}' than rank 0: use --kernels simd.`;
}
