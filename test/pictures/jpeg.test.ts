// JPEG photos, read: baseline, progressive, grey, red-green-blue and CMYK, thinned out or not, with restarts; the eight ways up that
// Exif knows; what is refused, before any memory is taken; and large pictures with --fit and without.

import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readSamplesFile } from '#src/data/samples-file.js';
import { readJpeg } from '#src/pictures/jpeg.js';
import { readPgm } from '#src/pictures/pgm.js';
import { readPng } from '#src/pictures/png.js';
import { pngChunk, pngHeader, SIGNATURE, withSegment } from '../support/pictures.js';
import { refusal } from '../support/refused.js';

const { encode } = createRequire(import.meta.url)('jpeg-js') as typeof import('jpeg-js');

/** 20 × 12 pixels of white paper, on it a black square and a red one. */
const red = (x: number, y: number): boolean => x >= 12 && x <= 15 && y >= 4 && y <= 7;
const colours = (x: number, y: number): number[] => (x >= 3 && x <= 9 && y >= 2 && y <= 9 ? [0, 0, 0] : red(x, y) ? [192, 48, 32] : [255, 255, 255]);
const [WIDTH, HEIGHT] = [20, 12];
const pixels = Array.from({ length: WIDTH * HEIGHT }, (_, k) => colours(k % WIDTH, Math.floor(k / WIDTH)));
const grey = pixels.map(([r, g, b]) => 0.299 * r + 0.587 * g + 0.114 * b);
const encoded = (quality = 95, width = WIDTH, height = HEIGHT, of = pixels): Buffer =>
  encode({ width, height, data: Uint8Array.from(of.flatMap((rgb) => [...rgb, 255])) }, quality).data;

/** The same from libjpeg's cjpeg 2.1 and ImageMagick 6.9, quality 75. */
const SAMPLES = {
  'progressive, colours thinned out':
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wgARCAAMABQDASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAQFAv/EABUBAQEAAAAAAAAAAAAAAAAAAAEC/9oADAMBAAIQAxAAAAHdCw4UwAz/AP/EABgQAAMBAQAAAAAAAAAAAAAAAAMEBQAC/9oACAEBAAEFArVFpRxemTmdmZyrZAhGuHf/xAAYEQEAAwEAAAAAAAAAAAAAAAABAhARIf/aAAgBAwEBPwGKD02v/8QAFREBAQAAAAAAAAAAAAAAAAAAARD/2gAIAQIBAT8BZ//EAB8QAAIBBAIDAAAAAAAAAAAAAAEDAgAREjEQMgQTQf/aAAgBAQAGPwKEENxiV36g/TXjtaPZNmVzrR4E3qykBbsRQUqOMBocf//EABwQAAEEAwEAAAAAAAAAAAAAAAERIUFhABAxgf/aAAgBAQABPyFLphjosFZI/wABFgaYyZPB4bx9c3CUUrOv/9oADAMBAAIAAwAAABCzz//EABcRAAMBAAAAAAAAAAAAAAAAAAEQEVH/2gAIAQMBAT8QFTJli//EABYRAQEBAAAAAAAAAAAAAAAAAAEREP/aAAgBAgEBPxAKQZn/xAAcEAEAAgIDAQAAAAAAAAAAAAABESEAMRBRkWH/2gAIAQEAAT8Q3BYlMFlnQ8zp82yQVDqCg1xAVmiiqEEbXuffQTQrStq28f/Z',
  'CMYK, inverted, with Adobe’s segment':
    '/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04MjwuMzQy/9sAQwEJCQkMCwwYDQ0YMiEcITIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy/8AAFAgADAAUBAEiAAIRAQMRAQQiAP/EABgAAQADAQAAAAAAAAAAAAAAAAADBQYI/8QAKRAAAAQGAQMDBQAAAAAAAAAAAQIDBQAEBhESFAcTITEWJJEyQUNhof/EABUBAQEAAAAAAAAAAAAAAAAAAAID/8QAGxEAAgMAAwAAAAAAAAAAAAAAAQIAAxESUaH/2gAOBAEAAhEDEQQAAD8A5/jRUtS3qXb95ra+H4s8ssv2Fvp/sZ2EJCobWGiSvSx6ytbcT3m+SfmrkSqqRrKTkGN01JVRvIsYmukpc4qKAI3OUR8FD4jcUDVzi5ccMjs7G3J6b6/UVsVO+Cxih2KW3gADx9ouKj47pWrnFOffGvbmk0gRKfYVTsQBEQCxDAHkw/MXDIyN1OM6DS0y+vIoZdNLMx8cjCYe5hER7iI9xhCEIMrLCEIR/9k=',
  'red, green and blue by name, with restarts':
    '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04MjwuMzQy/8AAEQgADAAUA1IRAEcRAEIRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/dAAQAAf/aAAwDUgBHAEIAAD8An+NfxE8VeEfGVnYaHqv2S1k09JmT7PFJlzJICcupPRR+VT/Gv4ieKvCPjKzsND1X7JayaekzJ9niky5kkBOXUnoo/Kp/jX8RPFXhHxlZ2Gh6r9ktZNPSZk+zxSZcySAnLqT0UflX/9Dv/AHi7UdS+HGiatqzfbL678/zJcLHnZMyjhVx0AHA7Vt6Z8WtR0n4ceGdW1a0/tW+1P7V5kvmLBjy5io4VCOhA4A6d81r2Pxf1HRfhx4Y1bVrP+1r7VPtXmS+atvjypio4VCOhA4A6d81/9H3+vf69/r/0vV/Enw78K+LtRjv9c0r7XdRxCFX+0Sx4QEkDCMB1Y/nXq/iT4d+FfF2ox3+uaV9ruo4hCr/AGiWPCAkgYRgOrH869X8SfDvwr4u1GO/1zSvtd1HEIVf7RLHhASQMIwHVj+df//T9v0TRNO8OaPBpOk2/wBnsYN3lxb2fbuYseWJJ5JPJr2/RNE07w5o8Gk6Tb/Z7GDd5cW9n27mLHliSeSTya9v0TRNO8OaPBpOk2/2exg3eXFvZ9u5ix5Yknkk8mv/1Pf69/r3+v/Z',
  'grey, with restarts':
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAMABQBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/90ABAAB/9oACAEBAAA/AJ/jX8RPFXhHxlZ2Gh6r9ktZNPSZk+zxSZcySAnLqT0UflX/0Oj0P4o6jY/Djw3q2rW/9qX2pfavMl3rBjy5io4VMdCBwB096//R9/r/0vV/Enw78K+LtRjv9c0r7XdRxCFX+0Sx4QEkDCMB1Y/nX//T9v0TRNO8OaPBpOk2/wBnsYN3lxb2fbuYseWJJ5JPJr//1Pf6/9k=',
};
const ARITHMETIC =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/yQARCAAMABQDASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwDQEUvSvwQzUp8Q5BHMZ+GVIOzKQ/5JUTXa3gWMe0mgJGpMVj+SBy4492UUOpcCntCuMym4egpd1L6frnDbL37giKpanzOLDkNhAkTYEJXfZVp4tkC5ewbKC0sW2k2iysXhLiwHOs2v2iy6oOPKtxIB2H68zJ6wa+3HKzCkMlpUZ1ie2kjG1VhJAiM0mP8AyQ2xD3dg/9k=';

describe('JPEG', () => {
  it.each<[string, Uint8Array]>([
    ['baseline', encoded()],
    ...Object.entries(SAMPLES).map(([what, base64]): [string, Uint8Array] => [what, Buffer.from(base64, 'base64')]),
    [
      'with fill bytes and more after its end',
      Buffer.concat([encoded().subarray(0, 2), Buffer.of(0xff), encoded().subarray(2), Buffer.from('more')]),
    ],
  ])('%s: the grey levels, nearly', (_, bytes) => {
    const { width, height, values } = readJpeg('a.jpg', bytes);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    const off = grey.map((v, k) => Math.abs(v - values[k]));
    expect(off.reduce((sum, v) => sum + v, 0) / off.length).toBeLessThan(6);
    expect(Math.max(...off)).toBeLessThan(40);
  });

  /** Exif's segment: the byte order, 42, the directory at 8, and in it one entry of 16 bits. */
  const exif = (orientation: number, little: boolean): Buffer => {
    const numbers = [
      [2, 42],
      [4, 8],
      [2, 1],
      [2, 0x0112],
      [2, 3],
      [4, 1],
      [2, orientation],
      [2, 0],
      [4, 0],
    ];
    const body = numbers.map(([size, value]) => {
      const bytes = Buffer.alloc(size);
      if (little) bytes.writeUIntLE(value, 0, size);
      else bytes.writeUIntBE(value, 0, size);
      return bytes;
    });
    return Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from(little ? 'II' : 'MM'), ...body]);
  };
  // As Exif 2.32 has it: where row 0 and column 0 of what is stored were seen.
  it.each([
    [1, 'top', 'left'],
    [2, 'top', 'right'],
    [3, 'bottom', 'right'],
    [4, 'bottom', 'left'],
    [5, 'left', 'top'],
    [6, 'right', 'top'],
    [7, 'right', 'bottom'],
    [8, 'left', 'bottom'],
  ])('orientation %i: row 0 is the %s, column 0 the %s', (orientation, row, column) => {
    // Row 0 is black and column 0 is grey but for their first pixels, in blocks of 8.
    const [width, height] = [32, 24];
    const stored = Array.from({ length: width * height }, (_, k) => (k < 8 * width ? 0 : k % width < 8 ? 128 : 255)).map((v) => [v, v, v]);
    for (const little of [true, false]) {
      const seen = readJpeg('a.jpg', withSegment(encoded(95, width, height, stored), 0xe1, exif(orientation, little)));
      expect([seen.width, seen.height]).toEqual(orientation < 5 ? [width, height] : [height, width]);
      const middle = (side: string): number => {
        const [x, y] = {
          left: [3, seen.height / 2],
          right: [seen.width - 4, seen.height / 2],
          top: [seen.width / 2, 3],
          bottom: [seen.width / 2, seen.height - 4],
        }[side] as number[];
        return Math.round(seen.values[y * seen.width + x] / 64);
      };
      expect([middle(row), middle(column)]).toEqual([0, 2]);
    }
  });

  it.each([
    ['cut short', exif(6, true).subarray(0, 20)],
    ['of nonsense', Buffer.from('Exif\0\0II*\0\xff\xff\xff\xff', 'latin1')],
    ['of orientation 9', exif(9, false)],
  ])('Exif %s is passed over', (_, segment) => {
    expect(readJpeg('a.jpg', withSegment(encoded(), 0xe1, segment))).toEqual(readJpeg('a.jpg', encoded()));
  });

  const sound = encoded();
  const frame = sound.indexOf(Buffer.of(0xff, 0xc0));
  const changed = (at: number, ...to: number[]): Buffer => Buffer.concat([sound.subarray(0, at), Buffer.from(to), sound.subarray(at + to.length)]);
  it.each<[string, Buffer, RegExp]>([
    ['another file', Buffer.from('GIF89a'), /byte 0: this is no JPEG/],
    ['only a signature', sound.subarray(0, 3), /byte 3: the file ends here, before the end of the picture/],
    ['a file cut short', sound.subarray(0, -30), /the file ends here, before the end of the picture/],
    ['a segment that is too long', changed(4, 0xff, 0xff), /byte 2: a segment that goes on after the end of the file/],
    ['no marker', changed(20, 0), /byte 20: expected a marker/],
    ['no frame', Buffer.of(0xff, 0xd8, 0xff, 0xd9), /byte 2: 0 frames in this picture/],
    ['two frames', withSegment(sound, 0xc0, sound.subarray(frame + 4, frame + 19)), /2 frames in this picture/],
    ['arithmetic code', Buffer.from(ARITHMETIC, 'base64'), /byte \d+: a JPEG picture in arithmetic code; baseline and progressive ones can be read/],
    ['no loss', changed(frame + 1, 0xc3), /a JPEG picture without loss/],
    ['12 bits', changed(frame + 4, 12), /12 bits a level; 8 can be read/],
    ['no width', changed(frame + 7, 0, 0), /a picture of 0 × 12 pixels/],
    ['two components', changed(frame + 9, 2), /a frame of 15 bytes; it has 6, and 3 for each component/],
    ['a component that is not there', changed(frame + 11, 0x51), /thinned out by what is not 1 to 4/],
    ['more pixels than it can hold', changed(frame + 5, 8, 0, 7, 208), /2000 × 2048 pixels, more than this file can hold/],
    ['more than can be read', changed(frame + 5, 255, 255, 255, 255), /65535 × 65535 pixels, more than the 4194304 that can be read\.$/],
    ['no tables', changed(sound.indexOf(Buffer.of(0xff, 0xc4)) + 1, 0xfe), /the picture cannot be decoded: its data are damaged/],
    [
      'many scans',
      Buffer.concat([sound.subarray(0, -2), ...Array.from({ length: 101 }, () => Buffer.of(0xff, 0xda, 0, 3, 0)), sound.subarray(-2)]),
      /102 scans, more than the 100/,
    ],
  ])('refused: %s', async (_, bytes, says) => {
    const message = await refusal(() => readJpeg('a.jpg', bytes));
    expect(message).toMatch(/^a\.jpg: byte \d+: /);
    expect(message).toMatch(says);
  });

  it('four components that nobody names are refused', async () => {
    const cmyk = Buffer.from(SAMPLES['CMYK, inverted, with Adobe’s segment'], 'base64');
    const bytes = Buffer.from(cmyk.toString('latin1').replace('Adobe', 'Abode'), 'latin1');
    expect(await refusal(() => readJpeg('a.jpg', bytes))).toMatch(/4 components, and Adobe’s segment does not say/);
  });
});

describe('above 4 megapixels', () => {
  const header = Buffer.from('P5 2300 2000 255\n');
  const pgm = Buffer.concat([header, Buffer.alloc(2300 * 2000, 200)]);
  for (let y = 500; y < 1500; y++) pgm.fill(50, header.length + 2300 * y + 1100, header.length + 2300 * y + 1300);
  const read = (fit: boolean) =>
    readSamplesFile('a.pgm', pgm, { inputs: 784, header: 'auto', label: 'none', bytes: true, transpose: false, classes: 10, invert: 'auto', fit });

  it('a picture is read with --fit, and refused without, with the hint', async () => {
    const { values, inverted, warnings } = await read(true);
    expect([inverted, warnings]).toEqual([true, [[]]]);
    expect(Array.from({ length: 28 }, (_, y) => values[28 * y + 14] > 200).filter(Boolean).length).toBe(20);
    expect(await refusal(() => read(false))).toMatch(/2300 × 2000 pixels, more than the 4194304 that can be read\. --fit scales it down/);
  });

  it.each<[string, () => unknown]>([
    ['PGM', () => readPgm('a', Buffer.from('P5 8193 8192 255\n'), true)],
    [
      'PNG',
      () =>
        readPng(
          'a',
          Buffer.concat([
            SIGNATURE,
            pngChunk('IHDR', pngHeader({ width: 8193, height: 8192, depth: 8, colours: 0 })),
            pngChunk('IEND', Buffer.alloc(0)),
          ]),
          true,
        ),
    ],
  ])('%s: more than 64 are refused in any case', async (_, reading) => {
    expect(await refusal(reading)).toMatch(/8193 × 8192 pixels, more than the 67108864 that can be read\.$/);
  });
});
