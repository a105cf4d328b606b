// TensorFlow.js as it is usually written: a model of dense layers, compiled, and `fit`. The tuned side is tfjs_peer.mjs; this
// one shows what a reader of its guide would measure. Started by orchestrate.ts; protocol in common.py.
//
// Its losses are means over the outputs where the book's costs are sums, so the learning rate makes up for it: the mean square
// is 2/O of the quadratic cost, the binary cross-entropy 1/O of the book's. With that, a step is the book's.

import { answerReady, CLASSES, COST_SAMPLES, openTensorFlow, PIXELS, readTrainingSet, serve } from './tfjs_common.mjs';

const LOSSES = {
  quadratic: { loss: 'meanSquaredError', factor: CLASSES / 2 },
  'cross-entropy': { loss: 'binaryCrossentropy', factor: CLASSES },
  'log-likelihood': { loss: 'categoricalCrossentropy', factor: 1 },
};

function makeModel(tf, { layers, hidden, output, cost, eta, seed }) {
  const model = tf.sequential();
  layers.slice(1).forEach((units, l) => {
    const activation = l === layers.length - 2 ? output : hidden;
    const stddev = 1 / Math.sqrt(layers[l]);
    const kernelInitializer = tf.initializers.randomNormal({ mean: 0, stddev, seed: seed + l });
    model.add(tf.layers.dense({ units, activation, kernelInitializer, ...(l === 0 ? { inputShape: [PIXELS] } : {}) }));
  });
  const { loss, factor } = LOSSES[cost];
  model.compile({ optimizer: tf.train.sgd(eta * factor), loss });
  return { model, factor };
}

async function prepare(request) {
  const tf = await openTensorFlow(request.backend);
  const { x, y } = readTrainingSet(request.data, request.samples);
  const { model, factor } = makeModel(tf, request);
  const inputs = tf.tensor2d(x, [request.samples, PIXELS]);
  const targets = tf.tensor2d(y, [request.samples, CLASSES]);
  const firstInputs = inputs.slice(0, COST_SAMPLES);
  const firstTargets = targets.slice(0, COST_SAMPLES);

  /** Whole epochs, the last one ended early. */
  async function train(goOn) {
    let samples = 0;
    let going = true;
    const onBatchEnd = (_, { size }) => {
      samples += size;
      going = goOn();
      if (!going) model.stopTraining = true;
    };
    while (going) await model.fit(inputs, targets, { batchSize: request.batch, epochs: 1, shuffle: true, verbose: 0, callbacks: { onBatchEnd } });
    return samples;
  }
  const meanCost = () => tf.tidy(() => model.evaluate(firstInputs, firstTargets, { batchSize: COST_SAMPLES }).dataSync()[0]) * factor;
  await answerReady(tf, 'tfjs-fit');
  return { train, meanCost, cost: meanCost() };
}

await serve(prepare);
