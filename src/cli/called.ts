// How the command line was called, so that what a message tells people to type works where they read it: `nabla` where a shell finds
// it, `npx nabla` where npm does, and otherwise Node with this program's file.

import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { launchedBy } from '../mpi/launcher.js';
import { shellPath } from '../system/shell-word.js';
import type { Environment } from './terminal.js';

/** The process that a message comes from. */
export interface Caller {
  /** The file that Node was started with. */
  readonly script: string | undefined;
  readonly environment: Environment;
  readonly cwd: string;
}

const thisProcess = (): Caller => ({ script: process.argv[1], environment: process.env, cwd: process.cwd() });

/** What stands before the command: `nabla`, `npx nabla`, `npm run nabla --`, or `node dist/src/cli/main.js`. */
export function calledAs({ script, environment, cwd }: Caller = thisProcess()): string {
  if (script === undefined || isOnPath(script, environment)) return 'nabla';
  if (/[/\\]node_modules[/\\](\.bin|nabla)[/\\]/.test(script)) return 'npx nabla';
  // npm's scripts run in the folder of the package, wherever npm was called; npx does not.
  const { npm_package_name: name, npm_lifecycle_script: line = '', INIT_CWD: from } = environment;
  if (name === 'nabla' && line.includes('cli/main.js')) return from === cwd ? 'npx nabla' : 'npm run nabla --';
  const path = relative(cwd, script);
  return `node ${shellPath(path.startsWith('..') ? script : path)}`;
}

/** The same for what is to be typed again: where a launcher has started several processes of this program, with the launcher. */
export function calledAgain(): string {
  const { size = 1 } = launchedBy() ?? {};
  if (size === 1) return calledAs();
  return `${process.env.SLURM_PROCID === undefined ? 'mpirun' : 'srun'} -n ${size} ${calledAs()}`;
}

/** Whether a shell finds this program by its name. npm puts folders of its own before the others while a script runs. */
function isOnPath(script: string, { PATH = '' }: Environment): boolean {
  const main = realPath(script);
  return PATH.split(delimiter)
    .filter((folder) => folder !== '' && !/[/\\]node_modules[/\\]\.bin[/\\]?$/.test(folder))
    .some((folder) => {
      if (main === realPath(join(folder, 'nabla'))) return true;
      // On Windows npm writes a script there that names a file below.
      return existsSync(join(folder, 'nabla.cmd')) && main === realPath(join(folder, 'node_modules', 'nabla', 'dist', 'src', 'cli', 'main.js'));
    });
}

/** Where a path leads through links; undefined where nothing is. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
