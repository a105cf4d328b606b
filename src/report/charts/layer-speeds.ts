// How fast each layer of a run learns, the book's ‖∂C/∂b^l‖ (chapter 5): over the epochs where the run was watched with
// --diagnose, else by layer at its weights; with the figures as a table, and what they mean in words.

import type { DiagnosisEvent, Finding, LayerFigures, Slowdown } from '../../options/events.js';
import { fixed, percent, plural } from '../../text.js';
import type { RunReport } from '../data/run-report.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { table } from '../markup/page.js';
import { bars } from './bars.js';
import { lineChart } from './line-chart.js';
import { lookOf } from './looks.js';

/** Diagnoses of which the last is shown alone: so few make no line. */
const FEW = 2;

/** Nothing where neither the metrics nor the weights tell it. */
export function layerSpeeds({ diagnoses, speeds }: Pick<RunReport, 'diagnoses' | 'speeds'>, name: string, id: string): Markup {
  const last = diagnoses.at(-1);
  if (last)
    return html`${diagnoses.length > FEW ? speedCurves(diagnoses, name, id) : speedsByLayer(last, `after epoch ${last.epoch}`)}${inWords(last.findings)}${details(last, `${name} after epoch ${last.epoch}`)}`;
  if (!speeds) return NOTHING;
  return html`${speedsByLayer(speeds.figures, 'at the weights of the run')}${inWords(speeds.findings)}${details(speeds.figures, `${name} at the weights of the run`)}`;
}

function speedCurves(diagnoses: readonly DiagnosisEvent[], name: string, id: string): Markup {
  const layers = diagnoses[0].layers.map(({ layer }) => layer);
  return lineChart({
    id,
    title: `Speed of each layer, ${name}`,
    series: layers.map((layer, l) => ({
      name: `layer ${layer}`,
      look: lookOf(l),
      points: diagnoses.map(({ epoch, layers }) => [epoch, layers[l]?.speed ?? null]),
    })),
    x: 'epoch',
    unit: '‖∂C/∂b‖',
    scale: 'log',
    show: short,
  });
}

/** A bar for each layer. */
function speedsByLayer({ layers }: Slowdown, when: string): Markup {
  return bars(
    'Speed of each layer',
    layers.map(({ layer, neurons, speed }) => ({
      name: `layer ${layer}, ${plural(neurons, 'neuron')}`,
      colour: 'blue',
      value: speed,
      text: short(speed),
    })),
    { unit: `‖∂C/∂b‖ ${when}` },
  );
}

function inWords(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return html`<p>Nothing in these figures holds a layer back.</p>\n`;
  return html`<ul>
${findings.map(({ text, advice }) => html`<li>${`${text} ${advice}`}</li>\n`)}</ul>
`;
}

function details({ layers, samples }: Slowdown, of: string): Markup {
  const columns: readonly (readonly [head: string, cell: (layer: LayerFigures) => string])[] = [
    ['layer', ({ layer }) => String(layer)],
    ['neurons', ({ neurons }) => String(neurons)],
    ['f', ({ f }) => f],
    ['‖∂C/∂b‖', ({ speed }) => short(speed)],
    ['saturated', ({ saturated }) => (saturated === null ? '–' : percent(saturated))],
    ['low inputs', ({ lowInputs }) => percent(lowInputs)],
    ['dead', ({ dead }) => fixed(dead, 0)],
    ['a step moves w by', ({ update }) => (update === null ? '–' : `${short(100 * update)} %`)],
  ];
  const head = columns.map(([name]) => name);
  return html`<details><summary>Figures of the layers</summary>
${table({ caption: `Layers of ${of}, on ${samples} training samples`, head, rows: layers.map((layer) => columns.map(([, cell]) => cell(layer))) })}</details>
`;
}

/** Three digits. */
function short(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}
