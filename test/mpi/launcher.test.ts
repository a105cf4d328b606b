// Who started a process, as its environment says it: the variables as these launchers set them (Open MPI 4.1, Hydra 4.0, Slurm 22.05), or
// none, or nonsense.

import { expect, test } from 'vitest';
import { launchedApart, launchedBy } from '#src/mpi/launcher.js';

const OPEN = "Open MPI's mpirun";
const HYDRA = "MPICH's mpirun or srun --mpi=pmi2";

const OPEN_MPI = { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_LOCAL_SIZE: '2', PMIX_RANK: '1' };
const MPICH = { PMI_RANK: '3', PMI_SIZE: '4', PMI_FD: '8', MPI_LOCALNRANKS: '4', MPI_LOCALRANKID: '3' };
const SLURM = { SLURM_PROCID: '2', SLURM_NTASKS: '3', SLURM_STEP_NUM_TASKS: '3', SLURM_LOCALID: '0' };

test.each([
  ["Open MPI's mpirun", OPEN_MPI, { launcher: OPEN, family: 'openmpi', rank: 1, size: 4, local: 2 }],
  ['Hydra', MPICH, { launcher: HYDRA, family: 'mpich', rank: 3, size: 4, local: 4 }],
  ["Intel MPI's Hydra", { ...MPICH, I_MPI_INFO_NUMA_NODE_NUM: '1' }, { launcher: HYDRA, family: 'mpich', rank: 3, size: 4, local: 4 }],
  ['srun --mpi=pmi2', { ...SLURM, PMI_RANK: '2', PMI_SIZE: '3', PMI_FD: '9' }, { launcher: HYDRA, family: 'mpich', rank: 2, size: 3 }],
  [
    'srun --mpi=pmix',
    { ...SLURM, PMIX_RANK: '2', PMIX_NAMESPACE: 'slurm.pmix.7.0' },
    { launcher: 'srun --mpi=pmix', family: 'openmpi', rank: 2, size: 3 },
  ],
  ['mpirun within an allocation of Slurm', { ...SLURM, ...OPEN_MPI }, { launcher: OPEN, family: 'openmpi', rank: 1, size: 4, local: 2 }],
  ['one process', { PMI_RANK: '0', PMI_SIZE: '1' }, { launcher: HYDRA, family: 'mpich', rank: 0, size: 1 }],
  ['nobody', { PATH: '/usr/bin' }, undefined],
  ['a shell within an allocation of Slurm', { SLURM_NTASKS: '3', SLURM_JOB_ID: '7' }, undefined],
  ['a rank without a size', { PMI_RANK: '0' }, undefined],
  ['a size without a rank', { OMPI_COMM_WORLD_SIZE: '4' }, undefined],
  ['a rank beyond the size', { PMI_RANK: '4', PMI_SIZE: '4' }, undefined],
  ['words', { PMI_RANK: 'one', PMI_SIZE: 'two' }, undefined],
  ['numbers that are none', { PMI_RANK: '-1', PMI_SIZE: '4e3' }, undefined],
  ['nothing', { PMI_RANK: '', PMI_SIZE: '' }, undefined],
  ['more than there can be', { PMI_RANK: '0', PMI_SIZE: '99999999' }, undefined],
  ['no number on this host', { ...MPICH, MPI_LOCALNRANKS: '0' }, { launcher: HYDRA, family: 'mpich', rank: 3, size: 4 }],
])('%s', (_, environment, launched) => {
  expect(launchedBy(environment)).toEqual(launched);
});

test.each([
  ['srun without MPI', SLURM, /^srun has started 3 processes that do not know of each other: .*--mpi=pmi2 .*--mpi=pmix/],
  ['Hydra that keeps the number back', { PMI_PORT: 'node1:40001', PMI_ID: '1' }, /^mpirun -pmi-port does not say how many processes there are/],
  ['srun of one process', { ...SLURM, SLURM_STEP_NUM_TASKS: '1' }, undefined],
  ['srun --mpi=pmi2', { ...SLURM, PMI_RANK: '2', PMI_SIZE: '3' }, undefined],
  // It has the variables of the step that the shell runs in, but no step of several.
  ['a shell of salloc', { SLURM_PROCID: '0', SLURM_NTASKS: '3', SLURM_STEP_NUM_TASKS: '1' }, undefined],
  ["mpirun's daemon, which srun has started", { ...SLURM, ...OPEN_MPI }, undefined],
  ['nobody', {}, undefined],
])('apart from each other: %s', (_, environment, says) => {
  const apart = launchedApart(environment);
  if (says) expect(apart).toMatch(says);
  else expect(apart).toBeUndefined();
});
