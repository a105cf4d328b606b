// Each parameter of a search against what came of the runs, as small charts on one axis: a point for each run, its mark that of the rung
// that it came to the end of, and a cross below for one that failed.

import type { SearchRun } from '../../experiments/search/events.js';
import { valueOfKey } from '../../experiments/search/space.js';
import { plural } from '../../text.js';
import type { SearchedParameter, SearchReport } from '../data/search-report.js';
import { judgedText, valuesOf } from '../data/search-words.js';
import { html, type Markup, NOTHING } from '../markup/html.js';
import { marginsFor, placed, plot, plotLeftAxis, plotLowerAxis } from '../markup/plot.js';
import { keyOf, legendEntry, lookOf, markOf } from './looks.js';
import { drawnRuns, drawnText, type OutcomeAxis, outcomeAxis, parameterAxis } from './search-axes.js';

const HEIGHT = 190;
/** Pixels across that labels can count on, and those of a letter. */
const NARROWEST = 200;
const LETTER = 7.5;
const CROSS = html`<path class="purple stroke" d="M-4,-4L4,4M-4,4L4,-4"/>`;

/** @param id what the ids of the charts begin with */
export function parameterCharts(report: SearchReport, id: string): Markup {
  const { judged, failed } = drawnRuns(report);
  if (report.runs.length < 2) return NOTHING;
  const outcome = outcomeAxis(report, HEIGHT);
  const charts = report.parameters.map((parameter, k) => chartOf(report, parameter, [...failed, ...judged.toReversed()], outcome, `${id}-${k + 1}`));
  return html`<p class="note">Up: ${outcome.title}; the better the higher.</p>
${keys(report, failed.length > 0)}<div class="multiples">${charts}</div>
`;
}

/** One for each rung that a run ended in. */
function keys({ facts: { rungs }, runs }: SearchReport, hasFailed: boolean): Markup {
  const ended = [...new Set(runs.filter(({ failure }) => !failure).map(({ rung }) => rung))].sort((a, b) => a - b);
  const named = ended.map((rung) => {
    const epochs = rungs[rung - 1]?.epochs;
    return html`<li>${keyOf(lookOf(rung - 1, 'none'))}<span>${`ended after rung ${rung}${epochs === undefined ? '' : `, ${plural(epochs, 'epoch')}`}`}</span></li>\n`;
  });
  const shown = rungs.length > 1 ? named : [];
  if (shown.length === 0 && !hasFailed) return NOTHING;
  return html`<ul class="legend">${shown}${hasFailed ? legendEntry(html`<g transform="translate(17,7)">${CROSS}</g>`, 'failed') : NOTHING}</ul>\n`;
}

function chartOf(report: SearchReport, parameter: SearchedParameter, runs: readonly SearchRun[], outcome: OutcomeAxis, id: string): Markup {
  const { facts } = report;
  const axis = parameterAxis(parameter);
  const points = runs.map((run) => {
    const at = axis.at(valueOfKey(run.options, parameter.key));
    if (at === undefined) return NOTHING;
    const mark = run.failure ? CROSS : markOf(lookOf(run.rung - 1));
    return placed(at, outcome.y(run), html`<g class="spot"><title>${drawnText(report, run)}</title>${mark}</g>\n`);
  });
  const lower = axis.ticks(NARROWEST, (label) => LETTER * label.length);
  const title = `${facts.by} by ${parameter.key}`;
  const content = [plotLeftAxis(outcome.ticks), plotLowerAxis(lower, HEIGHT, parameter.key), ...points];
  return html`<figure>${plot({ id, title, description: described(report, parameter), height: HEIGHT, margins: marginsFor(outcome.ticks), content })}</figure>\n`;
}

function described({ runs, facts }: SearchReport, { key }: SearchedParameter): string {
  const told = runs.slice(0, 5).map((run) => `${valuesOf(run.options, [key])[key]}, ${judgedText(run, facts.by)}`);
  return `${plural(runs.length, 'run')}. ${key} of the best, and what they came to: ${told.join('; ')}. The table of all runs has the others.`;
}
