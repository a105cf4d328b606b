// Where rows stand, kept as runs: mostly the next row stands in the next line, and only where it does not is there something to keep.

/** The last of ascending numbers that is not above one; the first where all are. */
export function runOf(begins: readonly number[], row: number): number {
  let [low, high] = [0, begins.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (begins[middle] <= row) low = middle;
    else high = middle;
  }
  return low;
}

/** Rows from `row` on: a text with a number at its end that grows by one from row to row; of a text without, a single row. */
export type Run = readonly [row: number, text: string, number: number | null];

/**
 * The runs of places that ascend, as those of the rows of one file do.
 * @param most runs that are kept
 * @returns undefined where there are more
 */
export function runsOf(rows: number, place: (row: number) => string, most: number): Run[] | undefined {
  const runs: Run[] = [];
  for (let row = 0; row < rows; ) {
    if (runs.length === most) return undefined;
    const [text, number] = split(place(row));
    runs.push([row, text, number]);
    row = number === null ? row + 1 : endOfRun(row, rows, (at) => place(at) === `${text}${number + at - row}`);
  }
  return runs;
}

/** The first row behind `row` of which `isIn` says no; numbers that grow by as much as rows do have left out none between. */
function endOfRun(row: number, rows: number, isIn: (row: number) => boolean): number {
  let [inside, step] = [row, 1];
  while (inside + step < rows && isIn(inside + step)) {
    inside += step;
    step *= 2;
  }
  let outside = Math.min(rows, inside + step);
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (isIn(middle)) inside = middle;
    else outside = middle;
  }
  return outside;
}

function split(place: string): [text: string, number: number | null] {
  const digits = /(?:0|[1-9]\d{0,14})$/.exec(place);
  return digits ? [place.slice(0, digits.index), Number(digits[0])] : [place, null];
}

/** The places that runs were made of. */
export function placeOfRuns(runs: readonly Run[]): (row: number) => string {
  const begins = runs.map(([row]) => row);
  return (row) => {
    const [begin, text, number] = runs[runOf(begins, row)];
    return number === null ? text : `${text}${number + row - begin}`;
  };
}
