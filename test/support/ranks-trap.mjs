// A program whose ranks each read beyond a WebAssembly memory after MPI has begun, and say what comes of it: V8 tells that by a signal that
// an MPI library might take for its own. See test/mpi/signals.test.ts.

import { worldOf } from '#src/mpi/join.js';

/** (module (memory 1) (func (export "read") (param i32) (result i32) local.get 0 i32.load)) */
const READ = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1],
  ...[7, 8, 1, 4, 114, 101, 97, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 40, 2, 0, 11],
];

const world = await worldOf({});
const { read } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(READ))).exports;
let said = 'nothing';
try {
  read(2 ** 20);
} catch (error) {
  said = `${error.name}: ${error.message}`;
}
const all = await world.together(said);
if (world.rank === 0) console.log(JSON.stringify({ inside: read(8), all }));
world.settle();
