// The book's published runs beside ours: as text for a terminal and as Markdown. Accuracies are per cent, with two decimals,
// as one image of 10,000 counts.

import type { PublishedRun } from '../../experiments/published-runs.js';
import type { Reproduction, Row } from '../../experiments/reproduce.js';
import { meanOf, TOLERANCE, type Verdict } from '../../experiments/run-rules.js';
import { count, fixed } from '../../text.js';
import { TEXT_WIDTH } from '../words.js';
import { type Column, textTable, wrap } from './columns.js';

/** Two decimals, and no commas. */
const figure = (percentage: number): string => percentage.toFixed(2);
const signed = (points: number): string => (points <= -0.005 ? figure(points) : `+${figure(Math.max(points, 0))}`);
const range = ({ minimum, maximum }: Row): string => `${figure(minimum)} to ${figure(maximum)}`;
const seconds = (value: number): string => fixed(value, value < 99.5 ? 1 : 0);

/** "±0.6", or the two ends of a band that is not around the book's figure. */
function bandText({ run, band: [low, high] }: Row): string {
  return run.band ? `${low} to ${high}` : `±${Number(((high - low) / 2).toFixed(2))}`;
}

/** All rows, what they say together, and what is measured, in lines of at most 80 characters. */
export function reproductionText(result: Reproduction): string {
  const { rows } = result;
  const width = Math.max(...rows.map(({ run }) => run.id.length));
  const columns: Column[] = [
    { head: 'id'.padEnd(width), cells: rows.map(({ run }) => run.id.padEnd(width)) },
    { head: 'book', cells: rows.map(({ run }) => figure(run.book)) },
    { head: 'mean', cells: rows.map(({ mean }) => figure(mean)) },
    { head: 'min to max', cells: rows.map(range) },
    { head: 'off', cells: rows.map(({ difference }) => signed(difference)) },
    { head: 'band', cells: rows.map(bandText) },
    { head: 'verdict', cells: rows.map(({ verdict }) => verdict) },
    { head: 's', cells: rows.map((row) => seconds(row.seconds)) },
  ];
  const notes = [...conclusions(result), ...measuredLines(rows)];
  return [...wrap(sourceLine(result), TEXT_WIDTH), '', ...textTable(columns), '', ...notes.flatMap((note) => wrap(note, TEXT_WIDTH)), ''].join('\n');
}

/** The same as a page of Markdown. */
export function reproductionMarkdown(result: Reproduction): string {
  return `# The book's runs\n\nWritten by \`nabla reproduce\`, ${result.created.slice(0, 10)}.\n\n${reproductionBody(result)}\n`;
}

/** The page without its head, for pages of which it is a part: with the hyper-parameters of each row and its last epoch. */
export function reproductionBody(result: Reproduction): string {
  const notes = [...conclusions(result), ...measuredLines(result.rows)];
  return [sourceLine(result), '', 'Accuracies in per cent.', '', ...table(result), '', ...notes.map((note) => `- ${note}`)].join('\n');
}

const HEADS = [
  'id',
  'network',
  'cost',
  'w',
  'epochs',
  'η',
  'λ',
  'measured',
  'book',
  'mean',
  'min to max',
  'off',
  'band',
  'verdict',
  'last epoch',
  's',
];
const TEXT_HEADS = ['id', 'network', 'cost', 'w', 'measured', 'verdict'];

function table({ rows }: Reproduction): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(HEADS), line(HEADS.map((head) => (TEXT_HEADS.includes(head) ? '---' : '--:'))), ...rows.map((row) => line(cells(row)))];
}

function cells(row: Row): string[] {
  const { id, cost, init, images, epochs, eta, lambda, split, rule, book } = row.run;
  const network = `${row.layers.join('-')}${images === undefined ? '' : `, first ${count(images)} images`}`;
  const run = [id, network, cost, init === 'scaled' ? '1/√n_in' : 'N(0,1)', String(epochs), String(eta), String(lambda)];
  const ours = [figure(row.mean), range(row), signed(row.difference), bandText(row), row.verdict];
  return [...run, `${split}, ${rule}`, figure(book), ...ours, figure(meanOf(row.seeds.map(({ last }) => last))), seconds(row.seconds)];
}

function sourceLine({ data, samples, rows, firstSeed, kernels, jobs, seconds: all, machine }: Reproduction): string {
  const [training, validation, test] = samples.map(count);
  const seeds = rows[0].seeds.length;
  const which = seeds === 1 ? `seed ${firstSeed}` : `${seeds} seeds (${firstSeed} to ${firstSeed + seeds - 1})`;
  const side = jobs === 1 ? 'one run after another' : `${jobs} runs at a time`;
  return `${data}: ${training} training, ${validation} validation, ${test} test samples; ${which}, kernels ${kernels}; ${side} on ${machine.cpu}, ${seconds(all)} s in all.`;
}

/** Which rows are inside, which are not, and what else the book says of them. */
function conclusions({ rows, mnist }: Reproduction): string[] {
  if (!mnist) return ['These data are not MNIST split as in the book: its figures do not apply to them, and nothing is compared.'];
  const ids = (verdict: Verdict): string[] => rows.filter((row) => row.verdict === verdict).map(({ run }) => run.id);
  const explained = [...ids('in spread'), ...ids('best seed')];
  const reason = explained.length === 0 ? '' : `; outside for a known reason: ${explained.join(', ')}`;
  return [
    `${ids('inside').length} of ${rows.length} means inside their bands${reason}; outside: ${ids('outside').join(', ') || (explained.length === 0 ? 'none' : 'no other')}.`,
    ...remark(
      ids('in spread'),
      'In spread',
      'the mean is outside, but single runs lie far apart, and the book reports one: it is within two deviations.',
    ),
    ...remark(
      ids('best seed'),
      'Best seed',
      "only the best seed is inside, and the book's figure is the best of three runs. In the others an output saturates early and learns no more (BP1), so that a digit is never named; the book, too, says that some runs are quite a bit worse.",
    ),
    ...rows.flatMap((row) => perfectLine(row)),
  ];
}

function remark(ids: readonly string[], verdict: string, meaning: string): string[] {
  return ids.length === 0 ? [] : [`${verdict} (${ids.join(', ')}): ${meaning}`];
}

/** The epoch from which on a row on few images gets all of them right. */
function perfectLine({ run, seeds }: Row): string[] {
  if (run.perfectFrom === undefined) return [];
  const epochs = seeds.map(({ perfect }) => (perfect == null ? 'never' : String(perfect)));
  return [`${run.id}: all training images right after epoch ${epochs.join(', ')} (the book: about ${run.perfectFrom}).`];
}

/** What a row measures. */
function measured({ rule, split }: PublishedRun): string {
  return {
    'best epoch': `Highest ${split} accuracy of any epoch`,
    final: `The ${split} accuracy after the last epoch`,
    'first epoch': `The ${split} accuracy after the first epoch`,
    'best validation': `The ${split} accuracy at the epoch with the best validation accuracy`,
  }[rule];
}

/** What the figures are, rule by rule, and what the bands. */
function measuredLines(rows: readonly Row[]): string[] {
  const rules = [...new Set(rows.map(({ run }) => measured(run)))];
  const ids = (rule: string): string[] => rows.flatMap(({ run }) => (measured(run) === rule ? [run.id] : []));
  return [...rules.map((rule) => `${rule}: ${ids(rule).join(', ')}.`), bandLine(rows), 'Seconds are of one run, beside the others.'];
}

function bandLine(rows: readonly Row[]): string {
  const { usual, small, smallFrom } = TOLERANCE;
  const own = rows.filter(({ run }) => run.band).map(({ run, band: [low, high] }) => `${run.id} ${low} to ${high}`);
  const others = own.length > 0 ? ` With a band of its own, η being wrong on purpose: ${own.join(', ')}.` : '';
  return `A row is inside where its mean is within ${usual} points of the book's figure, ${small} from ${smallFrom} up.${others}`;
}
