// How near a network comes to targets that are numbers, as text for a terminal: its figures in words, and where there are several outputs
// a table of them.

import type { FitFigures } from '../../inference/regression.js';
import { count } from '../../text.js';
import { textTable } from './columns.js';

/** Outputs that are shown. */
const MOST_ROWS = 30;

/** 'R² 0.8123', 'RMSE 12.34', 'MAE 9.876': R² where there is one. */
export function fitFigures({ r2, rmse, mae }: FitFigures): string[] {
  return [...(r2 === null ? [] : [`R² ${r2.toFixed(4)}`]), `RMSE ${rmse.toPrecision(4)}`, `MAE ${mae.toPrecision(4)}`];
}

/** The figures of each of several outputs below those of all; '' for a single one. */
export function fitTable({ outputs, ...all }: FitFigures & { readonly outputs: readonly FitFigures[] }): string {
  if (outputs.length === 1) return '';
  const rows = [...outputs.slice(0, MOST_ROWS), all];
  const lines = textTable([
    { head: 'output', cells: [...rows.slice(1).map((_, k) => String(k + 1)), 'mean'] },
    { head: 'R²', cells: rows.map(({ r2 }) => (r2 === null ? '-' : r2.toFixed(4))) },
    { head: 'RMSE', cells: rows.map(({ rmse }) => rmse.toPrecision(4)) },
    { head: 'MAE', cells: rows.map(({ mae }) => mae.toPrecision(4)) },
  ]);
  const more = outputs.length > MOST_ROWS ? ['', `The first ${MOST_ROWS} of ${count(outputs.length)} outputs.`] : [];
  return ['', ...lines, ...more, ''].join('\n');
}
