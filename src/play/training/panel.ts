// The part of the page that trains: options, Start and Stop, how the run stands, its curves beside those of earlier runs.

import { html, render, type TemplateResult } from 'lit-html';
import { whyOneCore } from '../../browser/isolation.js';
import { type Markup, NOTHING } from '../../report/markup/html.js';
import { sharesMemory } from '../../system/page-memory.js';
import { addressOf, type PlayOptions } from '../address.js';
import { fetchDigits } from '../digits.js';
import { MarkupPlace } from '../markup-place.js';
import { fetchSavedRun } from '../saved-run.js';
import type { Panel, PlayRun, PlayState, Store } from '../store.js';
import { CHARTS, UNSEEN_RUN } from './charts.js';
import { buttons, optionFields, presets, type Wishes } from './controls.js';
import { type Field, fieldsFor } from './fields.js';
import { figures, inNode, runTable, shareDone, stateText, warnings } from './outcome.js';
import { Repaint } from './repaint.js';
import { Runner } from './runner.js';
import { saveNetwork } from './save.js';

export const trainingPanel: Panel = {
  id: 'training',
  title: 'Train',
  open: (element, store) => {
    const [controls, both, runs] = [part(), part(), part()];
    const charts = CHARTS.map((chart) => ({ chart, place: new MarkupPlace(part()) }));
    const [head, accuracy, cost, ...speeds] = charts.map(({ place }) => place.element);
    both.className = 'charts';
    both.append(accuracy, cost);
    element.append(controls, head, both, ...speeds, runs);
    void openRunner(store, (wishes) => keepDrawn(store, { element, controls, charts, runs }, wishes));
  },
};

interface Places {
  readonly element: HTMLElement;
  readonly controls: HTMLElement;
  readonly charts: readonly { readonly chart: (runs: readonly PlayRun[]) => Markup; readonly place: MarkupPlace }[];
  readonly runs: HTMLElement;
}

const part = (): HTMLElement => document.createElement('div');

/** What the page is without, or with: its digits are the one thing that it waits for. */
async function openRunner(store: Store, ready: (wishes: Wishes) => void): Promise<void> {
  try {
    const runner = new Runner(store, await fetchDigits());
    ready(wishesOf(store, runner));
    const saved = await fetchSavedRun();
    if (saved) runner.adopt(saved.shown, location.search === '' ? saved.options : store.state.options);
    else await runner.look(store.state.options);
  } catch (error) {
    store.change({ fault: error instanceof Error ? error.message : String(error) });
  }
}

function wishesOf(store: Store, runner: Runner): Wishes {
  return {
    choose: (options: PlayOptions) => {
      history.replaceState(undefined, '', `${location.pathname}${addressOf(options)}${location.hash}`);
      runner.choose(options);
    },
    start: (goesOn) => runner.start(goesOn),
    stop: () => void runner.stop(),
    rewind: () => void runner.rewind(),
    save: () => saveNetwork(store),
  };
}

function keepDrawn(store: Store, { element, controls, charts, runs }: Places, wishes: Wishes): void {
  const fields = fieldsFor(sharesMemory() ? navigator.hardwareConcurrency : 1);
  const alone = whyOneCore();
  const forget = (): void => store.change({ runs: store.state.runs.slice(-1) });
  for (const { chart, place } of charts) {
    place.show(chart([UNSEEN_RUN]));
    place.show(NOTHING);
  }
  const repaint = new Repaint(element, [
    () => render(controlsOf(store.state, fields, wishes, alone), controls),
    ...charts.map(
      ({ chart, place }) =>
        () =>
          place.show(chart(store.state.runs)),
    ),
    () => render(html`${inNode(store.state)}${runTable(store.state.runs, forget, store.state.isTraining)}`, runs),
  ]);
  store.listen((state, before) => {
    repaint.ask(
      state.isTraining !== before.isTraining ||
        state.isMeasuring !== before.isMeasuring ||
        state.options !== before.options ||
        state.fault !== before.fault,
    );
  });
  repaint.ask(true);
}

/** @param alone why there is one core, where that is so: it stands there before a run has said so */
function controlsOf(state: PlayState, fields: readonly Field[], wishes: Wishes, alone: string | undefined): TemplateResult {
  const { runs, fault } = state;
  const run = runs.at(-1);
  const said = warnings(run).filter((text) => text !== alone);
  return html`${presets(state, wishes)}${optionFields(fields, state, wishes)}${buttons(state, wishes)}
    ${fault === undefined ? '' : html`<p class="notice" role="alert" id="fault">${fault}</p>`}
    <p class="state" role="status" id="state" data-run=${run?.number ?? 0}>${stateText(state)}</p>
    <progress max="1" .value=${shareDone(state)} aria-label="share of the run that is done"></progress>
    ${figures(state)}
    ${[...(alone === undefined ? [] : [alone]), ...said].map((text) => html`<p class="notice" data-warning>${text}</p>`)}`;
}
