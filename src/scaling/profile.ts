// What `nabla tune` found, kept for later runs: one small JSON file per machine, network shape and mini-batch, in the user's
// cache folder. Anything may be wrong with a cache: what cannot be read is ignored with a warning, and what cannot be
// written is not worth a run.

import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { array, type InferOutput, literal, minValue, number, object, optional, picklist, pipe, safeParse, string } from 'valibot';
import { asError } from '../errors.js';
import { haveSameBits, KERNEL_NAMES } from '../kernels/kernels.js';
import { INPUT_FORMATS } from '../model/input.js';
import type { Configuration, TrainOptions } from '../options/options.js';
import { GRADIENT_MODES, GRADIENTS } from '../parallel/modes.js';
import { cacheFolder } from '../system/cache-folder.js';
import { entryAt, makeFolder, whyUnknown } from '../system/folders.js';
import { readInputText } from '../system/input-file.js';
import { parseJson } from '../system/json-text.js';
import type { MachineRecord } from '../system/machine.js';
import { systemText } from '../system-errors.js';

const FORMAT = 'nabla-profile/1';

/** Longest profile that is read: ten thousand settings. */
const MAX_BYTES = 4_000_000;

const count = pipe(number(), minValue(1));
const RankedSetting = object({
  workers: count,
  shards: count,
  gradient: picklist(GRADIENT_MODES),
  kernels: picklist(KERNEL_NAMES),
  /** Path of the library, for kernels 'blas'. */
  blas: optional(string()),
  input: picklist(INPUT_FORMATS),
  samplesPerSecond: number(),
});
const Profile = object({ format: literal(FORMAT), created: string(), ranking: pipe(array(RankedSetting)) });

/** How to share out and compute a step, with what it reached. */
export type RankedSetting = Readonly<InferOutput<typeof RankedSetting>>;

/** What a profile is for. */
export interface ProfileSubject {
  readonly machine: MachineRecord;
  readonly layers: readonly number[];
  readonly activations: readonly string[];
  readonly batch: number;
  /** What of the learning changes the work of a step (see stepKind). */
  readonly step: string;
  /** Share of the inputs that are not zero; tenths tell profiles apart. */
  readonly density: number;
}

export function profilePath({ machine, layers, activations, batch, step, density }: ProfileSubject): string {
  const { cpu, usable, platform, node } = machine;
  const major = node.split('.')[0];
  const key = JSON.stringify([cpu, usable, platform, major, layers, activations, batch, step, Math.round(10 * density)]);
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return join(cacheFolder(), `${layers.slice(0, 6).join('-')}-batch-${batch}-${hash}.json`);
}

/** Keeps a ranking, the fastest first. Returns why it could not be kept, if it could not. */
export function saveProfile(subject: ProfileSubject, ranking: readonly RankedSetting[]): string | undefined {
  const path = profilePath(subject);
  const text = JSON.stringify({ format: FORMAT, created: new Date().toISOString(), subject, ranking }, undefined, 1);
  try {
    makeFolder(dirname(path));
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, `${text}\n`);
    // A reader meanwhile sees the old profile or the new one.
    renameSync(fresh, path);
    return undefined;
  } catch (error) {
    return `The profile was not kept: ${dirname(path)} cannot be written: ${systemText(error)}. Set XDG_CACHE_HOME to a folder that can be written.`;
  }
}

/** The ranking kept for this subject; a warning where there is one that cannot be used; neither where there is none. */
export function readProfile(subject: ProfileSubject): { readonly ranking?: readonly RankedSetting[]; readonly warning?: string } {
  const path = profilePath(subject);
  if (!entryAt(path) && whyUnknown(path) === undefined) return {};
  try {
    const { value, fault } = parseJson(readInputText(path, { what: 'a profile', most: MAX_BYTES }));
    if (fault) return { warning: ignored(path, `no JSON: ${fault.text}`) };
    const { success, output, issues } = safeParse(Profile, value);
    return success ? { ranking: output.ranking } : { warning: ignored(path, issues[0].message) };
  } catch (error) {
    return { warning: ignored(path, asError(error).message.replace(`${path}: `, '').replace(/\.$/, '')) };
  }
}

function ignored(path: string, why: string): string {
  return `The profile ${path} is ignored (${why.replace(/\s+/g, ' ')}); tuning the network again makes a new one.`;
}

/** The fastest setting of a ranking that agrees with all that the options fix. */
export function bestFor(options: TrainOptions, ranking: readonly RankedSetting[], cores: number): RankedSetting | undefined {
  const { workers, shards, gradient, kernels, blas, input, reproducible } = options;
  const given = <T>(wanted: T | 'auto' | undefined, value: T): boolean => wanted === undefined || wanted === 'auto' || wanted === value;
  return ranking.find(
    (setting) =>
      setting.workers <= cores &&
      given(workers, setting.workers) &&
      (shards === undefined || (GRADIENTS[setting.gradient].hasBlocks && setting.shards === shards)) &&
      given(gradient, setting.gradient) &&
      (kernels === 'auto' ? setting.kernels !== 'blas' : kernels === undefined || haveSameBits(kernels, setting.kernels)) &&
      given(blas, setting.blas) &&
      given(input, setting.input) &&
      (!reproducible || (setting.gradient === 'owned' && setting.kernels === 'simd')),
  );
}

/**
 * The configuration with such a setting. Of `relaxed` and `wide`, 'auto' takes what the machine has now, and a set that was asked for stays.
 */
export function withSetting(configuration: Configuration, setting: RankedSetting): Configuration {
  const { workers, shards, gradient, blas, input } = setting;
  const kernels = haveSameBits(setting.kernels, 'wide') ? configuration.kernels : setting.kernels;
  return { ...configuration, workers, shards: GRADIENTS[gradient].hasBlocks ? shards : workers, gradient, kernels, blas, input };
}
