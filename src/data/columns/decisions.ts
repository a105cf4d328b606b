// What was decided for each column of a table, in words: for the table that a run prints at its start and keeps.

import type { Column, Table } from '../../tables/table.js';
import { count, plural } from '../../text.js';
import { scaleText } from '../reading.js';
import type { ColumnDecision, Prepared, PreparedColumn, PreparedTarget } from './preparation.js';
import type { Roles } from './roles.js';

/** Names of classes that are written out. */
const MOST_NAMES = 5;
const figure = (x: number): string => String(Number(x.toPrecision(4)));

/** One for each column, in their order; plain ones together. */
export function decisionsOf(table: Table, { features, targets, leftOut }: Roles, { preparation, scale }: Prepared): ColumnDecision[] {
  const { plain, columns: prepared, target } = preparation;
  const rows = table.columns.map((column, k): ColumnDecision | undefined => {
    const out = leftOut.get(k);
    const holds = holdsText(column);
    if (out !== undefined) return { column: column.name, holds, use: out };
    const t = targets.indexOf(k);
    if (t >= 0) return { column: column.name, holds, use: targetText(target, t) };
    return plain ? undefined : { column: column.name, holds, use: inputText(prepared[features.indexOf(k)]) };
  });
  const others = rows.filter((row) => row !== undefined);
  if (!plain) return others;
  const [first, last] = [features[0], features[features.length - 1]].map((k) => table.columns[k].name);
  const many = {
    column: first === last ? first : `${first} to ${last}`,
    holds: plural(plain.count, 'number'),
    use: scale === 1 ? 'as they are' : `as they are, times ${scaleText(scale)}`,
  };
  return targets.some((k) => k < features[0]) ? [...others, many] : [many, ...others];
}

function holdsText({ kind, words = [] }: Column): string {
  if (kind === 'words') return plural(words.length, 'word');
  return { number: 'numbers', boolean: 'true or false', date: 'dates' }[kind];
}

function inputText(column: PreparedColumn): string {
  const missing = column.indicator ? ', and one for missing ones' : '';
  if (column.kind === 'words') {
    const filled =
      column.fill !== undefined && !column.indicator ? `, missing ones as ${column.fill < 0 ? 'none' : `'${column.words[column.fill]}'`}` : '';
    return `${plural(column.words.length, 'input')}${column.other ? ', one for rare and unknown words' : ''}${filled}${missing}`;
  }
  const { subtract, divide, fill } = column;
  const shifted = subtract === 0 ? 'x' : `x ${subtract < 0 ? '+' : '-'} ${figure(Math.abs(subtract))}`;
  const scaled = divide === 1 ? shifted : `${subtract === 0 ? shifted : `(${shifted})`} / ${figure(divide)}`;
  const filled = fill === undefined ? '' : `, missing ones as ${figure(fill)}`;
  return `${scaled === 'x' ? 'as it is' : scaled}${filled}${missing}`;
}

function targetText(target: PreparedTarget, t: number): string {
  if (target.kind === 'numbers') {
    const { mean, deviation } = target.columns[t];
    return `to be predicted, as (y ${mean < 0 ? '+' : '-'} ${figure(Math.abs(mean))}) / ${figure(deviation)}`;
  }
  const { names } = target;
  const listed = names.slice(0, MOST_NAMES).join(', ');
  return `to be predicted: ${count(names.length)} classes, ${listed}${names.length > MOST_NAMES ? ', …' : ''}`;
}
