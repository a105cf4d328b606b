// JPEG photos (ITU-T T.81, and JFIF, Exif and Adobe's segment beside it), baseline or progressive, of grey levels, colours or
// printing inks; they become grey levels or colours, the way up that the camera says. `jpeg-js` decodes them; but it trusts a file, so everything
// that decides how much memory and time is taken is checked here before: the segments, the frame, and whether the file is long enough for it.

import { createRequire } from 'node:module';
import { asError } from '../errors.js';
import { megabytes } from '../text.js';
import { type BadAt, badAt, checkSize, greyOf, greyOrColours, limitOfDigit, type Picture, type Pixels, type SizeLimit } from './picture.js';

export const JPEG_SIGNATURE = Uint8Array.of(0xff, 0xd8, 0xff);

/** Second bytes of markers. */
const [END, SCAN, APP1, APP14] = [0xd9, 0xda, 0xe1, 0xee];
/** Frames, by their markers, that the library decodes: baseline, extended and progressive, in Huffman's code. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Frames of other kinds. */
const OTHER_FRAMES: Readonly<Record<number, string>> = {
  195: 'without loss',
  ...Object.fromEntries([0xc5, 0xc6, 0xc7].map((marker) => [marker, 'in several resolutions'])),
  ...Object.fromEntries([0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf].map((marker) => [marker, 'in arithmetic code'])),
};
/** Bytes that decoding may take, by the library's count: enough for 64 megapixels of colours that are not thinned out. */
const MAX_BYTES = 3 * 2 ** 29;
/** A progressive picture has about ten; each takes as long as a picture. */
const MAX_SCANS = 100;

interface Segment {
  readonly marker: number;
  /** Byte of the file at which it begins. */
  readonly at: number;
  readonly data: Uint8Array;
}

interface Frame {
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly { readonly id: number; readonly across: number; readonly down: number }[];
}

/** Loaded only where there is a photo to read. */
const library = (): typeof import('jpeg-js') => createRequire(import.meta.url)('jpeg-js');

/**
 * @param fit whether it will be scaled down, so that it may be large
 * @throws {NablaError} BAD_DATA, naming file and byte
 */
export function readJpeg(name: string, bytes: Uint8Array, fit = false): Picture {
  const { width, height, values } = decoded(name, bytes, limitOfDigit(fit), (rgb) => ({ channels: 1, values: greyOf(rgb, 3) }));
  return { width, height, values };
}

/** @throws {NablaError} BAD_DATA, naming file and byte */
export function readJpegPixels(name: string, bytes: Uint8Array, limit: SizeLimit): Pixels {
  return decoded(name, bytes, limit, (rgb) => greyOrColours(rgb, 3));
}

/** @param made of red, green and blue, [height][width][3] */
function decoded(name: string, bytes: Uint8Array, limit: SizeLimit, made: (rgb: Uint8Array) => Pick<Pixels, 'channels' | 'values'>): Pixels {
  const bad = badAt(name);
  const { segments, end } = segmentsOf(bytes, bad);
  const frame = frameOf(segments, bad);
  checkSize(frame.width, frame.height, frame.at + 5, bad, limit);
  const memory = memoryOf(frame, end, bad);
  try {
    const { data } = library().decode(bytes.subarray(0, end), {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: isRgb(frame, segments) ? false : undefined,
      // A second frame that asks for more than the first is refused by these.
      maxResolutionInMP: Math.ceil((frame.width * frame.height) / 1e6),
      maxMemoryUsageInMB: Math.ceil(memory / 2 ** 20) + 1,
    });
    return turned({ width: frame.width, height: frame.height, ...made(data) }, orientationOf(segments));
  } catch (error) {
    // What it did not foresee it says in JavaScript's words.
    const { name: kind, message } = asError(error);
    throw bad(frame.at, `the picture cannot be decoded: ${kind === 'Error' ? message : 'its data are damaged'}.`);
  }
}

/** All segments up to the end of the picture, and the byte behind it: phones append more. */
function segmentsOf(bytes: Uint8Array, bad: BadAt): { segments: Segment[]; end: number } {
  if (JPEG_SIGNATURE.some((byte, k) => bytes[k] !== byte)) throw bad(0, 'this is no JPEG file, or one that was changed on its way.');
  const segments: Segment[] = [];
  for (let at = 2; at + 2 <= bytes.length; ) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff) throw bad(at, 'expected a marker of a JPEG file.');
    if (marker === END) return { segments, end: at + 2 };
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = at + 4 > bytes.length ? 0 : 256 * bytes[at + 2] + bytes[at + 3];
    if (length < 2 || at + 2 + length > bytes.length) throw bad(at, 'a segment that goes on after the end of the file, or has no length.');
    segments.push({ marker, at, data: bytes.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
    if (marker === SCAN) at = afterScan(bytes, at);
  }
  throw bad(bytes.length, 'the file ends here, before the end of the picture.');
}

/** The next marker: FF that is neither followed by 0, which stands for the byte FF, nor by the number of a restart. */
function afterScan(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const next = bytes[at + 1];
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
}

function frameOf(segments: readonly Segment[], bad: BadAt): Frame {
  const other = segments.find(({ marker }) => marker in OTHER_FRAMES);
  if (other) throw bad(other.at, `a JPEG picture ${OTHER_FRAMES[other.marker]}; baseline and progressive ones can be read.`);
  const frames = segments.filter(({ marker }) => FRAMES.includes(marker));
  const scans = segments.filter(({ marker }) => marker === SCAN).length;
  if (frames.length !== 1) throw bad(frames[1]?.at ?? 2, `${frames.length} frames in this picture; it has one.`);
  const [{ at, data }] = frames;
  if (scans > MAX_SCANS) throw bad(at, `${scans} scans, more than the ${MAX_SCANS} that can be read.`);
  const [precision, h1, h0, w1, w0, n] = data;
  if (data.length < 6 || data.length !== 6 + 3 * n) throw bad(at, `a frame of ${data.length} bytes; it has 6, and 3 for each component.`);
  if (precision !== 8) throw bad(at + 4, `${precision} bits a level; 8 can be read.`);
  if (![1, 3, 4].includes(n)) throw bad(at + 9, `${n} components; there are 1 (grey), 3 (colours) or 4 (printing inks).`);
  if (n === 4 && adobeTransform(segments) === undefined) throw bad(at + 9, '4 components, and Adobe’s segment does not say what they are.');
  const components = Array.from({ length: n }, (_, k) => ({ id: data[6 + 3 * k], across: data[7 + 3 * k] >> 4, down: data[7 + 3 * k] & 15 }));
  if (components.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4))
    throw bad(at + 10, 'a component is thinned out by what is not 1 to 4.');
  return { at, width: 256 * w1 + w0, height: 256 * h1 + h0, components };
}

/** Bytes that the library will count: coefficients of 8 × 8 pixels in 32 bits each, levels, and the colours twice. */
function memoryOf({ at, width, height, components }: Frame, length: number, bad: BadAt): number {
  const [most, tallest] = [Math.max(...components.map((c) => c.across)), Math.max(...components.map((c) => c.down))];
  const [columns, rows] = [Math.ceil(width / (8 * most)), Math.ceil(height / (8 * tallest))];
  const blocks = components.reduce((sum, { across, down }) => sum + columns * across * rows * down, 0);
  // Each has a bit at least: no memory is taken for what the file cannot hold.
  if (blocks > 8 * length) throw bad(at + 5, `the header states ${width} × ${height} pixels, more than this file can hold.`);
  const bytes = blocks * 64 * 5 + width * height * (components.length + 3) + length;
  if (bytes > MAX_BYTES)
    throw bad(at + 5, `${width} × ${height} pixels of ${components.length} components take ${megabytes(bytes)}, more than ${megabytes(MAX_BYTES)}.`);
  return bytes;
}

/** Three components that are red, green and blue: Adobe's segment says so, or their names do. */
function isRgb({ components }: Frame, segments: readonly Segment[]): boolean {
  if (components.length !== 3) return false;
  return adobeTransform(segments) === 0 || components.every(({ id }, k) => id === 'RGB'.charCodeAt(k));
}

/** The last byte of Adobe's segment (Technical Note 5116): 0 for none, 1 for YCbCr, 2 for YCCK. */
function adobeTransform(segments: readonly Segment[]): number | undefined {
  const found = segments.find(({ marker, data }) => marker === APP14 && textOf(data, 5) === 'Adobe');
  return found?.data[11];
}

const textOf = (data: Uint8Array, length: number): string => String.fromCharCode(...data.subarray(0, length));

/** The tag Orientation of Exif's first directory, 1 to 8: which way up the camera was held. 1 where nothing sound is said. */
function orientationOf(segments: readonly Segment[]): number {
  const exif = segments.find(({ marker, data }) => marker === APP1 && textOf(data, 6) === 'Exif\0\0')?.data.subarray(6);
  if (!exif || exif.length < 8) return 1;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const little = textOf(exif, 2) === 'II';
  const directory = view.getUint32(4, little);
  if (directory + 2 > exif.length) return 1;
  const entries = Math.min(view.getUint16(directory, little), Math.floor((exif.length - directory - 2) / 12));
  for (let k = 0; k < entries; k++) {
    const at = directory + 2 + 12 * k;
    if (view.getUint16(at, little) !== 0x0112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** The picture as it was seen: 2 to 4 are mirrored or upside down, and from 5 on rows are columns (Exif 2.32, 4.6.4). */
function turned(picture: Pixels, orientation: number): Pixels {
  if (orientation === 1) return picture;
  const { width: w, height: h, channels } = picture;
  const [fromRight, fromBottom, lying] = [[2, 3, 7, 8].includes(orientation), [3, 4, 6, 7].includes(orientation), orientation >= 5];
  const [width, height] = lying ? [h, w] : [w, h];
  const values = new Uint8Array(w * h * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = lying ? [y, x] : [x, y];
      const from = (fromBottom ? h - 1 - row : row) * w + (fromRight ? w - 1 - column : column);
      for (let c = 0; c < channels; c++) values[(y * width + x) * channels + c] = picture.values[from * channels + c];
    }
  }
  return { width, height, channels, values };
}
