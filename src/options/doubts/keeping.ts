// Doubts about how the work of a run is shared out, and how the run is kept.

import { plural } from '../../text.js';
import { parseEvery } from '../checkpoint-every.js';
import { RUN_OPTIONS } from '../run-options.js';
import type { SettingRule } from './rule.js';

export const KEEPING_RULES: readonly SettingRule[] = [
  {
    about: 'shards',
    when: ({ options, configuration: { batch } }) => (options.shards ?? 0) > batch,
    text: ({ options, configuration: { batch } }) =>
      `Of ${options.shards} shards of a mini-batch of ${batch}, ${(options.shards ?? 0) - batch} are always empty. Use at most --shards ${batch}.`,
  },
  {
    about: 'checkpointEvery',
    when: ({ configuration: { checkpointEvery, epochs } }) => {
      const every = parseEvery(checkpointEvery);
      return every !== undefined && 'epochs' in every && every.epochs >= epochs;
    },
    text: ({ configuration: { checkpointEvery, epochs } }) =>
      `--checkpoint-every ${checkpointEvery} writes none before the end of ${plural(epochs, 'epoch')}: a run that is killed would begin anew. Use less, or 30s.`,
  },
  {
    about: 'keepCheckpoints',
    when: ({ configuration: { checkpointEvery, keepCheckpoints } }) =>
      parseEvery(checkpointEvery) === undefined && keepCheckpoints > RUN_OPTIONS.keepCheckpoints.plain.usual,
    text: ({ configuration: { keepCheckpoints } }) =>
      `--keep-checkpoints ${keepCheckpoints} keeps one: --checkpoint-every never writes it at the end. Use --checkpoint-every 1e.`,
  },
  {
    about: 'checkpointEvery',
    when: ({ options: { run, runs, resume, checkpointEvery, keepCheckpoints } }) =>
      (run ?? runs ?? resume) === undefined && (checkpointEvery ?? keepCheckpoints) !== undefined,
    text: () => "Nothing is kept, and so no checkpoints are written: say where, with 'run' or 'runs'.",
  },
  {
    about: 'traceSteps',
    when: ({ options }) => options.traceSteps !== undefined && options.trace === undefined,
    text: ({ options }) => `--trace-steps ${options.traceSteps} traces nothing without a file: --trace FILE.`,
  },
];
