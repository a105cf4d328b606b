// Which commands are loaded for a command line: the one that it calls, so that none waits for the modules of all.

import { expect, test } from 'vitest';
import { nablaProgram } from '#src/cli/program.js';

const loadedFor = async (...args: string[]): Promise<string[]> => (await nablaProgram(args)).commands.map((command) => command.name());

test('a command that is called is loaded alone', async () => {
  expect(await loadedFor('evaluate', 'run')).toEqual(['evaluate']);
  expect(await loadedFor('train', '--resume', 'evaluate')).toEqual(['train']);
  expect(await loadedFor('--version')).toEqual([]);
});

test('all are, in the order of the help, where none is called, or one that lists them', async () => {
  const all = await loadedFor();
  expect([all[0], all.at(-1)]).toEqual(['train', 'report']);
  for (const args of [['--help'], ['trian'], ['--trian', 'train'], ['complete', 'bash'], ['toString']]) expect(await loadedFor(...args)).toEqual(all);
});
