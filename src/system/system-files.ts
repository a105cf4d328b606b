// The files in which Linux tells a process about itself and its limits (/proc, /sys), as text. What makes sense of them is given a
// reader, so that a test can lay out the files of any machine.

import { systemText } from '#platform';

/** The text of a file by its absolute path; undefined where it is not there or may not be read. */
export type ReadText = (path: string) => string | undefined;

/** This machine's. */
export const readSystemFile: ReadText = systemText;

/** A number from a file that holds it alone; infinite for 'max' and -1, the words of both kinds of control group for no limit. */
export function limitIn(text: string | undefined): number {
  const number = Number(text?.trim() || Number.NaN);
  return number >= 0 ? number : Number.POSITIVE_INFINITY;
}

/** The number behind a name at the beginning of a line: 'VmSize:  761532 kB', 'inactive_file 4096'; 0 where there is none. */
export function numberAfter(text: string | undefined, name: string): number {
  return Number(new RegExp(`^${name}:?\\s+(\\d+)`, 'm').exec(text ?? '')?.[1] ?? 0);
}
