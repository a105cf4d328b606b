// `nabla rate`: a learning rate to begin with, from the cost while η rises; and the command that trains with it.

import { Argument, Command, Option } from 'commander';
import { oneSource } from '../../data/source.js';
import { wrongValue } from '../../errors.js';
import { type FindRateOptions, type FoundRate, findRate } from '../../experiments/rate/find-rate.js';
import { toNumbers } from '../../options/option-text.js';
import { OPTIONS } from '../../options/table.js';
import { ratePage } from '../../report/pages/rate-page.js';
import { rateText } from '../../report/terminal/rate-table.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { shellWord } from '../../system/shell-word.js';
import { calledAs } from '../called.js';
import { addGroups, flagOf, numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { StatusLine } from '../status-line.js';
import { painter, roomOn } from '../terminal.js';
import { formatOption } from '../values.js';

interface Flags extends FindRateOptions {
  html?: string;
  format: 'text' | 'json';
}

/** What of learning is about η from epoch to epoch, or about epochs. */
const { eta, schedule, average, ema, growBatch, ...ROWS } = OPTIONS;

/** Options of this command that `train` does not have. */
const OWN = ['--range', '--rates', '--html', '--format'];

export function rateCommand(): Command {
  const command = new Command('rate')
    .description('Find a learning rate: the cost while η rises from far too small to far too large.')
    .addArgument(new Argument('[data...]', 'the data, in place of --data: several files are one after another'));
  addGroups(command, ['data', 'columns', 'functions'])
    .addOption(flagOf('preset'))
    .addOption(flagOf('from'))
    .addOption(flagOf('batch'))
    .addOption(flagOf('workers'));
  return addGroups(command, ['learning', 'step'], {}, ROWS)
    .addOption(
      new Option('--range <η,η>', "the least and the largest η (default: a thousandth and a thousand times the optimiser's own)").argParser(
        toNumbers('range'),
      ),
    )
    .addOption(numberOption('--rates', 'rates between them', 200))
    .addOption(new Option('--html <file>', 'write a page, too: one HTML file, which loads nothing'))
    .addOption(formatOption())
    .action(run);
}

async function run(sources: string[], { html, format, ...flags }: Flags): Promise<void> {
  if (html !== undefined) checkOutputPath('html', html);
  if (sources.length > 0 && flags.data !== undefined) throw wrongValue('data', 'none beside the data before the options', flags.data);
  const { signal, release } = onInterrupt();
  const status = new StatusLine(process.stderr);
  try {
    status.show('reading data');
    const found = await findRate({
      ...flags,
      ...(sources.length > 0 && { data: oneSource(sources) }),
      signal,
      onProgress: (done, of) => status.show(`rate ${done + 1} of ${of}`),
    });
    status.end();
    const again = trainWith(found, process.argv.slice(3));
    if (html !== undefined) writeOutput('The page', html, ratePage(found, again));
    process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'rate', ...found, next: again })}\n` : text(found, again));
    if (found.eta === null) process.exitCode = 1;
  } finally {
    status.end();
    release();
  }
}

function text(found: FoundRate, again: string | undefined): string {
  return rateText(found, again, { width: roomOn(process.stdout), paint: painter(process.stdout, process.env) });
}

/** The command that trains with the rate; undefined where there is none. @param args of this command line */
function trainWith({ eta }: FoundRate, args: readonly string[]): string | undefined {
  if (eta === null) return undefined;
  const own = (arg: string): boolean => OWN.includes(arg);
  const kept = args.filter((arg, k) => !(own(arg) || own(arg.split('=')[0]) || own(args[k - 1] ?? '')));
  return [calledAs(), 'train', ...kept.map((arg) => shellWord(arg)), '--eta', eta].join(' ');
}
