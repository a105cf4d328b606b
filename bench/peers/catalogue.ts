// Who can be compared: the list of peers, how each is started, and what its `prepare` request adds to the network. Finds
// the Python that has a peer's packages. Knows nothing of rounds or figures.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KernelName } from '../../src/kernels/kernels.js';
import type { GradientMode } from '../../src/parallel/modes.js';
import type { BenchNetwork } from '../networks.js';
import type { Command } from './peer.js';

/** Programs of the peers lie beside the sources; this file runs from dist/bench/peers. */
export const PROGRAMS = new URL('../../../bench/peers/', import.meta.url);
const NABLA_PROGRAM = fileURLToPath(new URL('./nabla_peer.js', import.meta.url));

export interface PeerEntry {
  readonly id: string;
  readonly program: 'nabla' | 'numpy' | 'numpy_plain' | 'torch' | 'sklearn' | 'tfjs' | 'tfjs_fit';
  /** Threads of the arithmetic; nabla: worker threads. */
  readonly threads: number;
  /** nabla only. */
  readonly kernels?: KernelName | 'auto';
  /** nabla only; without it, nabla's own default. */
  readonly gradient?: GradientMode;
  /** TensorFlow.js only. */
  readonly backend?: 'wasm' | 'cpu';
  /** Networks that this peer is too slow for, each with the reason that the report gives. */
  readonly leftOut?: Readonly<Record<string, string>>;
}

export const PEERS: readonly PeerEntry[] = [
  { id: 'nabla-1', program: 'nabla', threads: 1, kernels: 'auto' },
  { id: 'nabla-2', program: 'nabla', threads: 2, kernels: 'auto' },
  { id: 'nabla-blas-1', program: 'nabla', threads: 1, kernels: 'blas' },
  { id: 'nabla-blas-2', program: 'nabla', threads: 2, kernels: 'blas' },
  { id: 'numpy-1', program: 'numpy', threads: 1 },
  { id: 'numpy-2', program: 'numpy', threads: 2 },
  { id: 'plain-1', program: 'numpy_plain', threads: 1 },
  { id: 'torch-1', program: 'torch', threads: 1 },
  { id: 'torch-2', program: 'torch', threads: 2 },
  { id: 'sklearn', program: 'sklearn', threads: 2 },
  { id: 'tfjs-fit', program: 'tfjs_fit', threads: 1, backend: 'wasm', leftOut: { N4: 'one step takes about 15 s' } },
  { id: 'tfjs-wasm', program: 'tfjs', threads: 1, backend: 'wasm' },
  { id: 'tfjs-cpu', program: 'tfjs', threads: 1, backend: 'cpu', leftOut: { N4: 'one step takes about 25 s' } },
];

const ALL_OPTIMISERS = ['momentum', 'adam', 'adamw'] as const;

/** What each program has beside plain descent. */
const OPTIMISERS: Readonly<Record<PeerEntry['program'], readonly string[]>> = {
  nabla: ALL_OPTIMISERS,
  numpy: [],
  numpy_plain: [],
  torch: ALL_OPTIMISERS,
  sklearn: ['momentum', 'adam'],
  tfjs: [],
  tfjs_fit: [],
};

/** Why a peer has no figure for a network, where that is known before it is started. */
export function whyLeftOut({ program, leftOut }: PeerEntry, { id, optimiser }: BenchNetwork): string | undefined {
  if (optimiser && !OPTIMISERS[program].includes(optimiser.name)) return `this side has no ${optimiser.name}`;
  return leftOut?.[id];
}

/**
 * What each nabla side is compared with: in each round the fastest of one such list, as far as it was measured. First what
 * counts, NumPy and PyTorch as fast as we could write them; last the two that show what their users usually write.
 */
export const BASELINES: readonly (readonly string[])[] = [
  ['numpy-1', 'numpy-2', 'torch-1', 'torch-2'],
  ['tfjs-wasm', 'tfjs-cpu'],
  ['plain-1'],
  ['tfjs-fit'],
];

/** The fields that a peer's `prepare` adds to those of the network. */
export function extraFields({ program, threads, kernels, gradient, backend }: PeerEntry): object {
  return program === 'nabla' ? { threads, workers: threads, kernels, gradient } : { threads, backend };
}

/** Command line and environment of a peer, or the reason why it cannot be started. */
export function commandOf(entry: PeerEntry, pythons: readonly string[]): Command | { readonly unavailable: string } {
  if (entry.program === 'nabla') {
    if (!existsSync(NABLA_PROGRAM)) return { unavailable: 'nabla_peer.js is not built' };
    return { file: process.execPath, args: [NABLA_PROGRAM], env: {} };
  }
  if (entry.backend) return { file: process.execPath, args: [program(`${entry.program}_peer.mjs`)], env: {} };
  const python = findPython(entry.program === 'numpy_plain' ? ['numpy'] : ['numpy', entry.program], pythons);
  if (!python) return { unavailable: `no Python found (tried ${pythons.join(', ')})` };
  return { file: python, args: ['-B', program(`${entry.program}_peer.py`)], env: threadVariables(String(entry.threads)) };
}

function program(name: string): string {
  return fileURLToPath(new URL(name, PROGRAMS));
}

/** Libraries read these once, when they are loaded: one per BLAS or thread library that NumPy and PyTorch are built with. */
export function threadVariables(threads: string): Record<string, string> {
  return {
    OPENBLAS_NUM_THREADS: threads,
    OMP_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    BLIS_NUM_THREADS: threads,
    VECLIB_MAXIMUM_THREADS: threads,
  };
}

const FIND_MODULES = 'import sys, importlib.util as u; sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))';
const found = new Map<string, string | undefined>();

/** The first Python that has all modules; else the first that runs at all, whose peer then names what is missing. */
export function findPython(modules: readonly string[], pythons: readonly string[]): string | undefined {
  const key = [...modules, ...pythons].join();
  if (!found.has(key)) {
    const runs = (python: string, ...args: string[]): boolean => spawnSync(python, args, { timeout: 20_000 }).status === 0;
    const complete = pythons.find((python) => runs(python, '-c', FIND_MODULES, ...modules));
    found.set(key, complete ?? pythons.find((python) => runs(python, '--version')));
  }
  return found.get(key);
}
