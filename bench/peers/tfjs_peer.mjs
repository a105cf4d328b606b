// The TensorFlow.js peer, on its WebAssembly backend or its plain JavaScript one ("cpu"). Started by orchestrate.ts; speaks
// the protocol written down in common.py. It has one thread: TF.js turns its threads off in Node.
// Packages: @tensorflow/tfjs and @tensorflow/tfjs-backend-wasm, from here upwards or from the folder in NABLA_PEERS_MODULES.
//
// What makes it fast, in samples/s of 4.22 on one core:              wasm: N1     N2     N3      cpu: N1     N2    N3
//   tf.train.sgd().minimize, which most people write                   14,000  5,000    580         4,200  1,300   250
//   tensor operations, gradient by hand, transposing inside matMul     18,000  6,300    630         4,500  1,800   260
//   the same with explicit transposes of the small matrices            28,000 15,000  6,200         4,200  1,600   250
// So wasm gets the third (its fast product takes no transposed operand) and cpu the second. Mini-batches are gathered in
// JavaScript (3 µs for 10 rows; tf.gather 250 µs), and bias and activation are fused into the forward product.
//
// Shapes: B rows of a mini-batch, I inputs and O outputs of a layer; weights are [I, O].

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';

const PACKAGES = { cpu: ['@tensorflow/tfjs'], wasm: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'] };
const COST_SAMPLES = 1000;
const PIXELS = 784;
const CLASSES = 10;

const answer = (fields) => process.stdout.write(`${JSON.stringify(fields)}\n`);
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
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Index arrays of at most `batch` samples, for ever; a new order in each epoch, the last one may be short. */
function* miniBatches(samples, batch, random) {
  const order = Int32Array.from({ length: samples }, (_, i) => i);
  for (;;) {
    for (let i = samples - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let begin = 0; begin < samples; begin += batch) yield order.subarray(begin, begin + batch);
  }
}

/** Pixels as float32 in [0, 1] and the targets as one-hot rows. */
function readTrainingSet(folder, samples) {
  const images = readIdx(folder, 'train-images-idx3-ubyte', 3);
  const labels = readIdx(folder, 'train-labels-idx1-ubyte', 1);
  if (labels.length < samples) throw new Error(`${folder} holds ${labels.length} training samples, not ${samples}`);
  const x = Float32Array.from(images.subarray(0, samples * PIXELS), (byte) => byte / 255);
  const y = new Float32Array(samples * CLASSES);
  for (let i = 0; i < samples; i++) y[i * CLASSES + labels[i]] = 1;
  return { x, y };
}

function makeNetwork(tf, request) {
  const { layers, hidden, output, cost, eta, seed } = request;
  const last = layers.length - 1;
  const outputs = layers.slice(1);
  const initial = outputs.map((o, l) => tf.randomNormal([layers[l], o], 0, 1 / Math.sqrt(layers[l]), 'float32', seed + l));
  const weights = initial.map((w) => tf.variable(w));
  const biases = outputs.map((o) => tf.variable(tf.zeros([o])));
  const explicit = request.backend === 'wasm';
  /** a^T [I, B] · d [B, O] */
  const outer = (a, d) => (explicit ? tf.matMul(tf.transpose(a), d) : tf.matMul(a, d, true, false));
  /** d [B, O] · w^T [O, I], where wasm transposes d and the result rather than the larger w */
  const back = (d, w) => (explicit ? tf.transpose(tf.matMul(w, tf.transpose(d))) : tf.matMul(d, w, false, true));
  const sigmoidSlope = (a) => tf.sub(a, tf.square(a));
  const slope = hidden === 'relu' ? tf.step : sigmoidSlope;

  function forward(x) {
    const a = [x];
    for (let l = 0; l < last; l++) {
      const activation = l < last - 1 ? hidden : output === 'softmax' ? 'linear' : 'sigmoid';
      a.push(tf.fused.matMul({ a: a[l], b: weights[l], bias: biases[l], activation }));
    }
    if (output === 'softmax') a.push(tf.softmax(a.pop()));
    return a;
  }

  function step(x, y) {
    const a = forward(x);
    let delta = tf.mul(tf.sub(a[last], y), eta / y.shape[0]); // BP1; δ is linear in it, so η/m is applied here once
    if (cost === 'quadratic') delta = tf.mul(delta, sigmoidSlope(a[last]));
    for (let l = last - 1; l >= 0; l--) {
      const gradW = outer(a[l], delta); // BP4
      const gradB = tf.sum(delta, 0); // BP3
      if (l > 0) delta = tf.mul(back(delta, weights[l]), slope(a[l])); // BP2: before w changes
      weights[l].assign(tf.sub(weights[l], gradW));
      biases[l].assign(tf.sub(biases[l], gradB));
    }
  }

  /** The book's cost, averaged over the rows of x. */
  function meanCost(x, y) {
    const a = forward(x)[last];
    if (cost === 'quadratic') return tf.mul(tf.sum(tf.square(tf.sub(y, a))), 0.5 / y.shape[0]).dataSync()[0];
    const clipped = tf.clipByValue(a, 1e-7, 1 - 1e-7);
    let sum = tf.sum(tf.mul(y, tf.log(clipped)));
    if (cost === 'cross-entropy') sum = tf.add(sum, tf.sum(tf.mul(tf.sub(1, y), tf.log(tf.sub(1, clipped)))));
    return -sum.dataSync()[0] / y.shape[0];
  }
  return { step, meanCost };
}

async function prepare(request) {
  const load = findPackages(request.backend);
  if (!load) {
    const packages = PACKAGES[request.backend].join(' ');
    answer({ event: 'unavailable', reason: `TensorFlow.js is not installed (npm install ${packages}, or name its folder in NABLA_PEERS_MODULES)` });
    process.exit(0);
  }
  const [tf] = PACKAGES[request.backend].map((name) => load(name));
  await tf.setBackend(request.backend);
  await tf.ready();
  tf.enableProdMode();
  const { x, y } = readTrainingSet(request.data, request.samples);
  const network = makeNetwork(tf, request);
  const rows = new Float32Array(request.batch * PIXELS);
  const targets = new Float32Array(request.batch * CLASSES);

  function step(index) {
    const B = index.length;
    for (let i = 0; i < B; i++) {
      const s = index[i];
      rows.set(x.subarray(s * PIXELS, (s + 1) * PIXELS), i * PIXELS);
      targets.set(y.subarray(s * CLASSES, (s + 1) * CLASSES), i * CLASSES);
    }
    tf.tidy(() => {
      const input = tf.tensor2d(rows.subarray(0, B * PIXELS), [B, PIXELS]);
      network.step(input, tf.tensor2d(targets.subarray(0, B * CLASSES), [B, CLASSES]));
    });
  }
  const firstX = x.subarray(0, COST_SAMPLES * PIXELS);
  const firstY = y.subarray(0, COST_SAMPLES * CLASSES);
  const meanCost = () => tf.tidy(() => network.meanCost(tf.tensor2d(firstX, [COST_SAMPLES, PIXELS]), tf.tensor2d(firstY, [COST_SAMPLES, CLASSES])));
  const simd = request.backend === 'wasm' && (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'));
  const kernels = request.backend === 'wasm' ? `WebAssembly ${simd ? 'SIMD' : 'without SIMD'}` : 'plain JavaScript';
  answer({ event: 'ready', peer: `tfjs-${request.backend}`, version: tf.version.tfjs, blas: kernels, threads: 1, differs: null });
  return { batches: miniBatches(request.samples, request.batch, uniform(request.seed)), step, meanCost, cost: meanCost() };
}

/** Whole steps for at least `seconds`; the cost stands outside the timed part. */
function run(trainer, seconds) {
  const costBefore = trainer.cost;
  let samples = 0;
  let elapsed = 0;
  const begin = performance.now();
  do {
    const index = trainer.batches.next().value;
    trainer.step(index);
    samples += index.length;
    elapsed = (performance.now() - begin) / 1000;
  } while (elapsed < seconds);
  trainer.cost = trainer.meanCost();
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  answer({ event: 'ran', samples, seconds: elapsed, cost: trainer.cost, costBefore, costAfter: trainer.cost, peakMegabytes });
}

let trainer;
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const request = JSON.parse(line);
    if (request.command === 'quit') break;
    if (request.command === 'prepare') trainer = await prepare(request);
    else if (request.command === 'run') run(trainer, request.seconds);
    else throw new Error(`unknown command ${request.command}: expected prepare, run or quit`);
  } catch (error) {
    answer({ event: 'failed', reason: `${error.name}: ${error.message}` });
    process.exitCode = 1;
    break;
  }
}
