// Columns of a file, from one command line: what `nabla train FILE --test FILE --target COLUMN --preset tabular` reaches on the test rows, and
// how long the command takes, beside an MLP of scikit-learn with its defaults on the same rows (sets.py makes them and runs it). One split
// after another, both sides in turns by split. A set on which nabla is more than a point, or 0.02 of R², below is marked.
// Run: npm run bench:columns

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkInteger } from '../../src/check.js';
import { describeMachine, figure, formatMachine, row, type Summary, summarise } from '../measure.js';
import { requestOrEnd } from '../options.js';
import { findPython } from '../peers/catalogue.js';
import { today, writeRecord } from '../record.js';

export interface ColumnsResult {
  readonly set: string;
  readonly rows: number;
  /** Whether the scores are accuracies; else R². */
  readonly classes: boolean;
  /** Of the test rows, split by split. */
  readonly nabla: Summary;
  readonly sklearn: Summary;
  readonly difference: Summary;
  /** Seconds of the command, and of fitting alone there. */
  readonly seconds: Summary;
  readonly fitting: Summary;
}

/** A line of sets.py. */
interface Split {
  readonly set: string;
  readonly target: string;
  readonly classes: boolean;
  readonly rows: number;
  readonly score: number;
  readonly seconds: number;
  readonly training: string;
  readonly test: string;
}

/** What the mean of all splits may be below. */
const TOLERANCE = { accuracy: 0.01, r2: 0.02 };
const PACKAGES = ['numpy', 'pandas', 'sklearn'];
const COMMAND = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const SETS = fileURLToPath(new URL('../../../bench/columns/sets.py', import.meta.url));

const HELP = `Sets of columns from one command line each, beside scikit-learn's MLPs.

  --splits N      splits of each set (default: 10)
  --python PATH   a Python with ${PACKAGES.join(', ')} (default: python3)
  --record        also write the figures to bench/results/
  --help`;

function readRequest(args: string[]): { splits: number; pythons: string[]; record: boolean } | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { splits: text, python: text, record: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return undefined;
  const pythons = values.python === undefined ? ['python3', '/usr/bin/python3'] : [values.python];
  return { splits: checkInteger('--splits', Number(values.splits ?? 10), 1), pythons, record: values.record ?? false };
}

function scoreOf({ training, test, target }: Split, folder: string): { score: number; seconds: number } {
  const begin = performance.now();
  const args = [COMMAND, 'train', training, '--test', test, '--target', target, '--preset', 'tabular', '--format', 'json'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`nabla train ended with ${status}: ${stderr}`);
  const seconds = (performance.now() - begin) / 1000;
  const done = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { testAccuracy: number | null; testFigures?: { r2?: number } };
  const score = done.testAccuracy ?? done.testFigures?.r2;
  if (score === undefined) throw new Error('The last event has no score.');
  return { score, seconds };
}

function splitsOf(python: string, folder: string, splits: number): Split[] {
  const { stdout, stderr, status } = spawnSync(python, ['-B', SETS, folder, String(splits)], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`sets.py ended with ${status}: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Split);
}

const request = requestOrEnd(readRequest, HELP);
const python = findPython(PACKAGES, request.pythons);
if (python === undefined) throw new Error(`No Python with ${PACKAGES.join(', ')} was found (tried ${request.pythons.join(', ')}).`);
const machine = describeMachine();
console.log(formatMachine(machine));
const folder = mkdtempSync(join(tmpdir(), 'nabla-columns-'));
try {
  const splits = splitsOf(python, folder, request.splits);
  console.log(row('', 'nabla', 'sklearn', 'difference', 'seconds', 'fitting'));
  const results = [...new Set(splits.map(({ set }) => set))].map((set): ColumnsResult => {
    const own = splits.filter((split) => split.set === set);
    const [{ rows, classes }] = own;
    const scores = own.map((split) => scoreOf(split, folder));
    const result = {
      set,
      rows,
      classes,
      nabla: summarise(scores.map(({ score }) => score)),
      sklearn: summarise(own.map(({ score }) => score)),
      difference: summarise(scores.map(({ score }, k) => score - own[k].score)),
      seconds: summarise(scores.map(({ seconds }) => seconds)),
      fitting: summarise(own.map(({ seconds }) => seconds)),
    };
    const mean = scores.reduce((sum, { score }, k) => sum + score - own[k].score, 0) / own.length;
    const isShort = mean < -(classes ? TOLERANCE.accuracy : TOLERANCE.r2);
    console.log(
      row(
        set,
        ...[result.nabla, result.sklearn].map(({ median }) => median.toFixed(4)),
        mean.toFixed(4),
        result.seconds.median.toFixed(2),
        figure(result.fitting.median),
      ),
      isShort ? 'SHORT' : '',
    );
    return result;
  });
  if (request.record) writeRecord({ bench: 'columns', date: today(), machine, settings: { splits: request.splits }, results });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
