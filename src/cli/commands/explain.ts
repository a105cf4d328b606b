// `nabla explain`: every path from one weight to the cost, as text, JSON and a drawing.

import { Command, Option } from 'commander';
import { checkInteger } from '../../check.js';
import { wrongValue } from '../../errors.js';
import { type ExplainOptions, explain } from '../../insight/explain.js';
import { toNumbers } from '../../options/option-text.js';
import { networkDrawing } from '../../report/charts/network-drawing.js';
import { explanationText } from '../../report/terminal/explanation.js';
import { checkOutputPath, writeOutput } from '../../system/output-file.js';
import { addDataOfRun, addGroups, flagOf, numberOption } from '../flags.js';
import { onInterrupt } from '../interrupt.js';
import { formatOption } from '../values.js';

type Flags = ExplainOptions & { top: number; svg?: string; format: 'text' | 'json' };

export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Follow a change of one weight along every path to the cost: their sum is ∂C/∂w, as backpropagation has it.')
    .addOption(new Option('--weight <l:j,k>', 'into neuron j of layer l from neuron k, all counted from 1 (default: 2:1,1)').argParser(toWeight))
    .addOption(new Option('--bias <l:j>', 'or: of neuron j of layer l').argParser(toBias))
    .addOption(flagOf('layers', { default: '2,3,2,2' }));
  addGroups(command, ['functions'], { cost: { default: 'quadratic' } })
    .addOption(flagOf('seed', { help: 'seed of the initial parameters, as in nabla train, and of x and y' }))
    .addOption(new Option('--x <v,v,…>', 'input (default: from the seed, or the sample of the run)').argParser(toNumbers('x')))
    .addOption(new Option('--y <v,v,…>', 'target (default: from the seed, or the class of the sample)').argParser(toNumbers('y')))
    .addOption(new Option('--run <folder>', 'network and parameters of a saved run, or of RUN@best or RUN@12'));
  return addDataOfRun(command, { when: 'for --run', default: 'what the run was trained on' })
    .addOption(numberOption('--sample', 'for --run: sample of the test split, counted from 1 (default: 1)'))
    .addOption(numberOption('--max-paths', 'refuse where there are more paths than this (default: 10000)'))
    .addOption(numberOption('--top', 'paths that the text shows, the largest first', 20))
    .addOption(new Option('--svg <file>', 'write a drawing of the network, its edges weighted by their rate factors'))
    .addOption(formatOption())
    .action(run);
}

async function run({ top, svg, format, ...options }: Flags): Promise<void> {
  checkInteger('top', top, 1);
  if (svg !== undefined) checkOutputPath('svg', svg);
  const explanation = await explain(options);
  if (svg !== undefined) writeOutput('The drawing', svg, networkDrawing(explanation));
  // The reader may be gone before the last path (`| head`): no fault.
  const { release } = onInterrupt();
  process.stdout.write(format === 'json' ? `${JSON.stringify({ event: 'explanation', ...explanation })}\n` : explanationText(explanation, top));
  release();
}

function toWeight(text: string): [number, number, number] {
  const [, layer, neuron, input] = /^(\d+):(\d+),(\d+)$/.exec(text) ?? [];
  if (input === undefined) throw wrongValue('weight', 'layer:neuron,input such as 2:5,3', text);
  return [Number(layer), Number(neuron), Number(input)];
}

function toBias(text: string): [number, number] {
  const [, layer, neuron] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (neuron === undefined) throw wrongValue('bias', 'layer:neuron such as 2:5', text);
  return [Number(layer), Number(neuron)];
}
