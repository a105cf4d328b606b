// The READMEs against the project: links lead somewhere, command lines are ones that the command line takes, scripts exist, and
// programs run as they stand.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { completableCommands } from '#src/cli/completion/completable.js';
import { nablaProgram } from '#src/cli/program.js';
import { train } from '#src/index.js';
import { inFolder } from './support/command.js';
import { type Document, documentOf, nablaLines, npmScripts, readDocuments } from './support/documentation.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = readDocuments(root);
const [readme] = documents;
const guide = documents.find(({ path }) => path === 'src/cli/README.md') as Document;
const commands = completableCommands(await nablaProgram());

/** Options whose values are no closed list: numbers may stand there too, or a path. */
const OPEN = ['workers', 'checkpoint-every', 'class-weights'];
/** Options that functions of one's own can be named in. */
const OWN = ['activation', 'output', 'cost'];
/** Options of the benchmarks that no command has. */
const BENCH_FLAGS = ['--only', '--quick', '--record', '--choose'];
/** Options of the launchers of several processes, and of Slurm. */
const LAUNCHER_FLAGS = ['--allow-run-as-root', '--bind-to', '--map-by', '--mca', '--oversubscribe', '--signal'];

/** What commander says of a command line with something left out, and where it has nothing to complain of. */
const INCOMPLETE = ['commander.missingArgument', 'commander.missingMandatoryOptionValue', 'commander.optionMissingArgument'];
const ANSWERED = ['commander.helpDisplayed', 'commander.version'];
/** A command that has others within it, named alone. */
const NAMED_ALONE = 'commander.help';

/** Links of a document that lead nowhere. */
function brokenLinks({ path, links }: Document, all: readonly Document[]): string[] {
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file, anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, target))) return true;
      const page = all.find((other) => [target, join(target, 'README.md')].includes(other.path));
      return anchor !== undefined && page?.anchors.includes(anchor) !== true;
    });
}

/** The commands of a program, and those within them. */
const commandsIn = (program: Command): Command[] => program.commands.flatMap((command) => [command, ...commandsIn(command)]);

/** What is wrong with a command line; undefined where nothing is. One in a sentence may leave something out. */
async function fault(words: readonly string[], inSentence: boolean): Promise<string | undefined> {
  const program = (await nablaProgram(words)).configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const command of commandsIn(program)) {
    command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
    // One that has others within it and nothing to do of its own says so.
    if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => {});
  }
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const fine = inSentence ? [...ANSWERED, ...INCOMPLETE, NAMED_ALONE] : ANSWERED;
    if (!fine.includes(String(code))) return message;
  }
  return wrongValue(words);
}

/** An option's value that is not among the names that may stand there. */
function wrongValue(words: readonly string[]): string | undefined {
  const named = commands.filter(({ name }) => `${words.join(' ')} `.startsWith(`${name} `));
  const options = named.at(-1)?.options ?? [];
  const wrong = words.find((word, i) => {
    const option = options.find(({ flags }) => flags.includes(words[i - 1] ?? ''));
    const [flag] = option?.flags ?? [''];
    const { names = [], paths } = option?.values ?? {};
    if (names.length === 0 || paths || OPEN.includes(flag.slice(2)) || (OWN.includes(flag.slice(2)) && words.includes('--functions'))) return false;
    // Placeholders are in capitals; what follows a colon are a schedule's numbers.
    return !/^[A-Z]+$/.test(word) && !word.split(',').every((one, k) => names.includes(one.split(':')[0]) || (k > 0 && word.includes(':')));
  });
  return wrong === undefined ? undefined : `${wrong} is not a value that may stand there`;
}

/** Command lines, scripts and options of a document that do not exist, each with what is wrong. */
async function wrongCommands({ blocks, inline }: Document): Promise<string[]> {
  const code = blocks.map(({ text }) => text);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const flags = [...commands.flatMap(({ options }) => options.flatMap((option) => option.flags)), ...BENCH_FLAGS, ...LAUNCHER_FLAGS];
  const lines = [code.map((text) => ({ text, inSentence: false })), inline.map((text) => ({ text, inSentence: true }))].flat();
  const called = lines.flatMap(({ text, inSentence }) => nablaLines(text).map((words) => ({ words, inSentence })));
  const faults = await Promise.all(called.map(async ({ words, inSentence }) => ({ words, why: await fault(words, inSentence) })));
  return [
    ...faults.flatMap(({ words, why }) => (why === undefined ? [] : [`nabla ${words.join(' ')}: ${why}`])),
    ...[...code, ...inline].flatMap(npmScripts).flatMap((script) => (Object.hasOwn(scripts, script) ? [] : [`npm run ${script}: no such script`])),
    ...inline.flatMap((text) => /^--[\w-]+/.exec(text)?.[0] ?? []).flatMap((flag) => (flags.includes(flag) ? [] : [`${flag}: no such option`])),
  ];
}

describe.each(documents.map((document) => [document.path, document] as const))('%s', (_, document) => {
  test('every link leads to a file or a heading that is there', () => {
    expect(brokenLinks(document, documents)).toEqual([]);
  });

  test('every command line, script and option exists', async () => {
    expect(await wrongCommands(document)).toEqual([]);
  });
});

test('what these tests would name', async () => {
  const page =
    '# Is it so?\n[a](b.md) [c](#is-it-so) ![d](LICENSE) `--fast` `npm run fly`\n```sh\nnabla trian\nnabla data get iris --format xml\nnabla train --kernels wasm --schedule step:10,0.5\nnabla search --hidden "30|50 20" --strategy "x|y"\n```\n';
  const document = documentOf('README.md', page);
  expect(brokenLinks(document, [document])).toEqual(['b.md']);
  expect(await wrongCommands(document)).toEqual([
    expect.stringMatching(/^nabla trian: .*unknown command/),
    expect.stringMatching(/^nabla data get iris --format xml: .*'xml' is invalid/),
    expect.stringContaining('wasm is not a value'),
    expect.stringMatching(/^nabla search --hidden 30\|50 20 --strategy x\|y: .*got '50 20'/),
    'npm run fly: no such script',
    '--fast: no such option',
  ]);
});

test('the README is short', () => {
  expect(readme.text.trimEnd().split('\n').length).toBeLessThanOrEqual(250);
});

test.each(commands.map(({ name }) => name))('the guide has a section on nabla %s', (name) => {
  expect(guide.text.match(/^#+ .*$/gm)?.join('\n')).toContain(`\`nabla ${name}\``);
});

describe('programs', () => {
  /** Those that begin with an import, each to the end of its code block. */
  const programs = documents.flatMap(({ blocks }) => blocks.filter(({ language, text }) => language === 'js' && text.startsWith('import ')));

  const run = (program: string): Promise<string> =>
    inFolder(async (folder) => {
      expect(program).toContain("from 'nabla'");
      expect(program.trim().split('\n').length).toBeLessThanOrEqual(15);
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules', 'nabla'));
      writeFileSync(join(folder, 'example.mjs'), program);
      const { stdout, stderr } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder, timeout: 50_000 });
      expect(stderr).toBe('');
      return stdout.trim();
    });

  const containing = (text: string): string => programs.find((program) => program.text.includes(text))?.text ?? '';

  test('the library example trains', async () => {
    const accuracy = Number(/([\d.]+) %/.exec((await run(containing('loadDataset'))).split('\n').at(-1) ?? '')?.[1]);
    expect(accuracy).toBeGreaterThan(85);
  });

  test('the regression learns the sine', async () => {
    const [, is, says, cost] = /is ([\d.]+), the network says ([\d.]+); test cost ([\d.]+)/.exec(await run(containing('targets'))) ?? [];
    expect(Math.abs(Number(is) - Number(says))).toBeLessThan(0.05);
    expect(Number(cost)).toBeLessThan(0.002);
  });

  test('the run from arrays is loaded, and tells inside from outside', async () => {
    const lines = (await run(containing('loadModel'))).split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['inside', 'outside']);
    for (const line of lines) expect(Number(line.split(' ')[1])).toBeGreaterThan(0.9);
  });

  test('the search finds a network that knows most digits', async () => {
    const lines = (await run(containing('searchRuns'))).split('\n');
    expect(lines.slice(0, 4).map((line) => line.split(' ')[0])).toEqual(['1', '2', '3', '4']);
    expect(Number(/best: ([\d.]+) %/.exec(lines[4])?.[1])).toBeGreaterThan(85);
  });

  test('there are no others', () => {
    expect(programs.length).toBe(4);
  });

  test('the module with functions of one’s own trains', async () => {
    const texts = documents.flatMap(({ blocks }) => blocks.map(({ text }) => text));
    const [, name, text] = texts.map((block) => /^\/\/ ([\w.]+), for: [^\n]*\n([\s\S]*)/.exec(block)).find((match) => match !== null) ?? [];
    await inFolder(async (folder) => {
      writeFileSync(join(folder, String(name)), String(text));
      const { testAccuracy } = await train({ functions: join(folder, String(name)), activation: 'arctan', epochs: 2 });
      expect(testAccuracy).toBeGreaterThan(0.85);
    });
  });
});
