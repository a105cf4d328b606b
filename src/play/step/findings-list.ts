// What does not learn from a digit, in words: which factor of which equation is zero, or nearly, for each kind there is, and what is said where there is
// none. A table of kinds; the panel shows them below every stage.

import { count, plural } from '../../text.js';
import { figure } from '../parts/figures.js';
import { pixelName, sideOf } from '../parts/signed-picture.js';
import type { Findings, NeuronPlace } from './findings.js';
import type { Stage } from './stages.js';
import { canRest, type LayerPass, type SamplePass, type StepTaken } from './taken-apart.js';
import { neuronName } from './view.js';

/** A step, one of its samples, and what was found on it. */
export interface Found {
  readonly step: StepTaken;
  readonly sample: SamplePass;
  readonly findings: Findings;
}

export interface KindOfFinding {
  readonly kind: keyof Findings;
  readonly title: string;
  /** Where there is one on this digit. */
  found(of: Found): string;
  /** Where there is none. */
  none(of: Found): string;
  /** Whether another digit may have one. */
  canBe(step: StepTaken): boolean;
  /** The stage that shows it, and the neuron there, if it is one. */
  stage(of: Found): Stage['id'];
  place(of: Found): NeuronPlace | undefined;
}

const hiddenNeurons = ({ network }: StepTaken): number => network.layers.slice(1, -1).reduce((a, b) => a + b, 0);

/** A neuron's layer pass, and its number there from 0. */
function at({ sample }: Found, { layer, neuron }: NeuronPlace): { pass: LayerPass; j: number } {
  return { pass: sample.layers[layer - 2], j: neuron - 1 };
}

const isOutput = ({ step }: Found, { layer }: NeuronPlace): boolean => layer === step.network.layers.length;

/** 'neuron' or 'output', how many of them, of how many. */
const ofHidden = (found: Found, places: readonly NeuronPlace[], are: string): string => {
  const [outputs, hidden] = [places.filter((place) => isOutput(found, place)).length, places.filter((place) => !isOutput(found, place)).length];
  const parts = [
    ...(hidden > 0 ? [`${hidden} of ${count(hiddenNeurons(found.step))} hidden neurons`] : []),
    ...(outputs > 0 ? [plural(outputs, 'wrong output')] : []),
  ];
  return `${parts.join(' and ')} ${places.length === 1 ? 'is' : 'are'} ${are}.`;
};

const named = (found: Found, place: NeuronPlace): string => {
  const name = neuronName(found.step, place);
  return `${name[0].toUpperCase()}${name.slice(1)}`;
};

export const KINDS: readonly KindOfFinding[] = [
  {
    kind: 'blank',
    title: 'A blank pixel',
    found({ step, sample, findings: { blank } }) {
      const side = sideOf(sample.x.length);
      const first = side === undefined ? `Input ${blank[0]}` : `Pixel at ${pixelName(blank[0] - 1, side)}`;
      const neurons = step.network.layers[1];
      return `${blank.length} of ${sample.x.length} pixels are blank. ${first}: a = 0, so by BP4 ∂C/∂w = a δ = 0 for each of the ${neurons} weights from it, whatever δ is: from this digit they learn nothing.`;
    },
    none: () => 'No pixel of this digit is blank: every weight of the first layer has something to learn from.',
    canBe: () => true,
    stage: () => 'bp4',
    place: ({ sample }) => strongestOf(sample.layers[0]),
  },
  {
    kind: 'saturated',
    title: 'A saturated neuron',
    found(found) {
      const { saturated } = found.findings;
      const { pass, j } = at(found, saturated[0]);
      const equation = isOutput(found, saturated[0]) ? 'BP1' : 'BP2';
      return `${ofHidden(found, saturated, 'saturated')} ${named(found, saturated[0])}: z = ${figure(pass.z[j])}, where σ is flat: σ′(z) = ${figure(pass.slope[j])}, of at most ${figure(pass.steepest[j])}. ${equation} multiplies with it: what arrives, ${figure(pass.arriving[j])}, becomes δ = ${figure(pass.delta[j])}, and by BP3 and BP4 its bias and all weights into it hardly learn.`;
    },
    none: ({ step }) =>
      `No neuron is saturated on this digit: each σ′(z) is above a twentieth of its most.${step.cancels ? ' Outputs do not count here: with this cost their σ′(z) cancels in BP1.' : ''}`,
    canBe: canSaturate,
    stage: (found) => (isOutput(found, found.findings.saturated[0]) ? 'bp1' : 'bp2'),
    place: ({ findings }) => findings.saturated[0],
  },
  {
    kind: 'resting',
    title: 'A dead neuron',
    found(found) {
      const { resting } = found.findings;
      const { pass, j } = at(found, resting[0]);
      return `${ofHidden(found, resting, 'at rest on this digit')} ${named(found, resting[0])}: z = ${figure(pass.z[j])}, left of zero, so σ′(z) = 0: by BP2 δ = 0 whatever arrives (${figure(pass.arriving[j])}), and neither its bias nor a weight into it learns. One that rests on every digit is dead.`;
    },
    none: ({ step }) =>
      canRest(step.network)
        ? 'No neuron rests on this digit: each σ′(z) lets something through.'
        : step.network.layers.length === 2
          ? 'There is no hidden neuron that could be dead.'
          : `No neuron can be dead here: σ′(z) of ${step.network.activations[0]} comes near to 0, but never is. With ReLU it is 0 left of zero.`,
    canBe: ({ network }) => canRest(network),
    stage: () => 'bp2',
    place: ({ findings }) => findings.resting[0],
  },
];

/** Whether a neuron that counts could be saturated: σ' of ReLU is 0 or 1, and that of outputs may cancel. */
function canSaturate({ network: { activations }, cancels }: StepTaken): boolean {
  const hidden = activations.slice(0, -1).some((f) => f !== 'linear' && f !== 'relu');
  return hidden || (!cancels && activations[activations.length - 1] !== 'linear');
}

/** The neuron of a layer with the largest |δ|. */
export function strongestOf({ layer, delta }: LayerPass): NeuronPlace {
  return { layer, neuron: delta.reduce((best, d, j) => (Math.abs(d) > Math.abs(delta[best]) ? j : best), 0) + 1 };
}
