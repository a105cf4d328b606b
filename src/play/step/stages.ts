// The table of a step's stages, in their order: what each is called, the book's formulas, what it means, and which figures of a step it shows. The panel
// goes through them; to add one is to add a row.

import { html, type TemplateResult } from 'lit-html';
import { layerwiseActivation } from '../../functions/activations.js';
import { parameterAt } from '../../insight/parameter-name.js';
import { percent } from '../../text.js';
import { figure, signed } from '../parts/figures.js';
import type { FORMULAS } from './formulas.js';
import { gradientOfWeights, movedWeights } from './of-neuron.js';
import { inkPicture } from './pictures.js';
import type { StepTaken } from './taken-apart.js';
import { neuronTable, type StepView, several } from './view.js';

export interface Stage {
  readonly id: 'forward' | 'bp1' | 'bp2' | 'bp3' | 'bp4' | 'update';
  /** On its button, with what it gives. */
  readonly name: string;
  readonly gives: string;
  readonly heading: string;
  formulas(step: StepTaken): readonly (keyof typeof FORMULAS)[];
  meaning(view: StepView): string;
  figures(view: StepView): TemplateResult;
}

const endsInSoftmax = ({ network }: StepTaken): boolean => layerwiseActivation(network.activations[network.activations.length - 1]) !== undefined;

export const STAGES: readonly Stage[] = [
  {
    id: 'forward',
    name: 'Forward',
    gives: 'z and a',
    heading: 'Forward: from the digit to the outputs',
    formulas: () => ['z', 'a'],
    meaning: ({ sample }) =>
      `Each neuron adds up what comes in times its weights, and its bias: z. What it passes on is a = σ(z). What comes out is compared with what should, a 1 for the digit ${sample.label} and else 0: the cost of this digit is C = ${figure(sample.cost)}.`,
    figures: (view) =>
      html`<div class="pictures sample"><figure>${inkPicture(view.sample.x, `the digit ${view.sample.label}, as the network is given it`)}<figcaption>a¹, the digit</figcaption></figure></div>
      <div class="tables">${view.sample.layers.map((pass) =>
        neuronTable(view, pass, 'z and a', [
          { head: 'z', of: (j) => pass.z[j] },
          { head: 'a = σ(z)', of: (j) => pass.a[j] },
          ...(pass.layer === view.step.network.layers.length ? [{ head: 'should be', of: (j: number) => view.sample.y[j] }] : []),
        ]),
      )}</div>`,
  },
  {
    id: 'bp1',
    name: 'BP1',
    gives: 'δ of the outputs',
    heading: 'BP1: the error of the outputs',
    formulas: ({ cancels }) => (cancels ? ['BP1', 'matched'] : ['BP1']),
    meaning: ({ step }) =>
      step.cancels
        ? "How much would C move if an output's z did? With this cost and this σ, σ′(z) cancels: the error is a less what it should be, so that an output that is saturated and wrong learns all the same."
        : endsInSoftmax(step)
          ? 'How much would C move if an output’s z did? A softmax shares one sum among all outputs, so each error has a part from every other output too.'
          : 'How much would C move if an output’s z did? First how C depends on a, then how a depends on z: where σ is flat, σ′(z) is near 0, and even a wrong output has hardly an error to learn from.',
    figures: (view) => {
      const pass = view.sample.layers[view.sample.layers.length - 1];
      return neuronTable(view, pass, 'BP1', [
        { head: 'a', of: (j) => pass.a[j] },
        { head: '∂C/∂a', of: (j) => pass.arriving[j] },
        { head: 'σ′(z)', of: (j) => pass.slope[j] },
        { head: 'δ', of: (j) => pass.delta[j], bars: true },
      ]);
    },
  },
  {
    id: 'bp2',
    name: 'BP2',
    gives: 'δ of hidden layers',
    heading: 'BP2: the error goes back',
    formulas: () => ['BP2'],
    meaning: ({ step }) =>
      step.network.layers.length === 2
        ? 'This network has no hidden layer: there is nothing to go back to.'
        : 'The error goes back along the weights, each neuron gathering what it has caused in the next layer; then it is multiplied with σ′(z), which lets hardly any of it through a saturated neuron.',
    figures: (view) =>
      html`<div class="tables">${view.sample.layers
        .slice(0, -1)
        .reverse()
        .map((pass) =>
          neuronTable(view, pass, 'BP2', [
            { head: 'wᵀδ', of: (j) => pass.arriving[j] },
            { head: 'σ′(z)', of: (j) => pass.slope[j] },
            { head: 'δ', of: (j) => pass.delta[j], bars: true },
          ]),
        )}</div>`,
  },
  {
    id: 'bp3',
    name: 'BP3',
    gives: '∂C/∂b',
    heading: 'BP3: the gradient of the biases',
    formulas: () => ['BP3'],
    meaning: (view) =>
      `A bias is added to z as it is, so C moves with it as with z: its gradient is the error itself${several(view) ? `, here the mean over the ${view.step.samples.length} digits` : ''}.`,
    figures: (view) =>
      html`<div class="tables">${view.sample.layers.map((pass) => {
        const gradient = (j: number): number => view.step.gradient[parameterAt(view.step.network.layers, { layer: pass.layer, to: j + 1 })];
        return neuronTable(view, pass, 'BP3', [
          { head: several(view) ? 'δ on this digit' : 'δ', of: (j) => pass.delta[j] },
          { head: '∂C/∂b', of: gradient, bars: true },
        ]);
      })}</div>`,
  },
  {
    id: 'bp4',
    name: 'BP4',
    gives: '∂C/∂w',
    heading: 'BP4: the gradient of the weights',
    formulas: () => ['BP4'],
    meaning: () =>
      'What came in through the weight, times the error where it goes: a weight learns from what it has passed on. Where nothing came in, a = 0, it learns nothing, whatever the error.',
    figures: gradientOfWeights,
  },
  {
    id: 'update',
    name: 'Update',
    gives: 'new w and b',
    heading: 'Update: a step downhill',
    formulas: ({ size }) => (size.lambda > 0 ? ['w', 'b', 'decay'] : ['w', 'b']),
    meaning: ({ step }) =>
      `Every weight and every bias moves against its gradient, by η = ${step.size.eta} times as much${step.size.lambda > 0 ? `; and weights shrink by ηλ/n = ${figure((step.size.eta * step.size.lambda) / step.size.n, 2)} of themselves` : ''}.`,
    figures: (view) => html`${costs(view)}${movedWeights(view)}${outputs(view)}`,
  },
];

/** C before and after, and what the gradient foretold. */
function costs(view: StepView): TemplateResult {
  const { cost, costAfter, foretold, samples } = view.step;
  const of = several(view) ? `of the ${samples.length} digits, in the mean` : 'of this digit';
  const facts: readonly (readonly [string, string])[] = [
    [`C ${of}, before`, figure(cost, 4)],
    ['after', figure(costAfter, 4)],
    ['moved by', signed(costAfter - cost)],
    ['the gradient foretold', signed(foretold)],
  ];
  return html`<dl class="costs">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <p class="note">${howFar(costAfter - cost, foretold)}</p>`;
}

/** Off by more than this share, a step was too long for its gradient. */
const NEARLY = 0.2;

function howFar(moved: number, foretold: number): string {
  if (foretold === 0) return 'The gradient is 0: nothing has moved.';
  const share = moved / foretold;
  if (Math.abs(share - 1) <= NEARLY) return 'The cost has moved as the gradient foretold, or nearly: the step is short enough for that.';
  const long = 'the step is so long that the gradient changes on the way. Try a smaller η.';
  return share > 0
    ? `The cost has moved by ${percent(share, 0)} of what the gradient foretold: ${long}`
    : `The cost has gone the other way than the gradient foretold: ${long}`;
}

/** The outputs before and after. */
function outputs(view: StepView): TemplateResult {
  const pass = view.sample.layers[view.sample.layers.length - 1];
  const change = (j: number): number => view.sample.outputAfter[j] - pass.a[j];
  return neuronTable(view, pass, `What the network says of this digit, a ${view.sample.label}`, [
    { head: 'a before', of: (j) => pass.a[j] },
    { head: 'after', of: (j) => view.sample.outputAfter[j] },
    { head: 'change', of: change, bars: true },
  ]);
}
