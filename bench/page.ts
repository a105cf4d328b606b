// Writes bench/results/README.md and the benchmark table of the README from the newest record of each benchmark. A test
// sees to it that both agree with the records. Run: npm run bench:page

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withBenchmarks } from './page/readme.js';
import { newestRecords } from './page/records.js';
import { resultsPage } from './page/results.js';
import { RESULTS } from './record.js';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

const sizes = newestRecords(RESULTS);
writeFileSync(join(RESULTS, 'README.md'), resultsPage(sizes));
writeFileSync(README, withBenchmarks(readFileSync(README, 'utf8'), sizes));
