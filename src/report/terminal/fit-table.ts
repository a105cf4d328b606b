// How near a network comes to targets that are numbers, as text for a terminal: its figures in words, and where there are several outputs
// a table of them.

import type { FitFigures, OutputFigures } from '../../inference/regression.js';
import { count, printable } from '../../text.js';
import { textTable } from './columns.js';

/** Outputs that are shown. */
const MOST_ROWS = 30;
/** Characters of a target's name. */
const LONGEST_NAME = 24;

/** 'R² 0.8123', 'RMSE 12.34', 'MAE 9.876': R² where there is one. */
export function fitFigures({ r2, rmse, mae }: FitFigures): string[] {
  return [...(r2 === null ? [] : [`R² ${r2.toFixed(4)}`]), `RMSE ${rmse.toPrecision(4)}`, `MAE ${mae.toPrecision(4)}`];
}

/** The figures of each of several outputs below those of all; '' for a single one. */
export function fitTable({ outputs, ...all }: FitFigures & { readonly outputs: readonly OutputFigures[] }): string {
  if (outputs.length === 1) return '';
  const shown = outputs.slice(0, MOST_ROWS);
  const rows = [...shown, all];
  const names = shown.map(({ name }, k) => (name === undefined ? String(k + 1) : printable(name, LONGEST_NAME)));
  const lines = textTable([
    { head: 'output', cells: [...names, 'mean'] },
    { head: 'R²', cells: rows.map(({ r2 }) => (r2 === null ? '-' : r2.toFixed(4))) },
    { head: 'RMSE', cells: rows.map(({ rmse }) => rmse.toPrecision(4)) },
    { head: 'MAE', cells: rows.map(({ mae }) => mae.toPrecision(4)) },
  ]);
  const more = outputs.length > MOST_ROWS ? ['', `The first ${MOST_ROWS} of ${count(outputs.length)} outputs.`] : [];
  return ['', ...lines, ...more, ''].join('\n');
}
