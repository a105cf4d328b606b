// `nabla export`: a saved network as a file for other software.

import { Argument, Command, Option } from 'commander';
import { checkOneOf } from '../../check.js';
import { type ExportOptions, exportRun } from '../../export/export-run.js';
import { EXPORT_FORMAT_NAMES, EXPORT_FORMATS } from '../../export/formats.js';
import { sizesText } from '../../model/parameter-sets.js';

import { count } from '../../text.js';
import { warningLines } from '../bad-inputs.js';
import { usualOutput } from '../usual-output.js';
import { formatOption } from '../values.js';

type Flags = Omit<ExportOptions, 'run' | 'out'> & { out?: string } & { format: 'text' | 'json' };

export function exportCommand(): Command {
  const formats = Object.entries(EXPORT_FORMATS).map(([name, { what }]) => `${name}: ${what}`);
  return new Command('export')
    .description('Write the network of a saved run in a format of other software.')
    .addArgument(
      new Argument('<run>', "folder of the run, or of an ensemble, RUN@best or RUN@12 for one of its networks, or a file in the book's JSON"),
    )
    .addOption(new Option('--to <name>', formats.join('; ')).makeOptionMandatory())
    .addOption(new Option('--out <file>', 'file to write (default: NAME.onnx and so on, after the run; it replaces no file)'))
    .addOption(formatOption())
    .action(async (run: string, { format, out: file, ...options }: Flags) => {
      const { extension } = EXPORT_FORMATS[checkOneOf('to', options.to, EXPORT_FORMAT_NAMES, EXPORT_FORMATS)];
      const result = await exportRun({ ...options, run, out: file ?? usualOutput(run, extension) });
      const { network, networks, parameters, bytes, to, out, warnings } = result;
      const sizes = sizesText({ network: { layers: network }, networks: networks?.map((layers) => ({ layers })) });
      if (format === 'text') process.stderr.write(warningLines(warnings));
      if (format === 'json') process.stdout.write(`${JSON.stringify({ event: 'exported', ...result })}\n`);
      else process.stdout.write(`${out}: ${sizes}, ${count(parameters)} parameters, ${to}, ${count(bytes)} bytes\n`);
    });
}
