// Where the values of a sample go, from the shape that an array of samples has: columns one after another; and where a sample is a
// picture, pixels row by row with the colours of a pixel side by side, whatever order they are stored in.

import type { PictureColumns } from '../table.js';

export interface SampleLayout {
  /** Values of a sample. */
  readonly width: number;
  readonly picture?: PictureColumns;
  /** Column of each value in the order in which they are stored; none where that is theirs. */
  readonly columns?: Uint32Array;
}

interface Axes {
  /** Which dimensions of a sample are its rows, columns and colours. */
  readonly height: number;
  readonly width: number;
  readonly colour?: number;
}

/**
 * @param shape of one sample: [] for a number, [n], [height, width], or with 1 or 3 colours before or after them
 * @param fortran whether the first dimension counts fastest in the order of storage
 * @param transpose whether rows and columns of pictures are to be swapped
 * @returns undefined where what is to be transposed is no picture
 */
export function sampleLayout(shape: readonly number[], fortran = false, transpose = false): SampleLayout | undefined {
  const width = shape.reduce((product, n) => product * n, 1);
  const axes = axesOf(shape);
  if (!axes && transpose) return undefined;
  const [down, across] = axes ? (transpose ? [axes.width, axes.height] : [axes.height, axes.width]) : [];
  // In the order of the columns, dimensions from the slowest to the fastest.
  const target = axes ? [down, across, axes.colour].filter((axis) => axis !== undefined) : [...shape.keys()];
  const stored = fortran ? [...shape.keys()].reverse() : [...shape.keys()];
  const isSame = target.filter((axis) => shape[axis] > 1).join() === stored.filter((axis) => shape[axis] > 1).join();
  return {
    width,
    ...(axes && {
      picture: {
        first: 0,
        width: shape[across as number],
        height: shape[down as number],
        channels: axes.colour === undefined ? 1 : shape[axes.colour],
      },
    }),
    ...(!isSame && { columns: columnsOf(shape, stored, target, width) }),
  };
}

const isColours = (n: number): boolean => n === 1 || n === 3;

function axesOf(shape: readonly number[]): Axes | undefined {
  if (shape.length === 2) return { height: 0, width: 1 };
  if (shape.length !== 3) return undefined;
  if (isColours(shape[2])) return { height: 0, width: 1, colour: 2 };
  return isColours(shape[0]) ? { height: 1, width: 2, colour: 0 } : undefined;
}

/** Counts through the sample in the order of storage, and says for each value its place in the order of the columns. */
function columnsOf(shape: readonly number[], stored: readonly number[], target: readonly number[], width: number): Uint32Array {
  const steps = shape.map((_, axis) => target.slice(target.indexOf(axis) + 1).reduce((product, later) => product * shape[later], 1));
  const at = shape.map(() => 0);
  return Uint32Array.from({ length: width }, () => {
    const place = at.reduce((sum, n, axis) => sum + n * steps[axis], 0);
    for (let k = stored.length - 1; k >= 0; k--) {
      const axis = stored[k];
      at[axis]++;
      if (at[axis] < shape[axis]) break;
      at[axis] = 0;
    }
    return place;
  });
}
