// How much memory this process can still get, and why it was refused some. A refusal is not always too little memory: V8 reserves far
// more addresses than a memory has bytes, and systems limit those too. A cause is named where the system's own figures show it; else the
// message says what failed, and no more.

import { engineFlags, machineMemory } from '#platform';
import { NablaError } from '../errors.js';
import { megabytes } from '../text.js';
import { memoryOfGroups } from './cgroup.js';
import { limitIn, numberAfter, type ReadText, readSystemFile } from './system-files.js';

/** Memory that can still be taken. */
export interface FreeMemory {
  readonly bytes: number;
  /** Whose it is, as the end of a sentence: 'this machine has free'. */
  readonly whose: string;
}

/** What the machine has free, or what is left of the limit of a container, a service or a job that this process runs in. */
export function freeMemory(read: ReadText = readSystemFile, machine = machineMemory()): FreeMemory {
  const group = memoryOfGroups(read);
  if (group === undefined || group.free >= machine) return { bytes: machine, whose: 'this machine has free' };
  return { bytes: group.free, whose: `is left of this container's ${megabytes(group.limit)} (memory limit of its control group)` };
}

/** Addresses that V8 reserves for a shared memory of any size, so that no index leads out of it: 8 to 10 GB, by its version. */
const GUARDED = 10 * 2 ** 30;
const UNGUARDED_FLAG = '--disable-wasm-trap-handler';

/** What was refused, and how this Node reserves addresses for it. */
interface Refusal {
  readonly bytes: number;
  readonly guarded: boolean;
  readonly read: ReadText;
}

/** Where the figures of the system are read, and how the memory was asked for. */
interface Request {
  readonly read?: ReadText;
  readonly nodeFlags?: readonly string[];
  /** Whether it was a WebAssembly.Memory for which V8 reserves addresses. Default: as the flags say. */
  readonly guarded?: boolean;
}

/** Causes in the order in which they are looked for: each says what the limit is and what to do, or undefined where it is not the cause. */
const CAUSES: readonly ((refusal: Refusal) => string | undefined)[] = [addressSpace, dataSize, mappings, commitment, tooLittle];

/**
 * Why shared memory was refused, in a line that ends with a step to take.
 * @param said what V8 says of it
 */
export function whyRefused(bytes: number, said: string, { read = readSystemFile, nodeFlags = engineFlags(), ...request }: Request = {}): string {
  const { guarded = !nodeFlags.includes(UNGUARDED_FLAG) } = request;
  const refusal = { bytes, guarded, read };
  for (const cause of CAUSES) {
    const found = cause(refusal);
    if (found !== undefined) return `memory: ${megabytes(bytes)} were refused: ${found}`;
  }
  const { bytes: free, whose } = freeMemory(read);
  return `memory: ${megabytes(bytes)} were refused, although ${megabytes(free)} ${whose} (${said}). The limits of this process: ulimit -a.`;
}

/** What V8 throws where it gets no memory for the numbers of an array, as an error that says so; undefined for any other. */
export function arrayRefused(error: unknown, read: ReadText = readSystemFile): NablaError | undefined {
  if (!(error instanceof RangeError) || !/allocation failed|allocate memory/.test(error.message)) return undefined;
  const { bytes, whose } = freeMemory(read);
  const message = `memory: an array was refused (${error.message}); ${megabytes(bytes)} ${whose}. The limits of this process: ulimit -a.`;
  return new NablaError('NO_MEMORY', message, { cause: error });
}

function addressSpace({ bytes, guarded, read }: Refusal): string | undefined {
  const limit = processLimit('Max address space', read);
  const used = statusBytes('VmSize', read);
  if (used + (guarded ? GUARDED : bytes) <= limit) return undefined;
  const had = `the address space of this process is limited to ${megabytes(limit)} (RLIMIT_AS), ${megabytes(used)} of which are in use`;
  const lift = "Lift the limit: 'ulimit -v unlimited', or the virtual memory that a batch system grants (h_vmem and the like)";
  if (!guarded) return `${had}. ${lift}.`;
  return `${had}, and V8 reserves up to ${megabytes(GUARDED)} for any shared memory. ${lift}; or set NODE_OPTIONS=${UNGUARDED_FLAG}, which is slower.`;
}

function dataSize({ bytes, read }: Refusal): string | undefined {
  const limit = processLimit('Max data size', read);
  const used = statusBytes('VmData', read);
  if (used + bytes <= limit) return undefined;
  return `the data of this process are limited to ${megabytes(limit)} (RLIMIT_DATA), ${megabytes(used)} of which are in use. Lift the limit: 'ulimit -d unlimited'.`;
}

/** Every piece of memory with access of its own is a mapping; a few are made for each shared memory. */
const MAPPINGS_NEEDED = 8;

function mappings({ read }: Refusal): string | undefined {
  const most = limitIn(read('/proc/sys/vm/max_map_count'));
  if (most === Number.POSITIVE_INFINITY) return undefined;
  const count = (read('/proc/self/maps') ?? '').split('\n').length - 1;
  if (count + MAPPINGS_NEEDED <= most) return undefined;
  return `this process has ${count} pieces of memory mapped, and the system allows ${most}. Raise that: 'sysctl vm.max_map_count=${4 * most}'.`;
}

function commitment({ bytes, read }: Refusal): string | undefined {
  if (read('/proc/sys/vm/overcommit_memory')?.trim() !== '2') return undefined;
  const memory = read('/proc/meminfo');
  const left = 1024 * (numberAfter(memory, 'CommitLimit') - numberAfter(memory, 'Committed_AS'));
  if (bytes <= left) return undefined;
  return `this system promises no more memory than it has (vm.overcommit_memory is 2), and ${megabytes(Math.max(0, left))} are left. End other programs, or ask for less.`;
}

function tooLittle({ bytes, read }: Refusal): string | undefined {
  const { bytes: free, whose } = freeMemory(read);
  return bytes <= free ? undefined : `${megabytes(free)} ${whose}. End other programs, or ask for less.`;
}

/** The limit that is in force, from a table of names, soft limits, hard limits and units; infinite where there is none. */
export function processLimit(name: string, read: ReadText = readSystemFile): number {
  const [, soft] = new RegExp(`^${name} +(\\S+)`, 'm').exec(read('/proc/self/limits') ?? '') ?? [];
  return limitIn(soft);
}

function statusBytes(name: string, read: ReadText): number {
  return 1024 * numberAfter(read('/proc/self/status'), name);
}
