// Runs that were trained apart, with whatever settings, as one model: the mean of their outputs, what that comes to, and what each of them adds. They
// are named as anywhere else; an ensemble stands for its members, and the folder of several seeds for its runs. Every network has the same
// weight.

import { checkList, checkOptions, checkPath, checkSignal } from '../../check.js';
import { classNamesOf } from '../../data/class-names.js';
import { countSamples } from '../../data/dataset.js';
import type { DatasetLike } from '../../data/given.js';
import { checkBrought } from '../../data/load.js';
import { BESIDE_NAMES, type ReadingBeside, readingBesideOf } from '../../data/reading.js';
import { NablaError, wrongValue } from '../../errors.js';
import { Model } from '../../inference/model.js';
import { loadKernels } from '../../kernels/load.js';
import { type Networks, networksOf } from '../../model/parameter-sets.js';
import { EnsembleFolder, MOST_MEMBERS, openEnsemble } from '../../runs/ensemble.js';
import { isEnsemble } from '../../runs/files.js';
import { dataFingerprint } from '../../runs/fingerprints.js';
import { checkFitTogether, type NamedMember } from '../../runs/fit-together.js';
import { RunFolder } from '../../runs/folder.js';
import { averaged, networkOfRun } from '../../runs/saved-network.js';
import { SavedRun } from '../../runs/saved-run.js';
import { runOfSeed, seedsOfFolder } from '../seeds/seeds-folder.js';
import { additionsOf } from './additions.js';
import type { AveragedRun, AveragedRuns } from './events.js';
import { type FiguresWay, figuresOfModel } from './figures.js';
import { meanOf } from './mean.js';

export interface AverageRunsOptions extends ReadingBeside {
  /** Folders of runs, RUN@best, RUN@12, folders of ensembles or of several seeds: two networks or more in all. */
  runs: readonly string[];
  /** New folder to keep the average in, with copies of the networks. Default: nothing is kept. */
  run?: string;
  /** Folder for one under a name of its own, where `run` names none. */
  parent?: string;
  /** Samples that it is measured on. Default: those of the first run, split as they were. */
  data?: DatasetLike | string;
  /** Gives up before the next of its parts. */
  signal?: AbortSignal;
}

export interface AverageRunsResult extends AveragedRuns, Networks {
  /** The average as one model, as `loadModel` gives it. */
  model(): Promise<Model>;
}

const NAMES: Readonly<Record<keyof AverageRunsOptions, true>> = {
  runs: true,
  run: true,
  parent: true,
  data: true,
  ...BESIDE_NAMES,
  signal: true,
};

/**
 * Averages the outputs of runs.
 * @throws {TypeError | RangeError} for options that do not fit, and for networks that do not fit together
 * @throws {NablaError} BAD_DATA for a run or data that cannot be used; NOT_SAVED; INTERRUPTED
 */
export async function averageRuns(given: AverageRunsOptions): Promise<AverageRunsResult> {
  const options = checkOptions(given, Object.keys(NAMES));
  const { run, parent, signal } = options;
  const paths = checkList('runs', options.runs, 'a list of folders of runs').map((path) => checkPath('runs', path, 'the folder of a run'));
  const brought = checkBrought(options.data);
  if (parent !== undefined) checkPath('parent', parent, 'the path of a folder');
  if (run !== undefined) EnsembleFolder.check(checkPath('run', run, 'the path of a folder'));
  const members = await membersOf(paths);
  checkFitTogether(members);
  if (brought === undefined) checkSameSplit(members);
  const [first] = members;
  const data = await first.run.data({ data: brought, ...readingBesideOf(options) });
  if (countSamples(data, 'validation') + countSamples(data, 'test') === 0)
    throw wrongValue('data', 'samples for validation or for the test, to measure on', data.name);
  const model = averaged(members.map(({ network, run: { parameters } }) => ({ network, parameters })));
  const { input } = first.run.configuration;
  const way: FiguresWay = { input, kernels: await loadKernels('auto'), ...(signal && { signal }) };
  const average = await figuresOfModel(model, data, way);
  const figures: AveragedRun[] = [];
  for (const [k, one] of networksOf(model).entries()) {
    checkSignal(signal, `${members[k].name} was evaluated`);
    const { name, network } = members[k];
    figures.push({ number: k + 1, name, network: network.layers, ...(await figuresOfModel(one, data, way)) });
  }
  const additions = await additionsOf(model, data, way);
  const sha256 = dataFingerprint(data);
  const warnings = [...(data.warnings ?? []), ...splitDoubts(members, sha256)];
  const folder = run ?? (parent === undefined ? undefined : RunFolder.fresh(parent, model.network.layers, `-x${members.length}`));
  if (folder !== undefined) {
    const copies = members.map((member, k) => ({ run: member.run, figures: ofNetwork(figures[k]) }));
    const about = { members: members.length, sha256, copies: members.map(({ name }) => name) };
    EnsembleFolder.keep(folder, copies, { ...about, ...(warnings.length > 0 && { warnings }), average });
  }
  const { record } = first.run;
  return {
    ...model,
    data: data.name,
    members: figures,
    mean: meanOf(figures),
    average,
    additions,
    warnings,
    ...(folder !== undefined && { run: folder }),
    model: () => Model.of({ ...model, input }, { ...record.data, classNames: classNamesOf(record.data) }),
  };
}

function ofNetwork({ number: _, name: __, network: ___, ...figures }: AveragedRun): Omit<AveragedRun, 'number' | 'name' | 'network'> {
  return figures;
}

/** The networks that paths name, each once. @throws {RangeError} for fewer than two, or more than an ensemble has */
async function membersOf(paths: readonly string[]): Promise<NamedMember[]> {
  const runs = paths.flatMap(runsNamed);
  const expected = `from 2 to ${MOST_MEMBERS} networks`;
  if (runs.length < 2 || runs.length > MOST_MEMBERS) throw wrongValue('runs', expected, runs.length, 'Name the folders of several runs.');
  const twice = runs.find((run, k) => runs.slice(0, k).some((other) => other.isSameAs(run)));
  if (twice) throw wrongValue('runs', 'each network once', `${twice.path} twice`);
  const members: NamedMember[] = [];
  for (const run of runs) members.push({ name: run.path, run, network: (await networkOfRun(run)).network });
  return members;
}

function runsNamed(path: string): readonly SavedRun[] {
  if (isEnsemble(path)) return openEnsemble(path).runs;
  const seeds = seedsOfFolder(path);
  if (!seeds) return [SavedRun.open(path)];
  const runs = seeds.map((seed) => SavedRun.openFolder(runOfSeed(path, seed)));
  const open = runs.find(({ record }) => record.state !== 'done');
  if (open)
    throw new NablaError('BAD_DATA', `${open.path}: this run ended as '${open.record.state}'. Name those of the others that are to be averaged.`);
  return runs;
}

const hashOf = ({ run }: NamedMember): string | undefined => run.record.data?.sha256 || undefined;

/** What the first is tested on another may have learnt; then every figure would be too good. @throws {RangeError} */
function checkSameSplit([first, ...others]: readonly NamedMember[]): void {
  const other = others.find((member) => hashOf(member) !== hashOf(first));
  if (!other) return;
  const next = 'What one is tested on the other may have learnt. Train both with one --split-seed, or say what to measure on, unseen by all: --data.';
  throw wrongValue(other.name, `the samples of ${first.name}, split alike`, 'others', next);
}

/** The same of data that are named: those of some members, and not of others. @param sha256 of the data */
function splitDoubts(members: readonly NamedMember[], sha256: string): string[] {
  const apart = members.filter((member) => hashOf(member) !== sha256);
  if (apart.length === 0 || apart.length === members.length) return [];
  const more = apart.length > 1 ? ` (and ${apart.length - 1} more)` : '';
  return [
    `${apart[0].name}${more} was trained on other samples than these, or with another split, and may have learnt what the average is measured on: all figures may be too good.`,
  ];
}
