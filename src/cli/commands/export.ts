// `nabla export`: a saved network as a file for other software.

import { Argument, Command, Option } from 'commander';
import { type ExportOptions, exportRun } from '../../export/export-run.js';
import { EXPORT_FORMATS } from '../../export/formats.js';
import { count } from '../../text.js';
import { formatOption } from '../values.js';

type Flags = Omit<ExportOptions, 'run'> & { format: 'text' | 'json' };

export function exportCommand(): Command {
  const formats = Object.entries(EXPORT_FORMATS).map(([name, { what }]) => `${name}: ${what}`);
  return new Command('export')
    .description('Write the network of a saved run in a format of other software.')
    .addArgument(new Argument('<run>', "folder of the run, RUN@best or RUN@12 for one of its networks, or a file in the book's JSON"))
    .addOption(new Option('--to <name>', formats.join('; ')).makeOptionMandatory())
    .addOption(new Option('--out <file>', 'file to write').makeOptionMandatory())
    .addOption(formatOption())
    .action(async (run: string, { format, ...options }: Flags) => {
      const result = await exportRun({ ...options, run });
      const { network, parameters, bytes, to, out } = result;
      if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'exported', ...result })}\n`);
      else process.stdout.write(`${out}: ${network.join('-')}, ${count(parameters)} parameters, ${to}, ${count(bytes)} bytes\n`);
    });
}
