// A digit as the network is given it, on a canvas of 28 × 28: light on dark as MNIST's are, whatever the colours of the page.

/** Pixels of a side, and of a digit. */
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** @param input from 0 to 1; undefined: nothing */
export function drawPixels(canvas: HTMLCanvasElement, input: Float32Array | undefined): void {
  const picture = new ImageData(SIDE, SIDE);
  for (let k = 0; k < PIXELS; k++) {
    const level = Math.round(255 * (input?.[k] ?? 0));
    picture.data.set([level, level, level, 255], 4 * k);
  }
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
}
