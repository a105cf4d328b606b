// The part of the page that measures how this browser scales, for the options of the page.

import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { Dataset, Samples } from '../../data/dataset.js';
import { DIGIT_CLASSES, DIGIT_INPUTS } from '../../data/digits.js';
import { BYTE_SCALE } from '../../data/reading.js';
import { lineChart } from '../../report/charts/line-chart.js';
import { lookOf } from '../../report/charts/looks.js';
import { type Markup, html as markup, NOTHING } from '../../report/markup/html.js';
import { sharesMemory } from '../../system/page-memory.js';
import { count } from '../../text.js';
import { MarkupPlace } from '../markup-place.js';
import type { Digits, Panel, Store } from '../store.js';
import { type Measured, ScalingMeasurement } from './measure.js';
import { hashText, speedText } from './verdict.js';

/** Counts that are measured at most. */
const MOST_WORKERS = 8;

export const scalingPanel: Panel = {
  id: 'scaling',
  title: 'More workers',
  open: (element, store) => {
    const controls = element.appendChild(document.createElement('div'));
    const place = new MarkupPlace(element.appendChild(document.createElement('div')));
    new ScalingPart(store, controls, place).draw();
  },
};

class ScalingPart {
  readonly #store: Store;
  readonly #controls: HTMLElement;
  readonly #place: MarkupPlace;
  #measurement: ScalingMeasurement | undefined;
  #measured: readonly Measured[] = [];
  #fault: string | undefined;

  constructor(store: Store, controls: HTMLElement, place: MarkupPlace) {
    this.#store = store;
    this.#controls = controls;
    this.#place = place;
    store.listen((state, before) => {
      if (state.isTraining !== before.isTraining || state.digits !== before.digits || state.isMeasuring !== before.isMeasuring) this.draw();
    });
  }

  draw(): void {
    render(this.#content(), this.#controls);
    this.#place.show(chart(this.#measured));
  }

  #content(): TemplateResult {
    const { isTraining, isMeasuring, digits } = this.#store.state;
    const cannot = digits === undefined || isTraining || !sharesMemory();
    const button = isMeasuring
      ? html`<button type="button" id="stop-measuring" @click=${() => this.#measurement?.stop()}>Stop measuring</button>`
      : html`<button type="button" id="measure" ?disabled=${cannot} @click=${() => void this.#measure()}>Measure this browser</button>`;
    return html`<p>The same run with one worker, with two, and so on. The bits have to be the same; whether it is faster is up to the network and to this machine.</p>
      <div class="buttons">${button}</div>
      <p class="state" role="status" id="scaling-state">${this.#said()}</p>
      ${this.#fault === undefined ? nothing : html`<p class="notice" role="alert">${this.#fault}</p>`}`;
  }

  #said(): string {
    const known = this.#measured;
    if (this.#store.state.isMeasuring) return known.length === 0 ? 'Measuring …' : `Measuring … so far ${known.map(shortText).join(', ')}.`;
    if (known.length === 0) return sharesMemory() ? '' : 'This page has one core: see above what it lacks.';
    return `${speedText(known)} ${hashText(known)}`;
  }

  async #measure(): Promise<void> {
    const { options, digits } = this.#store.state;
    if (!digits) return;
    this.#measured = [];
    this.#fault = undefined;
    this.#measurement = new ScalingMeasurement(options, datasetOf(digits));
    this.#store.change({ isMeasuring: true });
    const counts = Array.from({ length: Math.min(MOST_WORKERS, navigator.hardwareConcurrency) }, (_, k) => k + 1);
    try {
      await this.#measurement.run(counts, (measured) => {
        this.#measured = measured;
        this.draw();
      });
    } catch (error) {
      if ((error as { code?: string }).code !== 'INTERRUPTED') this.#fault = (error as Error).message;
    }
    this.#store.change({ isMeasuring: false });
  }
}

const shortText = ({ workers, samplesPerSecond }: Measured): string => `${workers}: ${count(samplesPerSecond)} samples/s`;

function chart(measured: readonly Measured[]): Markup {
  if (measured.length < 2) return NOTHING;
  const points = measured.map(({ workers, samplesPerSecond }) => [workers, samplesPerSecond] as const);
  const ideal = measured.map(({ workers }) => [workers, workers * measured[0].samplesPerSecond] as const);
  const drawn = lineChart({
    id: 'play-scaling',
    title: 'Speed by workers',
    unit: 'samples/s',
    x: 'workers',
    scale: 'zero',
    show: count,
    series: [
      { name: 'measured', look: lookOf(0), points },
      { name: 'as many times as workers', look: lookOf(4, 'dotted'), points: ideal },
    ],
  });
  return markup`<div class="charts unit">${drawn}</div>`;
}

/** The digits as a run takes them: views of the page's. */
function datasetOf({ pixels, labels, training, validation, test }: Digits): Dataset {
  const part = (from: number, length: number): Samples => ({
    values: pixels.subarray(from * DIGIT_INPUTS, (from + length) * DIGIT_INPUTS),
    labels: Uint16Array.from(labels.subarray(from, from + length)),
  });
  return {
    name: 'mnist',
    inputs: DIGIT_INPUTS,
    classes: DIGIT_CLASSES,
    scale: BYTE_SCALE,
    training: part(0, training),
    validation: part(training, validation),
    test: part(training + validation, test),
  };
}
