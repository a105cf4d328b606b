// One reading of a CSV file by nabla, in a process of its own: bench/csv.ts starts it and reads the line that it prints.
// Arguments: the path, and threads, or 'cache' for what the cache folder holds.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFast } from '../../src/tables/csv/fast.js';
import { readTables } from '../../src/tables/formats.js';
import type { TableOptions } from '../../src/tables/options.js';
import { fileSource } from '../../src/tables/source.js';
import type { Table } from '../../src/tables/table.js';

const [path, how] = process.argv.slice(2);
const options: TableOptions = { categorical: [], header: 'auto', transpose: false };

async function readOnThreads(threads: number): Promise<Table> {
  const file = openSync(path, 'r');
  try {
    return await readFast({ name: path, title: path, pieces: { file }, size: fstatSync(file).size }, options, { threads });
  } finally {
    closeSync(file);
  }
}

const begin = performance.now();
const table = how === 'cache' ? (await readTables(fileSource(path), options)).training : await readOnThreads(Number(how));
const seconds = (performance.now() - begin) / 1000;
const { maxRSS } = process.resourceUsage();
let sum = 0;
for (const cell of table.cells) sum += cell;
process.stdout.write(`${JSON.stringify({ seconds, peakMegabytes: maxRSS / 1024, rows: table.rows, columns: table.columns.length, sum })}\n`);
