// What a picture would be without its ink: the level of paper or board under every pixel, although the light drifts, falls off
// towards the corners, or ends at the edge of a shadow. First from the border, where there is paper as a rule, then from
// what is wider than any stroke. It says which of the two is darker, too. It knows nothing of digits.

import type { Picture } from '../pictures/picture.js';

/** Parts into which a side of the border is divided, each with a level of its own. */
const PARTS = 16;
/** Parts on either side of one whose median it gets: a stroke that crosses the border in two of five does not count. */
const NEIGHBOURS = 2;
/** The border is this share of the shorter side deep, so that a scanner's black edge is not taken for paper. */
const DEPTH = 1 / 32;
/** Strokes are thinner than this share of the shorter side, so that a square as large finds paper wherever it lies. */
const WIDEST_STROKE = 1 / 2;
/** Share of the border that must be paper where a picture counts as dark on light, and how far above the darkest, of the way to its median. */
const [PAPER_BORDER, ABOVE_DARKEST] = [0.75, 0.25];

/**
 * Whether the ink is darker than the paper around it: what stands out most from the levels around it is darker than they are,
 * and three quarters of the border are light, or clearly lighter than the darkest. Of the 70,000 digits of MNIST it holds for
 * none. A picture of one level counts as paper where that is light.
 */
export function isDarkOnLight(picture: Picture): boolean {
  const { values } = picture;
  const border = borderOf(picture).sort();
  const [few, middle, darkest] = [quantile(border, 1 - PAPER_BORDER), quantile(border, 0.5), values.reduce((least, v) => Math.min(least, v), 255)];
  if (middle === darkest) return darkest > 127 && values.every((v) => v === darkest);
  if (few <= Math.min(127, darkest + ABOVE_DARKEST * (middle - darkest))) return false;
  // Cubes have signs, and few pixels that stand out count for more than many that hardly do. The two sides of a shadow's edge cancel.
  const means = localMeans(picture, strokeRadius(picture));
  return values.reduce((sum, v, k) => sum + (v - means[k]) ** 3, 0) < 0;
}

/**
 * By how much each pixel is lighter than the board or the negative of paper under it, in levels, and the levels of that. They are what is
 * left without strokes, of the picture itself, which keeps the edges of shadows, and of what it differs by from the smooth surface
 * through its border, which keeps light that drifts; the lighter one at each pixel.
 * @param picture light on dark
 * @returns [height][width] both
 */
export function overPaper(picture: Picture): { readonly ink: Float32Array; readonly paper: Float32Array } {
  const { width, height, values } = picture;
  const radius = strokeRadius(picture);
  const surface = borderSurface(picture);
  const flat = opening(Float32Array.from(values), width, height, radius);
  const bent = opening(
    Float32Array.from(values, (v, k) => v - surface[k]),
    width,
    height,
    radius,
  );
  const paper = flat.map((level, k) => Math.max(level, bent[k] + surface[k]));
  return { ink: Float32Array.from(values, (v, k) => v - paper[k]), paper };
}

/** Half of a square that is larger than the strokes are thick. */
function strokeRadius({ width, height }: Picture): number {
  return Math.max(1, Math.floor((WIDEST_STROKE / 2) * Math.min(width, height)));
}

/** The mean of the pixels at most `radius` away along both axes. */
function localMeans({ width, height, values }: Picture, radius: number): Float64Array {
  // sums[y][x]: of all pixels above and to the left.
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++) {
      row += values[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return Float64Array.from({ length: width * height }, (_, k) => {
    const [x, y] = [k % width, Math.floor(k / width)];
    const [left, right, top, bottom] = [
      Math.max(0, x - radius),
      Math.min(width, x + radius + 1),
      Math.max(0, y - radius),
      Math.min(height, y + radius + 1),
    ];
    const at = (v: number, u: number): number => sums[v * (width + 1) + u];
    return (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) / ((right - left) * (bottom - top));
  });
}

/** @param sorted at least one number, ascending */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** The pixels of all four sides, corners twice. */
function borderOf({ width, height, values }: Picture): Uint8Array {
  const row = (y: number): Uint8Array => values.subarray(y * width, (y + 1) * width);
  const column = (x: number): number[] => Array.from({ length: height }, (_, y) => values[y * width + x]);
  return Uint8Array.from([...row(0), ...row(height - 1), ...column(0), ...column(width - 1)]);
}

/**
 * A smooth surface through the levels at the border, a + bx + cy + dxy + ex² + fy² by least squares: light from one side, or
 * less of it towards the corners. The edge of a shadow is not in it.
 */
function borderSurface(picture: Picture): Float32Array {
  const { width, height } = picture;
  const across = (k: number, n: number): number => (n === 1 ? 0 : (2 * k) / (n - 1) - 1);
  const a = solved(borderLevels(picture).map(({ x, y, level }) => ({ terms: termsOf(across(x, width), across(y, height)), level })));
  const surface = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const v = across(y, height);
    for (let x = 0; x < width; x++) {
      const u = across(x, width);
      surface[y * width + x] = a[0] + a[1] * u + a[2] * v + a[3] * u * v + a[4] * u * u + a[5] * v * v;
    }
  }
  return surface;
}

const termsOf = (u: number, v: number): number[] => [1, u, v, u * v, u * u, v * v];

/** Coefficients with the least squared error: the normal equations by elimination, and with a little weight on 0 so that a picture of one row has some. */
function solved(points: readonly { readonly terms: readonly number[]; readonly level: number }[]): number[] {
  const n = points[0].terms.length;
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => points.reduce((sum, { terms }) => sum + terms[i] * terms[j], i === j ? 1e-9 : 0)),
    points.reduce((sum, { terms, level }) => sum + terms[i] * level, 0),
  ]);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = rows[k][i] / rows[i][i];
      if (k !== i) for (let j = i; j <= n; j++) rows[k][j] -= factor * rows[i][j];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

/** Levels along the four sides: the median of each part of a side, and of these the median with their neighbours'. */
function borderLevels({ width, height, values }: Picture): { x: number; y: number; level: number }[] {
  const depth = Math.max(1, Math.floor(DEPTH * Math.min(width, height)));
  const sideLevels = (length: number, at: (k: number, inside: number) => { x: number; y: number }): { x: number; y: number; level: number }[] => {
    const parts = Math.min(PARTS, length);
    const ends = Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * length) / parts));
    const medians = Array.from({ length: parts }, (_, part) => {
      const n = ends[part + 1] - ends[part];
      return median(
        Array.from({ length: n * depth }, (_, k) => {
          const { x, y } = at(ends[part] + (k % n), Math.floor(k / n));
          return values[y * width + x];
        }),
      );
    });
    const smooth = medians.map((_, k) => median(medians.slice(Math.max(0, k - NEIGHBOURS), k + NEIGHBOURS + 1)));
    return smooth.map((level, part) => ({ ...at((ends[part] + ends[part + 1] - 1) / 2, (depth - 1) / 2), level }));
  };
  return [
    ...sideLevels(width, (x, y) => ({ x, y })),
    ...sideLevels(width, (x, y) => ({ x, y: height - 1 - y })),
    ...sideLevels(height, (y, x) => ({ x, y })),
    ...sideLevels(height, (y, x) => ({ x: width - 1 - x, y })),
  ];
}

const median = (values: readonly number[]): number => quantile(Float64Array.from(values).sort(), 0.5);

/** What is left of a picture without all that is light and narrower than a square of 2 · radius + 1: its least levels in each such square, and the greatest of these. */
function opening(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  return extremes(extremes(values, width, height, radius, Math.min, Infinity), width, height, radius, Math.max, -Infinity);
}

type Extreme = (a: number, b: number) => number;

/** The extreme of each square, along rows and then along columns. */
function extremes(values: Float32Array, width: number, height: number, radius: number, extreme: Extreme, none: number): Float32Array {
  const out = Float32Array.from(values);
  for (let y = 0; y < height; y++) slide(out, y * width, 1, width, radius, extreme, none);
  for (let x = 0; x < width; x++) slide(out, x, width, height, radius, extreme, none);
  return out;
}

/**
 * Replaces each of n numbers by the extreme of those at most `radius` away. Blocks as long as the window, and in each the
 * extremes from its beginning and from its end: any window is the end of one and the beginning of the next (M. van Herk, 1992).
 */
function slide(values: Float32Array, from: number, step: number, n: number, radius: number, extreme: Extreme, none: number): void {
  const window = 2 * radius + 1;
  const length = Math.ceil((n + 2 * radius) / window) * window;
  const forwards = new Float32Array(length).fill(none);
  for (let k = 0; k < n; k++) forwards[radius + k] = values[from + k * step];
  const backwards = forwards.slice();
  for (let k = 1; k < length; k++) if (k % window !== 0) forwards[k] = extreme(forwards[k], forwards[k - 1]);
  for (let k = length - 2; k >= 0; k--) if ((k + 1) % window !== 0) backwards[k] = extreme(backwards[k], backwards[k + 1]);
  for (let k = 0; k < n; k++) values[from + k * step] = extreme(backwards[k], forwards[k + window - 1]);
}
