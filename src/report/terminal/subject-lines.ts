// What was checked or diagnosed, as the first lines of a result in a terminal.

import type { SubjectRecord } from '../../insight/subject.js';
import { count, noun } from '../../text.js';
import { functionsText, TEXT_WIDTH } from '../words.js';
import { labelled } from './columns.js';

/**
 * @param seeds of the initial weights, where they are not a run's: 'seed 1'
 * @param samples how many, and what else is to be said of the data
 */
export function subjectLines(
  { network, activations, cost, run, initialiser, data, kernels, kernelsNote }: SubjectRecord,
  seeds: string,
  samples: string,
): string[] {
  const weights = run === undefined ? `initial weights '${initialiser}', ${seeds}` : `weights of ${run}`;
  return [
    ...labelled('network', `${network.join('-')}, ${functionsText(activations)}, ${cost}; ${weights}`, TEXT_WIDTH),
    ...labelled('data', `${data}: ${samples}`, TEXT_WIDTH),
    ...(kernelsNote === undefined ? [] : labelled('note', `${kernelsNote}; going on with ${kernels}`, TEXT_WIDTH)),
  ];
}

export function samplesText(samples: number): string {
  return `${count(samples)} training ${noun(samples, 'sample')}`;
}
