// What shells offer at a Tab, asked of the shells themselves: bash by its variables, fish by `complete -C`, zsh in a terminal
// of its own. The tests of a shell that is not installed are skipped.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeCommand } from '#src/cli/commands/complete.js';
import { evaluateCommand } from '#src/cli/commands/evaluate.js';
import { predictCommand } from '#src/cli/commands/predict.js';
import { trainCommand } from '#src/cli/commands/train.js';
import { bashScript } from '#src/cli/completion/bash.js';
import { type CompletableCommand, completableCommands } from '#src/cli/completion/completable.js';
import { fishScript } from '#src/cli/completion/fish.js';
import { zshScript } from '#src/cli/completion/zsh.js';
import { ELEMENTWISE_NAMES } from '#src/functions/activations.js';
import { inFolder, nabla } from '../support/command.js';
import { needs } from '../support/needs.js';
import { SLOW } from '../support/slow.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];
const installed = (shell: Shell): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
const helper = (name: string): string => fileURLToPath(new URL(`shells/${name}`, import.meta.url));

/** What each shell offers for a line, with the script at this path, without the description beside it. */
const OFFER: Readonly<Record<Shell, (script: string, line: string, cwd: string) => string>> = {
  // bash takes --option=value apart by itself.
  bash: (script, line, cwd) =>
    execFileSync('bash', ['--norc', helper('offer.bash'), script, ...line.replace(/(--[\w-]+)=/, '$1 = ').split(' ')], { cwd, encoding: 'utf8' }),
  zsh: (script, line, cwd) => execFileSync('zsh', ['-f', helper('offer.zsh'), script, line], { cwd, encoding: 'utf8', timeout: 20_000 }),
  fish: (script, line, cwd) =>
    execFileSync('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, HOME: cwd },
    }),
};

const RUNS = ['runs/2026-01-01-784-30-10', 'runs/other', 'runs/with space'];

/** Lines, the last word unfinished, and all that is offered. */
const LINES: [line: string, offered: string[]][] = [
  ['nabla tr', ['train']],
  ['nabla train --act', ['--activation']],
  ['nabla train --max', ['--max-norm']],
  ['nabla evaluate --split ', ['training', 'validation', 'test']],
  ['nabla train --activation ', [...ELEMENTWISE_NAMES]],
  ['nabla train --activation si', ['sigmoid', 'silu']],
  ['nabla train --activation sigmoid,ta', ['sigmoid,tanh']],
  ['nabla train --epochs 3 --output so', ['softplus', 'softmax']],
  ['nabla train --cost=hu', ['huber']],
  ['nabla train --kernels ', ['auto', 'scalar', 'simd', 'relaxed', 'wide', 'blas']],
  ['nabla train --optimiser n', ['nesterov']],
  ['nabla train --eta ', []],
  ['nabla train --data m', ['mnist', 'my digits']],
  ['nabla train --config ne', ['net.toml']],
  ['nabla train --run my', ['my digits']],
  ['nabla train --format j', ['json']],
  ['nabla bench --format c', ['csv']],
  ['nabla reproduce --format ma', ['markdown']],
  ['nabla evaluate ', RUNS],
  ['nabla evaluate runs/ot', ['runs/other']],
  ['nabla evaluate my', ['my digits']],
  ['nabla check --run runs/w', ['runs/with space']],
  ['nabla train --from=runs/20', ['runs/2026-01-01-784-30-10']],
  ['nabla train --from ne', ['net.toml']],
  ['nabla evaluate runs/ot@', []],
  ['nabla evaluate runs/other@', ['runs/other@best']],
  ['nabla train --from=runs/other@b', ['runs/other@best']],
  ['nabla export --to b', ['book']],
  ['nabla reproduce ch1-s', ['ch1-slow']],
  ['nabla data g', ['get']],
  ['nabla data ro', ['rows.csv']],
  ['nabla data rows.csv ne', ['net.toml']],
  ['nabla data --missing i', ['indicator']],
  ['nabla data get cal', ['california-housing']],
  ['nabla data get iris --to my', ['my digits']],
  ['nabla data get --format=js', ['json']],
  ['nabla data get iris --f', ['--format']],
  ['nabla data get --format json ir', ['iris']],
  ['nabla complete ', ['bash', 'zsh', 'fish']],
  ['nabla predict --header ', ['auto', 'yes', 'no']],
  ['nabla predict r', RUNS],
  ['nabla predict --top 3 r', RUNS],
  ['nabla predict --top=3 r', RUNS],
  ['nabla predict runs/other r', ['rows.csv', 'runs']],
  ['nabla predict --top=3 --fit runs/other r', ['rows.csv', 'runs']],
  ['nabla predict runs/other rows.csv - r', ['rows.csv', 'runs']],
  ['nabla evaluate runs/other r', []],
  ['nabla evaluate --split test r', RUNS],
  ['nabla report runs/other r', RUNS],
  ['npx nabla tr', ['train']],
  ['npx nabla train --cost=hu', ['huber']],
  ['npx --no nabla predict --top 3 runs/other r', ['rows.csv', 'runs']],
];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-test-'));
  for (const path of [...RUNS, 'my digits']) mkdirSync(join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'runs/other/checkpoints'));
  for (const file of ['net.toml', 'rows.csv', 'runs/other/checkpoints/best.safetensors']) writeFileSync(join(folder, file), '');
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await nabla(['complete', shell], folder);
    expect([code, stderr]).toEqual([0, '']);
    writeFileSync(join(folder, `nabla.${shell}`), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The words alone: as typed, not as escaped or marked as folders, each once. */
function words(shell: Shell, output: string, line: string): string[] {
  const option = shell === 'bash' ? undefined : /(--[\w-]+=)\S*$/.exec(line)?.[1];
  const plain = output
    .split('\n')
    .filter(Boolean)
    .map((found) => found.split('\t')[0].replaceAll('\\', '').replace(/\/$/, ''));
  return [...new Set(plain.map((word) => (option && word.startsWith(option) ? word.slice(option.length) : word)))].sort();
}

it(
  'bash offers @best where it takes the name of a run apart, and counts the pieces as one',
  needs(installed('bash'), 'bash is not installed'),
  () => {
    const offered = (line: string) => words('bash', OFFER.bash(join(folder, 'nabla.bash'), line, folder), line);
    expect(offered('nabla evaluate runs/other @')).toEqual(['best']);
    expect(offered('nabla evaluate runs/other @ b')).toEqual(['best']);
    expect(offered('nabla predict runs/other @ best r')).toEqual(['rows.csv', 'runs']);
    expect(offered('nabla evaluate runs/other @ best --split t')).toEqual(['test', 'training']);
  },
);

describe.each(SHELLS)('%s', (shell) => {
  const needsShell = needs(installed(shell), `${shell} is not installed`);

  // Every third line in each of the three, and all of them in the long version; what npx has before it in each.
  const lines = LINES.filter(([line], k) => SLOW || k % SHELLS.length === SHELLS.indexOf(shell) || line.startsWith('npx'));

  it.each(lines)("offers in '%s' %o", { ...needsShell, tags: ['longer'] }, (line, offered) => {
    const output = OFFER[shell](join(folder, `nabla.${shell}`), line, folder);
    expect(words(shell, output, line)).toEqual([...offered].sort());
  });

  it('evaluates nothing of what was typed', needsShell, () => {
    OFFER[shell](join(folder, `nabla.${shell}`), 'nabla train --data $(>written)', folder);
    OFFER[shell](join(folder, `nabla.${shell}`), 'nabla evaluate `>written`', folder);
    expect(spawnSync('ls', ['written'], { cwd: folder }).status).not.toBe(0);
  });

  it('takes descriptions and names with every kind of quote', needsShell, () => {
    const hard: CompletableCommand = {
      name: 'train',
      description: 'it\'s "a": `b` $c \\d [e]',
      options: [
        { flags: ['--hard'], description: 'it\'s "a": `b` $(touch x) \\d [e]', values: { names: ["it's", 'plain'] }, again: true },
        { flags: ['--list'], description: '', values: { names: ['one', 'two'], list: true }, again: false },
      ],
      arguments: [],
    };
    const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell]('nabla', [hard]);
    writeFileSync(join(folder, `hard.${shell}`), script);
    const offer = (line: string): string[] => words(shell, OFFER[shell](join(folder, `hard.${shell}`), line, folder), line);
    expect(offer('nabla train --ha')).toEqual(['--hard']);
    expect(offer('nabla train --hard pl')).toEqual(['plain']);
    expect(offer('nabla train --list one,o')).toEqual(['one,one']);
  });
});

describe('what there is to complete', () => {
  const some = [trainCommand(), evaluateCommand(), predictCommand()];
  const program = new Command('nabla');
  for (const command of some) program.addCommand(command);
  program.addCommand(completeCommand(program));
  const commands = completableCommands(program);

  it('is every command with every option of its help', () => {
    expect(commands.map(({ name }) => name)).toEqual(
      ['train', 'evaluate', 'predict', 'complete', 'help'].filter((name) => commands.some((c) => c.name === name)),
    );
    expect(commands[0].options.flatMap(({ flags }) => flags).filter((flag) => flag.startsWith('--'))).toEqual([
      ...trainCommand().options.map(({ long }) => long),
      '--help',
    ]);
  });

  it('has names for every option whose value is one of some, and they stand in its help', () => {
    const options = some.flatMap((command) => command.options.map((option) => ({ command: command.name(), option })));
    for (const { command, option } of options) {
      const values = commands.find(({ name }) => name === command)?.options.find(({ flags }) => flags[0] === option.long)?.values;
      const named = /<(name|how|when|mark|column|cost|set|mode|format|split|f|f,…)>/.test(option.flags);
      expect([option.long, (values?.names.length ?? 0) > 0]).toEqual([
        option.long,
        named || ['--data', '--workers', '--class-weights', '--checkpoint-every', '--mpi'].includes(String(option.long)),
      ]);
      const help = `${option.description} ${option.argChoices ?? ''}`;
      expect(values?.names.filter((name) => !help.includes(name)) ?? []).toEqual([]);
    }
  });
});

it('another shell is refused', () =>
  inFolder(async (empty) => {
    const { code, stdout, stderr } = await nabla(['complete', 'tcsh'], empty);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*'tcsh' is invalid.*bash, zsh, fish.\n$/);
  }));
