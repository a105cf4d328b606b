// One step taken apart: forward, BP1, BP2, BP3 and BP4, update, one after another, forwards and back, on the digit that is looked at or on the next
// mini-batch. The network is held still while it is looked at, however fast it trains. Here is what is chosen and when it is computed anew;
// the markup stands in template.ts, the stages in stages.ts, the arithmetic in taken-apart.ts.

import { render } from 'lit-html';
import { listed, noun } from '../../text.js';
import { testDigit } from '../digits.js';
import { foremostOf, outputsOf } from '../exact.js';
import { paced } from '../parts/paced.js';
import { bringStyle } from '../parts/style.js';
import type { Panel, PlayState, Shown, Store } from '../store.js';
import { inTurn } from '../turns.js';
import { findingsOf, type NeuronPlace } from './findings.js';
import { type Found, type KindOfFinding, strongestOf } from './findings-list.js';
import { inPieces, LOOKED_AT, lookFor, lookForDead } from './looking.js';
import { STAGES } from './stages.js';
import { STEP_STYLE } from './style.js';
import { chosenSample, moreThanPlain, nextBatch, sizeOf } from './subject.js';
import { type StepTaken, takeStep } from './taken-apart.js';
import { emptyTemplate, type StepDoes, type StepScreen, template } from './template.js';
import { neuronName } from './view.js';

export const stepPanel: Panel = {
  id: 'step',
  title: 'One step, taken apart',
  open: (element, store) => void new StepPanel(element, store),
};

class StepPanel {
  readonly #element: HTMLElement;
  readonly #store: Store;
  readonly #ask: () => void;
  /** The network that is looked at: a copy, for it may train on. */
  #held: Shown | undefined;
  #on: 'chosen' | 'batch' = 'chosen';
  /** How many mini-batches were looked at before. */
  #after = 0;
  #eta: number | undefined;
  /** What a digit that nobody knows is taken for. */
  #label: number | undefined;
  #stage = 0;
  /** Which of the samples, from 0. */
  #sample = 0;
  #neuron: NeuronPlace | undefined;
  #step: StepTaken | undefined;
  /** What has come of looking through digits, by what was looked for. */
  readonly #said = new Map<string, string>();

  constructor(element: HTMLElement, store: Store) {
    this.#element = element;
    this.#store = store;
    bringStyle(STEP_STYLE);
    this.#ask = paced(element, store, () => {
      this.#taken();
      // In a frame of its own: with the arithmetic it takes too long.
      inTurn(() => this.#draw(), true);
    });
    store.listen((state, before) => this.#heard(state, before));
  }

  #heard(state: PlayState, before: PlayState): void {
    const anotherDigit = state.chosen !== before.chosen;
    if (anotherDigit) this.#label = undefined;
    // While it trains only the digit is another one; that the network has gone on is said once.
    const wasBehind = this.#held !== undefined && before.shown?.version !== this.#held.version;
    const goesOn = state.isTraining && wasBehind && state.isTraining === before.isTraining && state.digits === before.digits;
    if (goesOn && !anotherDigit) return;
    if (!state.isTraining || isAnother(this.#held, state.shown)) this.#hold(state.shown);
    if (anotherDigit || state.digits !== before.digits || state.events !== before.events) this.#step = undefined;
    this.#ask();
  }

  #hold(shown: Shown | undefined): void {
    if (shown === undefined) this.#held = undefined;
    else if (this.#held?.version === shown.version && !isAnother(this.#held, shown)) return;
    else this.#held = { ...shown, parameters: shown.parameters.slice() };
    if (this.#neuron && !isIn(this.#held, this.#neuron)) this.#neuron = undefined;
    this.#step = undefined;
    this.#said.clear();
  }

  /** Takes the step, where something has changed since. */
  #taken(): StepTaken | undefined {
    const { state } = this.#store;
    this.#hold(this.#held ?? state.shown);
    const held = this.#held;
    if (!held) return undefined;
    if (this.#step) return this.#step;
    const { chosen } = state;
    this.#label ??= chosen && chosen.label === undefined ? foremostOf(outputsOf(held, chosen.input)) : undefined;
    const one = chosenSample(state, this.#label ?? 0);
    const samples = this.#on === 'batch' ? nextBatch(state, held, this.#after) : one ? [one] : [];
    if (samples.length === 0) return undefined;
    this.#sample = Math.min(this.#sample, samples.length - 1);
    this.#step = takeStep(held.network, held.parameters, samples, sizeOf(state, this.#eta));
    return this.#step;
  }

  #draw(): void {
    const { state } = this.#store;
    const step = this.#taken();
    if (!step) return void render(emptyTemplate(this.#held !== undefined, this.#on, this.#does), this.#element);
    const sample = step.samples[this.#sample];
    const chosen = this.#neuron ?? strongestOf(sample.layers[0]);
    const blank = findingsOf(sample).blank.filter((k) => step.samples.every(({ x }) => x[k - 1] === 0));
    const screen: StepScreen = {
      view: { step, sample, chosen, blank, choose: this.#does.choose },
      found: { step, sample, findings: findingsOf(sample) },
      on: this.#on,
      stage: this.#stage,
      sample: this.#sample,
      isUnknown: this.#on === 'chosen' && state.chosen?.label === undefined,
      epoch: this.#held?.epoch ?? 0,
      isBehind: state.shown?.version !== this.#held?.version,
      more: moreThanPlain(state),
      said: this.#said,
    };
    render(template(screen, this.#does), this.#element);
  }

  /** What can be done in the panel, by the names of the template. */
  readonly #does: StepDoes = {
    stage: (k) => this.#set(() => (this.#stage = Math.max(0, Math.min(STAGES.length - 1, k)))),
    sample: (k) => this.#set(() => (this.#sample = k)),
    choose: (place) => this.#set(() => (this.#neuron = place)),
    on: (on) => this.#setAnew(() => (this.#on = on)),
    nextBatch: () => this.#setAnew(() => this.#after++),
    label: (label) => this.#setAnew(() => (this.#label = label)),
    eta: (eta) => this.#setAnew(() => (this.#eta = eta)),
    asItIsNow: () => this.#set(() => this.#hold(this.#store.state.shown)),
    show: (kind, found) => this.#set(() => this.#goTo(kind, found)),
    look: (kind) => void this.#look(kind),
    lookForDead: () => void this.#lookForDead(),
  };

  #set(change: () => unknown): void {
    change();
    this.#draw();
  }

  /** The same for what makes it another step. */
  #setAnew(change: () => unknown): void {
    this.#step = undefined;
    this.#set(change);
  }

  /** The stage and the neuron that show a finding. */
  #goTo(kind: KindOfFinding, found: Found): void {
    this.#neuron = kind.place(found);
    this.#stage = STAGES.findIndex(({ id }) => id === kind.stage(found));
  }

  /** Chooses the first test digit that has such a thing. */
  async #look(kind: KindOfFinding): Promise<void> {
    const [held, { digits }] = [this.#held, this.#store.state];
    if (!held || !digits) return;
    this.#set(() => this.#said.set(kind.kind, 'Looking …'));
    const test = await inPieces(lookFor(kind.kind, held, digits));
    if (held !== this.#held) return;
    if (test === undefined)
      return this.#set(() => this.#said.set(kind.kind, `None of the first ${Math.min(LOOKED_AT, digits.test)} test digits has one.`));
    this.#said.set(kind.kind, `Shown: test digit ${test}.`);
    this.#on = 'chosen';
    this.#store.change({ chosen: testDigit(digits, test) });
    this.#step = undefined;
    const step = this.#taken();
    if (step) this.#set(() => this.#goTo(kind, { step, sample: step.samples[0], findings: findingsOf(step.samples[0]) }));
  }

  async #lookForDead(): Promise<void> {
    const [held, { digits }] = [this.#held, this.#store.state];
    if (!held || !digits) return;
    this.#set(() => this.#said.set('dead', 'Looking …'));
    const dead = await inPieces(lookForDead(held, digits));
    if (held !== this.#held) return;
    const digitsSeen = `the first ${Math.min(LOOKED_AT, digits.training)} training digits`;
    const names = listed([...dead.slice(0, 3).map((place) => neuronName(held, place)), ...(dead.length > 3 ? ['others'] : [])]);
    const text =
      dead.length === 0
        ? `None rests on all of ${digitsSeen}: none is dead.`
        : `${dead.length} of them ${noun(dead.length, 'rests', 'rest')} on all of ${digitsSeen}, and ${noun(dead.length, 'is', 'are')} dead: ${names}.`;
    this.#set(() => this.#said.set('dead', text));
  }
}

/** Whether it is not the same network, trained on: one of other layers, or another run. */
const isAnother = (held: Shown | undefined, shown: Shown | undefined): boolean =>
  held === undefined || shown === undefined || shown.epoch < held.epoch || JSON.stringify(held.network) !== JSON.stringify(shown.network);

const isIn = (held: Shown | undefined, { layer, neuron }: NeuronPlace): boolean =>
  held !== undefined && neuron <= (held.network.layers[layer - 1] ?? 0);
