// A drawing as its strokes: lists of points, which no change of size or colours can erase, and the pen that draws them, by pointer or by
// keyboard. And the same drawing as a picture of grey levels, as a scanner would give it. No element of a page; nothing is changed in place.

import type { Picture } from '../../pictures/picture.js';

/** From 0 to 1, across and down the pad. */
export type Point = readonly [x: number, y: number];
export type Stroke = readonly Point[];

export interface Drawing {
  readonly strokes: readonly Stroke[];
  /** Where the pen of the keyboard is. */
  readonly pen: Point;
  /** Whether the last stroke goes on with what comes next. */
  readonly down: boolean;
}

export const BLANK: Drawing = { strokes: [], pen: [0.5, 0.25], down: false };

/** Width of the pen as a share of the pad. A digit of MNIST has strokes of 2 to 3 of the 20 pixels that it is high, and fills two thirds of a pad. */
export const PEN_WIDTH = 0.08;
/** How far an arrow key moves the pen; with Shift. */
const [KEY_STEP, FINE_STEP] = [1 / 25, 1 / 100];
const DIRECTIONS: Readonly<Record<string, Point>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The pen is put down: a dot, until it moves. */
export function penDown({ strokes }: Drawing, at: Point): Drawing {
  const pen = onPad(at);
  return { strokes: [...strokes, [pen]], pen, down: true };
}

/** The pen moves, and draws where it is down. */
export function penMoved({ strokes, down }: Drawing, to: Point): Drawing {
  const pen = onPad(to);
  return { strokes: down ? [...strokes.slice(0, -1), [...strokes[strokes.length - 1], pen]] : strokes, pen, down };
}

export function penUp(drawing: Drawing): Drawing {
  return { ...drawing, down: false };
}

/** Without the last stroke. */
export function undone(drawing: Drawing): Drawing {
  const { strokes, pen } = drawing;
  return strokes.length === 0 ? drawing : { strokes: strokes.slice(0, -1), pen, down: false };
}

/** What a key does: arrows move the pen, Space puts it down or lifts it, Backspace takes the last stroke back, Escape all. undefined: nothing. */
export function keyed(drawing: Drawing, key: string, fine: boolean): Drawing | undefined {
  const direction = DIRECTIONS[key];
  if (direction) {
    const step = fine ? FINE_STEP : KEY_STEP;
    return penMoved(drawing, [drawing.pen[0] + step * direction[0], drawing.pen[1] + step * direction[1]]);
  }
  if (key === ' ') return drawing.down ? penUp(drawing) : penDown(drawing, drawing.pen);
  if (key === 'Backspace') return undone(drawing);
  return key === 'Escape' ? BLANK : undefined;
}

const onPad = ([x, y]: Point): Point => [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))];

/** Pixels of a side of the pad: four for each of the box that MNIST put digits into. And of paper around it, so that no stroke runs into the border. */
const [PAD_PIXELS, AROUND] = [84, 10];
const SIDE = PAD_PIXELS + 2 * AROUND;

/** The strokes as light on dark, grey where an edge runs through a pixel. */
export function pictureOf(strokes: readonly Stroke[]): Picture {
  const values = new Uint8Array(SIDE * SIDE);
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]): Point => [AROUND + PAD_PIXELS * x, AROUND + PAD_PIXELS * y]);
    for (const [k, point] of points.entries()) addLine(values, points[Math.max(0, k - 1)], point);
  }
  return { width: SIDE, height: SIDE, values };
}

/** A line with round ends: each pixel's share of ink from the distance of its middle. */
function addLine(values: Uint8Array, a: Point, b: Point): void {
  const radius = (PEN_WIDTH * PAD_PIXELS) / 2;
  const [left, right] = reach(a[0], b[0], radius);
  const [top, bottom] = reach(a[1], b[1], radius);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const ink = 255 * Math.min(1, Math.max(0, radius + 0.5 - distance([x + 0.5, y + 0.5], a, b)));
      const at = y * SIDE + x;
      if (ink > values[at]) values[at] = Math.round(ink);
    }
  }
}

/** The pixels that a line between two places can touch. */
function reach(a: number, b: number, radius: number): readonly [first: number, last: number] {
  return [Math.max(0, Math.floor(Math.min(a, b) - radius - 1)), Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + radius + 1))];
}

/** From a point to the line between two others. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
