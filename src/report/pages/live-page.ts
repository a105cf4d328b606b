// The page of a run that is going on: the report's parts as they are so far, and a script that puts new ones in their place as the
// run's process sends them. All drawing is done there, by the functions that draw the report; the script only replaces.

import { createHash } from 'node:crypto';
import type { ProgressEvent } from '../../options/events.js';
import { count, duration } from '../../text.js';
import type { RunReport } from '../data/run-report.js';
import { html, Markup } from '../markup/html.js';
import { page } from '../markup/page.js';
import { ALLOWS, skipLink, standing, titles } from './run-page.js';
import { runParts } from './run-parts.js';
import { RUN_STYLE } from './run-style.js';

/** Where the page hears of news, beside itself. */
export const EVENTS_PATH = 'events';

/** What the script hears, by the names of its messages. */
export interface LiveMessages {
  /** How far the current epoch is; `share` is that of the whole run, 0 to 1. */
  readonly progress: { readonly text: string; readonly share: number };
  /** All parts of the page in their order, and a sentence about the run. */
  readonly parts: { readonly state: string; readonly parts: readonly { id: string; tag: string; html: string }[] };
  /** Nothing more will come; `text` says what that means for the page. */
  readonly end: { readonly state: string; readonly text: string };
}

/**
 * Replaces parts whose content is new. What a reader has opened, scrolled or focused stays so, by its place in the part.
 * It runs in a browser; nothing in it comes from the run.
 */
const SCRIPT = `
'use strict';
const report = document.getElementById('report');
const state = document.getElementById('live-state');
const progress = document.getElementById('live-progress');
const text = document.getElementById('live-text');
const shown = new Map();
const FOCUSABLE = 'a, summary, [tabindex]';

function replace({ id, tag, html }) {
  if (shown.get(id) === html) return;
  shown.set(id, html);
  let part = document.getElementById(id);
  if (!part) {
    part = document.createElement(tag);
    part.id = id;
  }
  const all = (what) => [...part.querySelectorAll(what)];
  const open = all('details').map((details) => details.open);
  const scrolled = all('.scroll').map((box) => box.scrollLeft);
  const focused = all(FOCUSABLE).indexOf(document.activeElement);
  part.innerHTML = html;
  all('details').forEach((details, k) => { details.open = open[k] ?? false; });
  all('.scroll').forEach((box, k) => { box.scrollLeft = scrolled[k] ?? 0; });
  if (focused >= 0) all(FOCUSABLE)[focused]?.focus({ preventScroll: true });
  return part;
}

function put(parts) {
  for (const part of parts) {
    const made = replace(part);
    if (made && !made.isConnected) report.append(made);
  }
  parts.forEach(({ id }, k) => {
    const part = document.getElementById(id);
    if (report.children[k] !== part) report.insertBefore(part, report.children[k] ?? null);
  });
  while (report.children.length > parts.length) report.lastElementChild.remove();
}

const source = new EventSource('${EVENTS_PATH}');
const hear = (name, use) => source.addEventListener(name, ({ data }) => use(JSON.parse(data)));
hear('progress', (message) => {
  text.textContent = message.text;
  progress.value = message.share;
});
hear('parts', (message) => {
  put(message.parts);
  state.textContent = message.state;
});
hear('end', (message) => {
  source.close();
  state.textContent = message.state;
  text.textContent = message.text;
  progress.hidden = true;
});
source.addEventListener('error', () => {
  text.textContent = source.readyState === EventSource.CLOSED ? 'No connection to the run.' : 'No connection to the run; trying again.';
});
`;

const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');

/** What the page may do: run this one script, hear from where it came from, show the pictures that it holds. */
const LIVE_ALLOWS = `script-src 'sha256-${SCRIPT_HASH}'; connect-src 'self'; ${ALLOWS}`;
/** The same as a header, with what only a header can say. */
export const LIVE_POLICY = `default-src 'none'; style-src 'unsafe-inline'; ${LIVE_ALLOWS}; frame-ancestors 'none'`;

/** The whole page as the run stands; before its first event there is no report. */
export function livePage(report: RunReport | undefined, progress: LiveMessages['progress'], state: string): string {
  const { text, share } = progress;
  const { title, description } = report ? titles([report]) : { title: 'A run', description: 'A run that has not begun.' };
  const body = [
    skipLink(),
    html`<div class="live"><p id="live-state" role="status">${state}</p>
<progress id="live-progress" max="1" value="${String(share)}" aria-label="share of the run that is done"></progress><p id="live-text">${text}</p></div>
<div id="report">
${report ? runParts([report]).map(standing) : []}</div>
<script>${new Markup(SCRIPT)}</script>
`,
  ];
  // Without an icon of its own, a browser asks the server for one.
  const head = html`<link rel="icon" href="data:,">\n`;
  return page({ title, description, body, style: RUN_STYLE, allows: LIVE_ALLOWS, head });
}

export function partsMessage(report: RunReport | undefined, state: string): LiveMessages['parts'] {
  const parts = report ? runParts([report]) : [];
  return { state, parts: parts.map(({ id, tag, content }) => ({ id, tag, html: content.text })) };
}

/** @param report the command that makes a file of the page, where the run has a folder */
export function endMessage(state: string, report: string | undefined): LiveMessages['end'] {
  const keep = report === undefined ? '' : `; ${report} keeps it`;
  return { state, text: `This page stays until it is closed. It is served no longer: a reload would find nothing${keep}.` };
}

/** @param secondsLeft of the whole run, where that is known */
export function progressMessage(progress: ProgressEvent | undefined, secondsLeft?: number): LiveMessages['progress'] {
  if (!progress) return { text: '', share: 0 };
  const { epoch, epochs, samples, of, seconds } = progress;
  const rate = seconds > 0 ? `, ${count(samples / seconds)} samples/s` : '';
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`;
  return { text: `epoch ${epoch} of ${epochs}: ${Math.floor((100 * samples) / of)} %${rate}${left}`, share: (epoch - 1 + samples / of) / epochs };
}
