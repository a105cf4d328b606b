// Square pictures in rows and columns on one canvas, under the labels by which one chooses among them. A canvas for each took a browser 60 to 90 ms in
// the frame that first showed a hundred of them, as each is a layer and a resource of its own; one for all takes 5.

import { inTurn } from '../turns.js';

/** About the side of a picture, and the room between two, in pixels of the screen. Both are whole pixels of the picture. */
const TILE = 56;
const GAP = 4;

export class Mosaic {
  #element: HTMLElement | undefined;
  #width = 0;
  #draw: () => void = () => {};
  readonly #resized = new ResizeObserver(([{ contentRect }]) => {
    this.#width = contentRect.width;
    inTurn(this.#draw);
  });

  /** @param element of labels, a canvas before them @param image one picture below the other @param tiles how many of them */
  show(element: HTMLElement, image: ImageData, tiles: number): void {
    this.#draw = () => this.#paint(element, image, tiles);
    if (this.#element === element) this.#draw();
    else {
      // Its size is told once it is laid out, then whenever it changes.
      this.#resized.disconnect();
      this.#resized.observe(element);
      this.#element = element;
    }
  }

  #paint(element: HTMLElement, image: ImageData, tiles: number): void {
    const side = image.width;
    const zoom = Math.max(1, Math.round(TILE / side));
    const gap = Math.ceil(GAP / zoom);
    const step = side + gap;
    const columns = Math.max(1, Math.floor((this.#width / zoom + gap) / step));
    const canvas = element.firstElementChild as HTMLCanvasElement;
    const [width, height] = [columns * step - gap, Math.ceil(tiles / columns) * step - gap];
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      canvas.style.width = `${width * zoom}px`;
      element.style.cssText = `--columns:${columns};--tile:${side * zoom}px;--gap:${gap * zoom}px`;
    }
    const context = canvas.getContext('2d');
    for (let j = 0; j < tiles; j++) {
      const [x, y] = [(j % columns) * step, Math.floor(j / columns) * step];
      context?.putImageData(image, x, y - j * side, 0, j * side, side, side);
    }
  }
}
