// `nabla train`: options to a run, its events to lines.

import { Command, Option } from 'commander';
import { wrongValue } from '../../errors.js';
import { namingConfig } from '../../options/config-file.js';
import type { TrainEvent } from '../../options/events.js';
import type { TrainOptions } from '../../options/options.js';
import { train } from '../../training/trainer.js';
import { withConfig } from '../config.js';
import { onInterrupt } from '../interrupt.js';
import { addLearningOptions, addNetworkOptions, addStepOptions, numberOption } from '../network-options.js';
import { planOutput } from '../output.js';
import { TrainPrinter } from '../train-printer.js';
import { formatOption, toMilliseconds, workersOption } from '../values.js';
import { Watch } from '../watch.js';

interface Flags extends Omit<TrainOptions, 'onEvent' | 'signal'> {
  config?: string;
  format: 'text' | 'json';
  watch?: boolean;
  watchPort?: number;
}

export function trainCommand(): Command {
  const command = addNetworkOptions(new Command('train').description('Train a network, and keep the run in a folder.'))
    .addOption(new Option('--config <file>', 'options from a file in TOML or JSON, by their long names; those of the command line come first'))
    .addOption(
      new Option(
        '--from <path>',
        "go on from the network of a run's folder, or of a file in the book's JSON: with its layers, activations, cost and parameters",
      ),
    )
    .addOption(numberOption('--epochs', 'passes over the training data', 30))
    .addOption(numberOption('--batch', 'samples per step, m', 10));
  addLearningOptions(command.addOption(numberOption('--patience', 'epochs without a better validation, after which the run ends'))).addOption(
    workersOption('worker threads; auto: what nabla tune found for this network, or else what is fastest in the first steps'),
  );
  return addStepOptions(command)
    .addOption(new Option('--run <folder>', 'folder to keep the run in (default: runs/DATE-LAYERS)'))
    .addOption(
      new Option('--resume <run>', 'go on with a run that was stopped, to the same bits; beside it --workers, --epochs for more, and what follows'),
    )
    .addOption(new Option('--checkpoint-every <x>', "what to go on from, every '5e' epochs, '0.5e', '30s', '10m', '1h' or 'never' (default: 30s)"))
    .addOption(numberOption('--keep-checkpoints', 'how many of the newest stay (default: 2)'))
    .addOption(new Option('--diagnose', 'say after each epoch how fast each layer learns, and what holds it back'))
    .addOption(new Option('--watch', 'serve a page on this machine that shows the run while it goes on'))
    .addOption(numberOption('--watch-port', 'port of that page (default: any that is free)'))
    .addOption(new Option('--trace <file>', 'write the phases of every worker in the first steps to FILE, for ui.perfetto.dev'))
    .addOption(numberOption('--trace-steps', 'steps of a trace (default: 100)'))
    .addOption(
      new Option('--timeout <x>', 'seconds that a step, or the wait for another worker, may take')
        .argParser(toMilliseconds('timeout'))
        .default(60_000, '60'),
    )
    .addOption(formatOption())
    .action(run);
}

async function run({ config, format, watch, watchPort, ...flags }: Flags, command: Command): Promise<void> {
  const { options, file, warnings } = withConfig(flags, config, command);
  if (watchPort !== undefined && !watch) throw wrongValue('watch-port', 'none without --watch', watchPort);
  const { signal, release } = onInterrupt();
  // What it says is in the run's folder, too.
  planOutput({ failed: (message) => process.stderr.write(`warning   ${message} The run goes on.\n`) });
  const forPeople = format === 'json' ? process.stderr : process.stdout;
  const page = watch ? await Watch.open(forPeople, watchPort) : undefined;
  const printer = new TrainPrinter(format);
  try {
    await train({
      ...options,
      runs: flags.resume === undefined ? 'runs' : undefined,
      signal,
      onEvent: (event: TrainEvent) => {
        printer.print(withWarnings(event, warnings));
        page?.hear(event);
      },
    });
    await page?.visit([forPeople, process.stdout], signal);
  } catch (error) {
    throw file ? namingConfig(error, file) : error;
  } finally {
    printer.end();
    await page?.end(signal);
    release();
  }
}

/** The first event, with what the command line has to say. */
function withWarnings(event: TrainEvent, warnings: readonly string[]): TrainEvent {
  return event.event === 'start' && warnings.length > 0 ? { ...event, warnings: [...warnings, ...(event.warnings ?? [])] } : event;
}
