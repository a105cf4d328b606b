// Busy processes: programs of somebody else's that want all of a core, beside which a benchmark runs. Each is a process of its
// own; it is ended by who started it, and ends by itself when that process is gone.

import { spawn } from 'node:child_process';

/** Milliseconds until a process that has just started computes at full speed. */
const START = 150;

const LOOP = 'const parent = process.ppid; while (process.ppid === parent) for (let k = 0; k < 1e7; k++);';

export interface BusyProcesses {
  /** Ends them all, and waits until they are gone. */
  end(): Promise<void>;
}

/** Starts so many busy processes, and waits until they are at work. */
export async function startBusy(count: number): Promise<BusyProcesses> {
  const children = Array.from({ length: count }, () => spawn(process.execPath, ['-e', LOOP], { stdio: 'ignore' }));
  const gone = Promise.all(children.map((child) => new Promise((resolve) => child.once('close', resolve))));
  if (count > 0) await new Promise((resolve) => setTimeout(resolve, START));
  return {
    end: async () => {
      for (const child of children) child.kill('SIGKILL');
      await gone;
    },
  };
}
