// Loaded before a program with `node --import`: at its end it writes to the file LOADED which native libraries are mapped into the process.
// Worker threads load it too, and say nothing.

import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const { LOADED } = process.env;
if (isMainThread && LOADED) {
  process.on('exit', () => {
    const names = readFileSync('/proc/self/maps', 'utf8').match(/\/[^\n]*?(koffi|libmpi|libmpich|libucp)[^\n]*/g);
    writeFileSync(LOADED, JSON.stringify([...new Set(names ?? [])]));
  });
}
