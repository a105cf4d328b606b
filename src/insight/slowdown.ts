// Measures how fast each layer learns, and what slows it: the book's ‖∂C/∂b^l‖ (chapter 5), saturated neurons (BP1,
// BP2), low input activations (BP4), dead neurons, and how far a step moves the weights. All of it on the kernels, from one
// forward and backward pass over S samples; so a training run may ask after each epoch. diagnosis.ts tells what the
// figures mean.

import type { Dataset } from '../data/dataset.js';
import { layerwiseActivation } from '../functions/activations.js';
import { bindKernels, type KernelChoice } from '../kernels/bind.js';
import type { InputFormat } from '../model/input.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { Slowdown } from '../options/events.js';
import { LOW_INPUT, SATURATED_SLOPE, WRONG } from './limits.js';
import { Probe } from './probe.js';

/** A slope below SATURATED_SLOPE at a |z| up to this is not saturation but the nature of f: ReLU is flat on one side of 0. */
const NEAR = [-2, -1, 1, 2];

/**
 * The figures of a probe whose parameters are set.
 * @param plain whether a step is η∇C: how large another optimiser's steps are, the gradient alone does not tell
 */
export function slowdownOf(probe: Probe, eta: number, plain = true): Slowdown {
  const parameters = probe.parameterNorms();
  probe.run();
  const S = probe.samples;
  const gradients = probe.gradientNorms();
  const slopes = probe.layout.layers.map((_, l) => ({ values: probe.slopes(l), largest: probe.largestSlopes(l) }));
  const layers = probe.layout.layers.map(({ number, O }, l) => ({
    layer: number,
    neurons: O,
    f: probe.network.activations[l],
    speed: gradients[l].b / S,
    neuronSpeed: gradients[l].b / S / Math.sqrt(O),
    saturated: restsByNature(probe, l, slopes[l].largest) ? null : saturatedShare(slopes[l].values, slopes[l].largest),
    lowInputs: l === 0 ? lowData(probe.data) : lowShare(probe.a(l - 1)),
    dead: deadNeurons(slopes[l].values, O),
    update: plain ? (eta * gradients[l].w) / S / parameters[l].w : null,
  }));
  const cost = probe.costs.reduce((sum, c) => sum + c, 0) / S;
  return { samples: S, eta, cost, layers, ...outputFigures(probe, slopes[slopes.length - 1].largest) };
}

/**
 * The same in one call, for any parameters of a network.
 * @param parameters [P] in the book's order
 * @param samples a data set whose training samples are looked at (see onlySamples)
 * @param eta learning rate η
 */
export async function measureSlowdown(
  network: NetworkSpecification,
  parameters: Float32Array,
  samples: Dataset,
  eta: number,
  arithmetic: { readonly kernels: KernelChoice; readonly input: InputFormat },
): Promise<Slowdown> {
  const probe = await openSlowdownProbe(network, samples, arithmetic);
  probe.parameters = parameters;
  return slowdownOf(probe, eta);
}

/** A probe to be asked again and again, with `slowdownOf`, as training goes on: memory is planned and samples are copied once. */
export function openSlowdownProbe(
  network: NetworkSpecification,
  samples: Dataset,
  { kernels, input }: { readonly kernels: KernelChoice; readonly input: InputFormat },
): Promise<Probe> {
  return Probe.open({ network, data: samples, input, bind: (memory, scratch) => bindKernels(kernels, memory, scratch) });
}

/** Whether some neuron's slope is almost 0 already near z = 0, on one side or the other. */
function restsByNature(probe: Probe, l: number, largest: Float32Array): boolean {
  if (layerwiseActivation(probe.network.activations[l])) return false;
  return probe.slopesAt(l, NEAR).some((slope, k) => Math.abs(slope) < SATURATED_SLOPE * largest[k % largest.length]);
}

function saturatedShare(slopes: Float32Array, largest: Float32Array): number {
  let count = 0;
  for (let k = 0; k < slopes.length; k++) if (Math.abs(slopes[k]) < SATURATED_SLOPE * largest[k % largest.length]) count++;
  return count / slopes.length;
}

function deadNeurons(slopes: Float32Array, O: number): number {
  const alive = new Uint8Array(O);
  for (let k = 0; k < slopes.length; k++) if (slopes[k] !== 0) alive[k % O] = 1;
  return alive.reduce((dead, one) => dead + 1 - one, 0);
}

function lowShare(activations: Float32Array): number {
  let count = 0;
  for (let k = 0; k < activations.length; k++) if (Math.abs(activations[k]) < LOW_INPUT) count++;
  return count / activations.length;
}

/** The same for the inputs themselves, as they lie in the data. */
function lowData({ training: { values }, scale }: Dataset): number {
  let count = 0;
  for (let k = 0; k < values.length; k++) if (Math.abs(values[k] * scale) < LOW_INPUT) count++;
  return count / values.length;
}

/** Of the output layer: how many samples are wrong, and how many of those cannot learn it by BP1. */
function outputFigures(probe: Probe, largest: Float32Array): { wrong: number; stuck: number } {
  const l = probe.layout.layers.length - 1;
  const { O } = probe.layout.layers[l];
  const [a, y, delta] = [probe.a(l), probe.targets, probe.delta(l)];
  let [wrong, stuck] = [0, 0];
  for (let s = 0; s < probe.samples; s++) {
    let [isWrong, isStuck] = [false, false];
    for (let j = 0; j < O; j++) {
      const k = s * O + j;
      const off = Math.abs(a[k] - y[k]);
      if (off <= WRONG) continue;
      isWrong = true;
      // δ = (a - y) f'(z) for the quadratic cost; where cost and f are a matched pair, δ = a - y, and nothing sticks.
      if (Math.abs(delta[k]) < SATURATED_SLOPE * largest[j] * off) isStuck = true;
    }
    if (isWrong) wrong++;
    if (isStuck) stuck++;
  }
  return { wrong: wrong / probe.samples, stuck: stuck / probe.samples };
}
