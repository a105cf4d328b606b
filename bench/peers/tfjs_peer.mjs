// The TensorFlow.js peer, on its WebAssembly backend or its plain JavaScript one ("cpu"). Started by orchestrate.ts; speaks
// the protocol written down in common.py. What most people write is in tfjs_fit_peer.mjs.
//
// What makes it fast, in samples/s of 4.22 on one core:              wasm: N1     N2     N3      cpu: N1     N2    N3
//   tf.train.sgd().minimize, which most people write                   14,000  5,000    580         4,200  1,300   250
//   tensor operations, gradient by hand, transposing inside matMul     18,000  6,300    630         4,500  1,800   260
//   the same with explicit transposes of the small matrices            28,000 15,000  6,200         4,200  1,600   250
// So wasm gets the third (its fast product takes no transposed operand) and cpu the second. Mini-batches are gathered in
// JavaScript (3 µs for 10 rows; tf.gather 250 µs), and bias and activation are fused into the forward product.
//
// Shapes: B rows of a mini-batch, I inputs and O outputs of a layer; weights are [I, O].

import { answerReady, CLASSES, COST_SAMPLES, miniBatches, openTensorFlow, PIXELS, readTrainingSet, serve, uniform } from './tfjs_common.mjs';

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
  const tf = await openTensorFlow(request.backend);
  const { x, y } = readTrainingSet(request.data, request.samples);
  const network = makeNetwork(tf, request);
  const rows = new Float32Array(request.batch * PIXELS);
  const targets = new Float32Array(request.batch * CLASSES);
  const batches = miniBatches(request.samples, request.batch, uniform(request.seed));

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

  function train(goOn) {
    let samples = 0;
    do {
      const index = batches.next().value;
      step(index);
      samples += index.length;
    } while (goOn());
    return samples;
  }
  const firstX = x.subarray(0, COST_SAMPLES * PIXELS);
  const firstY = y.subarray(0, COST_SAMPLES * CLASSES);
  const meanCost = () => tf.tidy(() => network.meanCost(tf.tensor2d(firstX, [COST_SAMPLES, PIXELS]), tf.tensor2d(firstY, [COST_SAMPLES, CLASSES])));
  await answerReady(tf, `tfjs-${request.backend}`);
  return { train, meanCost, cost: meanCost() };
}

await serve(prepare);
