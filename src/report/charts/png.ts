// Small pictures as PNG (W3C Portable Network Graphics specification, third edition, 2025): eight bits a pixel, grey or by a
// palette with opacity, written as a data: URL, so that a page holds its pictures itself.

import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const GREY = 0;
const INDEXED = 3;

/** Up to 256 colours. */
export interface Palette {
  /** [colours][red, green, blue] */
  readonly colours: Uint8Array;
  /** Of each colour, 0 clear to 255 opaque. */
  readonly opacity: Uint8Array;
}

/**
 * A picture as a data: URL.
 * @param pixels [height][width]: 0 black to 255 white, or numbers of the palette's colours
 */
export function pngUrl(pixels: Uint8Array, width: number, palette?: Palette): string {
  return `data:image/png;base64,${pngBytes(pixels, width, palette).toString('base64')}`;
}

function pngBytes(pixels: Uint8Array, width: number, palette?: Palette): Buffer {
  const height = pixels.length / width;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, palette ? INDEXED : GREY], 8);
  // Each row begins with the number of its filter: 0, none.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const colours = palette ? [chunk('PLTE', palette.colours), chunk('tRNS', palette.opacity)] : [];
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), ...colours, chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** Length, name, content, and the sum of name and content. */
function chunk(name: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}
