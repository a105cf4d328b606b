// Compares nabla with its peers from the command line: reads the options, runs network after network, prints the table and
// writes the JSON. Exit code 0 done, 1 a peer that was started failed or nothing could be measured, 2 a bad option,
// 130 interrupted. A peer that is not installed is named and skipped.

import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkInteger, checkNumber, checkOneOf } from '../../src/check.js';
import { type BenchNetwork, NETWORKS } from '../networks.js';
import { PEERS, type PeerEntry } from './catalogue.js';
import { compareOn, type NetworkResult, type Settings } from './orchestrate.js';
import { killAllPeers } from './peer.js';
import { formatHead, formatNetwork, type Machine } from './table.js';

const HELP = `Compares nabla with NumPy, PyTorch, scikit-learn and TensorFlow.js on whole training steps.

  node dist/bench/peers/main.js --data DIR [options]

  --data DIR        folder with MNIST's IDX files, plain or gzipped (needed)
  --networks LIST   of ${NETWORKS.map(({ id }) => id).join(', ')} (default: all)
  --peers LIST      of ${PEERS.map(({ id }) => id).join(', ')} (default: all)
  --seconds T       of each peer in each round (default: 1)
  --rounds R        (default: 7)
  --seed N          (default: 1)
  --kernels NAME    of nabla's sides (default: auto)
  --gradient MODE   of nabla's sides: partial or owned (default: nabla's own)
  --python PATH     to run the Python peers (default: python3 or /usr/bin/python3, whichever has the packages)
  --out FILE        also write everything as JSON
  --help

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
  const { values } = parseArgs({
    args,
    options: {
      ...{ data: text, networks: text, peers: text, seconds: text, rounds: text, seed: text },
      ...{ kernels: text, gradient: text, python: text, out: text, help: { type: 'boolean' } },
    },
  });
  if (values.help) return undefined;
  const seconds = checkNumber('--seconds', Number(values.seconds ?? 1), 0, true);
  if (seconds > 600) throw new RangeError(`--seconds: expected at most 600, got ${seconds}.`);
  const { gradient } = values;
  const settings: Settings = {
    data: checkData(values.data),
    seconds,
    rounds: checkInteger('--rounds', Number(values.rounds ?? 7), 1, 1000),
    seed: checkInteger('--seed', Number(values.seed ?? 1), 0, 0x7fffffff),
    samples: 50_000,
    pythons: values.python === undefined ? ['python3', '/usr/bin/python3'] : [values.python],
    nabla: {
      kernels: checkOneOf('--kernels', values.kernels ?? 'auto', ['auto', 'scalar', 'simd', 'relaxed', 'blas']),
      ...(gradient === undefined ? {} : { gradient: checkOneOf('--gradient', gradient, ['partial', 'owned']) }),
    },
  };
  return {
    networks: pick('--networks', values.networks, NETWORKS),
    peers: pick('--peers', values.peers, PEERS),
    settings,
    ...(values.out === undefined ? {} : { out: checkOut(values.out) }),
  };
}

/** The entries that a list such as "N1,N3" names, in its order; all where none is given. */
function pick<T extends { readonly id: string }>(option: string, list: string | undefined, all: readonly T[]): readonly T[] {
  if (list === undefined) return all;
  const ids = [...new Set(list.split(',').map((id) => id.trim()))];
  return ids.map((id) => {
    checkOneOf(
      option,
      id,
      all.map((entry) => entry.id),
    );
    return all.find((entry) => entry.id === id) as T;
  });
}

function checkData(folder: string | undefined): string {
  if (folder === undefined) throw new RangeError("--data: expected the folder of MNIST's IDX files, got nothing. See --help.");
  for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']) {
    const path = join(folder, name);
    if (!existsSync(path) && !existsSync(`${path}.gz`)) {
      throw new RangeError(`--data: expected a folder with ${name} or ${name}.gz, got '${folder}'.`);
    }
  }
  return resolve(folder);
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

function describeMachine(): Machine {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const [load = 0] = loadavg();
  return { cpu, cores: availableParallelism(), platform: `${platform()} ${arch()}`, node: process.versions.node, load };
}

async function compare({ networks, peers, settings, out }: Request): Promise<number> {
  const machine = describeMachine();
  const results: NetworkResult[] = [];
  process.stdout.write(`${formatHead(machine, settings)}\n`);
  for (const network of networks) {
    const result = await compareOn(network, peers, settings, (progress) => process.stderr.write(`${progress}\n`));
    results.push(result);
    process.stdout.write(`\n${formatNetwork(result)}\n`);
    const { seconds, rounds, seed, samples, nabla } = settings;
    const record = { date: new Date().toISOString(), machine, settings: { seconds, rounds, seed, samples, nabla }, networks: results };
    if (out) writeFileSync(out, `${JSON.stringify(record, undefined, 2)}\n`); // after each network: a later one may be interrupted
  }
  const states = results.flatMap((result) => result.peers.map((peer) => peer.state));
  return states.includes('failed') || !states.includes('measured') ? 1 : 0;
}

async function main(): Promise<void> {
  let request: Request | undefined;
  try {
    request = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`);
    process.exitCode = 2;
    return;
  }
  if (!request) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  process.on('exit', killAllPeers);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  process.exitCode = await compare(request);
}

await main();
