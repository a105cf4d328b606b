// What the stages of a step are shown of, and the tables of neurons that they share.

import { html, nothing, type TemplateResult } from 'lit-html';
import { bar } from '../parts/bar.js';
import { figure, strongest } from '../parts/figures.js';
import { pixelName, sideOf } from '../parts/signed-picture.js';
import { markOf, type NeuronPlace } from './findings.js';
import type { LayerPass, SamplePass, StepTaken } from './taken-apart.js';

/** A step, which of its samples is looked at, and which neuron. */
export interface StepView {
  readonly step: StepTaken;
  readonly sample: SamplePass;
  readonly chosen: NeuronPlace;
  /** Pixels that are 0 in every sample, from 1. */
  readonly blank: readonly number[];
  choose(place: NeuronPlace): void;
}

export interface Column {
  readonly head: string;
  /** Of the neuron with this number from 0. */
  of(j: number): number;
  /** Whether a bar stands beside it, and by it the strongest are chosen. */
  readonly bars?: boolean;
}

/** So many neurons are all shown; of more, the strongest few. */
const [ALL, FEW] = [10, 6];

/** A layer's neurons with their figures: all outputs, or of a larger layer the strongest and the chosen one. */
export function neuronTable(view: StepView, pass: LayerPass, what: string, columns: readonly Column[]): TemplateResult {
  const { step, chosen, sample } = view;
  const O = pass.z.length;
  const isOutput = pass.layer === step.network.layers.length;
  const strong = columns.find(({ bars }) => bars) ?? columns[0];
  const sizes = Array.from({ length: O }, (_, j) => strong.of(j));
  const rows = O <= ALL ? [...sizes.keys()] : strongest(sizes, FEW);
  if (chosen.layer === pass.layer && !rows.includes(chosen.neuron - 1)) rows.push(chosen.neuron - 1);
  const marks = rows.map((j) => markOf(pass, sample.y, isOutput, j));
  const most = Math.max(...sizes.map(Math.abs).filter(Number.isFinite));
  const caption = `${what}, ${isOutput ? 'the outputs' : `layer ${pass.layer}`}${rows.length < O ? `: the strongest of ${O} neurons` : ''}`;
  const head = html`<tr><th scope="col">neuron</th>${columns.map(({ head }) => html`<th scope="col">${head}</th>`)}<th scope="col"><span class="unseen">bar</span></th>${
    marks.some(Boolean) ? html`<th scope="col"><span class="unseen">mark</span></th>` : nothing
  }</tr>`;
  const body = rows.map((j, at) => {
    const place = { layer: pass.layer, neuron: j + 1 };
    const isChosen = chosen.layer === pass.layer && chosen.neuron === j + 1;
    const name = isOutput ? `digit ${j}` : String(j + 1);
    const button = html`<button type="button" aria-pressed=${isChosen} aria-label=${`${name}${isOutput ? '' : ` of layer ${pass.layer}`}: choose this neuron`} @click=${() => view.choose(place)}>${name}</button>`;
    return html`<tr class=${isChosen ? 'chosen' : ''}><th scope="row">${button}</th>${columns.map(({ of }) => html`<td>${figure(of(j))}</td>`)}<td>${bar(sizes[j], most)}</td>${
      marks.some(Boolean) ? html`<td class="mark">${marks[at]}</td>` : nothing
    }</tr>`;
  });
  return scrolled(caption, head, body);
}

/** A table that scrolls sideways by itself where there is no room. */
export function scrolled(caption: string, head: TemplateResult, body: readonly TemplateResult[]): TemplateResult {
  return html`<div class="scroll" role="region" aria-label=${caption} tabindex="0"><table><caption>${caption}</caption><thead>${head}</thead><tbody>${body}</tbody></table></div>`;
}

/** 'row 7, column 15' for an input that is a pixel, 'neuron 5' for another one. @param k from 0 @param layer into which it goes */
export function inputName({ step }: StepView, layer: number, k: number): string {
  const side = sideOf(step.network.layers[0]);
  return layer === 2 && side !== undefined ? pixelName(k, side) : `neuron ${k + 1}`;
}

/** What goes into a layer on a sample: the activations of the one before. */
export const inputsOf = (sample: SamplePass, layer: number): readonly number[] => (layer === 2 ? sample.x : sample.layers[layer - 3].a);

/** 'neuron 17 of layer 2', or 'the output for the digit 3'. */
export function neuronName({ network }: Pick<StepTaken, 'network'>, { layer, neuron }: NeuronPlace): string {
  return layer === network.layers.length ? `the output for the digit ${neuron - 1}` : `neuron ${neuron} of layer ${layer}`;
}

/** Σ_x, in words, where there are several samples. */
export const several = ({ step }: StepView): boolean => step.samples.length > 1;
