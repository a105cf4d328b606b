// Compares nabla with its peers from the command line: reads the options, runs network after network, prints the table and
// writes the JSON. Exit code 0 done, 1 a peer that was started failed or nothing could be measured, 2 a bad option,
// 130 interrupted. A peer that is not installed is named and skipped.

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkInteger, checkNumber, checkOneOf } from '../../src/check.js';
import { GRADIENT_MODES } from '../../src/parallel/modes.js';
import { describeMachine } from '../measure.js';
import { ALL_NETWORKS, type BenchNetwork } from '../networks.js';
import { pick, requestOrEnd, requireMnistFolder } from '../options.js';
import { recordPath, today, writeRecord } from '../record.js';
import { PEERS, type PeerEntry } from './catalogue.js';
import { compareOn, type NetworkResult, type Settings } from './orchestrate.js';
import { killAllPeers } from './peer.js';
import { formatHead, formatNetwork } from './table.js';

const HELP = `Compares nabla with NumPy, PyTorch, scikit-learn and TensorFlow.js on whole training steps.

  node dist/bench/peers/main.js --data DIR [options]

  --data DIR        folder with MNIST's IDX files, plain or gzipped (needed)
  --networks LIST   of ${ALL_NETWORKS.map(({ id }) => id).join(', ')} (default: all)
  --peers LIST      of ${PEERS.map(({ id }) => id).join(', ')} (default: all)
  --seconds T       of each peer in each round (default: 1)
  --rounds R        (default: 7)
  --seed N          (default: 1)
  --gradient MODE   of nabla's sides: partial or owned (default: nabla's own)
  --python PATH     to run the Python peers (default: python3 or /usr/bin/python3, whichever has the packages)
  --record          also write everything as JSON to bench/results/
  --out FILE        the same, to a file of your own
  --help

nabla-1 and nabla-2 are one and two workers with kernels 'auto' (WebAssembly), nabla-blas-1 and -2 the same with 'blas'.
TensorFlow.js is found from this repository upwards, or in the folder named by NABLA_PEERS_MODULES.`;

interface Request {
  readonly networks: readonly BenchNetwork[];
  readonly peers: readonly PeerEntry[];
  readonly settings: Settings;
  readonly out?: string;
}

/** What was asked for; undefined for --help. Throws an error with one line for whatever cannot be meant. */
function readOptions(args: string[]): Request | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args,
    options: {
      ...{ data: text, networks: text, peers: text, seconds: text, rounds: text, seed: text },
      ...{ gradient: text, python: text, out: text, record: flag, help: flag },
    },
  });
  if (values.help) return undefined;
  const seconds = checkNumber('--seconds', Number(values.seconds ?? 1), 0, true);
  if (seconds > 600) throw new RangeError(`--seconds: expected at most 600, got ${seconds}.`);
  const settings: Settings = {
    data: requireMnistFolder(values.data),
    seconds,
    rounds: checkInteger('--rounds', Number(values.rounds ?? 7), 1, 1000),
    seed: checkInteger('--seed', Number(values.seed ?? 1), 0, 0x7fffffff),
    samples: 50_000,
    pythons: values.python === undefined ? ['python3', '/usr/bin/python3'] : [values.python],
  };
  const out = values.out === undefined ? (values.record ? recordPath('peers', describeMachine()) : undefined) : checkOut(values.out);
  return {
    networks: pick('--networks', values.networks, ALL_NETWORKS),
    peers: withGradient(pick('--peers', values.peers, PEERS), values.gradient),
    settings,
    ...(out === undefined ? {} : { out }),
  };
}

function withGradient(entries: readonly PeerEntry[], mode: string | undefined): readonly PeerEntry[] {
  if (mode === undefined) return entries;
  const gradient = checkOneOf('--gradient', mode, GRADIENT_MODES);
  return entries.map((entry) => (entry.program === 'nabla' ? { ...entry, gradient } : entry));
}

/** Found out before the run, not after it. */
function checkOut(file: string): string {
  const path = resolve(file);
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw new RangeError(`--out: expected a file in a folder that can be written, got '${file}'.`);
  }
  if (existsSync(path) && !statSync(path).isFile()) throw new RangeError(`--out: expected a file, got '${file}'.`);
  return path;
}

async function compare({ networks, peers, settings, out }: Request): Promise<number> {
  const machine = describeMachine();
  const results: NetworkResult[] = [];
  process.stdout.write(`${formatHead(machine, settings)}\n`);
  for (const network of networks) {
    const result = await compareOn(network, peers, settings, (progress) => process.stderr.write(`${progress}\n`));
    results.push(result);
    process.stdout.write(`\n${formatNetwork(result)}\n`);
    const { seconds, rounds, seed, samples } = settings;
    const record = { bench: 'peers', date: today(), machine, settings: { seconds, rounds, seed, samples }, results } as const;
    if (out) writeRecord(record, out); // after each network: a later one may be interrupted
  }
  const states = results.flatMap((result) => result.peers.map((peer) => peer.state));
  return states.includes('failed') || !states.includes('measured') ? 1 : 0;
}

const request = requestOrEnd(readOptions, HELP);
process.on('exit', killAllPeers);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.exitCode = await compare(request);
