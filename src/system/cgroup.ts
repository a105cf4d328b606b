// What control groups leave of the machine: Linux's way of limiting a container, a service or a job. A limit of a group holds for all
// that are in it, so the effective one is the least of the process's group and of all groups above it, as far as they can be seen.
// Both kinds are read, whichever is there: version 1 has a tree of folders for each controller, version 2 one tree for all.
//
// /proc/self/cgroup names the process's group in each tree, /proc/self/mountinfo where a tree, or the part below some group, is mounted
// (man 7 cgroups, man 5 proc, Documentation/admin-guide/cgroup-v2.rst of the kernel).

import { limitIn, numberAfter, type ReadText, readSystemFile } from './system-files.js';

/** The memory of the group that leaves the least. */
export interface GroupMemory {
  readonly limit: number;
  /** Bytes up to the limit, with those that the system can take back from its cache of files. */
  readonly free: number;
}

/** Cores' worth of time that the process gets at most; infinite where there is no quota. */
export function quotaOfGroups(read: ReadText = readSystemFile): number {
  return Math.min(Number.POSITIVE_INFINITY, ...foldersOf('cpu', read).map((folder) => quotaOf(folder, read)));
}

function quotaOf(folder: string, read: ReadText): number {
  // Version 2: "150000 100000" is 1.5, "max 100000" no limit. Version 1: 150000 and 100000, or -1, in two files.
  const [quota, period] = read(`${folder}/cpu.max`)?.split(/\s+/) ?? [read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`)];
  const cores = limitIn(quota) / limitIn(period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

/** The limit on memory; undefined where no group has one. Page cache that was not used for a while counts as free, as `docker stats` counts. */
export function memoryOfGroups(read: ReadText = readSystemFile): GroupMemory | undefined {
  const groups = foldersOf('memory', read).flatMap((folder) => memoryOf(folder, read));
  return groups.reduce<GroupMemory | undefined>((least, group) => (least === undefined || group.free < least.free ? group : least), undefined);
}

/** No machine has so much: what version 1 says where there is no limit, 2^63 less a page. */
const NO_LIMIT = 2 ** 60;

function memoryOf(folder: string, read: ReadText): GroupMemory[] {
  const file = (name: string): string | undefined => read(`${folder}/${name}`);
  const stat = file('memory.stat');
  // Above `high` a group is slowed down to a crawl. The hierarchical limit of version 1 is that of all groups above, seen or not.
  const limits = ['memory.max', 'memory.high', 'memory.limit_in_bytes'].map((name) => limitIn(file(name)));
  const limit = Math.min(...limits, numberAfter(stat, 'hierarchical_memory_limit') || Number.POSITIVE_INFINITY);
  if (limit >= NO_LIMIT) return [];
  const used = Number(file('memory.current') ?? file('memory.usage_in_bytes') ?? 0);
  const cached = numberAfter(stat, 'total_inactive_file') || numberAfter(stat, 'inactive_file');
  return [{ limit, free: Math.max(0, limit - Math.max(0, used - cached)) }];
}

/** Threads and processes that a group may have at most; infinite where there is no limit. */
export function tasksOfGroups(read: ReadText = readSystemFile): number {
  return Math.min(Number.POSITIVE_INFINITY, ...foldersOf('pids', read).map((folder) => limitIn(read(`${folder}/pids.max`))));
}

/** A tree of groups, or a part of one, and where it is mounted. */
interface Mount {
  /** The group that the mount point shows. */
  readonly root: string;
  readonly point: string;
  /** Controllers of version 1; undefined for version 2. */
  readonly controllers: readonly string[] | undefined;
}

/** The folders of the process's group and of all above it that can be seen, of both versions. */
function foldersOf(controller: string, read: ReadText): string[] {
  const mounts = mountsIn(read('/proc/self/mountinfo') ?? '');
  return groupsIn(read('/proc/self/cgroup') ?? '').flatMap(({ controllers, path }) => {
    const version2 = controllers === '';
    if (!version2 && !controllers.split(',').includes(controller)) return [];
    const fitting = mounts.filter((mount) => (version2 ? mount.controllers === undefined : mount.controllers?.includes(controller)));
    return fitting.flatMap((mount) => foldersUpTo(mount, path));
  });
}

/** Lines 'number:controllers:path'; version 2 has no controllers. */
function groupsIn(text: string): { controllers: string; path: string }[] {
  return [...text.matchAll(/^\d+:([^:\n]*):(\/.*)$/gm)].map(([, controllers, path]) => ({ controllers, path }));
}

/** Lines 'id parent major:minor root point options [tags] - type source options'. */
function mountsIn(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, point] = left.split(' ').map(unescaped);
    const [type, , options = ''] = right.split(' ');
    if (type === 'cgroup2') return [{ root, point, controllers: undefined }];
    return type === 'cgroup' ? [{ root, point, controllers: options.split(',') }] : [];
  });
}

/** A space in a path is written \040. */
const unescaped = (text: string): string => text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/**
 * The group's folder and those above it, up to the mount point. In a container the mount point may show the group itself; where it
 * shows neither the group nor one above it by name, it is still what the container's runtime wants to be seen.
 */
function foldersUpTo({ root, point }: Mount, path: string): string[] {
  // The process was moved out of what its namespace can see: none of these groups is above it.
  if (path.startsWith('/..')) return [];
  const top = root === '/' ? '' : root;
  const below = path === top || path.startsWith(`${top}/`) ? path.slice(top.length) : '';
  const names = below.split('/').filter((name) => name !== '');
  return [point, ...names.map((_, k) => [point, ...names.slice(0, k + 1)].join('/'))];
}
