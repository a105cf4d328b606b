// A scaling measurement as one HTML file to open, mail or keep: charts, laws and all figures of a report. It loads nothing.

import { phasesOf } from '../../parallel/step/phase-timer.js';
import type { Law } from '../../scaling/laws.js';
import type { ScalingCurve, ScalingPoint, ScalingReport } from '../../scaling/results.js';
import type { Summary } from '../../scaling/statistics.js';
import { verdictsOf } from '../../scaling/verdict.js';
import { count, fixed, percent, plural } from '../../text.js';
import { speedUpChart } from '../charts/speed-up-chart.js';
import { stepTimeChart } from '../charts/step-time-chart.js';
import { isWorthAChart } from '../data/speed-up-axes.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { facts, page, table } from '../markup/page.js';
import {
  curveTitle,
  deviation,
  lawInWords,
  type Measure,
  predictedSpeedUp,
  ranksInWords,
  SPEED_UP_MEANING,
  scalingMeasures,
  signedPercent,
  speedUpsInWords,
  times,
  verdictsInWords,
} from '../words.js';

/** What a law says and who stated it; S(N) is the speed with N workers over that with one. */
const LAWS: Readonly<Record<Law['name'], { readonly formula: string; readonly meaning: string; readonly source: string }>> = {
  Amdahl: {
    formula: 'S(N) = N / (1 + σ(N − 1))',
    meaning: 'σ is the share of the work that is not shared out: it takes as long with any number of workers.',
    source: 'G. M. Amdahl, Validity of the single processor approach to achieving large scale computing capabilities, AFIPS 1967',
  },
  universal: {
    formula: 'S(N) = N / (1 + σ(N − 1) + κN(N − 1))',
    meaning: 'σ is the share of the work that is not shared out, κ what each pair of workers costs; with κ above 0, too many workers are slower.',
    source: 'N. J. Gunther, Guerrilla Capacity Planning, Springer 2007, chapter 4',
  },
  Gustafson: {
    formula: 'S(N) = N − σ(N − 1)',
    meaning: 'σ is the share of the work that is not shared out, where the work grows with the workers.',
    source: "J. L. Gustafson, Reevaluating Amdahl's law, Communications of the ACM 31 (1988)",
  },
};

/** The page of a report: one self-contained HTML file. */
export function scalingPage(report: ScalingReport): string {
  const { subject, machine, curves } = report;
  return page({
    title: `Scaling of ${subject.layers.join('-')} on ${machine.cpu}`,
    description: `How the speed of training ${subject.layers.join('-')} grows with the workers, measured with nabla ${report.version}.`,
    body: [
      report.ranks === undefined ? NOTHING : html`<p>${ranksInWords(report.ranks)}</p>\n`,
      ...verdictsInWords(verdictsOf(curves)).map((sentence) => html`<p><strong>${sentence}</strong></p>\n`),
      about(report),
      report.rounds > 1 ? html`<p>${SPEED_UP_MEANING}</p>\n` : NOTHING,
      report.ceilingNote === undefined ? NOTHING : html`<p>${report.ceilingNote}</p>\n`,
      ...curves.map((curve, i) => section(curve, `curve-${i + 1}`)),
    ],
  });
}

function about({ created, version, machine, subject, rounds, seconds }: ScalingReport): Markup {
  return facts([
    ['machine', `${machine.cpu}, ${machine.usable} of ${machine.machine} cores`],
    ['system', `${machine.platform}, Node ${machine.node}`],
    ['network', `${subject.layers.join('-')}, ${subject.activations.join('-')}, ${subject.cost}`],
    ['data', `${subject.data}, ${count(subject.samples)} samples, ${subject.input} input`],
    ['kernels', subject.kernels],
    ['gradient', subject.gradient],
    ['measured', `${new Date(created).toUTCString()}, nabla ${version}`],
    ['each point', `${plural(rounds, 'round')} of ${seconds} s`],
  ]);
}

function section(curve: ScalingCurve, id: string): Markup {
  const { mode, law, points } = curve;
  const title = curveTitle(curve);
  const meaning =
    mode === 'strong'
      ? 'The mini-batch stays the same, whatever the workers.'
      : 'Each worker has as many samples, so the mini-batch grows with the workers.';
  return html`<section id="${id}">
<h2>${title.charAt(0).toUpperCase() + title.slice(1)}</h2>
<p>${meaning}</p>
<h3>Speed-up</h3>
${isWorthAChart([curve]) ? speedUpChart(curve, `${id}-speed-up`) : html`<p>${speedUpsInWords(curve)}</p>`}
${law ? lawText(law) : NOTHING}
${points.some(({ ceiling }) => ceiling !== undefined) ? html`<p>${CEILING_MEANING}</p>\n` : NOTHING}
${rateTable(curve)}
<h3>Where the time of a step goes</h3>
${stepTimeChart(curve, `${id}-time`)}
${timeTable(curve)}
</section>
`;
}

function lawText(law: Law): Markup {
  const { formula, meaning, source } = LAWS[law.name];
  const words = lawInWords(law);
  return html`<p>${words.charAt(0).toUpperCase() + words.slice(1)}.</p>
<p>${formula}. ${meaning} <cite>${source}.</cite></p>
`;
}

/** What separate runs side by side come to, and how near the workers of one run come to that. */
const CEILING_COLUMNS: readonly [string, (point: ScalingPoint) => string][] = [
  ['ceiling', ({ ceiling }) => (ceiling === undefined ? '–' : `${times(ceiling.median)} (${times(ceiling.minimum)} to ${times(ceiling.maximum)})`)],
  ['efficiency of the ceiling', ({ efficiencyOfCeiling }) => (efficiencyOfCeiling === undefined ? '–' : percent(efficiencyOfCeiling))],
];
const CEILING_MEANING =
  'The ceiling is what the machine itself gives: the samples of as many separate one-worker runs side by side, with nothing shared, over those of one alone.';

function rateTable(curve: ScalingCurve): Markup {
  const { points } = curve;
  const { rate, step } = scalingMeasures(points);
  const range = (show: (value: number) => string, { minimum, maximum }: Summary): string => `${show(minimum)} to ${show(maximum)}`;
  const columns: readonly (readonly [head: string, cell: (point: ScalingPoint) => string])[] = [
    ['workers', ({ workers }) => String(workers)],
    ['samples a step', ({ batch }) => count(batch)],
    [`${rate.unit}, median`, ({ samplesPerSecond }) => rate.show(samplesPerSecond.median)],
    ['minimum to maximum', ({ samplesPerSecond }) => range(rate.show, samplesPerSecond)],
    ['speed\u2011up, median', ({ speedUp }) => times(speedUp.median)],
    ['minimum to maximum', ({ speedUp }) => range(times, speedUp)],
    ['efficiency', ({ efficiency }) => percent(efficiency)],
    ...(points.some(({ ceiling }) => ceiling !== undefined) ? CEILING_COLUMNS : []),
    [`step, ${step.unit}`, (point) => step.show(point.step)],
    ...(points.some(({ predicted }) => predicted !== undefined) ? predictionColumns(rate, curve) : []),
  ];
  return table({
    caption: 'Rates and speed-ups',
    head: columns.map(([head]) => head),
    rows: points.map((point) => columns.map(([, cell]) => cell(point))),
  });
}

function predictionColumns({ show, unit }: Measure, curve: ScalingCurve): [string, (point: ScalingPoint) => string][] {
  return [
    [`predicted ${unit}`, ({ predicted }) => (predicted === undefined ? '–' : show(predicted))],
    [
      'deviation',
      ({ predicted, samplesPerSecond }) => (predicted === undefined ? '–' : signedPercent(deviation(samplesPerSecond.median, predicted))),
    ],
    [
      'predicted speed\u2011up',
      (point) => {
        const speedUp = predictedSpeedUp(point, curve);
        return speedUp === undefined ? '–' : times(speedUp);
      },
    ],
  ];
}

function timeTable({ points }: ScalingCurve): Markup {
  const { phase } = scalingMeasures(points);
  const phases = phasesOf(points.flatMap(({ time }) => time));
  return table({
    caption: `Time of a step, ${phase.unit}; of the round with the median rate`,
    head: ['workers', 'worker', ...phases, 'imbalance, %'],
    rows: points.flatMap(({ workers, time, imbalance }) =>
      time.map((worker, i) => [String(workers), String(i + 1), ...phases.map((name) => phase.show(worker[name] ?? 0)), fixed(100 * imbalance, 1)]),
    ),
  });
}
