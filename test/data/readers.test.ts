// Pictures and rows, read: every colour type, depth, filter and interlacing of PNG to the bit, PGM and CSV in all their forms,
// what MNIST's own preparation makes of a picture; and tables of files that are wrong in one way each.

import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from '#src/data/csv.js';
import { type Fitted, fitted, inverted } from '#src/data/fit.js';
import { isDarkOnLight } from '#src/data/paper.js';
import { readSamplesFile, SAMPLES_FILE, type SamplesFileOptions } from '#src/data/samples-file.js';
import { loadDataset } from '#src/index.js';
import { readPgm } from '#src/pictures/pgm.js';
import type { Picture } from '#src/pictures/picture.js';
import { readPng } from '#src/pictures/png.js';
import { collectInput } from '#src/system/input-file.js';
import { seeded } from '../support/bound-kernels.js';
import { idxBytes, labels } from '../support/idx-folder.js';
import { greyPgm, greyPng, imageData, type PngParts, pngBytes, pngChunk, pngHeader, SIGNATURE } from '../support/pictures.js';
import { refusal } from '../support/refused.js';

const random = seeded('pictures');
const pixelsOf = (count: number, samples: number, depth: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: samples }, () => random.below(2 ** depth)));
const level = (value: number, depth: number): number => Math.round((255 * value) / (2 ** depth - 1));

describe('PNG', () => {
  const SHAPES = [1, 5, 13].flatMap((width) => [1, 3, 9].map((height) => ({ width, height })));
  const made = (depth: PngParts['depth'], colours: PngParts['colours'], samples: number, more: Partial<PngParts> = {}) =>
    SHAPES.map((shape): PngParts => ({ ...shape, depth, colours, pixels: pixelsOf(shape.width * shape.height, samples, depth), ...more }));

  it.each([
    [1, false],
    [2, false],
    [4, false],
    [8, false],
    [16, false],
    [1, true],
    [2, true],
    [4, true],
    [8, true],
    [16, true],
  ] as const)('grey of %d bits, interlaced %s: every level', (depth, interlaced) => {
    for (const parts of made(depth, 0, 1, { interlaced })) {
      const expected = { width: parts.width, height: parts.height, values: Uint8Array.from(parts.pixels, ([v]) => level(v, depth)) };
      expect(readPng('a.png', pngBytes(parts))).toEqual(expected);
    }
  });

  it.each([0, 1, 2, 3, 4])('filter %d, over several chunks of data', (filter) => {
    for (const parts of made(8, 0, 1, { filter, split: 3 })) {
      expect(readPng('a.png', pngBytes(parts)).values).toEqual(Uint8Array.from(parts.pixels, ([v]) => v));
    }
  });

  it.each([8, 16] as const)('colours of %d bits: a grey stays, and others are weighted', (depth) => {
    for (const parts of made(depth, 2, 3)) {
      const greys = { ...parts, pixels: parts.pixels.map(([v]) => [v, v, v]) };
      expect(readPng('a.png', pngBytes(greys)).values).toEqual(Uint8Array.from(greys.pixels, ([v]) => level(v, depth)));
      const weighted = parts.pixels.map((rgb) => rgb.map((v) => level(v, depth))).map(([r, g, b]) => Math.round(0.299 * r + 0.587 * g + 0.114 * b));
      expect(Array.from(readPng('a.png', pngBytes(parts)).values)).toEqual(weighted);
    }
  });

  it.each([
    [1, false],
    [2, false],
    [4, true],
    [8, false],
  ] as const)('a palette of %d bits, interlaced %s', (depth, interlaced) => {
    const palette = Array.from({ length: 2 ** depth }, (_, k) => [255 - k, 255 - k, 255 - k]);
    for (const parts of made(depth, 3, 1, { palette, interlaced })) {
      expect(readPng('a.png', pngBytes(parts)).values).toEqual(Uint8Array.from(parts.pixels, ([v]) => 255 - v));
    }
  });

  const opaque = (samples: number) => (v: number) => Array.from({ length: samples }, (_, k) => (k === samples - 1 ? 255 : v));
  it.each([
    [4, 2],
    [6, 4],
  ] as const)('colour type %d, opaque: the bits of its greys', (colours, samples) => {
    const pixels = Array.from({ length: 15 }, (_, k) => opaque(samples)(17 * k));
    const { values } = readPng('a.png', pngBytes({ width: 5, height: 3, depth: 8, colours, pixels }));
    expect(values).toEqual(Uint8Array.from(pixels, ([v]) => v));
  });

  it.each([
    ['dark strokes get a white background', 0, [255, 0, 128]],
    ['light strokes get a black one', 255, [0, 255, 127]],
  ])('transparency: %s', (_, stroke, [nothing, full, half]) => {
    const alphas = [0, 255, 0, 255, 127, 0];
    const bytes = pngBytes({ width: 3, height: 2, depth: 8, colours: 4, pixels: alphas.map((alpha) => [stroke, alpha]) });
    expect(Array.from(readPng('a.png', bytes).values)).toEqual([nothing, full, nothing, full, half, nothing]);
  });

  it('transparency of a palette and of one grey', () => {
    const palette = [
      [0, 0, 0],
      [9, 9, 9],
    ];
    const indexed = { width: 2, height: 1, depth: 8, colours: 3, pixels: [[0], [1]], palette, transparency: [255, 0] } as const;
    expect(Array.from(readPng('a.png', pngBytes(indexed)).values)).toEqual([0, 255]);
    const grey = { width: 3, height: 1, depth: 8, colours: 0, pixels: [[200], [7], [200]], transparency: [0, 7] } as const;
    expect(Array.from(readPng('a.png', pngBytes(grey)).values)).toEqual([200, 0, 200]);
  });

  const SOUND: PngParts = { width: 4, height: 3, depth: 8, colours: 0, pixels: pixelsOf(12, 1, 8) };
  const file = (...chunks: readonly (readonly [string, Uint8Array])[]): Buffer =>
    Buffer.concat([SIGNATURE, ...chunks.map(([type, data]) => pngChunk(type, data)), pngChunk('IEND', Buffer.alloc(0))]);
  const header = (change: Partial<PngParts>): Buffer => pngHeader({ ...SOUND, ...change });
  const data = deflateSync(imageData(SOUND));
  const changed = (at: number, to: number): Buffer => Buffer.from(pngBytes(SOUND)).fill(to, at, at + 1);
  const BROKEN: [what: string, bytes: Buffer, says: RegExp][] = [
    ['a changed signature', changed(5, 32), /byte 0: this is no PNG/],
    ['a file cut short', pngBytes(SOUND).subarray(0, -5), /byte \d+: the file ends here|states 0 bytes/],
    ['only a signature', SIGNATURE, /byte 8: the file ends here/],
    ['a chunk that is too long', changed(8, 0x7f), /byte 8: the chunk IHDR states 2130706445 bytes, more than there are/],
    ['a chunk without a name', changed(12, 1), /byte 12: this is no chunk/],
    ['a wrong checksum', changed(29, pngBytes(SOUND)[29] ^ 1), /byte 8: the checksum of the chunk IHDR/],
    ['no header', file(['IDAT', data]), /byte 8: the header must be the first/],
    ['two headers', file(['IHDR', header({})], ['IHDR', header({})], ['IDAT', data]), /byte 33: the header must be the first/],
    ['a short header', file(['IHDR', header({}).subarray(1)], ['IDAT', data]), /byte 8: a header of 12 bytes/],
    ['no width', file(['IHDR', header({ width: 0 })], ['IDAT', data]), /byte 16: a picture of 0 × 3/],
    [
      'a huge picture',
      file(['IHDR', header({ width: 2 ** 32 - 1, height: 2 ** 32 - 1 })], ['IDAT', data]),
      /byte 16: .*4294967295 × 4294967295 pixels, more than/,
    ],
    ['one row too many', file(['IHDR', header({ width: 2048, height: 2049 })], ['IDAT', data]), /2048 × 2049 pixels, more than the 4194304/],
    ['three bits', file(['IHDR', header({ depth: 3 as 4 })], ['IDAT', data]), /byte 24: there are no pictures of 3 bits and colour type 0/],
    ['colours of four bits', file(['IHDR', header({ depth: 4, colours: 2 })], ['IDAT', data]), /no pictures of 4 bits and colour type 2/],
    ['colour type 5', file(['IHDR', header({ colours: 5 as 6 })], ['IDAT', data]), /colour type 5/],
    ['another compression', file(['IHDR', Buffer.from(header({})).fill(1, 10, 11)], ['IDAT', data]), /byte 26: compression 1/],
    ['no data', file(['IHDR', header({})]), /there are no image data/],
    ['an unknown chunk that matters', file(['IHDR', header({})], ['ABCD', data], ['IDAT', data]), /chunk ABCD is not known/],
    ['data that are too short', file(['IHDR', header({ height: 4 })], ['IDAT', data]), /15 bytes of image data, but this picture has 20/],
    ['data that go on', file(['IHDR', header({ height: 2 })], ['IDAT', data]), /longer than the 10 bytes/],
    ['a bomb', file(['IHDR', header({})], ['IDAT', deflateSync(Buffer.alloc(1 << 24))]), /longer than the 15 bytes/],
    ['data that are none', file(['IHDR', header({})], ['IDAT', Buffer.from('nonsense')]), /cannot be inflated/],
    ['an unknown filter', file(['IHDR', header({})], ['IDAT', deflateSync(Buffer.alloc(15, 9))]), /cannot be decoded/],
    ['a palette that is missing', file(['IHDR', header({ colours: 3 })], ['IDAT', data]), /cannot be decoded/],
  ];
  it.each(BROKEN)('refused: %s', async (_, bytes, says) => {
    const message = await refusal(() => readPng('a.png', bytes));
    expect(message).toMatch(/^a\.png: byte \d+: /);
    expect(message).toMatch(says);
  });

  it('a chunk that does not matter is passed over, and so is what follows the last', () => {
    const bytes = Buffer.concat([file(['IHDR', header({})], ['iCCP', Buffer.from('nonsense')], ['IDAT', data]), Buffer.from('more')]);
    expect(readPng('a.png', bytes).values).toEqual(Uint8Array.from(SOUND.pixels, ([v]) => v));
  });
});

describe('PGM', () => {
  it.each([
    ['text', 'P2 3 2 255 0 1 2 253 254 255', [0, 1, 2, 253, 254, 255]],
    ['text with comments and other white', 'P2#a\n3\t#b\r\n2\n15\n0 1#c\n7\n14 15 0\n# the end', [0, 17, 119, 238, 255, 0]],
    ['bytes', 'P5 3 2 255\n\0\x01\x02\xfd\xfe\xff', [0, 1, 2, 253, 254, 255]],
    ['bytes, the first of which is a newline', 'P5\n# a\n2 1\n255\n\n\n', [10, 10]],
    ['two bytes a level', 'P5 2 1 65535\n\xff\xff\x80\x80', [255, 128]],
    ['two bytes a level, less white', 'P5 2 1 1000 \x03\xe8\x01\xf4', [255, 128]],
  ])('%s', (_, text, expected) => expect(Array.from(readPgm('a.pgm', Buffer.from(text, 'latin1')).values)).toEqual(expected));

  it.each([
    ['nothing after its name', 'P5', /byte 2: expected a space|byte 2: the file ends/],
    ['no height', 'P2 3', /byte 4: .*the height/],
    ['a width that is none', 'P2 3x 2 255', /byte 4: expected the width, a whole number/],
    ['a negative width', 'P2 -3 2 255', /byte 3: expected the width/],
    ['no pixels', 'P5 0 2 255\n', /byte 3: a picture of 0 × 2/],
    ['a huge picture', 'P5 99999999999 99999999999 255\n', /byte \d+: /],
    ['too many pixels', 'P5 2049 2048 255\n', /byte 3: the header states 2049 × 2048 pixels, more than the 4194304/],
    ['no white', 'P5 1 1 0\n\0', /byte 7: 0 for white/],
    ['too much white', 'P5 1 1 65536\n\0', /byte 7: 65536 for white/],
    ['too few bytes', 'P5 3 2 255\n12345', /byte 16: the file ends here, but its header states 6 levels, 17 bytes in all/],
    ['too many bytes', 'P5 3 2 255\n1234567', /byte 17: the header states 6 levels, but the file goes on/],
    ['too few numbers', 'P2 3 2 255 1 2 3', /byte 16: the file ends here, but its header states 6 levels, at least 22 bytes in all/],
    ['too few numbers and much space', 'P2 3 2 255 1 2 3         ', /byte 25: the file ends here, before level 4 of 6/],
    ['too many numbers', 'P2 1 1 255 1 2', /byte 13: the file goes on after its last level/],
    ['a level above white', 'P2 2 1 9 1 10', /byte 11: a level of 10, more than the 9/],
    ['a byte above white', 'P5 2 1 9 1\t', /byte 9: a level of 49, more than the 9/],
    ['a word in the place of a level', 'P2 2 1 9 1 one', /byte 11: expected level 2 of 2/],
  ])('refused: %s', async (_, text, says) => {
    const message = await refusal(() => readPgm('a.pgm', Buffer.from(text, 'latin1')));
    expect(message).toMatch(/^a\.pgm: /);
    expect(message).toMatch(says);
  });
});

describe('CSV', () => {
  const COUNTED = '0,1,2,3,4,5,6,7';
  const read = (text: string, more: Partial<CsvOptions> = {}) =>
    readCsv('a.csv', Buffer.from(text), { inputs: 3, header: 'auto', label: 'none', bytes: false, classes: 1000, transpose: false, ...more });

  it.each<[string, string, Partial<CsvOptions>, number[], number[] | undefined]>([
    ['rows', '1,2,3\n4,5.5,-6e1\n', {}, [1, 2, 3, 4, 5.5, -60], undefined],
    ['no newline at the end, spaces, quotes, CRLF', ' 1, "2" ,3\r\n4,5,6', {}, [1, 2, 3, 4, 5, 6], undefined],
    ['semicolons', '1;2;3\n', {}, [1, 2, 3], undefined],
    ['tabs, a byte order mark, empty lines', '\ufeff1\t2\t3\n\n4\t5\t6\n\n', {}, [1, 2, 3, 4, 5, 6], undefined],
    ['a header', 'a,b,c\n1,2,3\n', {}, [1, 2, 3], undefined],
    ['a header of numbers', '0,1,2\n1,2,3\n', { header: 'yes' }, [1, 2, 3], undefined],
    ['a header that counts', `${COUNTED}\n7,6,5,4,3,2,1,0\n`, { inputs: 8 }, [7, 6, 5, 4, 3, 2, 1, 0], undefined],
    ['the same beside a name', `label,${COUNTED}\n9,7,6,5,4,3,2,1,0\n`, { inputs: 8, label: 'first' }, [7, 6, 5, 4, 3, 2, 1, 0], [9]],
    ['a class counted with the rest', `${COUNTED},8\n7,6,5,4,3,2,1,0,9\n`, { inputs: 8, label: 'last' }, [7, 6, 5, 4, 3, 2, 1, 0], [9]],
    ['a sample that counts, where that is said', `${COUNTED}\n`, { inputs: 8, header: 'no' }, [0, 1, 2, 3, 4, 5, 6, 7], undefined],
    ['a sample of few numbers that count', '0,1,2\n', {}, [0, 1, 2], undefined],
    ['a sample that nearly counts', '0,1,2,3,4,5,6,8\n', { inputs: 8 }, [0, 1, 2, 3, 4, 5, 6, 8], undefined],
    ['any line before, where that is said', 'digits of mine\n1,2,3\n', { header: 'yes' }, [1, 2, 3], undefined],
    ['bytes, and grey levels between them', '0,255,0.5\n', { bytes: true }, [0, 255, 0.5], undefined],
    ['bytes that are black or nearly', '0,0,1\n', { bytes: true }, [0, 0, 1], undefined],
    ['a class that is no byte', '300,1,2,3\n', { bytes: true, label: 'first' }, [1, 2, 3], [300]],
    ['a class first', 'label,a,b,c\n7,1,2,3\n0,4,5,6\n', { label: 'first' }, [1, 2, 3, 4, 5, 6], [7, 0]],
    ['a class last', '1,2,3,9\n', { label: 'last' }, [1, 2, 3], [9]],
    ['pictures column by column', '1,2,3,4\n5,6,7,8\n', { inputs: 4, transpose: true }, [1, 3, 2, 4, 5, 7, 6, 8], undefined],
  ])('%s', async (_, text, more, values, found) => {
    expect(await read(text, more)).toEqual({ values: Float32Array.from(values), labels: found });
  });

  it.each<[string, string, Partial<CsvOptions>, RegExp]>([
    ['a column too few', '1,2,3\n4,5\n', {}, /^a\.csv: line 2: expected 3 columns, one for each input of the network, got 2\.$/],
    ['a class that is not said', '1,2,3,4\n', {}, /line 1: .*got 4\. If one holds the class, say so: --label first/],
    ['no class where it is said', '1,2,3\n', { label: 'first' }, /expected 4 columns.* and one for the class, got 3\. Without a class/],
    ['a word among numbers', '1,2,3\n4,five,6\n', {}, /^a\.csv: line 2, column 2: expected a number, got 'five'\.$/],
    ['a word in the first row', '1,2,x\n', {}, /line 1, column 3: expected a number, got 'x'\. If this row holds names, say so: --header yes\.$/],
    ['a word beside names that count', 'label,0,1\n1,2,3\n', {}, /column 1: expected a number, got 'label'\. If this row holds names.*--header yes/],
    ['a word where no header is said to be', '1,2,x\n', { header: 'no' }, /column 3: expected a number, got 'x'\.$/],
    ['names that are too few', 'a,b\n1,2,3\n', {}, /^a\.csv: line 1: expected 3 columns, .*got 2\. If this row holds names/],
    ['a word after names', 'a,b,c\n1,2,x\n', {}, /line 2, column 3: expected a number, got 'x'\.$/],
    ['spaces between columns', '1 2 3\n', {}, /^a\.csv: line 1: expected 3 columns, .*got 1\. Commas, semicolons or tabs divide columns\./],
    [
      'more than a byte',
      '1,2,3\n4,256,6\n',
      { bytes: true },
      /^a\.csv: line 2, column 2: expected a number from 0 to 255, as the network was trained on, got '256'\. .*--scale\.$/,
    ],
    ['less than a byte', '1,2,-0.5\n', { bytes: true }, /line 1, column 3: expected a number from 0 to 255.*got '-0\.5'/],
    ['a header where none is said to be', 'a,b,c\n1,2,3\n', { header: 'no' }, /line 1, column 1: .*got 'a'/],
    ['nothing in a field', '1,,3\n', {}, /line 1, column 2: .*got ''/],
    ['too large a number', '1,2,1e39\n', {}, /line 1, column 3: .*got '1e39'/],
    ['NaN', '1,2,3\n1,2,NaN\n', {}, /line 2, column 3: .*got 'NaN'/],
    [
      'a class that is a fraction',
      '1,2,3,0.5\n',
      { label: 'last' },
      /line 1, column 4: expected a label from 0 to 999, one of 1000 classes, got 0\.5\.$/,
    ],
    ['a class that there is not', 'y,a,b,c\n0,1,2,3\n4,1,2,3\n', { label: 'first', classes: 4 }, /^a\.csv: line 3, column 1: .* 0 to 3, .*got 4\.$/],
    [
      'classes from 1',
      '1,2,3,1\n1,2,3,3\n',
      { label: 'last', classes: 3 },
      /^a\.csv: line 2, column 4: .*got 3\. No label is 0: those that count from 1/,
    ],
    ['a value of 16 bits', '1,2,65535\n', { bytes: true }, /column 3: .*got '65535'\. Values of 16 bits take --scale 1\/65535/],
    ['a standardised value', '1,2,-0.5\n', { bytes: true }, /got '-0\.5'\. Standardised numbers have to be turned back/],
    [
      'columns of what is no square',
      '1,2,3\n',
      { transpose: true },
      /^a\.csv: expected rows of square pictures, .* of 3 values\. Say --no-transpose/,
    ],
    ['only a header', 'a,b,c\n', {}, /^a\.csv: there are no samples in it, only a row of names; --header no takes it for a sample\.$/],
    ['only what is said to be a header', '1,2,3\n', { header: 'yes' }, /there are no samples in it, only a row of names\.$/],
    ['nothing but empty lines', '\n\n', {}, /there are no samples in it\.$/],
    ['an open quote', '1,2,"3\n4,5,6\n', {}, /^a\.csv: .*[Qq]uote/],
    ['control characters before a quote', '1,2\u007f"2,3\n', {}, /^a\.csv: Invalid Opening Quote: .*"2\?"\.$/],
    ['a row without end', `1,2,${'3'.repeat(10_000)}`, {}, /^a\.csv: line 1: expected 3 columns, .*got a row of more than 320 bytes\.$/],
    ['far too many columns', `a,b,c\n${'12,'.repeat(200)}1\n`, {}, /^a\.csv: line 2: expected 3 columns, .*got a row of more than 320 bytes\.$/],
    ['a field that would steer a terminal', '1,2,\u001b[31m\n1,2,3\n', { header: 'no' }, /got '\?\[31m'/],
  ])('refused: %s', async (_, text, more, says) => expect(await refusal(() => read(text, more))).toMatch(says));
});

describe('a file of any kind', () => {
  const OPTIONS: SamplesFileOptions = {
    inputs: 6,
    header: 'auto',
    label: 'none',
    bytes: false,
    classes: 10,
    transpose: false,
    invert: 'auto',
    fit: false,
  };
  const read = (bytes: Uint8Array, more: Partial<SamplesFileOptions> = {}) => readSamplesFile('file', bytes, { ...OPTIONS, ...more });
  const values = [0, 10, 20, 30, 40, 255];

  it.each<[string, Buffer, { kind: string; values: ArrayLike<number> }]>([
    ['PNG', greyPng(3, 2, values), { kind: 'png', values: Uint8Array.from(values) }],
    ['PGM', greyPgm(2, 3, values), { kind: 'pgm', values: Uint8Array.from(values) }],
    ['gzipped PGM', gzipSync(greyPgm(2, 3, values)), { kind: 'pgm', values: Uint8Array.from(values) }],
    ['IDX', idxBytes([2, 3, 2], [...values, ...values]), { kind: 'idx', values: Uint8Array.from([...values, ...values]) }],
    ['gzipped IDX', gzipSync(idxBytes([1, 6], values)), { kind: 'idx', values: Uint8Array.from(values) }],
    ['CSV', Buffer.from('1,2,3,4,5,600\n'), { kind: 'csv', values: Float32Array.of(1, 2, 3, 4, 5, 600) }],
  ])('%s is known by its first bytes', async (_, bytes, expected) => {
    expect(await read(bytes)).toEqual({
      inverted: false,
      labels: undefined,
      warnings: expected.kind === 'csv' ? [] : expect.anything(),
      ...expected,
    });
  });

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /byte 0: the file is empty/],
    ['a JPEG cut short', Buffer.from('ffd8ffe000104a464946', 'hex'), /byte 2: a segment that goes on after the end/],
    ['a PPM', Buffer.from('P6 1 1 255 abc'), /a PPM picture; PNG, JPEG, PGM, IDX and CSV can be read/],
    ['bytes of no kind', Buffer.from([1, 2, 3, 0, 5]), /none of PNG, JPEG, PGM, IDX and CSV/],
    ['gzip cut short', gzipSync(greyPgm(2, 3, values)).subarray(0, -9), /gzip file cannot be unpacked/],
    ['gzip in gzip', gzipSync(gzipSync(greyPgm(2, 3, values))), /a gzip file in a gzip file/],
    ['gzip that unpacks to more than can be read', gzipSync(Buffer.alloc((1 << 27) + 1)), /gzip file cannot be unpacked: .*larger/],
    ['labels', labels(6), /byte 3: one dimension/],
    ['a picture of another size', greyPng(2, 2, [1, 2, 3, 4]), /expected 6 pixels, as many as the network has inputs, got 2 × 2\.$/],
    ['images of another size', idxBytes([2, 2, 2], values.concat(1, 2)), /file, image 1: expected 6 pixels.*got 2 × 2/],
  ])('refused: %s', async (_, bytes, says) => expect(await refusal(() => read(bytes))).toMatch(says));

  it('images of IDX are transposed, pictures that people draw are not', async () => {
    const turned = await read(idxBytes([1, 3, 2], values), { transpose: true });
    expect(turned.values).toEqual(Uint8Array.from([0, 20, 40, 10, 30, 255]));
    expect((await read(greyPng(2, 3, values), { transpose: true })).values).toEqual(Uint8Array.from(values));
  });

  it('of a square network the side is named, and --fit', async () => {
    expect(await refusal(() => read(greyPng(2, 2, [1, 2, 3, 4]), { inputs: 784 }))).toMatch(/expected 28 × 28 pixels.*got 2 × 2\. --fit crops/);
    expect(await refusal(() => read(greyPng(3, 2, values), { fit: true }))).toMatch(/6 inputs are none/);
    expect(await refusal(() => read(greyPng(9, 9, Buffer.alloc(81, 30)), { inputs: 784, fit: true }))).toMatch(
      /nothing to be seen in this picture: no stroke is more than 0 levels of 255 lighter .*, and 16 are needed\. .*--invert yes/,
    );
  });

  it.each([
    ['auto', true],
    ['yes', true],
    ['no', false],
  ] as const)('dark on light, --invert %s: its negative is %s', async (invert, negative) => {
    const light = values.map((v) => 255 - Math.floor(v / 10));
    const { values: found, inverted: said } = await read(greyPng(3, 2, light), { invert });
    expect([said, Array.from(found)]).toEqual([negative, negative ? light.map((v) => 255 - v) : light]);
  });

  it('IDX images are negatives only where that is said', async () => {
    const bytes = idxBytes([1, 6], Buffer.alloc(6, 250));
    expect((await read(bytes)).inverted).toBe(false);
    expect(await read(bytes, { invert: 'yes' })).toMatchObject({ inverted: true, values: new Uint8Array(6).fill(5) });
  });

  it('a stream longer than a file may be is not read to its end', async () => {
    let parts = 0;
    const endless = async function* () {
      for (;;) {
        parts++;
        yield Buffer.alloc(1 << 20);
      }
    };
    expect(await refusal(() => collectInput('standard input', endless(), SAMPLES_FILE))).toMatch(
      /^standard input: expected at most 134,217,728 bytes, got more\.$/,
    );
    expect(parts).toBe(129);
  });
});

describe("MNIST's preparation", () => {
  const digits = async () => {
    const { test } = await loadDataset('mnist');
    return Array.from({ length: 200 }, (_, k) => ({ width: 28, height: 28, values: (test.values as Uint8Array).subarray(784 * k, 784 * (k + 1)) }));
  };
  const prepared = (picture: Picture): Fitted => {
    const found = fitted(picture, 28);
    return 'values' in found ? found : expect.fail(`nothing seen: ${found.contrast} levels`);
  };
  /** The mean distance of two pictures, in levels. */
  const distance = (a: Uint8Array, b: Uint8Array): number => a.reduce((sum, v, k) => sum + Math.abs(v - b[k]), 0) / a.length;

  it('no digit of MNIST is taken for dark on light, and every negative is', async () => {
    for (const digit of await digits()) expect([isDarkOnLight(digit), isDarkOnLight(inverted(digit))]).toEqual([false, true]);
  });

  it('leaves three digits of four as they are, and none far away', async () => {
    const distances = (await digits()).map((digit) => distance(prepared(digit).values, digit.values));
    expect(distances.filter((d) => d === 0).length).toBeGreaterThan(120);
    expect(Math.max(...distances)).toBeLessThan(45);
  });

  it('finds the same digit wherever and however large it is drawn, on grey, dark on light', async () => {
    for (const digit of (await digits()).slice(0, 40)) {
      const straight = prepared(digit).values;
      const [width, height, by] = [150, 190, 4];
      const values = Uint8Array.from({ length: width * height }, (_, k) => {
        const [x, y] = [Math.floor((k % width) / by) - 6, Math.floor(Math.floor(k / width) / by) - 15];
        return 220 - Math.round(0.7 * (x >= 0 && x < 28 && y >= 0 && y < 28 ? digit.values[28 * y + x] : 0));
      });
      const drawn = { width, height, values };
      expect(isDarkOnLight(drawn)).toBe(true);
      expect(distance(prepared(inverted(drawn)).values, straight)).toBeLessThan(20);
    }
  });

  it('whatever is drawn lies inside: 20 of 28 pixels on its longer side, the brightest white', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 60 }),
      height: fc.integer({ min: 1, max: 60 }),
      side: fc.constantFrom(28, 14, 3),
      seed: fc.nat(1000),
    });
    let seen = 0;
    fc.assert(
      fc.property(sizes, ({ width, height, side, seed }) => {
        const drawn = seeded('drawn', seed);
        const ink = (k: number): boolean => k % width > 0 && k % width < width - 1 && k >= width && k < width * (height - 1) && drawn.uniform() < 0.2;
        const values = Uint8Array.from({ length: width * height }, (_, k) => (ink(k) ? 80 + drawn.below(100) : 0));
        const found = fitted({ width, height, values }, side);
        if (!('values' in found)) {
          expect(values.every((v) => v === 0)).toBe(true);
          return;
        }
        seen++;
        expect(found.values.length).toBe(side * side);
        const rows = [...found.values.keys()].filter((k) => found.values[k] > 0).map((k) => [k % side, Math.floor(k / side)]);
        const longer = Math.max(...[0, 1].map((axis) => Math.max(...rows.map((p) => p[axis])) - Math.min(...rows.map((p) => p[axis])) + 1));
        expect(longer).toBeLessThanOrEqual(Math.max(1, Math.round((20 * side) / 28)));
        expect(Math.max(...found.values)).toBe(255);
      }),
    );
    expect(seen).toBeGreaterThan(20);
  });
});
