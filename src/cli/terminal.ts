// What a stream can show: whether its last line can be written over, whether it takes colours, how wide a text is on it, and
// which pieces of a line fit. It writes nothing.

import { styleText } from 'node:util';
import { labelled } from '../report/terminal/columns.js';

/** A stream that may be a terminal: what of process.stdout is used. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0' && value !== 'false';

/** Whether a line can be written over: a terminal that a person looks at, and that can clear a line. Logs of CI keep every write. */
export function isLive({ isTTY }: Screen, { TERM, CI }: Environment): boolean {
  return isTTY === true && TERM !== 'dumb' && !isSet(CI);
}

/** Whether to colour: FORCE_COLOR says so or not, else NO_COLOR (https://no-color.org) or a dumb terminal forbids it. */
export function takesColour({ isTTY }: Screen, { FORCE_COLOR, NO_COLOR, TERM }: Environment): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR === '' || isSet(FORCE_COLOR);
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return isTTY === true && TERM !== 'dumb';
}

type Colour = readonly [red: number, green: number, blue: number];

/**
 * Two pixels as one character, the upper half of it over the lower: in 24-bit colours, or in the 256 of a terminal that has no more.
 * Undefined where there are no colours for it.
 */
export function pixelPainter(screen: Screen, environment: Environment): ((upper: Colour, lower: Colour) => string) | undefined {
  const { COLORTERM = '', TERM = '', FORCE_COLOR } = environment;
  if (!takesColour(screen, environment)) return undefined;
  const isTrue = /^(truecolor|24bit)$/i.test(COLORTERM) || FORCE_COLOR === '3';
  if (!isTrue && !TERM.includes('256') && FORCE_COLOR !== '2') return undefined;
  const code = (colour: Colour): string => (isTrue ? `2;${colour.join(';')}` : `5;${ofPalette(colour)}`);
  return (upper, lower) => `\x1b[38;${code(upper)};48;${code(lower)}m▀\x1b[0m`;
}

/** The nearest of xterm's 256 colours: of its 24 greys for grey, else of its cube of six levels a side. */
function ofPalette([red, green, blue]: Colour): number {
  if (red === green && green === blue && red >= 8 && red <= 238) return 232 + Math.round((red - 8) / 10);
  const level = (x: number): number => (x < 48 ? 0 : x < 115 ? 1 : Math.floor((x - 35) / 40));
  return 16 + 36 * level(red) + 6 * level(green) + level(blue);
}

type Format = Parameters<typeof styleText>[0];
export type Painter = (format: Format, text: string) => string;

export function painter(screen: Screen, environment: Environment): Painter {
  if (!takesColour(screen, environment)) return (_, text) => text;
  // Node's own check would look at standard output, whatever the stream.
  return (format, text) => styleText(format, text, { validateStream: false });
}

/** Columns that a line may fill: one less than there are, because a full line leaves the cursor where terminals differ. */
export function roomOn({ isTTY, columns }: Screen, usual = 80): number {
  return isTTY === true && columns !== undefined && columns > 0 ? columns - 1 : usual;
}

/** Characters that take two columns: those that Unicode's East Asian Width calls wide or full, and pictures. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
/** Those that take none: marks that are set on another one, and characters that show nothing. */
const NONE = /^[\p{Mark}\p{Cc}\p{Cf}]+$/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text without control sequences takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += NONE.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  return width;
}

/** As much of the beginning of a text as fits. */
export function cutTo(text: string, width: number): string {
  let [cut, left] = ['', width];
  for (const { segment } of graphemes.segment(text)) {
    left -= displayWidth(segment);
    if (left < 0) break;
    cut += segment;
  }
  return cut;
}

/**
 * On a terminal: lines broken between words, under labels of so many columns. A word that is longer than a line, a path, stays
 * whole, and its line with it.
 */
export function broken(text: string, label: number, screen: Screen): string {
  if (screen.isTTY !== true) return text;
  const width = roomOn(screen);
  const lines = (line: string): string[] => {
    const longest = Math.max(...line.slice(label).split(' ').map(displayWidth));
    if (displayWidth(line) <= width || label + longest > width) return [line];
    return labelled(line.slice(0, label).trim(), line.slice(label), width, label);
  };
  return text.split('\n').flatMap(lines).join('\n');
}

/** A piece of a line: its forms from the longest to the shortest, and its rank; that of the most important is 0. */
export interface Piece {
  readonly forms: readonly string[];
  readonly rank: number;
}

export const piece = (rank: number, ...forms: string[]): Piece => ({ forms, rank });

/**
 * The pieces that fit, with a separator between them. From the least important on they are shortened, then left out; the most
 * important is shortened last, and stays.
 */
export function fitted(pieces: readonly Piece[], separator: string, width: number): string {
  const left = pieces.map(({ forms }) => [...forms]);
  const line = (): string => left.flatMap(([longest]) => longest ?? []).join(separator);
  const falling = pieces.map(({ rank }, k) => ({ rank, forms: left[k] })).sort((a, b) => b.rank - a.rank);
  const least = (from: number, keep: number): string[] | undefined => falling.find(({ rank, forms }) => rank >= from && forms.length > keep)?.forms;
  while (displayWidth(line()) > width) {
    const next = least(1, 1) ?? least(1, 0) ?? least(0, 1);
    if (!next) break;
    next.shift();
  }
  return cutTo(line(), width);
}
