// The MPI libraries: where they are looked for, how their handles differ, and the few functions that are called, bound through koffi.
// It knows no run and no thread; world.ts calls it on the main thread, collectives.ts on a worker.
//
// There is no common binary interface: in MPICH's handles are numbers, in Open MPI's addresses of objects that the library exports.
// Debian's MPICH checks no arguments, and a negative count ends the process: every count is checked here before the call.

import { type Koffi, loadKoffi, type NativeLibrary } from '#platform';
import { asError } from '../errors.js';
import type { MpiFamily } from './launcher.js';

/** A library that can be used: plain data, which a worker binds again. */
export interface MpiLibrary {
  readonly path: string;
  readonly family: MpiFamily;
  /** What it calls itself, with its version: 'Open MPI 4.1.4'. */
  readonly name: string;
}

/** Where the libraries of each family are looked for, best first. */
const USUAL: Readonly<Record<MpiFamily, Readonly<Record<string, readonly string[]>>>> = {
  openmpi: {
    linux: ['libmpi.so.40', 'libmpi.so.80', 'libmpi.so'],
    darwin: ['/opt/homebrew/lib/libmpi.dylib', '/usr/local/lib/libmpi.dylib'],
  },
  mpich: {
    linux: ['libmpich.so.12', 'libmpi.so.12', 'libmpich.so'],
    darwin: ['/opt/homebrew/lib/libmpi.dylib', '/usr/local/lib/libmpi.dylib'],
  },
};

const FAMILY_NAMES: Readonly<Record<MpiFamily, string>> = { openmpi: 'Open MPI', mpich: 'MPICH' };

/** Finds the library that fits a launcher, at `path` or under the usual names; or says why there is none. Nothing is initialised. */
export function findMpi(family: MpiFamily, path?: string): MpiLibrary | { readonly refused: string } {
  const koffi = loadKoffi();
  if (!koffi) return { refused: "the optional package 'koffi' is not installed (npm install koffi)" };
  const candidates = path === undefined ? (USUAL[family][process.platform] ?? []) : [path];
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const found = inspect(koffi, candidate);
    if ('refused' in found) reasons.push(found.refused);
    else if (found.family === family) return found;
    else reasons.push(`it is ${FAMILY_NAMES[found.family]}, and the launcher needs ${FAMILY_NAMES[family]}`);
  }
  if (path !== undefined) return { refused: reasons[0] };
  const looked = candidates.length === 0 ? 'no place is known for this system' : `looked for ${candidates.join(', ')}`;
  return { refused: `there is no library of ${FAMILY_NAMES[family]} here (${looked})` };
}

/** Stay loaded as long as the process: MPICH does not outlive being unloaded by the thread that happened to load it. */
const kept = new Map<string, NativeLibrary>();

function inspect(koffi: Koffi, path: string): MpiLibrary | { readonly refused: string } {
  try {
    const library = kept.get(path) ?? koffi.load(path);
    kept.set(path, library);
    const describe = library.func('int MPI_Get_library_version(uintptr_t text, uintptr_t length)') as (text: bigint, length: bigint) => number;
    // MPI_MAX_LIBRARY_VERSION_STRING is 8192 in MPICH, 256 in Open MPI.
    const text = new Uint8Array(8192);
    const length = new Int32Array(1);
    describe(koffi.address(text), koffi.address(length));
    const name = libraryName(Buffer.from(text.subarray(0, length[0])).toString('latin1'));
    return { path, family: has(library, 'ompi_mpi_comm_world') ? 'openmpi' : 'mpich', name };
  } catch (error) {
    return { refused: `it cannot be used (${asError(error).message})` };
  }
}

/** 'Open MPI 4.1.4' of 'Open MPI v4.1.4, package: …', 'MPICH 4.0.2' of 'MPICH Version:\t4.0.2\n…'. */
export function libraryName(text: string): string {
  return text
    .split(/[\n,\0]/)[0]
    .replace(/\s+/g, ' ')
    .replace(/ (?:v|version:?) ?(?=\d)/i, ' ')
    .trim();
}

function has(library: NativeLibrary, name: string): boolean {
  try {
    library.symbol(name, 'int');
    return true;
  } catch {
    return false;
  }
}

/** What travels: the units of counts and displacements. */
export type MpiType = 'bytes' | 'floats';

/** The functions, on addresses of this process; counts and displacements in units of the type. A result that is not 0 is an error. */
export interface MpiCalls {
  /** Returns the level of threads that the library grants; `initThreads` asks for SERIALIZED. */
  initThreads(): number;
  readonly isInitialised: boolean;
  readonly rank: number;
  readonly size: number;
  /**
   * Every rank's part of a buffer to all others, in place; the request goes to `request`, one of `requestBytes` bytes.
   * @param counts and displs: addresses of [size] 32-bit integers, which stay as they are until it is done
   */
  iallgatherv(type: MpiType, buffer: number, counts: number, displs: number, request: number): void;
  /** A part of a buffer to each rank, and one from each to another buffer; counts and displacements of both as above, and parts do not overlap. */
  ialltoallv(
    type: MpiType,
    buffer: number,
    counts: number,
    displs: number,
    into: number,
    countsInto: number,
    displsInto: number,
    request: number,
  ): void;
  /** Rank 0's buffer to all others. */
  ibcast(type: MpiType, buffer: number, count: number, request: number): void;
  /** Whether so many requests are all done; afterwards they are null requests, which are done. */
  testAll(count: number, requests: number): boolean;
  abort(code: number): void;
  finalise(): void;
  readonly requestBytes: number;
  /** Address of a buffer's bytes in this process. */
  address(of: ArrayBufferView): number;
}

/** MPI_THREAD_SERIALIZED: calls from any thread, one at a time. */
export const SERIALIZED = 2;

/** In MPICH's interface (https://www.mpich.org/abi/): handles are ints, and these are their values. */
const MPICH = { world: 0x44000000, bytes: 0x4c00010d, floats: 0x4c00040a, inPlace: -1, ignore: 1 };

const NAMES = { world: 'ompi_mpi_comm_world', bytes: 'ompi_mpi_byte', floats: 'ompi_mpi_float' } as const;

/** @throws where the library lacks something of this */
export function bindMpi({ path, family }: MpiLibrary): MpiCalls {
  const koffi = loadKoffi();
  if (!koffi) throw new Error("The package 'koffi' has gone since the library was found.");
  const library = kept.get(path) ?? koffi.load(path);
  kept.set(path, library);
  const address = (of: ArrayBufferView): number => Number(koffi.address(new Uint8Array(of.buffer, of.byteOffset, of.byteLength)));
  const isOpen = family === 'openmpi';
  const handle = isOpen ? 'uintptr_t' : 'int';
  const of = (what: keyof typeof NAMES): number => (isOpen ? Number(koffi.address(library.symbol(NAMES[what], 'int'))) : MPICH[what]);
  const [world, bytes, floats] = [of('world'), of('bytes'), of('floats')];
  const types: Readonly<Record<MpiType, number>> = { bytes, floats };
  const inPlace = isOpen ? 1 : MPICH.inPlace;
  const ignore = isOpen ? 0 : MPICH.ignore;
  const bind = (name: string, parameters: string): ((...args: number[]) => number) =>
    library.func(`int ${name}(${parameters})`) as unknown as (...args: number[]) => number;

  const initThread = bind('MPI_Init_thread', 'intptr_t argc, intptr_t argv, int required, uintptr_t provided');
  const initialized = bind('MPI_Initialized', 'uintptr_t flag');
  const commRank = bind('MPI_Comm_rank', `${handle} comm, uintptr_t rank`);
  const commSize = bind('MPI_Comm_size', `${handle} comm, uintptr_t size`);
  const allgatherv = bind(
    'MPI_Iallgatherv',
    `intptr_t send, int count, ${handle} sendType, uintptr_t receive, uintptr_t counts, uintptr_t displs, ${handle} type, ${handle} comm, uintptr_t request`,
  );
  const alltoallv = bind(
    'MPI_Ialltoallv',
    `uintptr_t send, uintptr_t sendCounts, uintptr_t sendDispls, ${handle} sendType, uintptr_t receive, uintptr_t counts, uintptr_t displs, ${handle} type, ${handle} comm, uintptr_t request`,
  );
  const bcast = bind('MPI_Ibcast', `uintptr_t buffer, int count, ${handle} type, int root, ${handle} comm, uintptr_t request`);
  const testall = bind('MPI_Testall', 'int count, uintptr_t requests, uintptr_t flag, intptr_t statuses');
  const abort = bind('MPI_Abort', `${handle} comm, int code`);
  const finalize = bind('MPI_Finalize', '');

  const word = new Int32Array(1);
  const wordAt = address(word);
  const done = (name: string, code: number): void => {
    if (code !== 0) throw new Error(`${name} of ${path} returned ${code}.`);
  };
  const read = (name: string, code: number): number => {
    done(name, code);
    return word[0];
  };
  const checked = (name: string, count: number): number => {
    if (!(Number.isInteger(count) && count >= 0 && count < 2 ** 31)) throw new Error(`${name} was to move ${count} elements at once.`);
    return count;
  };
  return {
    initThreads: () => read('MPI_Init_thread', initThread(0, 0, SERIALIZED, wordAt)),
    get isInitialised() {
      return read('MPI_Initialized', initialized(wordAt)) !== 0;
    },
    get rank() {
      return read('MPI_Comm_rank', commRank(world, wordAt));
    },
    get size() {
      return read('MPI_Comm_size', commSize(world, wordAt));
    },
    iallgatherv: (type, buffer, counts, displs, request) =>
      done('MPI_Iallgatherv', allgatherv(inPlace, 0, types[type], buffer, counts, displs, types[type], world, request)),
    ialltoallv: (type, buffer, counts, displs, into, countsInto, displsInto, request) =>
      done('MPI_Ialltoallv', alltoallv(buffer, counts, displs, types[type], into, countsInto, displsInto, types[type], world, request)),
    ibcast: (type, buffer, count, request) => done('MPI_Ibcast', bcast(buffer, checked('MPI_Ibcast', count), types[type], 0, world, request)),
    testAll: (count, requests) => read('MPI_Testall', testall(checked('MPI_Testall', count), requests, wordAt, ignore)) !== 0,
    abort: (code) => void abort(world, code),
    finalise: () => done('MPI_Finalize', finalize()),
    requestBytes: isOpen ? 8 : 4,
    address,
  };
}
