// Why memory or threads are refused: the cause that the system's own figures show, for a table of systems, and no cause where they show
// none. What a user sees of it, in a process under such limits, is in test/parallel/starting.test.ts.

import { afterEach, describe, expect, test, vi } from 'vitest';
import { allocateArena, fits } from '#src/parallel/memory/arena.js';
import { arrayRefused, freeMemory, whyRefused } from '#src/system/memory.js';
import { checkWebAssembly, sharedBuffer, sharedMemory } from '#src/system/shared-memory.js';
import { checkThreadsAllowed, endOfThread, threadsRefused } from '#src/system/threads.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const MB = 2 ** 20;
const GROUP = { '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': '1 2 0:3 / /sys/fs/cgroup rw - cgroup2 cgroup rw' };
const limits = (name: string, soft: number | string): Record<string, string> => ({
  '/proc/self/limits': `Limit                     Soft Limit           Hard Limit           Units     \n${name.padEnd(26)}${String(soft).padEnd(21)}unlimited            bytes\n`,
  '/proc/self/status': 'VmPeak:\t 9000000 kB\nVmSize:\t  761856 kB\nVmData:\t  204800 kB\n',
});
const reader =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | undefined =>
    files[path];

describe('memory that is refused', () => {
  test.each<[cause: string, files: Record<string, string>, flags: string[], says: string]>([
    [
      'addresses',
      limits('Max address space', 10_240_000_000),
      [],
      "2 MB were refused: the address space of this process is limited to 9,766 MB (RLIMIT_AS), 744 MB of which are in use, and V8 reserves up to 10,240 MB for any shared memory. Lift the limit: 'ulimit -v unlimited'",
    ],
    [
      'addresses, without a reservation',
      limits('Max address space', 745 * MB),
      ['--disable-wasm-trap-handler'],
      "limited to 745 MB (RLIMIT_AS), 744 MB of which are in use. Lift the limit: 'ulimit -v unlimited'",
    ],
    [
      'data',
      limits('Max data size', 201 * MB),
      [],
      "the data of this process are limited to 201 MB (RLIMIT_DATA), 200 MB of which are in use. Lift the limit: 'ulimit -d",
    ],
    [
      'mappings',
      { '/proc/sys/vm/max_map_count': '65530\n', '/proc/self/maps': 'line\n'.repeat(65_529) },
      [],
      "this process has 65529 pieces of memory mapped, and the system allows 65530. Raise that: 'sysctl vm.max_map_count=262120'",
    ],
    [
      'promises',
      { '/proc/sys/vm/overcommit_memory': '2\n', '/proc/meminfo': 'CommitLimit:    2049000 kB\nCommitted_AS:   2048000 kB\n' },
      [],
      'promises no more memory than it has (vm.overcommit_memory is 2), and 1 MB are left',
    ],
    [
      'a container that has since filled up',
      { ...GROUP, '/sys/fs/cgroup/memory.max': String(MB) },
      [],
      "1 MB is left of this container's 1 MB (memory limit of its control group). End other",
    ],
  ])('for want of %s', (_, files, flags, says) => {
    const line = whyRefused(2 * MB, 'could not allocate memory', { read: reader(files), nodeFlags: flags });
    expect(line).toContain(says);
    expect(line).toMatch(/^memory: 2 MB were refused: [^\n]{20,400}\.$/);
  });

  test.each<[string, Record<string, string>]>([
    ['no limits are known', {}],
    [
      'all limits are far away',
      { ...limits('Max address space', 64e9), ...GROUP, '/proc/sys/vm/max_map_count': '65530', '/proc/self/maps': 'line\n' },
    ],
    ['limits are unlimited', { ...limits('Max address space', 'unlimited'), '/proc/sys/vm/overcommit_memory': '0\n' }],
  ])('where %s: what failed, and no cause', (_, files) => {
    expect(whyRefused(2 * MB, 'could not allocate memory', { read: reader(files) })).toMatch(
      /^memory: 2 MB were refused, although [\d,]+ MB this machine has free \(could not allocate memory\)\. The limits of this process: ulimit -a\.$/,
    );
  });

  test('of an array is a failure with words of its own, any other error is left alone', () => {
    expect(arrayRefused(new RangeError('Array buffer allocation failed'), reader({}))).toMatchObject({
      code: 'NO_MEMORY',
      message: expect.stringMatching(/^memory: an array was refused \(Array buffer allocation failed\); [\d,]+ MB this machine has free\./),
    });
    expect([new RangeError('eta: expected a number'), new Error('allocation failed'), 'x'].map((error) => arrayRefused(error))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a run that needs more than there is names both numbers, and whose memory it is', () => {
    const arena = { bytes: 700 * MB, blocks: 10 * MB, tags: 410 * MB, starts: 500 * MB, values: 500 * MB };
    const files = { ...GROUP, '/sys/fs/cgroup/memory.max': String(512 * MB), '/sys/fs/cgroup/memory.current': String(12 * MB) };
    expect(() => allocateArena(arena, freeMemory(reader(files), 4000 * MB))).toThrow(
      "memory: expected at most 500 MB, what is left of this container's 512 MB (memory limit of its control group), got '700 MB'. Of these, 400 MB are gradient blocks and 200 MB data. Use fewer shards, or gradient 'owned'.",
    );
    const small = freeMemory(reader(files), 100 * MB);
    expect(() => allocateArena(arena, small)).toThrow("at most 100 MB, what this machine has free, got '700 MB'.");
    // No advice that cannot help.
    const mostlyData = { ...arena, tags: 10 * MB, starts: 100 * MB, values: 100 * MB };
    expect(() => allocateArena(mostlyData, small)).toThrow('0 MB are gradient blocks and 600 MB data. Use fewer samples.');
    expect(() => allocateArena({ ...mostlyData, values: 110 * MB }, small)).toThrow(
      "600 MB data. Use input 'dense', whose samples may lie outside of it, or fewer samples.",
    );
    expect(() => allocateArena({ ...arena, tags: 10 * MB }, small)).toThrow('Use a smaller mini-batch or network.');
  });

  test('an arena can be had where its addresses reach, and where so much is free', () => {
    const free = { bytes: 8192 * MB, whose: 'this machine has free' };
    expect([4096, 4097].map((size) => fits({ bytes: size * MB }, free))).toEqual([true, false]);
    expect([100, 101].map((size) => fits({ bytes: size * MB }, { ...free, bytes: 100 * MB }))).toEqual([true, false]);
  });

  test('samples that are to be copied beside a run count with it', () => {
    const arena = { bytes: 70 * MB, blocks: 10 * MB, tags: 10 * MB, starts: 60 * MB, values: 60 * MB };
    expect(() => allocateArena(arena, { bytes: 500 * MB, whose: 'this machine has free' }, 440 * MB)).toThrow(
      "memory: expected at most 500 MB, what this machine has free, got '510 MB'. Of these, 0 MB are gradient blocks and 450 MB data. Use fewer samples.",
    );
    const addresses = { ...arena, bytes: 4097 * MB };
    expect(() => allocateArena(addresses, { bytes: 9e9, whose: '' })).toThrow("at most 4,096 MB (what 32-bit addresses reach), got '4,097 MB'.");
  });

  test('a buffer for samples: more than is free is refused before it is asked for, and what the system refuses says why', () => {
    const free = { bytes: 9 * MB, whose: 'this machine has free' };
    expect(() => sharedBuffer(10 * MB, free)).toThrow("memory: expected at most 9 MB, what this machine has free, got '10 MB'. Use fewer samples.");
    expect(sharedBuffer(MB, free).byteLength).toBe(MB);
    expect(() => sharedBuffer(2 ** 52, { ...free, bytes: 2 ** 53 })).toThrow(
      /^memory: 4,294,967,296 MB were refused: [\d,]+ MB this machine has free\./,
    );
  });
});

describe('threads that are refused', () => {
  test('for want of threads: the limits that are in force, and fewer of them', () => {
    const error = Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
    const files = { ...GROUP, ...limits('Max processes', 12), '/sys/fs/cgroup/pids.max': '10\n' };
    expect(threadsRefused(16, error, reader(files)).message).toBe(
      '16 worker threads cannot be started here: EAGAIN. Limits that are in force: 12 threads of one user (ulimit -u) and 10 threads of the control group (pids.max). Ask for fewer: --workers.',
    );
    expect(threadsRefused(16, error, reader({})).message).toBe('16 worker threads cannot be started here: EAGAIN. Ask for fewer: --workers.');
  });

  test('for another reason: that reason, and no advice that cannot help', () => {
    expect(threadsRefused(2, new ReferenceError('__dirname is not defined'), reader({})).message).toBe(
      '2 worker threads cannot be started here: __dirname is not defined.',
    );
  });

  test('by the permission model: the flag that allows them', () => {
    const withPermission = (worker: boolean): void => {
      vi.stubGlobal('process', { ...process, permission: { has: (scope: string) => scope !== 'worker' || worker } });
    };
    withPermission(true);
    expect(checkThreadsAllowed).not.toThrow();
    withPermission(false);
    const message = expect.stringMatching(/ forbids worker threads\. Start Node with --allow-worker as well\.$/);
    expect(checkThreadsAllowed).toThrow(expect.objectContaining({ code: 'NO_THREADS', message }));
  });

  test('a thread whose heap was full says whose limit that is', () => {
    expect(endOfThread(Object.assign(new Error('x'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }))).toMatch(
      /not the machine's; raise it: NODE_OPTIONS=--max-old-space-size/,
    );
    expect(endOfThread(new Error('something else'))).toBe('something else');
  });
});

test.each([
  ['WebAssembly', ['--jitless'], 'There is no WebAssembly here (--jitless), and all kernels need it: '],
  ['WebAssembly', ['--no-expose-wasm'], '(--no-expose-wasm)'],
  ['SharedArrayBuffer', [], "There is no SharedArrayBuffer here, and all kernels need it: the memory of 'scalar' is WebAssembly's too. Use a Node"],
])('without %s, with flags %j', (name, flags, says) => {
  checkWebAssembly(flags);
  vi.stubGlobal(name, undefined);
  expect(() => checkWebAssembly(flags)).toThrow(says);
  expect(() => sharedMemory(1)).toThrow(expect.objectContaining({ code: 'NO_KERNELS' }));
});
