// A published record that was run again: the error of every seed on the test digits, their mean and their average beside what is published. Errors
// are per cent, with two decimals, as one digit of 10,000 counts.

import type { CurvePoint } from '../../experiments/records/curve.js';
import { RECIPES } from '../../experiments/records/recipes.js';
import type { RecordResult } from '../../experiments/records/reproduce-record.js';
import { duration, listed, plural } from '../../text.js';
import { TEXT_WIDTH } from '../words.js';
import { wrap } from './columns.js';

const figure = (percentage: number): string => percentage.toFixed(2);

/** Its figures in sentences, in lines for a terminal. */
export function recordText(result: RecordResult): string {
  return `${recordSentences(result)
    .flatMap((sentence) => wrap(sentence, TEXT_WIDTH))
    .join('\n')}\n`;
}

/** The same as a page of Markdown. */
export function recordMarkdown(result: RecordResult): string {
  const { name, version } = result;
  return `# ${name}\n\nWritten by \`nabla reproduce ${name}\` (nabla ${version}).\n\n${recordBody(result)}\n`;
}

/** The page without its head, for pages of which it is a part. */
export function recordBody(result: RecordResult): string {
  const { created, machine } = result;
  const sentences = recordSentences(result).map((sentence) => `- ${sentence}`);
  return `${created.slice(0, 10)}; ${machine.cpu}, Node ${machine.node}.\n\n${sentences.join('\n')}`;
}

/** The points after 1, 2, 4 … epochs, and the last. */
function curveSentence(curve: readonly CurvePoint[]): string {
  const shown = curve.filter(({ epoch }, k) => Number.isInteger(Math.log2(epoch)) || k === curve.length - 1);
  const points = shown.map(({ seconds, error }) => `${figure(error)} % after ${duration(seconds)}`);
  return `Error of the first on the digits held back, as it was trained: ${points.join(', ')}.`;
}

function recordSentences({ name, mnist, layers, epochs, published, errors, mean, ensemble, curve, seconds, workers }: RecordResult): string[] {
  const { what, source } = RECIPES[name];
  const each = errors.map(({ error }) => figure(error));
  const of = errors.length === 1 ? '' : `, mean of ${errors.length} seeds (${listed(each)} %)`;
  const time = seconds < 1 ? '' : ` ${duration(seconds / errors.length)} a network, on ${plural(workers, 'thread')}.`;
  return [
    `${layers.join('-')}, ${what}; ${plural(epochs, 'epoch')}.${time}`,
    ...(curve ? [curveSentence(curve)] : []),
    `Error on the test digits: ${figure(mean)} %${of}.`,
    ...(ensemble === undefined ? [] : [`Their average as one model: ${figure(ensemble)} %.`]),
    mnist ? `Published: ${figure(published)} % (${source}).` : 'These data are not MNIST: nothing is compared with what is published.',
  ];
}
