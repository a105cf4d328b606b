// An assessment as text for a terminal: the confusion matrix, or the most confused pairs where there are many classes; a table
// of the classes; what the sizes of the outputs say; and the surest mistakes.

import type { Assessment } from '../../inference/assessment.js';
import type { ClassFigures } from '../../inference/class-figures.js';
import { count, fixed, percent } from '../../text.js';
import { classCalled, TEXT_WIDTH } from '../words.js';
import { type Column, textTable, wrap } from './columns.js';

/** Classes up to which the matrix is shown whole, if it is not too wide. */
const MATRIX_CLASSES = 15;
/** Pairs, and classes, that are shown where there are more than fit. */
const MOST_PAIRS = 15;
const MOST_ROWS = 30;

/** All of an assessment, in lines of at most `width` characters, 60 or more. */
export function assessmentTable(assessment: Assessment, width = TEXT_WIDTH): string {
  const { classes, mistakes } = assessment;
  const mistaken = mistakes.length === 0 ? [] : mistakeLines(assessment, width);
  const scores = scoreLines(assessment, width);
  return [...confusionLines(assessment, width), '', ...classLines(classes, assessment), '', ...scores, ...mistaken, ''].join('\n');
}

function confusionLines(assessment: Assessment, width: number): string[] {
  const { confusion } = assessment;
  if (confusion.length === 0) return wrap('There are too many classes for a table of what was taken for what.', width);
  if (confusion.length > MATRIX_CLASSES) return pairLines(assessment);
  const fits = [2, 1].map((gap) => matrixLines(assessment, gap)).find((lines) => lines.every((line) => line.length <= width));
  if (!fits) return pairLines(assessment);
  return [...wrap('Samples of each class (rows) by the class that the network names (columns)', width), '', ...fits];
}

/** Zeros as dots, so that the mistakes stand out. */
function matrixLines(assessment: Assessment, gap: number): string[] {
  const { confusion } = assessment;
  const labels = confusion.map((_, label) => classCalled(assessment, label));
  const width = String(Math.max(...confusion.flat())).length;
  const column = (j: number): Column => ({ head: labels[j].padStart(width), cells: confusion.map((row) => (row[j] === 0 ? '·' : String(row[j]))) });
  return textTable([{ head: '', cells: labels }, ...labels.map((_, j) => column(j))], gap);
}

function pairLines(assessment: Assessment): string[] {
  const { confusion } = assessment;
  const pairs = confusion.flatMap((row, label) => row.map((times, named) => ({ label, named, times })));
  const confused = pairs.filter(({ label, named, times }) => times > 0 && label !== named).sort((a, b) => b.times - a.times);
  if (confused.length === 0) return ['No class was taken for another.'];
  const shown = confused.slice(0, MOST_PAIRS);
  return [
    `The most confused of ${count(confused.length)} pairs of classes`,
    '',
    ...textTable([
      { head: 'class', cells: shown.map(({ label }) => classCalled(assessment, label)) },
      { head: 'taken for', cells: shown.map(({ named }) => classCalled(assessment, named)) },
      { head: 'samples', cells: shown.map(({ times }) => count(times)) },
    ]),
  ];
}

function classLines(all: readonly ClassFigures[], { macro, weighted }: Assessment): string[] {
  const few = all.length <= MOST_ROWS;
  const worst = [...all].filter(({ f1 }) => f1 !== null).sort((a, b) => (a.f1 ?? 0) - (b.f1 ?? 0));
  const classes = few ? all : worst.slice(0, MOST_ROWS);
  const share = (of: 'precision' | 'recall' | 'f1'): Column => ({
    head: of === 'f1' ? 'F1' : of,
    cells: [...classes.map((c) => (c[of] === null ? '-' : fixed(c[of], 4))), fixed(macro[of], 4), fixed(weighted[of], 4)],
  });
  return [
    ...(few ? [] : [`The ${MOST_ROWS} of ${count(all.length)} classes with the lowest F1`, '']),
    ...textTable([
      { head: 'class', cells: [...classes.map(({ label, name }) => name ?? String(label)), 'mean', 'weighted'] },
      { head: 'samples', cells: [...classes.map(({ samples }) => count(samples)), '', ''] },
      { head: 'named', cells: [...classes.map(({ named }) => count(named)), '', ''] },
      share('precision'),
      share('recall'),
      share('f1'),
    ]),
  ];
}

/** The figures in a line, and why there are no probabilities where there are none. */
function scoreLines(assessment: Assessment, width: number): string[] {
  const { topK, logLoss, roc, calibration, whyNot } = assessment;
  const figures = [
    ...(topK ? [`top-${topK.k} accuracy ${percent(topK.accuracy, 2)}`] : []),
    ...(logLoss === null ? [] : [`log-loss ${fixed(logLoss, 4)}`]),
    ...(roc ? [`ROC AUC ${fixed(roc.auc, 4)} of class ${classCalled(assessment, roc.positive)}`] : []),
    ...(calibration ? [`calibration error ${fixed(calibration.error, 4)}`] : []),
  ];
  const why = whyNot.logLoss === undefined ? [] : wrap(`No log-loss, no calibration: ${whyNot.logLoss}.`, width);
  const said = figures.join(', ');
  return [...wrap(said.charAt(0).toUpperCase() + said.slice(1), width), ...why];
}

function mistakeLines(assessment: Assessment, width: number): string[] {
  const { mistakes, samples, correct } = assessment;
  const wrong = samples - correct;
  const shown = mistakes.length === wrong ? `All ${count(wrong)} mistakes` : `The surest ${count(mistakes.length)} of ${count(wrong)} mistakes`;
  return [
    '',
    wrong === 1 && mistakes.length === 1 ? 'The only mistake' : shown,
    '',
    ...textTable([
      { head: 'sample', cells: mistakes.map(({ index }) => String(index + 1)) },
      { head: 'class', cells: mistakes.map(({ label }) => classCalled(assessment, label)) },
      { head: 'named', cells: mistakes.map(({ named }) => classCalled(assessment, named)) },
      { head: 'output', cells: mistakes.map(({ confidence }) => figure(confidence)) },
      { head: 'of the right class', cells: mistakes.map(({ right }) => figure(right)) },
    ]),
    '',
    ...wrap('Samples count from 1, as in nabla explain --sample. Output: that of the class named, the largest.', width),
  ];
}

/** Four decimals, or as many digits where the output is too small or too large for them. */
function figure(value: number): string {
  return Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 1e-4) ? value.toExponential(1) : value.toFixed(4);
}
