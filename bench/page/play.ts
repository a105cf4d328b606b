// The part of bench/results/README.md about the page of `nabla play`.

import { figure, range } from '../measure.js';
import { coresText, type PlayResult, verdicts } from '../play/results.js';
import { table } from './markdown.js';

export function playSection([result]: readonly PlayResult[]): string {
  const asked = table(
    ['', 'asked', 'measured', 'met'],
    verdicts(result).map(({ what, asked, got, isMet }) => [what, asked, got, isMet ? 'yes' : '**no**']),
    ['', 'asked', 'measured', 'met'],
  );
  return [asked, ...[speedTable(result), framesTable(result), clicksTable(result), memoryTable(result)].flat()].join('\n\n');
}

function speedTable({ speed }: PlayResult): string[] {
  const rows = speed.map(({ network, workers, kernels, page, node, ratio }) => [
    ...[network, String(workers), kernels, range(page, 0), range(node, 0)],
    range(ratio),
  ]);
  return rows.length === 0
    ? []
    : [table(['network', 'workers', 'kernels', 'page, samples/s', 'Node', 'page over Node'], rows, ['network', 'kernels'])];
}

/** By the part of the page that was in the window. */
function framesTable({ frames }: PlayResult): string[] {
  const rows = frames.map(({ network, part, seconds, frames: count, longest, late, tasks, longestTask, cause }) => [
    ...[network, part, seconds.toFixed(0), figure(count), longest.toFixed(0), String(late), String(tasks)],
    ...[tasks === 0 ? '' : longestTask.toFixed(0), cause],
  ]);
  const head = ['network', 'in the window', 's', 'frames', 'longest, ms', 'over 50 ms', 'long tasks', 'longest, ms', 'spent on'];
  return rows.length === 0 ? [] : [table(head, rows, ['network', 'in the window', 'spent on'])];
}

function clicksTable({ curve, stop }: PlayResult): string[] {
  const rows = [
    ...curve.flatMap(({ cores, opened, curve: first }) => [
      [`from the address to Train, ${coresText(cores)}`, range(opened, 0)],
      [`from Train to the first curve, ${coresText(cores)}`, range(first, 0)],
    ]),
    ...stop.flatMap(({ cores, network, lastEvent, shown }) => [
      [`from Stop to the last event, ${network}, ${coresText(cores)}`, range(lastEvent, 0)],
      [`from Stop to a page that says so, ${network}, ${coresText(cores)}`, range(shown, 0)],
    ]),
  ];
  return rows.length === 0 ? [] : [table(['', 'ms'], rows)];
}

function memoryTable({ runs }: PlayResult): string[] {
  const rows = runs.flatMap(({ runs: count, memory, resident }) =>
    Object.entries({ 'the page': memory, ...(resident && { 'its processes': resident }) }).map(([name, { first, last }]) => [
      `${name}, ${count} runs`,
      first.toFixed(1),
      last.toFixed(1),
    ]),
  );
  return rows.length === 0 ? [] : [table(['memory', 'MB, after the first', 'MB, after the last'], rows)];
}
