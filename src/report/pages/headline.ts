// The top of the page of one run: its few figures that count, large, and what happened in a sentence.

import type { EpochEvent } from '../../options/events.js';
import { count, fixed, percent, plural, secondsText } from '../../text.js';
import { outcomeOf } from '../data/run-outcome.js';
import type { RunReport } from '../data/run-report.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { verdict } from './verdict.js';

interface Large {
  readonly figure: string;
  readonly name: string;
}

export function headline(run: RunReport): Markup {
  const said = verdict(run);
  const figures = [...quality(run), ...best(run), ...time(run)];
  return html`<dl class="headline">
${figures.map(({ figure, name }) => html`<div><dt>${name}</dt><dd>${figure}</dd></div>\n`)}</dl>
${said === '' ? NOTHING : html`<p class="verdict">${said}</p>\n`}`;
}

/** How good the network is that the run ended with. */
function quality(run: RunReport): Large[] {
  const { epochs, assessed, regression, record } = run;
  const { state, outcome } = record;
  if (regression) {
    const { r2, rmse, split } = regression;
    return [...(r2 === null ? [] : [{ figure: fixed(r2, 4), name: `${split} R²` }]), { figure: large(rmse), name: `${split} RMSE` }];
  }
  if (assessed) return [{ figure: percent(assessed.correct / assessed.samples, 2), name: `${assessed.split} accuracy` }];
  const done = state === 'done' ? (outcome as Partial<EpochEvent> | undefined) : undefined;
  const last = { ...epochs.at(-1), ...(typeof done?.testAccuracy === 'number' ? { testAccuracy: done.testAccuracy } : {}) };
  const accuracies = [
    [last.testAccuracy, 'test accuracy'],
    [last.validationAccuracy, 'validation accuracy'],
    [last.trainingAccuracy, 'training accuracy'],
  ] as const;
  for (const [value, name] of accuracies) if (typeof value === 'number') return [{ figure: percent(value, 2), name }];
  const { testR2 } = outcomeOf(run);
  if (testR2 !== undefined) return [{ figure: fixed(testR2, 4), name: 'test R²' }];
  const costs = [
    [last.testCost, 'test cost'],
    [last.validationCost, 'validation cost'],
    [last.trainingCost, 'training cost'],
  ] as const;
  for (const [value, name] of costs) if (typeof value === 'number' && Number.isFinite(value)) return [{ figure: large(value), name }];
  return [];
}

function best(run: RunReport): Large[] {
  const { best: found, restored } = outcomeOf(run);
  if (!found || found.by === 'training cost') return [];
  const { by, value, epoch } = found;
  const name = `best ${by}, epoch ${count(epoch)}${restored ? ', whose network it ended with' : ''}`;
  return [{ figure: by === 'validation accuracy' ? percent(value, 2) : large(value), name }];
}

/** As the run's last line has it; while there is none, what its epochs add up to. */
function time(run: RunReport): Large[] {
  const { epochs } = run;
  if (epochs.length === 0) return [];
  const seconds = outcomeOf(run).seconds ?? epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return [{ figure: clock(seconds), name: plural(epochs.length, 'epoch') }];
}

/** Three digits, or all before the point, without an exponent where that would not be long. */
function large(value: number): string {
  if (Math.abs(value) >= 1000 && Math.abs(value) < 1e6) return count(value);
  return value !== 0 && (Math.abs(value) < 1e-6 || Math.abs(value) >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(3)));
}

/** '3.3 s', '4 min 20 s', '2 h 5 min'. */
function clock(seconds: number): string {
  if (seconds < 59.95) return secondsText(seconds);
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${count(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}
