// Figures and phrases that the tables, charts and pages of a report share, so that all of them say the same thing in the
// same way.

import type { FoundRate } from '../experiments/rate/find-rate.js';
import type { Assessment } from '../inference/assessment.js';
import { phasesOf } from '../parallel/step/phase-timer.js';
import type { HostsPlan, HostVerdict } from '../scaling/hosts.js';
import type { Law } from '../scaling/laws.js';
import type { Plan } from '../scaling/plan.js';
import { WORTH_A_HOST } from '../scaling/ranks.js';
import type { RanksRecord, ScalingCurve, ScalingPoint, Verdict } from '../scaling/results.js';
import { count, fixed, listed, percent, plural, printable } from '../text.js';

/** What a class is called, or its number. */
export function classCalled({ classes }: Pick<Assessment, 'classes'>, label: number): string {
  return classes[label]?.name ?? String(label);
}

/** The width of a terminal that every text report fits into. */
export const TEXT_WIDTH = 80;

export const RATE_UNITS = ['samples/s', '1,000 samples/s', '10⁶ samples/s'] as const;
export const TIME_UNITS = ['µs', 'ms', 's'] as const;

/** How the figures of a column or an axis are shown: all in the same unit, with the same number of decimals. */
export interface Measure {
  readonly unit: string;
  readonly factor: number;
  show(value: number): string;
}

/** The unit that leaves figures below a million, and decimals enough for three digits of the largest. */
export function measureOf(values: readonly number[], units: readonly string[]): Measure {
  const largest = Math.max(...values.map(Math.abs), 0);
  const step = Math.min(units.length - 1, largest < 1e6 ? 0 : largest < 1e9 ? 1 : 2);
  const factor = 1000 ** -step;
  const digits = largest * factor >= 1000 ? 0 : largest * factor >= 100 ? 1 : 2;
  return { unit: units[step], factor, show: (value) => fixed(value * factor, digits) };
}

/** How the rates, the steps and the phases of the steps of a scaling curve are shown. */
export function scalingMeasures(points: readonly ScalingPoint[]): { rate: Measure; step: Measure; phase: Measure } {
  return {
    rate: measureOf(
      points.map(({ samplesPerSecond }) => samplesPerSecond.maximum),
      RATE_UNITS,
    ),
    step: measureOf(
      points.map((point) => point.step),
      TIME_UNITS,
    ),
    phase: measureOf(
      points.flatMap(({ time }) => time.flatMap((worker) => phasesOf([worker]).map((name) => worker[name] ?? 0))),
      TIME_UNITS,
    ),
  };
}

/** A speed-up with as many decimals as tell two of its size apart. */
export function times(speedUp: number): string {
  return fixed(speedUp, speedUp < 100 ? 2 : 1);
}

/** Digits enough to tell two costs of a curve apart, and few enough to stand beside it. */
export function costText(cost: number): string {
  if (cost !== 0 && (Math.abs(cost) < 1e-3 || Math.abs(cost) >= 1e5)) return cost.toExponential(2);
  return String(Number(cost.toPrecision(Math.abs(cost) < 0.01 ? 3 : 4)));
}

/** A difference as a percentage, always with its sign. */
export function signedPercent(share: number): string {
  return `${share < 0 ? '-' : '+'}${percent(Math.abs(share))}`;
}

/** f of all layers, or of each where they differ. */
export function functionsText(activations: readonly string[]): string {
  return new Set(activations).size === 1 ? activations[0] : activations.join('-');
}

/** By how much a measurement lies above its prediction, as a share of the prediction. */
export function deviation(measured: number, predicted: number): number {
  return measured / predicted - 1;
}

export function curveTitle({ mode, batch }: Pick<ScalingCurve, 'mode' | 'batch'>): string {
  return mode === 'strong' ? `strong scaling, mini-batch ${batch}` : `weak scaling, ${plural(batch, 'sample')} a worker`;
}

export function lawName({ name }: Law): string {
  return name === 'universal' ? 'universal law' : `${name}'s law`;
}

/** A law's numbers and what they imply, as a phrase. */
export function lawInWords(law: Law): string {
  const pair = law.name === 'universal' ? `, ${pairCost(law.kappa)} a pair` : '';
  return `${lawName(law)}: ${percent(law.sigma)} not shared out${pair}${prospect(law)}`;
}

function pairCost(kappa: number): string {
  if (kappa === 0) return 'nothing';
  return kappa < 1e-5 ? 'less than 0.001 %' : `${Number((100 * kappa).toPrecision(2))} %`;
}

/** What more workers bring, as far as they were measured. */
function prospect({ name, sigma, best }: Law): string {
  if (best !== undefined) return `; fastest with ${best < 1.5 ? 'one worker' : `about ${Math.round(best)} workers`}`;
  return name === 'Gustafson' ? `; each further worker adds ${fixed(1 - sigma, 2)} of one` : '';
}

/** '2 workers: 1.73 times as fast as one (1.65 to 1.80)' */
function comparedToOne({ workers, speedUp: { minimum, median, maximum } }: Pick<ScalingPoint, 'workers' | 'speedUp'>): string {
  return `${plural(workers, 'worker')}: ${times(median)} times as fast as one (${times(minimum)} to ${times(maximum)})`;
}

/** What to use, for each mini-batch: 'Mini-batch 10: use 1 worker; 2 workers: 0.21 times as fast as one (0.18 to 0.25).' */
export function verdictsInWords(verdicts: readonly Verdict[]): string[] {
  return verdicts.map((verdict) => {
    const { batch, workers, more, clear } = verdict;
    const use = workers > 1 ? comparedToOne(verdict) : `1 worker${more ? `; ${comparedToOne(more)}` : ''}`;
    return `Mini-batch ${batch}: use ${use}.${clear ? '' : ' The rounds do not agree: measure again where less else runs.'}`;
  });
}

/** What to use, and from which mini-batch on more workers pay, or these do. */
export function planInWords({ best, batch, pays }: Pick<Plan, 'best' | 'batch' | 'pays'>): string {
  const { workers, gradient, samplesPerSecond } = best;
  const use = `Use ${plural(workers, 'worker')} (--workers ${workers} --gradient ${gradient}), for about ${count(samplesPerSecond)} samples/s`;
  if (pays === undefined || pays.batch === batch) return `${use}.`;
  return `${use}; ${pays.workers > workers ? pays.workers : 'they'} pay from a mini-batch of about ${pays.batch} on.`;
}

/** Whether each number of hosts pays, and if not, from which mini-batch on it would. */
export function hostsInWords({ batch, verdicts, link: { between } }: HostsPlan): string {
  const noun = between ? 'process' : 'host';
  return verdicts.map((verdict) => hostsVerdict(verdict, batch, noun)).join(' ');
}

function hostsVerdict({ hosts, way, times: gain, pays, from }: HostVerdict, batch: number, noun: string): string {
  const many = plural(hosts, noun, noun === 'process' ? 'processes' : 'hosts');
  const first = `${many} ${pays ? 'pay' : 'do not pay'}: with a mini-batch of ${count(batch)} they are ${times(gain)} times as fast as one (${way})`;
  if (pays) return `${first}.`;
  const worth = `${times(WORTH_A_HOST)} times`;
  if (!from) return `${first}, and no mini-batch that the samples allow makes it ${worth}.`;
  return `${first}; from one of about ${count(from.batch)} on it would be ${worth} (${from.way}), but a larger mini-batch learns otherwise.`;
}

/** What a chart of one or two points would show. */
export function speedUpsInWords({ points }: ScalingCurve): string {
  const [, ...others] = points;
  const said = others.map(
    (point) => `${comparedToOne(point)}${point.ceiling ? `; ${point.workers} separate runs: ${times(point.ceiling.median)}` : ''}`,
  );
  return said.length === 0 ? 'Only one worker was measured.' : `${said.join('. ')}.`;
}

/** Hosts that are named. */
const MOST_HOSTS = 3;

/** '2 processes share each step on one host (a)', and how they are linked. */
export function ranksInWords({ ranks, hosts, library, latency, bandwidth, sliced }: RanksRecord): string {
  const [more, names] = [hosts.length - MOST_HOSTS, hosts.slice(0, MOST_HOSTS).map(({ name }) => printable(name, 32))];
  const named = listed(more > 0 ? [...names, `${more} more`] : names);
  const where = hosts.length === 1 ? 'on one host' : `on ${hosts.length} hosts`;
  const link = `a collective of next to nothing takes ${fixed(latency, 0)} µs, a megabyte travels at ${fixed(bandwidth / 1e9, 2)} GB/s`;
  const slices = sliced.filter((is) => is).length;
  const cut = slices === 0 ? 'each updates all weights' : `${slices} of ${plural(sliced.length, 'layer')} are sliced among them`;
  return `${plural(ranks, 'process', 'processes')} share each step ${where} (${named}), and workers are those of each of them; ${cut}. ${library}: ${link}.`;
}

/** How the speed-ups come about that stand beside the rates. */
export const SPEED_UP_MEANING =
  'A speed-up is the rate over that of one worker in the same round. Its median over the rounds is therefore not the ratio of two median rates.';

/** What was predicted as a speed-up: over what was predicted of one worker, not over what was measured. */
export function predictedSpeedUp({ predicted }: ScalingPoint, { points: [one] }: Pick<ScalingCurve, 'points'>): number | undefined {
  return predicted === undefined || one.predicted === undefined ? undefined : predicted / one.predicted;
}

/** Which learning rate a test of rates leads to, and why. */
export function rateInWords({ eta, largest, blowsUp, isOpen, range: [from, most] }: FoundRate): string {
  const blown = blowsUp === null ? '' : ` It blows up at ${Number(blowsUp.toPrecision(2))}.`;
  if (eta === null || largest === null)
    return `No learning rate: at none from ${from} to ${most} is the cost lower by more than it varies.${blown} Look elsewhere, --range ${from / 1000},${1000 * most}, or train on more samples at a rate, --batch.`;
  const least = Number(largest.toPrecision(2));
  const begin = `η = ${eta}, a third of ${least}, where the cost is least; an η that falls to 0 (--schedule cosine:1) may begin there.`;
  return isOpen ? `${begin} It still fell at the largest rate: look further, --range ${eta},${1000 * most}.` : `${begin}${blown}`;
}
