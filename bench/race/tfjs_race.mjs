// TensorFlow.js on its WebAssembly backend in the race: the step of tfjs_peer.mjs, gradient by hand with explicit transposes, and
// the library's own optimisers for momentum and Adam. Protocol in race.py.
//
// Shapes: B rows of a mini-batch, I inputs and O outputs of a layer; weights are [I, O].

import { answer, CLASSES, miniBatches, openTensorFlow, PIXELS, readSamples, uniform } from '../peers/tfjs_common.mjs';

const HELD_BACK = 10_000;
const MU = 0.9;

/** What to train on and what to be judged by: pixels in [0, 1] and labels. */
function readDigits({ data, digits }) {
  const training = readSamples(data, 'train');
  if (digits === 'test') return { training, held: readSamples(data, 't10k') };
  const kept = training.labels.length - HELD_BACK;
  const part = (begin, end) => ({ x: training.x.subarray(begin * PIXELS, end * PIXELS), labels: training.labels.subarray(begin, end) });
  return { training: part(0, kept), held: part(kept, kept + HELD_BACK) };
}

/** A function that moves all parameters by their gradients, at a rate. */
function makeUpdate(tf, optimiser, parameters) {
  if (optimiser === 'sgd') {
    return (gradients, eta) => {
      for (const [k, p] of parameters.entries()) p.assign(tf.sub(p, tf.mul(gradients[k], eta)));
    };
  }
  const library = optimiser === 'adam' ? tf.train.adam(1) : tf.train.momentum(1, MU, true);
  return (gradients, eta) => {
    if (optimiser === 'adam') library.learningRate = eta;
    else library.setLearningRate(eta);
    library.applyGradients(parameters.map(({ name }, k) => ({ name, tensor: gradients[k] })));
  };
}

function makeNetwork(tf, { layers, optimiser, dropout, lambda, seed }, samples, random) {
  const last = layers.length - 1;
  const w = layers.slice(1).map((o, l) => tf.variable(tf.randomNormal([layers[l], o], 0, Math.sqrt(2 / layers[l]), 'float32', seed + l)));
  const b = layers.slice(1).map((o) => tf.variable(tf.zeros([o])));
  const update = makeUpdate(tf, optimiser, [...w, ...b]);
  const keep = 1 - dropout;

  /** 0 for what is left out, 1 / keep for the rest. */
  const mask = (shape) =>
    tf.tensor2d(
      Float32Array.from({ length: shape[0] * shape[1] }, () => (random() < keep ? 1 / keep : 0)),
      shape,
    );

  /** a^l of each layer; the last one before the softmax. */
  function forward(x, training) {
    const a = [x];
    for (let l = 0; l < last; l++) {
      const hidden = l < last - 1;
      const z = tf.fused.matMul({ a: a[l], b: w[l], bias: b[l], activation: hidden ? 'relu' : 'linear' });
      a.push(training && hidden && dropout > 0 ? tf.mul(z, mask(z.shape)) : z);
    }
    return a;
  }

  function step(x, y, eta) {
    const a = forward(x, true);
    let delta = tf.mul(tf.sub(tf.softmax(a[last]), y), 1 / y.shape[0]); // BP1
    const [gradW, gradB] = [[], []];
    for (let l = last - 1; l >= 0; l--) {
      const gradient = tf.matMul(tf.transpose(a[l]), delta); // BP4
      gradW[l] = lambda > 0 ? tf.add(gradient, tf.mul(w[l], lambda / samples)) : gradient;
      gradB[l] = tf.sum(delta, 0); // BP3
      // BP2; what was left out is 0 in a, so the slope of ReLU leaves it out here too
      if (l > 0) delta = tf.mul(tf.transpose(tf.matMul(w[l], tf.transpose(delta))), tf.mul(tf.step(a[l]), 1 / keep));
    }
    update([...gradW, ...gradB], eta);
  }
  return { step, classes: (x) => tf.argMax(forward(x, false)[last], 1).dataSync() };
}

async function race(recipe) {
  const tf = await openTensorFlow('wasm');
  answer({ event: 'start', version: `TensorFlow.js ${tf.version.tfjs}` });
  const { training, held } = readDigits(recipe);
  const samples = training.labels.length;
  const random = uniform(recipe.seed);
  const network = makeNetwork(tf, recipe, samples, random);
  const batches = miniBatches(samples, recipe.batch, random);
  const steps = Math.ceil(samples / recipe.batch);
  const rows = new Float32Array(recipe.batch * PIXELS);
  for (let t = 0; t < steps * recipe.epochs; t++) {
    const index = batches.next().value;
    const B = index.length;
    const targets = new Float32Array(B * CLASSES);
    for (let i = 0; i < B; i++) {
      rows.set(training.x.subarray(index[i] * PIXELS, (index[i] + 1) * PIXELS), i * PIXELS);
      targets[i * CLASSES + training.labels[index[i]]] = 1;
    }
    const eta = recipe.eta * 0.5 * (1 + Math.cos((Math.PI * t) / (steps * recipe.epochs)));
    tf.tidy(() => network.step(tf.tensor2d(rows.subarray(0, B * PIXELS), [B, PIXELS]), tf.tensor2d(targets, [B, CLASSES]), eta));
    if ((t + 1) % steps === 0) {
      const classes = tf.tidy(() => network.classes(tf.tensor2d(held.x, [held.labels.length, PIXELS])));
      const right = classes.reduce((sum, found, i) => sum + (found === held.labels[i] ? 1 : 0), 0);
      answer({ event: 'epoch', epoch: (t + 1) / steps, [`${recipe.digits}Accuracy`]: right / held.labels.length });
    }
  }
}

process.stdin.once('data', (line) => {
  race(JSON.parse(line)).catch((error) => {
    answer({ event: 'failed', reason: `${error.name}: ${error.message}` });
    process.exitCode = 1;
  });
});
