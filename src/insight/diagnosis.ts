// Turns the figures of slowdown.ts into findings in words: what slows a network's learning, and what to try. Only what the figures
// show is reported; every limit stands here with its reason.

import { ELEMENTWISE, ELEMENTWISE_NAMES } from '../functions/activations.js';
import type { NetworkSpecification } from '../model/specification.js';
import type { Finding, LayerFigures, Slowdown } from '../options/events.js';
import { listed, noun, percent } from '../text.js';
import { LOW_INPUT } from './limits.js';

/** Neuron for neuron, first hidden layer to last. With sigmoids each layer costs a factor of 4 to 5 (chapter 5): ten is two layers' worth. */
const UNEVEN = 10;
/** Share of hidden neurons saturated. The book's 784-30-10 starts with 62 % at N(0,1) weights and with none at 1/√n_in. */
const SATURATED_SHARE = 0.3;
/** Share of samples with a wrong and saturated output. At the same N(0,1) start: 93 % with the quadratic cost, none with the cross-entropy. */
const STUCK_SHARE = 0.1;
/** Share of neurons dead. A layer that is ReLU with He's weights starts with at most 7 % over 300 digits, five layers deep. */
const DEAD_SHARE = 0.1;
/** Share of low input activations. Four pixels of five of a digit are zero, and half of ReLU's activations: nothing is wrong with those. */
const LOW_SHARE = 0.9;
/**
 * One step, as a share of the weights. Networks that learn well start with up to 1.3 (784-10 at η = 0.5); the book's first one at
 * η = 100, with 2.8, does not.
 */
const LARGE_STEP = 2;
/**
 * The same, at least. At η = 0.001 the book's first network starts with 0.003 % at most, and is at 21 % of the test digits after
 * 30 epochs. Below this even ten thousand steps one way would not renew the weights.
 */
const SMALL_STEP = 1e-4;
/** Gradient as a share of the weights; above it, η makes steps small. Networks start with 0.03 to 3, saturated ones come down to 1e-9. */
const STEEP = 1e-3;
/** Share of samples wrong, below which small steps are no finding: a network that has learnt takes small steps because it is right. */
const MUCH_WRONG = 0.1;

/** Remedies of more than one finding, with their options. */
const WEIGHT_DECAY = 'weight decay (--lambda)';
const SCALED = 'weights of deviation 1/√n_in (--init scaled)';

/**
 * @param trained whether the parameters are no longer initial ones
 */
export function findingsOf(slowdown: Slowdown, network: NetworkSpecification, trained: boolean): Finding[] {
  const found = [
    uneven(slowdown, network, trained),
    saturated(slowdown, network, trained),
    stuck(slowdown),
    dead(slowdown, trained),
    lowInputs(slowdown),
    steps(slowdown),
  ];
  return found.filter((finding) => finding !== undefined);
}

function uneven({ layers }: Slowdown, network: NetworkSpecification, trained: boolean): Finding | undefined {
  const hidden = layers.slice(0, -1);
  const [first, last] = [hidden[0], hidden[hidden.length - 1]];
  if (hidden.length < 2) return undefined;
  const ratio = last.neuronSpeed / first.neuronSpeed;
  if (ratio > UNEVEN) {
    const rate = Number.isFinite(ratio) ? `${times(ratio)} slower than layer ${last.layer}` : 'not at all';
    const steep = namesWith((slopes) => Math.max(...slopes) > 0.99);
    const already = network.activations.slice(0, -1).every((f) => steep.includes(f));
    return {
      finding: 'vanishing',
      layers: [first.layer],
      text: `Layer ${first.layer} learns ${rate}, neuron for neuron: the gradient vanishes on its way back, because each layer multiplies the error with its weights and with f'(z) (BP2).`,
      advice: already
        ? 'Try larger initial weights (--init he for relu, scaled or glorot for others), or fewer hidden layers.'
        : `Try an f whose slope reaches 1 (${steep.join(', ')}), or fewer hidden layers.`,
    };
  }
  if (!(ratio < 1 / UNEVEN)) return undefined;
  return {
    finding: 'exploding',
    layers: [first.layer],
    text: `Layer ${first.layer} learns ${times(1 / ratio)} faster than layer ${last.layer}, neuron for neuron: the gradient grows on its way back (BP2).`,
    advice: trained ? `Try a smaller η, or ${WEIGHT_DECAY}.` : 'Try smaller initial weights (--init scaled, or he for relu).',
  };
}

function saturated({ layers }: Slowdown, { initialiser }: NetworkSpecification, trained: boolean): Finding | undefined {
  const of = layers.slice(0, -1).filter((layer) => (layer.saturated ?? 0) > SATURATED_SHARE);
  if (of.length === 0) return undefined;
  const shares = of.map((layer) => percent(layer.saturated as number, 0));
  return {
    finding: 'saturated',
    layers: numbers(of),
    text: `In ${inLayers(of)} ${listed(shares)} of the neurons are saturated: f'(z) is near 0, and they learn slowly (BP2).`,
    advice: trained
      ? `Large weights do that: try a smaller η, ${WEIGHT_DECAY}, or another f.`
      : initialiser === 'normal'
        ? `N(0,1) weights do that, by sums of many inputs: try ${SCALED}.`
        : 'Try smaller initial weights, or another f.',
  };
}

function stuck({ stuck: share, layers }: Slowdown): Finding | undefined {
  if (!(share > STUCK_SHARE)) return undefined;
  return {
    finding: 'stuck',
    layers: [layers[layers.length - 1].layer],
    text: `On ${percent(share, 0)} of the samples an output is wrong by more than a half and saturated: BP1 multiplies its error with f'(z), so that it hardly learns.`,
    advice: "Try a cost in which f'(z) cancels: --cost cross-entropy with sigmoid outputs, or log-likelihood with softmax.",
  };
}

function dead({ layers }: Slowdown, trained: boolean): Finding | undefined {
  const of = layers.filter(({ dead, neurons }) => dead > DEAD_SHARE * neurons);
  if (of.length === 0) return undefined;
  const counts = of.map((layer) => `${Math.round(layer.dead)} of ${layer.neurons}`);
  const never = namesWith((slopes) => slopes.every((slope) => slope !== 0) && Math.max(...slopes) > 1.001 * Math.min(...slopes));
  return {
    finding: 'dead',
    layers: numbers(of),
    text: `In ${inLayers(of)} ${listed(counts)} neurons have f'(z) = 0 on every sample: these samples teach them nothing.`,
    advice: `Try ${trained ? 'a smaller η' : 'initial weights that fit f (--init he for relu)'}, or an f whose slope is not 0 on one side (${never.join(', ')}).`,
  };
}

function lowInputs({ layers }: Slowdown): Finding | undefined {
  const of = layers.filter((layer) => layer.lowInputs > LOW_SHARE);
  if (of.length === 0) return undefined;
  const shares = of.map((layer) => percent(layer.lowInputs, 0));
  return {
    finding: 'low-inputs',
    layers: numbers(of),
    text: `Of the activations into ${inLayers(of)} ${listed(shares)} are below ${LOW_INPUT}: the weights from them learn slowly (BP4).`,
    advice:
      of[0].layer === 2 && of.length === 1
        ? 'That is what the data are like; inputs scaled to about 1 would learn faster.'
        : `Try initial ${SCALED}, or an f whose activations are rarely near 0, such as tanh.`,
  };
}

function steps({ layers, eta, wrong }: Slowdown): Finding | undefined {
  const moves = layers.flatMap(({ layer, update }) => (update === null ? [] : [{ layer, update }]));
  if (moves.length === 0) return undefined;
  const largest = moves.reduce((a, b) => (b.update > a.update ? b : a));
  if (largest.update > LARGE_STEP) {
    return {
      finding: 'large-steps',
      layers: moves.filter(({ update }) => update > LARGE_STEP).map(({ layer }) => layer),
      text: `A step at η = ${eta} moves the weights of layer ${largest.layer} by ${times(largest.update)} what they are: it leaps over what the gradient knows.`,
      advice: 'Try an η ten times smaller.',
    };
  }
  if (!(largest.update < SMALL_STEP && largest.update > STEEP * eta && wrong > MUCH_WRONG)) return undefined;
  return {
    finding: 'small-steps',
    layers: numbers(layers),
    text: `A step at η = ${eta} moves no layer's weights by more than ${(100 * largest.update).toPrecision(1)} % of what they are, with ${percent(wrong, 0)} of the samples still wrong.`,
    advice: 'Try an η ten times larger.',
  };
}

/** The activation functions whose slopes from -10 to 10 fulfil a condition; straight lines are left out. */
function namesWith(isOfKind: (slopes: number[]) => boolean): string[] {
  const zs = Array.from({ length: 81 }, (_, k) => (k - 40) / 4);
  return ELEMENTWISE_NAMES.filter((name) => {
    const slopes = zs.map((z) => Math.abs(ELEMENTWISE[name].derivative(z)));
    return Math.max(...slopes) > Math.min(...slopes) && isOfKind(slopes);
  });
}

const numbers = (layers: readonly LayerFigures[]): number[] => layers.map(({ layer }) => layer);

function inLayers(layers: readonly LayerFigures[]): string {
  return `${noun(layers.length, 'layer')} ${listed(numbers(layers).map(String))}`;
}

function times(ratio: number): string {
  return `${Number(ratio.toPrecision(2)).toLocaleString('en')} times`;
}
