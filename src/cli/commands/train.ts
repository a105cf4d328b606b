// `nabla train`: options to a run, its events to lines.

import { Argument, Command, Option } from 'commander';
import { oneSource } from '../../data/source.js';
import { wrongValue } from '../../errors.js';
import { refuseTogether } from '../../mpi/agreement.js';
import { worldOf } from '../../mpi/join.js';
import { namingConfig } from '../../options/config-file.js';
import type { TrainEvent } from '../../options/events.js';
import type { TrainOptions } from '../../options/options.js';
import { isEnsemble } from '../../runs/files.js';
import { train } from '../../training/trainer.js';
import { withConfig } from '../config.js';
import { addGroups, numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { planOutput, writeWithoutWaiting } from '../output.js';
import { addSeveral, type SeveralFlags, severalOf } from '../several/flags.js';
import { trainSeveralFromCommand } from '../several/run.js';
import { TrainPrinter } from '../train-printer.js';
import { formatOption } from '../values.js';
import type { Watch } from '../watch.js';

interface Flags extends Omit<TrainOptions, 'onEvent' | 'signal'>, SeveralFlags {
  config?: string;
  format: 'text' | 'json';
  watch?: boolean;
  watchPort?: number;
}

export function trainCommand(): Command {
  const command = new Command('train')
    .description('Train a network, and keep the run in a folder.')
    .addArgument(new Argument('[data...]', 'the data, in place of --data: several files are one after another'));
  addGroups(command, ['data', 'columns', 'functions']).addOption(
    new Option('--config <file>', 'options from a file in TOML or JSON, by their long names; those of the command line come first'),
  );
  addSeveral(addGroups(command, ['training', 'learning', 'workers', 'step', 'keeping', 'diagnosis']))
    .addOption(new Option('--watch', 'serve a page on this machine that shows the run while it goes on'))
    .addOption(numberOption('--watch-port', 'port of that page (default: any that is free)'));
  return addGroups(command, ['trace']).addOption(formatOption()).action(run);
}

async function run(sources: string[], { folds, group, outOfFold, members, seeds, jobs, ...flags }: Flags, command: Command): Promise<void> {
  const several = { folds, group, outOfFold, members, seeds, jobs };
  // What is resumed says by itself what it is.
  const kind = severalOf(several) ?? (flags.resume !== undefined && isEnsemble(flags.resume) ? 'members' : undefined);
  if (kind === undefined) return trainOne(sources, flags, command);
  const { options, file, warnings, format, watch } = await asGiven(sources, flags, command);
  if (watch) throw wrongValue('watch', `none beside --${kind}`, watch);
  return trainSeveralFromCommand(kind, { ...several, options, warnings, format }, file);
}

async function trainOne(sources: string[], flags: Flags, command: Command): Promise<void> {
  // First: whoever asks a rank to stop while it joins the others means the run, and Node would take SIGUSR1 for its debugger.
  const { signal, release } = onInterrupt();
  // What is wrong with what one rank was given, all of them refuse.
  const world = await worldOf(flags).catch((error) => {
    release();
    throw error;
  });
  if (world) writeWithoutWaiting();
  const given = await asGiven(sources, flags, command).catch((error) => (world ? refuseTogether(world, error) : Promise.reject(error)));
  const leave = (): void => world?.leave();
  if (world && world.rank > 0) await trainSilently(given).then(leave).finally(release);
  else await trainAloud(given, signal, { leave, release });
}

/** The options of the command line and of its file. */
async function asGiven(sources: string[], { config, format, watch, watchPort, ...said }: Flags, command: Command) {
  const flags = withSources(said, sources);
  if (watchPort !== undefined && !watch) throw wrongValue('watch-port', 'none without --watch', watchPort);
  return { ...withConfig(flags, config, command), format, watch, watchPort, isNew: flags.resume === undefined };
}

type AsGiven = Awaited<ReturnType<typeof asGiven>>;

/** On all ranks but the first, which shows and keeps the run, and stops it. */
async function trainSilently({ options, file }: AsGiven): Promise<void> {
  await train(options).catch((error) => Promise.reject(file ? namingConfig(error, file) : error));
}

async function trainAloud(
  { options, file, warnings, format, watch, watchPort, isNew }: AsGiven,
  signal: AbortSignal,
  { leave, release }: Readonly<Record<'leave' | 'release', () => void>>,
): Promise<void> {
  // What it says is in the run's folder, too.
  planOutput({ failed: (message) => process.stderr.write(`warning   ${message} The run goes on.\n`) });
  const forPeople = format === 'json' ? process.stderr : process.stdout;
  const page = watch ? await openPage(forPeople, watchPort) : undefined;
  const printer = new TrainPrinter(format);
  try {
    await train({
      ...options,
      runs: isNew ? 'runs' : undefined,
      signal,
      onEvent: (event: TrainEvent) => {
        printer.print(withWarnings(event, warnings));
        page?.hear(event);
      },
    });
    // Nobody waits for those who look at the page.
    leave();
    await page?.visit([forPeople, process.stdout], signal);
  } catch (error) {
    throw file ? namingConfig(error, file) : error;
  } finally {
    printer.end();
    await page?.end(signal);
    release();
  }
}

/** The options with the data that stand before them. */
function withSources<T extends TrainOptions>(flags: T, sources: readonly string[]): T {
  if (sources.length === 0) return flags;
  if (flags.data !== undefined) throw wrongValue('data', 'none beside the data before the options', flags.data);
  return { ...flags, data: oneSource(sources) };
}

/** The first event, with what the command line has to say. */
function withWarnings(event: TrainEvent, warnings: readonly string[]): TrainEvent {
  return event.event === 'start' && warnings.length > 0 ? { ...event, warnings: [...warnings, ...(event.warnings ?? [])] } : event;
}

/** Loaded where it is wanted: Node's HTTP takes time, and in Node 22 it brings WebAssembly of its own, without which all would end. */
async function openPage(forPeople: NodeJS.WriteStream, port: number | undefined): Promise<Watch> {
  const { Watch } = await import('../watch.js');
  return Watch.open(forPeople, port);
}
