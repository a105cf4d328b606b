// What BP4 and the update do to the weights of the chosen neuron: the strongest of them in a table, those of the first layer also as pictures.

import { html, nothing, type TemplateResult } from 'lit-html';
import { parameterAt } from '../../insight/parameter-name.js';
import { figure, signed, strongest } from '../parts/figures.js';
import { scaleOf } from '../parts/signed-picture.js';
import { inkPicture, signedPicture } from './pictures.js';
import { inputName, inputsOf, neuronName, type StepView, scrolled, several } from './view.js';

/** Weights that are written out. */
const WRITTEN = 6;

/** The places of its parameters in the book's order, and those of its weights as arrays of their own. */
function ofChosen(view: StepView) {
  const { step, chosen } = view;
  const { layers } = step.network;
  const { layer, neuron: to } = chosen;
  const [weights, bias] = [parameterAt(layers, { layer, to, from: 1 }), parameterAt(layers, { layer, to })];
  const I = layers[layer - 2];
  const part = (all: Float64Array): Float64Array => all.subarray(weights, weights + I);
  return { bias, gradient: part(step.gradient), before: part(step.before), after: part(step.after) };
}

const blankInputs = ({ blank, chosen }: StepView): readonly number[] => (chosen.layer === 2 ? blank : []);

/** ∂C/∂w of its weights: a_k of each, δ_j, and their product. */
export function gradientOfWeights(view: StepView): TemplateResult {
  const { sample, chosen } = view;
  const { gradient } = ofChosen(view);
  const a = inputsOf(sample, chosen.layer);
  const delta = sample.layers[chosen.layer - 2].delta[chosen.neuron - 1];
  const blank = blankInputs(view);
  const head = html`<tr><th scope="col">from</th><th scope="col">a</th><th scope="col">δ</th><th scope="col">a δ</th>${several(view) ? html`<th scope="col">mean: ∂C/∂w</th>` : nothing}</tr>`;
  const cells = (k: number): TemplateResult =>
    html`<td>${figure(a[k])}</td><td>${figure(delta)}</td><td>${figure(a[k] * delta)}</td>${several(view) ? html`<td>${figure(gradient[k])}</td>` : nothing}`;
  const rows = strongest(gradient, WRITTEN).map((k) => html`<tr><th scope="row">${inputName(view, chosen.layer, k)}</th>${cells(k)}</tr>`);
  const still =
    blank.length > 0
      ? [html`<tr><th scope="row">${inputName(view, chosen.layer, blank[0] - 1)} <span class="mark">blank</span></th>${cells(blank[0] - 1)}</tr>`]
      : [];
  return html`${chosen.layer === 2 ? gradientPictures(view, gradient) : nothing}
    ${scrolled(`Weights into ${neuronName(view.step, chosen)}, the strongest ∂C/∂w of ${gradient.length}`, head, [...rows, ...still])}`;
}

function gradientPictures(view: StepView, gradient: Float64Array): TemplateResult {
  const { sample } = view;
  const blank = blankInputs(view);
  const picture = signedPicture(gradient, 'the gradient of each weight at the place of its pixel; the strongest are in the table', blank);
  if (!picture) return html``;
  return html`<div class="pictures">
    <figure>${inkPicture(sample.x, `the digit ${sample.label}`)}<figcaption>a of the pixels</figcaption></figure>
    <figure>${picture}<figcaption>∂C/∂w of the weights from them, up to ±${figure(scaleOf(gradient), 2)}${blank.length > 0 ? `. Dotted: ${blank.length} blank pixels, whose weights do not learn` : ''}</figcaption></figure>
  </div>`;
}

/** Its weights before and after the step, and what moved them. */
export function movedWeights(view: StepView): TemplateResult {
  const { step, chosen } = view;
  const { gradient, before, after, bias } = ofChosen(view);
  const head = html`<tr><th scope="col">from</th><th scope="col">before</th><th scope="col">∂C/∂w</th><th scope="col">change</th><th scope="col">after</th></tr>`;
  const row = (name: string, [w, g, to]: readonly [number, number, number]): TemplateResult =>
    html`<tr><th scope="row">${name}</th><td>${figure(w, 4)}</td><td>${figure(g)}</td><td>${signed(to - w)}</td><td>${figure(to, 4)}</td></tr>`;
  const changes = after.map((to, k) => to - before[k]);
  const rows = strongest(changes, WRITTEN).map((k) => row(inputName(view, chosen.layer, k), [before[k], gradient[k], after[k]]));
  const ofBias = row('bias', [step.before[bias], step.gradient[bias], step.after[bias]]);
  return html`${chosen.layer === 2 ? movedPictures(view, before, after, changes) : nothing}
    ${scrolled(`Weights into ${neuronName(view.step, chosen)}: those that move most, of ${after.length}, and its bias`, head, [...rows, ofBias])}`;
}

function movedPictures(view: StepView, before: Float64Array, after: Float64Array, changes: Float64Array): TemplateResult {
  const blank = view.step.size.lambda === 0 ? blankInputs(view) : [];
  const scale = scaleOf(before);
  const pictures: readonly (readonly [TemplateResult | undefined, string])[] = [
    [signedPicture(before, 'weights before the step', [], scale), `w before, up to ±${figure(scale, 2)}`],
    [
      signedPicture(changes, 'change of the weights', blank),
      `its change, up to ±${figure(scaleOf(changes), 2)}${blank.length > 0 ? '; dotted: none, at blank pixels' : ''}`,
    ],
    [signedPicture(after, 'weights after the step', [], scale), 'w after, with the colours of before'],
  ];
  if (!pictures[0][0]) return html``;
  return html`<div class="pictures">${pictures.map(([picture, caption]) => html`<figure>${picture}<figcaption>${caption}</figcaption></figure>`)}</div>`;
}
