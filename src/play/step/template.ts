// The panel of a step as markup: what it is taken on, the row of its stages, the stage that is shown, and what does not learn. All that is done there is
// handed to the panel by name (`StepDoes`).

import { html, nothing, type TemplateResult } from 'lit-html';
import { figure, glued } from '../parts/figures.js';
import type { NeuronPlace } from './findings.js';
import { type Found, KINDS, type KindOfFinding } from './findings-list.js';
import { FORMULAS } from './formulas.js';
import { STAGES } from './stages.js';
import type { StepView } from './view.js';

/** What a step is taken on. */
export type On = 'chosen' | 'batch';

export interface StepScreen {
  readonly view: StepView;
  readonly found: Found;
  readonly on: On;
  /** Numbers from 0. */
  readonly stage: number;
  readonly sample: number;
  /** Whether nobody knows what digit it is. */
  readonly isUnknown: boolean;
  readonly epoch: number;
  /** Whether the network has trained on since. */
  readonly isBehind: boolean;
  /** What the run does beside plain gradient descent. */
  readonly more: string | undefined;
  /** What has come of looking, by the kind, and of looking for dead neurons. */
  readonly said: ReadonlyMap<string, string>;
}

/** What can be done. */
export interface StepDoes {
  stage(k: number): void;
  sample(k: number): void;
  choose(place: NeuronPlace): void;
  on(on: On): void;
  nextBatch(): void;
  label(label: number): void;
  eta(eta: number): void;
  asItIsNow(): void;
  show(kind: KindOfFinding, found: Found): void;
  look(kind: KindOfFinding): void;
  lookForDead(): void;
}

const ONS: readonly (readonly [on: On, name: string])[] = [
  ['chosen', 'the digit that is looked at'],
  ['batch', 'the next mini-batch of ten training digits'],
];

export function template(screen: StepScreen, does: StepDoes): TemplateResult {
  const stage = STAGES[screen.stage];
  const { view } = screen;
  return html`<div class="play-panel step">
    <p>One step of gradient descent, as the book’s chapter 2 writes it, with the numbers of this network’s neurons in float64.</p>
    <div class="play-controls">${onTemplate(screen.on, does)}${sampleTemplate(screen, does)}${etaTemplate(screen, does)}</div>
    ${heldTemplate(screen, does)}
    ${rowTemplate(screen, does)}
    <div class="stage">
      <h3>${stage.heading}</h3>
      <div class="formulas">${stage.formulas(view.step).map((name) => FORMULAS[name])}</div>
      <p>${glued(stage.meaning(view))}</p>
      ${neuronTemplate(screen, does)}
      ${stage.figures(view)}
    </div>
    <h3>What does not learn here, and why</h3>
    <ul class="found">${KINDS.map((kind) => findingTemplate(kind, screen, does))}</ul>
  </div>`;
}

/** Where there is nothing to take a step on. */
export function emptyTemplate(hasNetwork: boolean, on: On, does: StepDoes): TemplateResult {
  const what = !hasNetwork ? 'a network' : on === 'chosen' ? 'a digit: draw one, or take a test digit' : 'digits to train on';
  return html`<div class="play-panel step">${hasNetwork ? html`<div class="play-controls">${onTemplate(on, does)}</div>` : nothing}
    <p>To take a step apart there has to be ${what}.</p></div>`;
}

function onTemplate(on: On, does: StepDoes): TemplateResult {
  return html`<fieldset><legend>A step on</legend>${ONS.map(
    ([one, name]) => html`<label><input type="radio" name="step-on" .checked=${on === one} @change=${() => does.on(one)}> ${name}</label>`,
  )}</fieldset>`;
}

/** Which of the mini-batch is looked at; or what a digit is taken for. */
function sampleTemplate({ on, view, sample, isUnknown }: StepScreen, does: StepDoes): TemplateResult | typeof nothing {
  const { samples } = view.step;
  if (on === 'batch')
    return html`<label><span>z, a and δ of</span><select @change=${(event: Event) => does.sample((event.target as HTMLSelectElement).selectedIndex)}>${samples.map(
      ({ label }, k) => html`<option .selected=${k === sample}>${`${k + 1} of ${samples.length}, a ${label}`}</option>`,
    )}</select></label><button type="button" @click=${does.nextBatch}>The next ten</button>`;
  if (!isUnknown) return nothing;
  return html`<label><span>It should be</span><select @change=${(event: Event) => does.label((event.target as HTMLSelectElement).selectedIndex)}>${view.sample.y.map(
    (_, digit) => html`<option .selected=${digit === view.sample.label}>${`a ${digit}`}</option>`,
  )}</select></label>`;
}

function etaTemplate({ view }: StepScreen, does: StepDoes): TemplateResult {
  const change = ({ target }: Event): void => {
    const { valueAsNumber, validity } = target as HTMLInputElement;
    if (validity.valid && Number.isFinite(valueAsNumber)) does.eta(valueAsNumber);
  };
  return html`<label><span>learning rate η</span><input type="number" min="0" max="1000" step="any" .value=${String(view.step.size.eta)} @change=${change}></label>`;
}

function heldTemplate({ epoch, isBehind, more }: StepScreen, does: StepDoes): TemplateResult {
  return html`<p class="note">The network after epoch ${epoch}${isBehind ? html`, held still; it has trained on since. <button type="button" @click=${does.asItIsNow}>Take it as it is now</button>` : '.'}
    ${more ? `The run itself does more than the book’s plain step, which is shown: ${more}.` : ''}</p>`;
}

function rowTemplate({ stage }: StepScreen, does: StepDoes): TemplateResult {
  const turn = (by: number, text: string): TemplateResult => {
    const isEnd = STAGES[stage + by] === undefined;
    return html`<button type="button" aria-disabled=${isEnd} @click=${() => does.stage(stage + by)}>${text}</button>`;
  };
  return html`<fieldset class="row"><legend>The stages, in their order; the arrow keys go through them</legend>${STAGES.map(
    ({ name, gives }, k) =>
      html`<label><input type="radio" name="step-stage" .checked=${k === stage} @change=${() => does.stage(k)}>${name}<span>${gives}</span></label>`,
  )}</fieldset>
  <div class="turn">${turn(-1, '← Back')}${turn(1, 'On →')}<span class="unseen" role="status">${`Stage ${stage + 1} of ${STAGES.length}: ${STAGES[stage].heading}`}</span></div>`;
}

/** Which neuron is looked at. */
function neuronTemplate({ view }: StepScreen, does: StepDoes): TemplateResult {
  const { layers } = view.step.network;
  const { layer, neuron } = view.chosen;
  const chosen = ({ target }: Event): void => does.choose({ layer: (target as HTMLSelectElement).selectedIndex + 2, neuron: 1 });
  const numbered = ({ target }: Event): void => {
    const { valueAsNumber, validity } = target as HTMLInputElement;
    if (validity.valid && Number.isInteger(valueAsNumber)) does.choose({ layer, neuron: valueAsNumber });
  };
  return html`<div class="play-controls">
    <label><span>layer</span><select @change=${chosen}>${layers.slice(1).map((_, l) => html`<option .selected=${l + 2 === layer}>${`${l + 2}${l + 2 === layers.length ? ', the outputs' : ''}`}</option>`)}</select></label>
    <label><span>neuron, 1 to ${layers[layer - 1]}</span><input type="number" min="1" max=${layers[layer - 1]} step="1" .value=${String(neuron)} @change=${numbered}></label>
    ${ownFigures(view)}
  </div>`;
}

/** z, a and δ of the chosen neuron, whatever the stage. */
function ownFigures({ sample, chosen }: StepView): TemplateResult {
  const { z, a, slope, delta } = sample.layers[chosen.layer - 2];
  const j = chosen.neuron - 1;
  return html`<p class="own">${glued(`z = ${figure(z[j])}, a = ${figure(a[j])}, σ′(z) = ${figure(slope[j])}, δ = ${figure(delta[j])}`)}</p>`;
}

function findingTemplate(kind: KindOfFinding, { found, said, view }: StepScreen, does: StepDoes): TemplateResult {
  const isThere = found.findings[kind.kind].length > 0;
  const canLook = !isThere && kind.canBe(view.step);
  const text = glued(isThere ? kind.found(found) : kind.none(found));
  const dead = kind.kind === 'resting' && isThere;
  return html`<li class=${isThere ? 'is' : ''}><h4>${kind.title}${isThere ? '' : ': none'}</h4><p>${text}</p>
    <p>${isThere ? html`<button type="button" aria-label=${`Show it: ${kind.title.toLowerCase()}`} @click=${() => does.show(kind, found)}>Show it</button>` : nothing}
    ${canLook ? html`<button type="button" aria-label=${`Show a digit with one: ${kind.title.toLowerCase()}`} @click=${() => does.look(kind)}>Show a digit with one</button>` : nothing}
    ${dead ? html`<button type="button" @click=${does.lookForDead}>Is one dead?</button>` : nothing}
    <span role="status">${said.get(kind.kind) ?? ''} ${dead ? (said.get('dead') ?? '') : ''}</span></p></li>`;
}
