// The options that all benchmarks share, read once and alike: which data, how long, what of it, and whether the figures go
// on record. A bad option ends the process with one line and exit code 2.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkOneOf } from '../src/check.js';

export interface BenchOptions {
  /** 'mnist', or a folder of IDX files. */
  readonly data: string;
  /** Fewer and shorter rounds: to see that a benchmark works, not to quote it. */
  readonly quick: boolean;
  readonly only: readonly string[];
  /** Whether the figures go to bench/results/. */
  readonly record: boolean;
}

/**
 * @param what the benchmark in a sentence, for --help
 * @param subjects what --only chooses from, and what it stands for where it is not given
 * @param others what --only may also name
 */
export function readOptions(what: string, subjects: readonly string[], others: readonly string[] = []): BenchOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({ options: { data: text, only: text, quick: flag, record: flag, help: flag } });
    if (values.help) endWith(helpText(what, subjects, others), 0);
    return {
      data: values.data === undefined || values.data === 'mnist' ? 'mnist' : checkMnistFolder(values.data),
      quick: values.quick ?? false,
      only:
        values.only === undefined
          ? subjects
          : pick(
              '--only',
              values.only,
              [...subjects, ...others].map((id) => ({ id })),
            ).map(({ id }) => id),
      record: values.record ?? false,
    };
  } catch (error) {
    return endWith(oneLine(error), 2);
  }
}

function helpText(what: string, subjects: readonly string[], others: readonly string[]): string {
  const known = others.length === 0 ? '(default: all)' : `(default), ${others.join(', ')}`;
  return `${what}

  --data DIR    folder with MNIST's IDX files, plain or gzipped (default: the digits of the package 'mnist')
  --only LIST   of ${subjects.join(', ')} ${known}
  --quick       fewer and shorter rounds, to see that it works
  --record      also write the figures to bench/results/
  --help`;
}

export function endWith(line: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(`${line}\n`);
  process.exit(code);
}

/** What the command line asks for, by a reader of a bench's own that returns nothing where it asks for help; else the program ends. */
export function requestOrEnd<T>(read: (args: string[]) => T | undefined, help: string): T {
  try {
    return read(process.argv.slice(2)) ?? endWith(help, 0);
  } catch (error) {
    return endWith(oneLine(error), 2);
  }
}

export function oneLine(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0] : String(error);
}

/** The entries that a list such as "N1,N3" names, in its order; all where none is given. */
export function pick<T extends { readonly id: string }>(option: string, list: string | undefined, all: readonly T[]): readonly T[] {
  if (list === undefined) return all;
  const ids = all.map(({ id }) => id);
  const wanted = new Set(list.split(',').map((id) => checkOneOf(option, id.trim(), ids)));
  return [...wanted].map((id) => all[ids.indexOf(id)]);
}

/** @param files which of MNIST's pairs of files are needed */
export function checkMnistFolder(folder: string, files: readonly ('train' | 't10k')[] = ['train']): string {
  for (const name of files.flatMap((file) => [`${file}-images-idx3-ubyte`, `${file}-labels-idx1-ubyte`])) {
    const path = join(folder, name);
    if (!existsSync(path) && !existsSync(`${path}.gz`)) {
      throw new RangeError(`--data: expected a folder with ${name} or ${name}.gz, got '${folder}'.`);
    }
  }
  return resolve(folder);
}

/** The same where --data has to be given. */
export function requireMnistFolder(folder: string | undefined, files?: readonly ('train' | 't10k')[]): string {
  if (folder === undefined) throw new RangeError("--data: expected the folder of MNIST's IDX files, got nothing. See --help.");
  return checkMnistFolder(folder, files);
}
