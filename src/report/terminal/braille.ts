// A small picture of characters: dots, eight to a character as in Braille, with marks of one character over them. It knows
// nothing of charts; its caller says what stands where.

export type ChartColour = 'cyan' | 'yellow' | 'green' | 'magenta' | 'gray';

/** Colours a text for a terminal, as `styleText` of node:util does. */
export type Paint = (colour: ChartColour, text: string) => string;

/** Dots of one character across and down. */
export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

/** The bit of each dot in a Braille character, [down][across]. */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];
const BRAILLE = 0x2800;

interface Cell {
  dots: number;
  mark: string;
  colour: ChartColour | undefined;
}

export class Picture {
  readonly #cells: readonly (readonly Cell[])[];

  constructor(columns: number, rows: number) {
    this.#cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ dots: 0, mark: '', colour: undefined })));
  }

  /** Sets a dot, counted from the top left one; what lies outside is left out. */
  dot(x: number, y: number, colour: ChartColour): void {
    const cell = this.#cells[Math.floor(y / DOTS_DOWN)]?.[Math.floor(x / DOTS_ACROSS)];
    if (!cell) return;
    cell.dots |= BITS[y % DOTS_DOWN][x % DOTS_ACROSS];
    cell.colour = colour;
  }

  /** Dots from one point to another: of every `period` dots, the first `on`. */
  line(from: readonly [number, number], to: readonly [number, number], [on, period]: readonly [number, number], colour: ChartColour): void {
    const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
    for (let step = 0; step <= steps; step++) {
      const at = (axis: 0 | 1): number => Math.round(from[axis] + ((to[axis] - from[axis]) * step) / steps);
      if (step % period < on) this.dot(at(0), at(1), colour);
    }
  }

  /** Puts a mark where the dot (x, y) lies, or beside it where another mark stands already. */
  mark(x: number, y: number, mark: string, colour: ChartColour): void {
    const row = this.#cells[Math.floor(y / DOTS_DOWN)];
    const column = Math.floor(x / DOTS_ACROSS);
    const cell = [0, 1, -1, 2, -2].map((aside) => row[column + aside]).find((place) => place?.mark === '' || place?.mark === mark);
    if (!cell) return;
    cell.mark = mark;
    cell.colour = colour;
  }

  /** A row of characters, coloured by `paint`. */
  row(index: number, paint: Paint): string {
    return this.#cells[index]
      .map(({ dots, mark, colour }) => {
        const text = mark || (dots === 0 ? ' ' : String.fromCharCode(BRAILLE + dots));
        return colour === undefined ? text : paint(colour, text);
      })
      .join('');
  }
}
