// The run of the page: starts it, stops it, rewinds its network, and tells the store all that it hears.

import type { PageEvent } from '../../browser/events.js';
import type { NetworkNow } from '../../browser/protocol.js';
import { type Training, trainShown } from '../../browser/train.js';
import type { Dataset } from '../../data/dataset.js';
import type { LabelledDigits } from '../../data/digits.js';
import type { DiagnosisEvent, EpochEvent } from '../../options/events.js';
import { type PlayOptions, textOf } from '../address.js';
import { digitsFor } from '../digits.js';
import type { PlayRun, Shown, Store } from '../store.js';
import { drawn } from '../turns.js';
import { wayWord } from '../way.js';
import { inWordsOfPage } from './fields.js';

/** Options that say which network there is, and how its weights begin. */
const OF_NETWORK = ['layers', 'hidden', 'activation', 'output', 'neurons', 'cost', 'init', 'seed'];

/** The code of a run that was stopped: no fault. */
const STOPPED = 'INTERRUPTED';

/** The run under way. */
interface Growing extends PlayRun {
  readonly epochs: EpochEvent[];
  readonly diagnoses: DiagnosisEvent[];
}

export class Runner {
  readonly #store: Store;
  readonly #labelled: LabelledDigits;
  #data: { readonly seed: number; readonly data: Dataset } | undefined;
  #training: Training | undefined;
  #version = 0;

  constructor(store: Store, labelled: LabelledDigits) {
    this.#store = store;
    this.#labelled = labelled;
  }

  /** Takes options for the next run; where they say another network than there is, or what they said was wrong, with its look. */
  choose(options: PlayOptions): void {
    const { options: before, fault } = this.#store.state;
    const isSame = OF_NETWORK.every((name) => textOf(options[name]) === textOf(before[name]));
    if (isSame && fault === undefined) this.#store.change({ options });
    else void this.look(options);
  }

  /** Shows the network that these options begin with, without a step. What is wrong with them is said as the page's fault. */
  async look(options: PlayOptions): Promise<void> {
    await this.stop();
    this.#store.change({ options, fault: undefined });
    const isLatest = (): boolean => this.#training === training;
    const training: Training = this.#begin(
      { ...options, workers: 1 },
      undefined,
      (event) => isLatest() && this.#note(event),
      (now) => {
        if (isLatest()) this.#showFirst(now);
        training.stop();
      },
    );
    this.#training = training;
    await training.ended.catch(() => {});
  }

  /** Shows a network that was trained elsewhere. @param options with which to train on */
  adopt({ network, parameters, epoch, saved }: Omit<Shown, 'first' | 'version'>, options: PlayOptions): void {
    this.#dataFor(options.seed);
    this.#store.change({ options, shown: { network, parameters, first: parameters, version: ++this.#version, epoch, saved } });
  }

  /** @param goesOn whether with the network that is shown, instead of a new one */
  start(goesOn = false): void {
    if (this.#store.state.isTraining) return;
    this.#training?.stop();
    const { options, runs, shown } = this.#store.state;
    const before = goesOn ? shown : undefined;
    const run: Growing = {
      number: (runs.at(-1)?.number ?? 0) + 1,
      options,
      goesOn,
      ...(before?.saved !== undefined && { from: before.saved }),
      epochs: [],
      diagnoses: [],
    };
    this.#store.change({ isTraining: true, fault: undefined, events: [], runs: [...runs, run] });
    let isFirst = true;
    const show = (now: NetworkNow): void => {
      if (isFirst && !before) this.#showFirst(now);
      else this.#show(now, before);
      isFirst = false;
    };
    // Threads that start take the cores from the frame that answers to the click.
    const training = this.#begin(options, before, (event) => this.#hear(event), show, drawn());
    this.#training = training;
    const end = (): void => this.#store.change({ isTraining: false });
    training.ended.then(({ network, parameters, epochs }) => {
      this.#show({ network, parameters, epoch: epochs }, before);
      end();
    }, end);
  }

  /** Ends the run under way after the step under way; its network stays. */
  async stop(): Promise<void> {
    this.#training?.stop();
    await this.#training?.ended.catch(() => {});
  }

  /** Back to the network before the first step: same seed, same weights. */
  async rewind(): Promise<void> {
    await this.stop();
    const { shown } = this.#store.state;
    if (shown) this.#store.change({ shown: { ...shown, parameters: shown.first, version: ++this.#version, epoch: 0 }, events: [] });
  }

  #begin(
    options: PlayOptions,
    before: Shown | undefined,
    onEvent: (event: PageEvent) => void,
    onNetwork: (now: NetworkNow) => void,
    begins?: Promise<void>,
  ): Training {
    const data = this.#dataFor(options.seed);
    return trainShown(
      { diagnose: true, ...options, data, onEvent },
      { onNetwork, ...(begins && { begins }), ...(wayWord && { way: wayWord }), ...(before && { from: before.parameters }) },
    );
  }

  /** As a run with this seed splits them; a seed that is none is refused by the run. */
  #dataFor(seed: PlayOptions[string] = 1): Dataset {
    const known = Number.isSafeInteger(seed) && Number(seed) >= 0 ? Number(seed) : 1;
    if (this.#data?.seed !== known) {
      const { digits, data } = digitsFor(this.#labelled, known);
      this.#data = { seed: known, data };
      this.#store.change({ digits });
    }
    return (this.#data as { data: Dataset }).data;
  }

  #showFirst({ network, parameters }: NetworkNow): void {
    this.#store.change({ shown: { network, parameters, first: parameters, version: ++this.#version, epoch: 0 } });
  }

  #show({ network, parameters, epoch }: NetworkNow, before: Shown | undefined): void {
    const first = this.#store.state.shown?.first ?? parameters;
    this.#store.change({ shown: { network, parameters, first, version: ++this.#version, epoch: (before?.epoch ?? 0) + epoch } });
  }

  #note(event: PageEvent): void {
    if (event.event === 'error' && event.code !== STOPPED) this.#store.change({ fault: inWordsOfPage(event.text) });
  }

  #hear(event: PageEvent): void {
    this.#note(event);
    const { events, runs } = this.#store.state;
    const run = withEvent(runs[runs.length - 1] as Growing, event);
    const isKept = event.event !== 'progress' && event.event !== 'error';
    this.#store.change({ runs: [...runs.slice(0, -1), run], ...(isKept && { events: [...events, event] }) });
  }
}

/** A run with one more event. Its lists grow in place: a run of an hour has a hundred thousand epochs. */
function withEvent(run: Growing, event: PageEvent): Growing {
  switch (event.event) {
    case 'start':
      return { ...run, start: event };
    case 'progress':
      return { ...run, progress: event };
    case 'epoch':
      run.epochs.push(event);
      return { ...run };
    case 'diagnosis':
      run.diagnoses.push({ ...event, findings: event.findings.map((one) => ({ ...one, advice: inWordsOfPage(one.advice) })) });
      return { ...run };
    case 'done':
      return { ...run, done: event };
    case 'error':
      return { ...run, error: inWordsOfPage(event.text) };
    default:
      return run;
  }
}
