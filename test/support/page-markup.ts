// What tests ask of a page's text: whether its elements are closed, what a picture on it holds, which points a line has.

import { inflateSync } from 'node:zlib';

const VOID = ['meta', 'img', 'br', 'link'];

/** The elements left open or closed in the wrong place. */
export function unbalanced(page: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, , end] of page.matchAll(/<(\/?)([a-zA-Z][\w]*)((?:"[^"]*"|[^">])*?)(\/?)>/g)) {
    if (slash && open.pop() !== name) return [`</${name}>`];
    if (!slash && !end && !VOID.includes(name)) open.push(name);
  }
  return open;
}

/** Width, colour type and samples of the pixels, grey or RGBA, of a PNG in a data: URL, read as its format says (no filters, eight bits). */
export function readPng(url: string): { width: number; height: number; type: number; pixels: number[] } {
  const file = Buffer.from(url.replace(/^data:image\/png;base64,/, ''), 'base64');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.set(file.toString('latin1', at + 4, at + 8), file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const head = chunks.get('IHDR')!;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT')!);
  const bytes = 1 + width * (head[9] === 6 ? 4 : 1);
  const pixels = Array.from({ length: height }, (_, y) => [...rows.subarray(y * bytes + 1, (y + 1) * bytes)]).flat();
  return { width, height, type: head[9], pixels };
}

/** The points of each line of the chart with this id. */
export function curvesOf(page: string, id: string): [number, number][][] {
  const chart = page.slice(page.indexOf(`aria-labelledby="${id}-title`)).split('</div>')[0];
  return [...chart.matchAll(/<path class="\w+ stroke curve \w*" d="([^"]*)"/g)].map(([, d]) =>
    [...d.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]): [number, number] => [Number(x), Number(y)]),
  );
}
