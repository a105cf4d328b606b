// Several networks alike but for their seeds, trained side by side over the same samples, and their average: the mean of their outputs, which is
// one model. Each member has the bits of a run of its own with its seed on these samples; a training that was stopped goes on with the
// members that have not ended.

import { countSamples } from '../../data/dataset.js';
import { asError, isBadInput, NablaError, wrongValue } from '../../errors.js';
import { Model } from '../../inference/model.js';
import { loadKernels } from '../../kernels/load.js';
import { joined } from '../../model/parameter-sets.js';
import type { NetworkSpecification } from '../../model/specification.js';
import type { DoneEvent } from '../../options/events.js';
import type { Configuration, TrainOptions } from '../../options/options.js';
import { EnsembleFolder } from '../../runs/ensemble.js';
import { isRun } from '../../runs/files.js';
import { RunFolder } from '../../runs/folder.js';
import { SavedRun } from '../../runs/saved-run.js';
import { shellPath } from '../../system/shell-word.js';
import { listed } from '../../text.js';
import type { OpenedData } from '../../training/plan.js';
import { configurationOn, laneCounts, type OneOfSeveral, openOnce, trainSeveral } from '../side-by-side.js';
import type { Member, MembersFigures } from './events.js';
import { figuresOfModel } from './figures.js';
import { meanOf } from './mean.js';
import { type CheckedMembers, checkMembers, lasting, type MembersOptions } from './members-options.js';

export interface MembersResult extends MembersFigures {
  readonly network: NetworkSpecification;
  /** [members][P], each in the book's order. */
  readonly parameters: Float32Array;
  /** The average as one model, as `loadModel` gives it. */
  model(): Promise<Model>;
}

/**
 * Trains several networks and averages them.
 * @throws {TypeError | RangeError} for options that do not fit, before anything is trained
 * @throws {NablaError} INTERRUPTED, which says how to go on; BAD_DATA, NOT_SAVED; what ended a member, after the others have ended
 */
export async function trainMembers(options: MembersOptions): Promise<MembersResult> {
  const checked = checkMembers(options);
  try {
    return await (await MembersUnderWay.begin(checked)).toEnd();
  } finally {
    checked.resumed?.close();
  }
}

interface Parts {
  readonly checked: CheckedMembers;
  readonly opened: OpenedData;
  readonly configuration: Configuration;
  readonly folder: EnsembleFolder | undefined;
}

/** A member that has ended, with its parameters. */
interface Ended {
  readonly member: Member;
  /** [P] in the book's order. */
  readonly parameters: Float32Array;
}

class MembersUnderWay {
  readonly #parts: Parts;
  readonly #startTime = performance.now();
  /** By their numbers, from 0. */
  readonly #ended: (Ended | undefined)[];
  #told = 0;
  #counts = { lanes: 0, workers: 0 };

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#ended = Array.from({ length: parts.checked.members }, () => undefined);
  }

  static async begin(checked: CheckedMembers): Promise<MembersUnderWay> {
    const { shared, members, run, runs, resumed } = checked;
    const opened = await openOnce(shared, run !== undefined || runs !== undefined);
    const { sha256 } = opened.record;
    if (resumed && resumed.record.sha256 !== sha256) throw wrongValue('data', `the samples that ${resumed.path} was trained on`, 'others');
    const configuration = configurationOn(opened, shared);
    // The seeds of all of them, too.
    configurationOn(opened, { ...shared, seed: configuration.seed + members - 1 });
    const path = run ?? (runs === undefined ? undefined : RunFolder.fresh(runs, configuration.network.layers, `-x${members}`));
    const asked = { ...lasting(shared) };
    const record = { members, seed: configuration.seed, sha256, asked };
    const folder = resumed ?? (path === undefined ? undefined : EnsembleFolder.create(path, record));
    return new MembersUnderWay({ checked, opened, configuration, folder });
  }

  async toEnd(): Promise<MembersResult> {
    const { folder, checked } = this.#parts;
    try {
      this.#tellStart();
      this.#takeEnded();
      await this.#train();
      return await this.#finish();
    } catch (error) {
      throw this.#named(asError(error));
    } finally {
      if (folder !== checked.resumed) folder?.close();
    }
  }

  #tellStart(): void {
    const { checked, opened, configuration, folder } = this.#parts;
    const { data } = opened;
    checked.conduct.tell({
      event: 'members',
      members: checked.members,
      seed: configuration.seed,
      network: configuration.network.layers,
      epochs: configuration.epochs,
      data: data.name,
      samples: [countSamples(data, 'training'), countSamples(data, 'validation'), countSamples(data, 'test')],
      warnings: data.warnings ?? [],
      ...(folder && { run: folder.path }),
    });
  }

  /** Takes those that an earlier process has trained to their end. */
  #takeEnded(): void {
    const { folder } = this.#parts;
    for (const k of this.#ended.keys()) {
      const path = folder?.runOf(k + 1);
      if (path === undefined || !isRun(path)) continue;
      const saved = SavedRun.openFolder(path);
      const { state, outcome } = saved.record;
      if (state === 'done' && saved.hasWeights) this.#end(k, outcome as DoneEvent, saved.parameters);
    }
    this.#tellEnded();
  }

  async #train(): Promise<void> {
    const { checked, opened } = this.#parts;
    const { conduct, members } = checked;
    const missing = [...this.#ended.keys()].filter((k) => !this.#ended[k]);
    if (missing.length === 0) return;
    this.#counts = laneCounts(missing.length, conduct);
    const before = members - missing.length;
    const outcomes = await trainSeveral(
      { data: opened.data },
      missing.map((k) => this.#one(k)),
      {
        ...conduct,
        onOutcome: (at, { value }) => {
          if (!value) return;
          this.#end(missing[at], value, value.parameters);
          this.#tellEnded();
        },
        onProgress: (done, of, share) =>
          conduct.tell({ event: 'progress', done: before + done, of: members, share: 1 - ((1 - share) * of) / members }),
      },
    );
    // Of those that ended after one that was stopped nothing was told.
    for (const [at, k] of missing.entries()) {
      const value = outcomes[at]?.value;
      if (value && !this.#ended[k]) this.#end(k, value, value.parameters);
    }
    const failed = outcomes.find((outcome) => outcome?.error)?.error;
    if (failed) throw failed;
    if (outcomes.includes(undefined)) throw new NablaError('INTERRUPTED', 'Stopped.');
  }

  /** A member's run: of another seed, over the samples as the first has split them. */
  #one(k: number): OneOfSeveral {
    const { checked, opened, folder } = this.#parts;
    const { data, record } = opened;
    const { seed } = this.#parts.configuration;
    const options: TrainOptions = { ...checked.shared, seed: seed + k, ...(folder && { run: folder.runOf(k + 1) }) };
    return { name: `member ${k + 1}`, options, opened: { data, record: k === 0 ? record : { ...record, splitSeed: seed } } };
  }

  #end(k: number, done: Omit<DoneEvent, 'event'>, parameters: Float32Array): void {
    const { folder, configuration } = this.#parts;
    const { epochs, trainingCost, validationCost, validationAccuracy, testCost, testAccuracy } = done;
    const { testFigures: figures, restored, nothingLearnt, stopped, weightsSha256 } = done;
    const member: Member = {
      number: k + 1,
      seed: configuration.seed + k,
      epochs,
      trainingCost,
      validationCost,
      validationAccuracy,
      testCost,
      testAccuracy,
      ...(figures && { testFigures: figures }),
      ...(restored && { restored }),
      ...(nothingLearnt && { nothingLearnt }),
      ...(stopped !== undefined && { stopped }),
      weightsSha256,
      ...(folder && { run: folder.runOf(k + 1) }),
    };
    this.#ended[k] = { member, parameters };
  }

  /** In the order of their numbers, whatever ends first. */
  #tellEnded(): void {
    for (let next = this.#ended[this.#told]; next; next = this.#ended[++this.#told])
      this.#parts.checked.conduct.tell({ event: 'member', ...next.member });
  }

  async #finish(): Promise<MembersResult> {
    const { checked, opened, configuration, folder } = this.#parts;
    const { data, record } = opened;
    const { network, input } = configuration;
    const ended = this.#ended.flatMap((one) => one ?? []);
    const members = ended.map(({ member }) => member);
    const parameters = joined(ended.map((one) => one.parameters));
    const { signal } = checked.conduct;
    const kernels = await loadKernels(configuration.kernels, configuration.blas);
    const average = await figuresOfModel({ network, parameters }, data, { input, kernels, ...(signal && { signal }) });
    folder?.finish(average);
    const { lanes, workers } = this.#counts;
    const figures: MembersFigures = {
      members,
      mean: meanOf(members),
      average,
      jobs: lanes,
      workers: lanes * workers,
      seconds: (performance.now() - this.#startTime) / 1000,
      ...(folder && { run: folder.path }),
    };
    checked.conduct.tell({ event: 'averaged', ...figures });
    return { ...figures, network, parameters, model: () => Model.of({ network, parameters, input }, record) };
  }

  /** An error with what is kept, and how to go on from there. */
  #named(error: Error): Error {
    const { folder, checked } = this.#parts;
    const isBad: boolean = isBadInput(error);
    if (isBad || !(error instanceof NablaError)) return error;
    const numbers = [...this.#ended.keys()].filter((k) => this.#ended[k]).map((k) => String(k + 1));
    const kept =
      numbers.length === 0
        ? 'No member has ended'
        : `${numbers.length === 1 ? 'Member' : 'Members'} ${listed(numbers)} of ${checked.members} ${numbers.length === 1 ? 'has' : 'have'} ended`;
    if (!folder) return new NablaError(error.code, `${error.message} ${kept}; nothing is kept.`, { cause: error });
    const next = { command: 'train', options: `--members ${checked.members} --resume ${shellPath(folder.path)}` };
    return new NablaError(error.code, `${error.message} ${kept}; the others go on with: ${next.options}`, { cause: error, next });
  }
}
