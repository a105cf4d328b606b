// Plain text of a fixed width: tables with right-aligned columns, and sentences broken into lines.

export interface Column {
  /** A line above the heads, for a unit or what several columns share. It may reach to the left over columns without one. */
  readonly top?: string;
  readonly head: string;
  readonly cells: readonly string[];
  /** Whether its cells are words, which begin in one column, and not figures, which end in one. */
  readonly left?: boolean;
}

/** The lines of a table, columns `gap` spaces apart. */
export function textTable(columns: readonly Column[], gap = 2): string[] {
  const widths = columns.map(({ head, cells }) => Math.max(head.length, ...cells.map((cell) => cell.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (columns[i].left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join(' '.repeat(gap))
      .trimEnd();
  const rows = columns[0].cells.map((_, row) => line(columns.map(({ cells }) => cells[row])));
  return [...topLine(columns, widths, gap), line(columns.map(({ head }) => head)), ...rows];
}

function topLine(columns: readonly Column[], widths: readonly number[], gap: number): string[] {
  if (columns.every(({ top }) => top === undefined)) return [];
  let [text, end] = ['', -gap];
  for (const [i, { top = '' }] of columns.entries()) {
    end += gap + widths[i];
    if (top !== '') text = `${text}${top.padStart(end - text.length)}`;
  }
  return [text];
}

/** A sentence in lines of at most `width` characters; words longer than that are cut, and control characters shown as '?'. */
export function wrap(sentence: string, width: number): string[] {
  const words = sentence.split(/\s+/).flatMap((word) => cut(word.replace(/\p{Cc}/gu, '?'), width));
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The same behind a label of its own, all lines beginning in one column. */
export function labelled(label: string, sentence: string, width: number, indent = 10): string[] {
  return wrap(sentence, width - indent).map((line, k) => `${(k === 0 ? label : '').padEnd(indent)}${line}`);
}

function cut(word: string, width: number): string[] {
  return Array.from({ length: Math.ceil(word.length / width) }, (_, i) => word.slice(i * width, (i + 1) * width));
}
