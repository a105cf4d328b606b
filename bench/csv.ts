// How fast a CSV file of 1,000,000 rows and 30 columns of numbers becomes a table, and in how much memory: nabla on one thread, on two, and
// from its cache, beside pandas (its own reader, and Arrow's) and Arrow, each in a process of its own, in turns. The file is made on the
// fly, with a fixed seed. Run: npm run bench:csv

import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../src/random.js';
import { count } from '../src/text.js';
import { describeMachine, formatMachine, rotated, row, type Summary, summarise } from './measure.js';
import { endWith, oneLine, readOptions } from './options.js';
import { findPython } from './peers/catalogue.js';
import { today, writeRecord } from './record.js';

export interface CsvResult {
  readonly side: string;
  readonly seconds: Summary;
  /** Of the file's bytes, in millions a second. */
  readonly speed: Summary;
  /** The most that a process had, and that as a multiple of the cells as float32. */
  readonly peakMegabytes: number;
  readonly floats: number;
}

/** What a reader prints. */
interface Reading {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly rows: number;
  readonly columns: number;
  /** Of all cells: all sides must have read the same. */
  readonly sum: number;
}

const nabla = fileURLToPath(new URL('./csv/nabla_reader.js', import.meta.url));
/** This file runs from dist/bench. */
const python = fileURLToPath(new URL('../../bench/csv/readers.py', import.meta.url));
const pythons = [process.env.NABLA_PYTHON, 'python3', '/usr/bin/python3'].filter((command) => command !== undefined);

const SIDES: readonly { readonly id: string; readonly how: string; readonly modules?: readonly string[] }[] = [
  { id: 'nabla-1', how: '1' },
  { id: 'nabla-2', how: '2' },
  { id: 'nabla-cache', how: 'cache' },
  { id: 'pandas', how: 'pandas', modules: ['pandas'] },
  { id: 'pandas-arrow', how: 'pandas-arrow', modules: ['pandas', 'pyarrow'] },
  { id: 'arrow', how: 'arrow', modules: ['pyarrow'] },
];
const COLUMNS = 30;

const { only, quick, record } = readOptions(
  'How fast 1,000,000 rows of 30 numbers are read from CSV, and in how much memory, beside pandas and Arrow (NABLA_PYTHON names a Python that has them).',
  SIDES.map(({ id }) => id),
);
const [rows, rounds] = quick ? [100_000, 3] : [1_000_000, 5];
const folder = mkdtempSync(join(tmpdir(), 'nabla-csv-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Numbers as measurements are written: six decimals, both signs. */
function makeFile(path: string): number {
  const random = Random.stream(1, 'bench of CSV');
  const file = openSync(path, 'w');
  let text = `${Array.from({ length: COLUMNS }, (_, k) => `x${k + 1}`).join(',')}\n`;
  for (let k = 0; k < rows; k++) {
    text += `${Array.from({ length: COLUMNS }, () => (2 * random.uniform() - 1).toFixed(6)).join(',')}\n`;
    if (text.length < 1 << 20 && k < rows - 1) continue;
    writeSync(file, text);
    text = '';
  }
  closeSync(file);
  return statSync(path).size;
}

/** One reading by one side. @throws where its process fails */
async function read(side: (typeof SIDES)[number], path: string): Promise<Reading> {
  const command = side.modules ? findPython(side.modules, pythons) : process.execPath;
  if (command === undefined) throw new Error(`no Python found (tried ${pythons.join(', ')})`);
  const args = side.modules ? ['-B', python, path, side.how] : [nabla, path, side.how];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000, env: { ...process.env, XDG_CACHE_HOME: folder } });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (errors += part));
  const code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  if (code !== 0) throw new Error(errors.trim().split('\n').pop() || `its process ended with ${code}`);
  return JSON.parse(out) as Reading;
}

const machine = describeMachine();
console.log(formatMachine(machine));
const path = join(folder, 'numbers.csv');
const bytes = makeFile(path);
console.log(
  `${count(rows)} rows of ${COLUMNS} columns, ${count(bytes / 1e6)} MB of CSV, ${count((rows * COLUMNS * 4) / 1e6)} MB of float32; ${rounds} rounds`,
);

/** Every side has read it once before the clock counts: that is its proof, fills the cache, and leaves out who is not here. */
const sides: { readonly side: (typeof SIDES)[number]; readonly readings: Reading[] }[] = [];
let expected: Reading | undefined;
for (const side of SIDES.filter(({ id }) => only.includes(id))) {
  try {
    const reading = await read(side, path);
    expected ??= reading;
    const isSame = reading.rows === rows && reading.columns === COLUMNS && Math.abs(reading.sum - expected.sum) < 1e-3;
    if (!isSame) endWith(`${side.id} has read something else: ${JSON.stringify(reading)}; expected ${JSON.stringify(expected)}`, 1);
    sides.push({ side, readings: [] });
  } catch (error) {
    console.log(`${side.id}: left out: ${oneLine(error)}`);
  }
}
for (let round = 0; round < rounds; round++) {
  for (const { side, readings } of rotated(sides, round)) readings.push(await read(side, path));
}
const results = sides.map(({ side, readings }): CsvResult => {
  const seconds = readings.map((reading) => reading.seconds);
  const peakMegabytes = Math.max(...readings.map((reading) => reading.peakMegabytes));
  const speed = summarise(seconds.map((time) => bytes / 1e6 / time));
  return { side: side.id, seconds: summarise(seconds), speed, peakMegabytes, floats: (peakMegabytes * 2 ** 20) / (rows * COLUMNS * 4) };
});
console.log(row('', 'MB/s', 'min', 'max', 'seconds', 'peak MB', '× floats'));
for (const { side, seconds, speed, peakMegabytes, floats } of results) {
  const figures = [speed.median.toFixed(0), speed.minimum.toFixed(0), speed.maximum.toFixed(0), seconds.median.toFixed(2)];
  console.log(row(side, ...figures, peakMegabytes.toFixed(0), floats.toFixed(2)));
}
if (record) writeRecord({ bench: 'csv', date: today(), machine, settings: { rounds, rows, columns: COLUMNS, bytes }, results });
