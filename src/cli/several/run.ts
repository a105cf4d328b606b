// `nabla train` with --folds, --members or --seeds: each kind has a file of its own, loaded where it is asked for.

import { wrongValue } from '../../errors.js';
import { type ConfigFile, namingConfig } from '../../options/config-file.js';
import { onInterrupt } from '../interrupt.js';
import type { Several, SeveralRun } from './flags.js';

const KINDS: Readonly<Record<Several, (run: SeveralRun) => Promise<void>>> = {
  folds: async (run) => (await import('./folds.js')).trainFolds(run),
  members: async (run) => (await import('./members.js')).trainMembers(run),
  seeds: async (run) => (await import('./seeds.js')).trainSeeds(run),
};

export async function trainSeveralFromCommand(kind: Several, run: Omit<SeveralRun, 'signal'>, file: ConfigFile | undefined): Promise<void> {
  for (const name of ['resume', 'trace', 'diagnose'] as const) {
    // Only an ensemble has a record of its own to go on from.
    if (run.options[name] !== undefined && !(kind === 'members' && name === 'resume'))
      throw wrongValue(name, `none beside --${kind}`, run.options[name]);
  }
  const { signal, release } = onInterrupt();
  try {
    await KINDS[kind]({ ...run, signal });
  } catch (error) {
    throw file ? namingConfig(error, file) : error;
  } finally {
    release();
  }
}
