// A program whose ranks are given what does not go together: for each case of the file cases.json it trains, each rank with options of its
// own, and writes what that was refused with to rank-0.jsonl and so on. See test/mpi/agreement.test.ts.

import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBadInput } from '#src/errors.js';
import { train } from '#src/index.js';
import { isTold } from '#src/mpi/agreement.js';
import { launchedBy } from '#src/mpi/launcher.js';

const [folder] = process.argv.slice(2);
const rank = launchedBy()?.rank ?? 0;
const { validate } = WebAssembly;
const { exp } = Math;

/** Another processor, as far as the kernels can see. */
const PROCESSORS = {
  /** One byte of the probe for relaxed SIMD is this; none of that for SIMD is. */
  'without relaxed SIMD': () => {
    WebAssembly.validate = (bytes) => !bytes.includes(133) && validate(bytes);
  },
  'with another exp': () => {
    Math.exp = (x) => exp(x) * (1 + 1e-6);
  },
};

for (const { name, all, ranks, processors = [] } of JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'))) {
  PROCESSORS[processors[rank]]?.();
  const begin = performance.now();
  let outcome;
  try {
    const { weightsSha256 } = await train({ ...all, ...ranks?.[rank] });
    outcome = { weightsSha256 };
  } catch (error) {
    outcome = { message: error.message, code: error.code, isBad: isBadInput(error), isTold: isTold(error) };
  }
  WebAssembly.validate = validate;
  Math.exp = exp;
  appendFileSync(join(folder, `rank-${rank}.jsonl`), `${JSON.stringify({ name, seconds: (performance.now() - begin) / 1000, ...outcome })}\n`);
}
