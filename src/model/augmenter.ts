// Changes the rows of a mini-batch, each by what is drawn for it: a function of seed, epoch and sample alone, not of the worker that asks
// nor of the mini-batch's other samples. Each worker has its own, and changes the rows that it gathers (augmented-input.ts).
//
// What moves pixels is one map from places of the new picture to places of the old one, so that values are interpolated once:
//
//   p ← middle + Rotation(θ) · Scaling(1/s) · Shear(t) · (p - middle - shift) + field(p)
//
// The field of `elastic` is Simard's: noise, uniform in [-1, 1), smoothed with a Gaussian of σ whose weights add up to 1, times α. It is not
// smoothed pixel by pixel but drawn with the same covariance, α²/(12πσ²) · exp(-d²/4σ²), a product of one factor for rows and one for
// columns: each factor is a matrix of few columns (see rootOf), so that a field takes a hundred draws instead of H·W, and two small products.

import { type Augmentation, onlyForPictures, type PictureShape } from '../functions/augmentations.js';
import { columns, type Kernels, stride } from '../kernels/kernels.js';
import { augmentationOf } from './augmentation-text.js';
import { epochKey, sampleKey, seedKey, signed, sine, uniform, whole } from './draws.js';
import type { Learning } from './learning.js';
import { Mixing, type MixingPlaces, type TrainingSamples } from './mixing.js';

/** What is done to the samples of a run, and what they are. */
export interface AugmentPlan {
  readonly augmentation: Augmentation;
  /** n_1 */
  readonly inputs: number;
  /** Given where something of it is for pictures only. */
  readonly picture?: PictureShape;
}

/** What is done to samples of so many inputs; undefined where nothing is. */
export function augmentPlanOf({ augment, picture }: Pick<Learning, 'augment' | 'picture'>, inputs: number): AugmentPlan | undefined {
  return augment === undefined ? undefined : { augmentation: augmentationOf(augment), inputs, ...(picture && { picture }) };
}

/** What the draws of a run hang on. */
export interface AugmentedRun {
  readonly seed: number;
  readonly training: TrainingSamples;
}

/** Addresses of a worker's own memory for it. */
interface Places extends MixingPlaces {
  readonly map: number;
  readonly padded: number;
  readonly field: number;
  readonly temporary: number;
  readonly rows: number;
  readonly cols: number;
  /** A dense row, for whoever has none. */
  readonly row: number;
  readonly bytes: number;
}

/** What of a covariance a root may leave out. */
const LEFT_OUT = 1e-3;

/** Numbers of the draws of a row, one range for each kind: what is drawn for one never changes another. From 11 on: mixing.ts. */
const DRAWS = { shift: 0, rotate: 2, scale: 3, shear: 5, brightness: 6, erase: 7 } as const;
/** What tells the keys of noise and fields from that of the numbers above. */
const NOISE_KEY = 0x6e6f6973;
const FIELD_KEY = 0x656c6173;

/**
 * Columns A with AAᵀ ≈ C, C[i][j] = exp(-(i - j)²/4σ²) for n places: a Cholesky factorisation that takes the place with the largest rest
 * first and ends when what is left is small (H. Harbrecht, M. Peters and R. Schneider, On the low-rank approximation by the pivoted
 * Cholesky decomposition, 2012).
 */
export function rootOf(n: number, sigma: number): Float64Array[] {
  const rest = new Float64Array(n).fill(1);
  const found: Float64Array[] = [];
  while (found.length < n) {
    const pivot = rest.indexOf(Math.max(...rest));
    if (rest.reduce((sum, value) => sum + value, 0) <= LEFT_OUT * n) break;
    const scale = 1 / Math.sqrt(rest[pivot]);
    const column = Float64Array.from({ length: n }, (_, i) => {
      const covariance = Math.exp(-((i - pivot) ** 2) / (4 * sigma * sigma));
      return scale * found.reduce((left, other) => left - other[i] * other[pivot], covariance);
    });
    found.push(column);
    for (let i = 0; i < n; i++) rest[i] = Math.max(0, rest[i] - column[i] * column[i]);
  }
  return found;
}

/** Standard deviation of a field's displacements, in pixels. */
export function fieldDeviation({ sigma, alpha }: { readonly sigma: number; readonly alpha: number }): number {
  return alpha / (sigma * Math.sqrt(12 * Math.PI));
}

/** Where everything lies in a worker's memory from `address` on. */
function placesOf({ augmentation, inputs, picture }: AugmentPlan, address: number): Places {
  let end = address;
  const take = (floats: number): number => {
    const at = end;
    end += Math.ceil((floats * 4) / 64) * 64;
    return at;
  };
  const { height: H, width: W, channels: C } = picture ?? { height: 0, width: 0, channels: 0 };
  const moved = picture !== undefined && onlyForPictures(augmentation).length > 0;
  const elastic = picture && augmentation.elastic;
  const places = {
    map: take(moved ? 6 : 0),
    // What four lanes may read past the last pixel.
    padded: take(moved ? (H + 3) * (W + 3) * C + 4 : 0),
    field: take(elastic ? 2 * H * columns(W) : 0),
    // A product of two of three matrices, and the draws of both planes.
    temporary: take(elastic ? H * columns(W) + 2 * H * W + 4 : 0),
    rows: take(elastic ? H * H : 0),
    cols: take(elastic ? W * columns(W) : 0),
    row: take(columns(inputs)),
    partner: take(augmentation.mix ? 1 : 0),
    partnerRow: take(augmentation.mix ? stride(inputs) : 0),
  };
  return { ...places, bytes: end - address };
}

/** Bytes that a worker needs for it. */
export function augmenterBytes(plan: AugmentPlan): number {
  return placesOf(plan, 0).bytes;
}

export class Augmenter {
  readonly #kernels: Kernels;
  readonly #plan: AugmentPlan;
  readonly #seed: number;
  readonly #places: Places;
  readonly #floats: Float32Array;
  /** Where samples are mixed before anything else is done to them. */
  readonly #mixing: Mixing | undefined;
  /** Columns of the roots of a field's covariance. */
  readonly #ranks: { readonly rows: number; readonly cols: number };
  #epoch = 0;
  #isOn = false;

  /** @param address of `augmenterBytes` of this worker's own, zeros */
  constructor(kernels: Kernels, memory: WebAssembly.Memory, address: number, plan: AugmentPlan, { seed, training }: AugmentedRun) {
    this.#kernels = kernels;
    this.#plan = plan;
    this.#seed = seedKey(seed);
    this.#places = placesOf(plan, address);
    this.#floats = new Float32Array(memory.buffer);
    const { augmentation, inputs } = plan;
    this.#mixing = augmentation.mix && new Mixing(kernels, memory, this.#places, { ...augmentation.mix, inputs, training });
    this.#ranks = this.#writeRoots();
  }

  /** Rows are changed from now on, as in this epoch, from 1. */
  begin(epoch: number): void {
    this.#epoch = epochKey(this.#seed, epoch);
    this.#mixing?.begin(this.#epoch);
    this.#isOn = true;
  }

  /** Rows are as the samples are, for evaluation. */
  end(): void {
    this.#isOn = false;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** A dense row that nobody else uses, in the same memory. */
  get row(): number {
    return this.#places.row;
  }

  /** What mixes samples, where they are mixed: rows before `change`, then their targets. */
  get mixing(): Mixing | undefined {
    return this.#mixing;
  }

  /** Changes the row of a sample, or of its mixture. */
  change(sample: number, x: number): void {
    const { augmentation, inputs } = this.#plan;
    const key = sampleKey(this.#epoch, sample);
    const { brightness, noise, erase, elastic } = augmentation;
    const { picture } = this.#plan;
    if (picture) this.#move(key, picture, elastic !== undefined, x);
    if (brightness) this.#kernels.scale(columns(inputs), x, 1 + brightness.share * signed(key, DRAWS.brightness));
    if (noise) this.#addNoise(key, noise.deviation, x);
    if (picture && erase) this.#erase(key, picture, erase.share, x);
  }

  /** One map for all that moves pixels, and the field. */
  #move(key: number, { height: H, width: W, channels: C }: PictureShape, elastic: boolean, x: number): void {
    const { shift, rotate, scale, shear } = this.#plan.augmentation;
    if (!(shift || rotate || scale || shear || elastic)) return;
    const { map, field, padded } = this.#places;
    if (elastic) this.#drawField(key, H, W);
    const angle = rotate ? (rotate.degrees * Math.PI * signed(key, DRAWS.rotate)) / 180 : 0;
    const [sin, cos] = [sine(angle), sine(Math.PI / 2 - Math.abs(angle))];
    const tall = scale ? 1 / (1 + scale.share * signed(key, DRAWS.scale)) : 1;
    const wide = scale ? 1 / (1 + scale.share * signed(key, DRAWS.scale + 1)) : 1;
    const slant = shear ? shear.share * signed(key, DRAWS.shear) : 0;
    const [down, right] = shift ? [whole(key, DRAWS.shift, shift.pixels), whole(key, DRAWS.shift + 1, shift.pixels)] : [0, 0];
    // Rows and columns of Rotation · Scaling · Shear, of (row, column).
    const [a, b] = [cos * tall - sin * wide * slant, -sin * wide];
    const [d, e] = [sin * tall + cos * wide * slant, cos * wide];
    const [row, column] = [(H - 1) / 2, (W - 1) / 2];
    const floats = this.#floats;
    const at = map / 4;
    floats[at] = a;
    floats[at + 1] = b;
    floats[at + 2] = row - a * (row + down) - b * (column + right);
    floats[at + 3] = d;
    floats[at + 4] = e;
    floats[at + 5] = column - d * (row + down) - e * (column + right);
    this.#kernels.warp(H, W, C, map, elastic ? field : 0, padded, x);
  }

  #drawField(key: number, H: number, W: number): void {
    const { elastic } = this.#plan.augmentation;
    const { rows, cols, temporary, field } = this.#places;
    if (!elastic) return;
    // Draws that are uniform in [-1, 1) have a variance of 1/3.
    const amount = Math.sqrt(3) * fieldDeviation(elastic);
    this.#kernels.elasticField(H, W, this.#ranks.rows, this.#ranks.cols, rows, cols, (key ^ FIELD_KEY) | 0, amount, temporary, field);
  }

  /** The sum of four draws has a variance of 4/3; what lies past the last input stays 0. */
  #addNoise(key: number, deviation: number, x: number): void {
    const { inputs } = this.#plan;
    this.#kernels.addNoise(columns(inputs), (key ^ NOISE_KEY) | 0, deviation * Math.sqrt(3 / 4), x);
    this.#floats.fill(0, x / 4 + inputs, x / 4 + columns(inputs));
  }

  /** A rectangle of up to a share of the picture, between half and twice as high as wide, somewhere in it, becomes 0. */
  #erase(key: number, { height: H, width: W, channels: C }: PictureShape, share: number, x: number): void {
    const area = share * H * W * uniform(key, DRAWS.erase);
    const ratio = 2 ** signed(key, DRAWS.erase + 1);
    const h = Math.min(H, Math.round(Math.sqrt(area * ratio)));
    const w = Math.min(W, Math.round(Math.sqrt(area / ratio)));
    const top = Math.floor(uniform(key, DRAWS.erase + 2) * (H - h + 1));
    const left = Math.floor(uniform(key, DRAWS.erase + 3) * (W - w + 1));
    for (let r = top; r < top + h; r++) this.#floats.fill(0, x / 4 + (r * W + left) * C, x / 4 + (r * W + left + w) * C);
  }

  /** Writes the roots of the covariance of rows and of columns, where there is a field. */
  #writeRoots(): { rows: number; cols: number } {
    const { augmentation, picture } = this.#plan;
    const { elastic } = augmentation;
    if (!elastic || !picture) return { rows: 0, cols: 0 };
    const { height: H, width: W } = picture;
    const ofRows = rootOf(H, elastic.sigma);
    const ofColumns = rootOf(W, elastic.sigma);
    const { rows, cols } = this.#places;
    for (let r = 0; r < H; r++) for (const [i, column] of ofRows.entries()) this.#floats[rows / 4 + r * ofRows.length + i] = column[r];
    for (const [j, column] of ofColumns.entries()) this.#floats.set(column, cols / 4 + j * columns(W));
    return { rows: ofRows.length, cols: ofColumns.length };
  }
}
