// Who started this process: mpirun, srun or mpiexec say in the environment which rank it is and of how many. Looked up by name, most
// specific first; nothing of MPI is loaded for it.

import { fstatSync, realpathSync } from 'node:fs';
import { shellPath } from '../system/shell-word.js';

/** Which libraries understand a launcher: those with Open MPI's interface, or those with MPICH's (MPICH, Intel MPI, MVAPICH). */
export type MpiFamily = 'openmpi' | 'mpich';

type Environment = Readonly<Record<string, string | undefined>>;

interface LauncherRow {
  readonly name: string;
  readonly family: MpiFamily;
  /** Variables with this process's number, how many there are, and how many of them are on this host. */
  readonly rank: string;
  readonly size: string;
  readonly local?: string;
}

/** Open MPI's mpirun sets PMIX_RANK as well; Hydra, and Slurm with --mpi=pmi2, set the variables of PMI. */
const LAUNCHERS: readonly LauncherRow[] = [
  {
    name: "Open MPI's mpirun",
    family: 'openmpi',
    rank: 'OMPI_COMM_WORLD_RANK',
    size: 'OMPI_COMM_WORLD_SIZE',
    local: 'OMPI_COMM_WORLD_LOCAL_SIZE',
  },
  { name: "MPICH's mpirun or srun --mpi=pmi2", family: 'mpich', rank: 'PMI_RANK', size: 'PMI_SIZE', local: 'MPI_LOCALNRANKS' },
  { name: 'srun --mpi=pmix', family: 'openmpi', rank: 'PMIX_RANK', size: 'SLURM_NTASKS' },
];

/** What a launcher has said to this process. */
export interface Launched {
  readonly launcher: string;
  readonly family: MpiFamily;
  readonly rank: number;
  readonly size: number;
  /** Processes on this host, where it is said. */
  readonly local?: number;
}

/** Undefined where no launcher started this process. */
export function launchedBy(environment: Environment = process.env): Launched | undefined {
  for (const { name, family, rank, size, local } of LAUNCHERS) {
    const [r, k] = [wholeNumber(environment[rank]), wholeNumber(environment[size])];
    if (r === undefined || k === undefined || r >= k) continue;
    const here = local === undefined ? undefined : wholeNumber(environment[local]);
    return { launcher: name, family, rank: r, size: k, ...(here !== undefined && here > 0 && { local: here }) };
  }
  return undefined;
}

/** The variable that says so to every process of a rank, and not to the launcher. */
export function rankVariable(environment: Environment = process.env): string | undefined {
  return LAUNCHERS.find(({ rank }) => environment[rank] !== undefined)?.rank;
}

/**
 * Why several processes of a launcher would not know of each other: srun that was told to offer no MPI, or Hydra with an option that
 * keeps their number back. Undefined where that is not so.
 */
export function launchedApart(environment: Environment = process.env): string | undefined {
  if (launchedBy(environment)) return undefined;
  const { SLURM_PROCID, SLURM_STEP_NUM_TASKS, PMI_PORT } = environment;
  if (PMI_PORT !== undefined) return 'mpirun -pmi-port does not say how many processes there are: each trains by itself. Leave -pmi-port out.';
  const tasks = wholeNumber(SLURM_STEP_NUM_TASKS) ?? 1;
  if (wholeNumber(SLURM_PROCID) === undefined || tasks < 2) return undefined;
  return `srun has started ${tasks} processes that do not know of each other: each trains by itself. Use srun --mpi=pmi2 (MPICH) or --mpi=pmix (Open MPI).`;
}

/**
 * Why this process cannot reach the launcher that has started it: those of MPICH leave it an open socket, which npx and npm, like any
 * program in Node, do not pass on. The library would read from whatever has the number now, and end with SIGSEGV.
 */
export function launcherOutOfReach(launcher: string, environment: Environment = process.env): string | undefined {
  const socket = wholeNumber(environment.PMI_FD);
  if (socket === undefined || isSocket(socket)) return undefined;
  return `The connection to ${launcher} has been closed on the way, as npx and npm do. Start the program itself: mpirun … node ${program()} …`;
}

/** The file that Node runs: below npx that is a link in a folder of npm's own. */
function program(): string {
  try {
    return shellPath(realpathSync(process.argv[1]));
  } catch {
    return 'PROGRAM';
  }
}

/** The open connection to a launcher of MPICH's kind, which takes commands of PMI; undefined where there is none. */
export function launcherSocket(environment: Environment = process.env): number | undefined {
  const socket = wholeNumber(environment.PMI_FD);
  return socket !== undefined && isSocket(socket) ? socket : undefined;
}

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}
