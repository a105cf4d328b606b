// The pictures of a step: a digit as ink, and signed numbers of its pixels' weights, blank pixels dotted.

import { html, noChange, type TemplateResult } from 'lit-html';
import { Directive, directive, type ElementPart } from 'lit-html/directive.js';
import { colourInto, scaleOf, sideOf } from '../parts/signed-picture.js';

/** What fills the pixels, each [4] bytes. */
type Fill = (pixels: Uint32Array, image: ImageData) => void;

/** Draws on the canvas that it stands on, whenever its template is drawn; lit's `ref` would do, and be 1 kB more. */
const drawnBy = directive(
  class extends Directive {
    render(_draw: (canvas: HTMLCanvasElement) => void): unknown {
      return noChange;
    }

    override update({ element }: ElementPart, [draw]: Parameters<typeof this.render>): unknown {
      draw(element as HTMLCanvasElement);
      return noChange;
    }
  },
);

function canvas(inputs: number, label: string, kind: string, fill: Fill): TemplateResult | undefined {
  const side = sideOf(inputs);
  if (side === undefined) return undefined;
  const draw = (element: HTMLCanvasElement): void => {
    const image = new ImageData(side, side);
    fill(new Uint32Array(image.data.buffer), image);
    element.getContext('2d')?.putImageData(image, 0, 0);
  };
  return html`<canvas class=${kind} width=${side} height=${side} role="img" aria-label=${label} ${drawnBy(draw)}></canvas>`;
}

/** A digit, as dark as its pixels are large. */
export function inkPicture(x: readonly number[], label: string): TemplateResult | undefined {
  return canvas(x.length, label, 'ink', (_, { data }) => {
    x.forEach((v, k) => {
      data[4 * k + 3] = Math.round(255 * v);
    });
  });
}

/** The dots of blank pixels: every second one of them, in a grey that is seen on white and on black. */
const DOT = [0x80, 0x80, 0x80, 0x50];

/** @param blank numbers from 1 of the pixels that are dotted @param scale the |value| of the full colour, if not the picture's own */
export function signedPicture(
  values: ArrayLike<number>,
  label: string,
  blank: readonly number[],
  scale = scaleOf(values),
): TemplateResult | undefined {
  const side = sideOf(values.length) ?? 1;
  return canvas(values.length, label, 'signed', (pixels, { data }) => {
    colourInto(pixels, values, scale);
    for (const pixel of blank) {
      const k = pixel - 1;
      if ((Math.floor(k / side) + (k % side)) % 2 === 0) data.set(DOT, 4 * k);
    }
  });
}
