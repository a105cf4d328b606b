// What both TensorFlow.js peers share, and the race's side with them: finding the packages, MNIST as typed arrays, and the protocol
// of common.py. They have one thread: TF.js turns its threads off in Node. Packages: @tensorflow/tfjs and
// @tensorflow/tfjs-backend-wasm, from here upwards or from the folder in NABLA_PEERS_MODULES.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';

const PACKAGES = { cpu: ['@tensorflow/tfjs'], wasm: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'] };
export const COST_SAMPLES = 1000;
export const PIXELS = 784;
export const CLASSES = 10;

export const answer = (fields) => process.stdout.write(`${JSON.stringify(fields)}\n`);
console.log = console.error; // standard output is for answers only
console.warn = console.error;

/** The first of the two places that has all packages of `backend`, as a `require`; undefined where neither has. */
function findPackages(backend) {
  const folder = process.env.NABLA_PEERS_MODULES;
  const places = [import.meta.url, ...(folder ? [join(folder, 'package.json')] : [])];
  return places
    .map((place) => createRequire(place))
    .find((load) => {
      try {
        return PACKAGES[backend].every((name) => load.resolve(name));
      } catch {
        return false;
      }
    });
}

/** The bytes of an IDX file after its header (4 bytes of magic, 4 per dimension), plain or gzipped. */
function readIdx(folder, name, dimensions) {
  const path = join(folder, name);
  const bytes = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  if (bytes.readUInt32BE(0) !== 0x0800 + dimensions) throw new Error(`${path} is not an IDX file of bytes`);
  return bytes.subarray(4 + 4 * dimensions);
}

/** A seeded source of numbers in [0, 1): mulberry32, by T. Ettinger (public domain). */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Index arrays of at most `batch` samples, for ever; a new order in each epoch, the last one may be short. */
export function* miniBatches(samples, batch, random) {
  const order = Int32Array.from({ length: samples }, (_, i) => i);
  for (;;) {
    for (let i = samples - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let begin = 0; begin < samples; begin += batch) yield order.subarray(begin, begin + batch);
  }
}

/** Pixels as float32 in [0, 1] and the labels of a pair of IDX files: 'train' or 't10k'; all samples, or as many as asked for. */
export function readSamples(folder, name, samples) {
  const images = readIdx(folder, `${name}-images-idx3-ubyte`, 3);
  const labels = readIdx(folder, `${name}-labels-idx1-ubyte`, 1).subarray(0, samples);
  if (samples !== undefined && labels.length < samples) throw new Error(`${folder} holds ${labels.length} ${name} samples, not ${samples}`);
  const x = new Float32Array(labels.length * PIXELS);
  for (let i = 0; i < x.length; i++) x[i] = images[i] / 255;
  return { x, labels };
}

/** The same of the training files, with targets as one-hot rows. */
export function readTrainingSet(folder, samples) {
  const { x, labels } = readSamples(folder, 'train', samples);
  const y = new Float32Array(samples * CLASSES);
  for (let i = 0; i < samples; i++) y[i * CLASSES + labels[i]] = 1;
  return { x, y };
}

/** TensorFlow.js on `backend`; ends the process where it is not installed. */
export async function openTensorFlow(backend) {
  const load = findPackages(backend);
  if (!load) {
    const packages = PACKAGES[backend].join(' ');
    answer({ event: 'unavailable', reason: `TensorFlow.js is not installed (npm install ${packages}, or name its folder in NABLA_PEERS_MODULES)` });
    process.exit(0);
  }
  const [tf] = PACKAGES[backend].map((name) => load(name));
  await tf.setBackend(backend);
  await tf.ready();
  tf.enableProdMode();
  return tf;
}

/** Says that a peer is ready, with what its arithmetic runs on. */
export async function answerReady(tf, peer) {
  const wasm = tf.getBackend() === 'wasm';
  const simd = wasm && (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'));
  const kernels = wasm ? `WebAssembly ${simd ? 'SIMD' : 'without SIMD'}` : 'plain JavaScript';
  answer({ event: 'ready', peer, version: tf.version.tfjs, blas: kernels, threads: 1, differs: null });
}

/** Whole steps for at least `seconds`; the cost stands outside the timed part. */
async function run(trainer, seconds) {
  const costBefore = trainer.cost;
  const begin = performance.now();
  const samples = await trainer.train(() => (performance.now() - begin) / 1000 < seconds);
  const elapsed = (performance.now() - begin) / 1000;
  trainer.cost = trainer.meanCost();
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  answer({ event: 'ran', samples, seconds: elapsed, cost: trainer.cost, costBefore, costAfter: trainer.cost, peakMegabytes });
}

/**
 * Answers requests until standard input ends. `prepare` answers `ready` and gives a trainer: { cost, meanCost(),
 * train(goOn) }, where train carries out whole steps while goOn() says so, and gives the number of samples.
 */
export async function serve(prepare) {
  let trainer;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const request = JSON.parse(line);
      if (request.command === 'quit') break;
      if (request.command === 'prepare') trainer = await prepare(request);
      else if (request.command === 'run') await run(trainer, request.seconds);
      else throw new Error(`unknown command ${request.command}: expected prepare, run or quit`);
    } catch (error) {
      answer({ event: 'failed', reason: `${error.name}: ${error.message}` });
      process.exitCode = 1;
      break;
    }
  }
}
