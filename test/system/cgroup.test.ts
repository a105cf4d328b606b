// Limits of control groups, from file trees as containers, services and jobs have them: both versions, both at once, groups above the
// process's own, and trees of which a container sees a part. The lines of /proc are recorded ones, with shorter names.

import { describe, expect, test } from 'vitest';
import { memoryOfGroups, quotaOfGroups, tasksOfGroups } from '#src/system/cgroup.js';
import type { ReadText } from '#src/system/system-files.js';

const MB = 2 ** 20;
const NO_LIMIT = '9223372036854771712\n';

interface Layout {
  readonly groups: string;
  readonly mounts: string;
  readonly files: Readonly<Record<string, string>>;
  readonly cores: number;
  /** MB: the limit, and what is left of it. */
  readonly memory?: readonly [limit: number, free: number];
  readonly tasks?: number;
}

const unlimited = Number.POSITIVE_INFINITY;

const LAYOUTS: Readonly<Record<string, Layout>> = {
  'a machine without control groups': { groups: '', mounts: '23 28 0:22 / /proc rw - proc proc rw', files: {}, cores: unlimited },
  'a session of systemd, version 2, without limits': {
    groups: '0::/user.slice/user-1000.slice/session-3.scope\n',
    mounts: '35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot',
    files: {
      '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/user.slice/memory.max': 'max\n',
      '/sys/fs/cgroup/user.slice/user-1000.slice/pids.max': '33000\n',
    },
    cores: unlimited,
    tasks: 33_000,
  },
  'a service with CPUQuota= and MemoryHigh= in the slice above it': {
    groups: '0::/batch.slice/batch-night.slice/train.service\n',
    mounts: '35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw',
    files: {
      '/sys/fs/cgroup/batch.slice/cpu.max': '600000 100000\n',
      '/sys/fs/cgroup/batch.slice/batch-night.slice/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/batch.slice/batch-night.slice/train.service/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/batch.slice/memory.max': `${1000 * MB}\n`,
      '/sys/fs/cgroup/batch.slice/memory.high': `${800 * MB}\n`,
      '/sys/fs/cgroup/batch.slice/memory.current': `${700 * MB}\n`,
      '/sys/fs/cgroup/batch.slice/memory.stat': `anon 1\ninactive_file ${50 * MB}\nactive_file 7\n`,
      '/sys/fs/cgroup/batch.slice/batch-night.slice/train.service/memory.max': `${500 * MB}\n`,
      '/sys/fs/cgroup/batch.slice/batch-night.slice/train.service/memory.current': `${100 * MB}\n`,
    },
    cores: 1.5,
    memory: [800, 150],
  },
  'Docker, version 2: the mount point is the container': {
    groups: '0::/\n',
    mounts: '486 477 0:30 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw',
    files: {
      '/sys/fs/cgroup/cpu.max': '250000 100000\n',
      '/sys/fs/cgroup/memory.max': `${256 * MB}\n`,
      '/sys/fs/cgroup/memory.current': `${6 * MB}\n`,
    },
    cores: 2.5,
    memory: [256, 250],
  },
  'Docker, version 1: the group is named as the host sees it': {
    groups: '5:memory:/docker/4f1e\n4:cpu,cpuacct:/docker/4f1e\n3:pids:/docker/4f1e\n1:name=systemd:/docker/4f1e\n0::/\n',
    mounts: [
      '690 680 0:29 /docker/4f1e /sys/fs/cgroup/systemd ro - cgroup cgroup rw,xattr,name=systemd',
      '693 680 0:33 /docker/4f1e /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:14 - cgroup cgroup rw,cpu,cpuacct',
      '694 680 0:34 /docker/4f1e /sys/fs/cgroup/memory ro,nosuid master:15 - cgroup cgroup rw,memory',
      '695 680 0:35 /docker/4f1e /sys/fs/cgroup/pids ro,nosuid master:16 - cgroup cgroup rw,pids',
    ].join('\n'),
    files: {
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${512 * MB}\n`,
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${112 * MB}\n`,
      '/sys/fs/cgroup/memory/memory.stat': `inactive_file 1\nhierarchical_memory_limit ${512 * MB}\ntotal_inactive_file ${12 * MB}\n`,
      '/sys/fs/cgroup/pids/pids.max': '64\n',
    },
    cores: 0.5,
    memory: [512, 412],
    tasks: 64,
  },
  'Kubernetes, version 1: a limit of the pod, which only the statistics show': {
    groups: '11:cpu,cpuacct:/kubepods/burstable/pod7/c9\n3:memory:/kubepods/burstable/pod7/c9\n',
    mounts: [
      '396 394 0:21 /kubepods/burstable/pod7/c9 /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct',
      '397 394 0:22 /kubepods/burstable/pod7/c9 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory',
    ].join('\n'),
    files: {
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': NO_LIMIT,
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${24 * MB}\n`,
      '/sys/fs/cgroup/memory/memory.stat': `hierarchical_memory_limit ${1024 * MB}\ntotal_inactive_file 0\n`,
    },
    cores: unlimited,
    memory: [1024, 1000],
  },
  'LXC: version 1 for each controller by itself, attached in a group of version 2': {
    groups: '13:rdma:/\n5:memory:/\n3:cpuacct:/\n2:cpu:/\n0::/.lxc\n',
    mounts: [
      '58 57 0:38 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu',
      '59 57 0:39 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
      '60 57 0:40 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
    ].join('\n'),
    files: {
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': NO_LIMIT,
    },
    cores: 3,
  },
  'both versions at once: version 1 has the controllers, and the quota is two groups up': {
    groups: '4:memory:/jobs/7/step\n1:cpu:/jobs/7/step\n0::/jobs/7/step\n',
    mounts: [
      '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu',
      '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
      '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
    ].join('\n'),
    files: {
      '/sys/fs/cgroup/cpu/jobs/cpu.cfs_quota_us': '400000\n',
      '/sys/fs/cgroup/cpu/jobs/cpu.cfs_period_us': '200000\n',
      '/sys/fs/cgroup/cpu/jobs/7/step/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes': `${64 * MB}\n`,
      '/sys/fs/cgroup/memory/jobs/7/memory.usage_in_bytes': `${80 * MB}\n`,
    },
    cores: 2,
    memory: [64, 0],
  },
  'a group whose name has a space, under a tree that shows a group above it': {
    groups: '0::/pods/my run/step\n',
    mounts: '50 40 0:30 /pods /mnt/control\\040groups rw - cgroup2 cgroup rw',
    files: { '/mnt/control groups/my run/cpu.max': '700000 100000\n' },
    cores: 7,
  },
  'a container in a container, whose tree shows no group by that name': {
    groups: '0::/outer/inner\n',
    mounts: '50 40 0:30 /../.. /sys/fs/cgroup rw - cgroup2 cgroup rw',
    files: { '/sys/fs/cgroup/cpu.max': '100000 50000\n' },
    cores: 2,
  },
  'a process outside what its namespace shows': {
    groups: '0::/../other\n',
    mounts: '50 40 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup rw',
    files: { '/sys/fs/cgroup/cpu.max': '100000 100000\n' },
    cores: unlimited,
  },
};

const readerOf =
  ({ groups, mounts, files }: Layout): ReadText =>
  (path) =>
    ({ '/proc/self/cgroup': groups, '/proc/self/mountinfo': mounts, ...files })[path];

describe.each(Object.entries(LAYOUTS))('%s', (_, layout) => {
  test('its quota, memory and threads', () => {
    const { cores, memory, tasks = unlimited } = layout;
    const read = readerOf(layout);
    expect(quotaOfGroups(read)).toBe(cores);
    expect(memoryOfGroups(read)).toEqual(memory && { limit: memory[0] * MB, free: memory[1] * MB });
    expect(tasksOfGroups(read)).toBe(tasks);
  });
});

test('what these files should not hold limits nothing', () => {
  const group = LAYOUTS['Docker, version 2: the mount point is the container'];
  for (const text of ['', 'nonsense', 'max', '100000', '-1 100000', '100000 0']) {
    const read = readerOf({ ...group, files: { '/sys/fs/cgroup/cpu.max': text, '/sys/fs/cgroup/memory.max': '', '/sys/fs/cgroup/pids.max': 'x' } });
    expect([quotaOfGroups(read), memoryOfGroups(read), tasksOfGroups(read)]).toEqual([unlimited, undefined, unlimited]);
  }
  expect(quotaOfGroups(readerOf({ ...group, groups: 'x\n::\n0:\n', mounts: 'y - cgroup2\n - \n' }))).toBe(unlimited);
});
