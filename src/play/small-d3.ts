// What the charts of the page take of d3-scale and d3-shape, under the same names, in a tenth of their size: numbers alone, no dates, no colours, no
// curves. The build puts it in their place (left-out.js), and a test holds it against them, to the last letter of a path.

type Pair = readonly [number, number];

export interface Scale {
  (value: number): number;
  ticks(count: number): number[];
}

const scaleBy =
  (as: (value: number) => number) =>
  ([begin, end]: Pair, [from, to]: Pair): Scale => {
    const [a, b] = [as(begin), as(end)];
    const place = (value: number): number => {
      const t = b === a ? 0.5 : (as(value) - a) / (b - a);
      return from * (1 - t) + to * t;
    };
    return Object.assign(place, { ticks: (count: number) => roundNumbers(begin, end, count) });
  };

export const scaleLinear = scaleBy((value) => value);
export const scaleLog = scaleBy(Math.log);

/** Some `count` multiples of 1, 2 or 5 times a power of ten; in whole numbers, so that 0.3 is 0.3. */
function roundNumbers(begin: number, end: number, count: number): number[] {
  if (begin === end) return [begin];
  const power = Math.floor(Math.log10((end - begin) / count));
  const off = (end - begin) / count / 10 ** power;
  const factor = off >= Math.sqrt(50) ? 10 : off >= Math.sqrt(10) ? 5 : off >= Math.sqrt(2) ? 2 : 1;
  const of = power < 0 ? (k: number): number => k / (10 ** -power / factor) : (k: number): number => k * (10 ** power * factor);
  const nearest = (value: number): number => Math.round(power < 0 ? value * (10 ** -power / factor) : value / (10 ** power * factor));
  const first = of(nearest(begin)) < begin ? nearest(begin) + 1 : nearest(begin);
  const last = of(nearest(end)) > end ? nearest(end) - 1 : nearest(end);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => of(first + k));
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

export interface Line<T> {
  (points: readonly T[]): string | null;
  x(of: (point: T) => number): Line<T>;
  y(of: (point: T) => number): Line<T>;
  defined(is: (point: T) => boolean): Line<T>;
  digits(digits: number): Line<T>;
}

/** A path through points; where one is not defined it begins anew. */
export function line<T = Pair>(): Line<T> {
  const settings = {
    x: (point: T): number => (point as Pair)[0],
    y: (point: T): number => (point as Pair)[1],
    defined: (_point: T): boolean => true,
    digits: 3,
  };
  const path = (points: readonly T[]): string | null => {
    const { x, y, defined, digits } = settings;
    let [text, length] = ['', 0];
    const close = (): void => {
      // A lone point: closed, it is drawn as a dot.
      if (length === 1) text += 'Z';
      length = 0;
    };
    for (const point of points) {
      if (defined(point)) text += `${length++ ? 'L' : 'M'}${rounded(x(point), digits)},${rounded(y(point), digits)}`;
      else close();
    }
    close();
    return text || null;
  };
  const setter = (name: string) => [name, (value: unknown) => Object.assign(settings, { [name]: value }) && made] as const;
  const made: Line<T> = Object.assign(path, Object.fromEntries(Object.keys(settings).map(setter)) as unknown as Line<T>);
  return made;
}

/** The outline of a mark of so many square pixels around the origin, with a rounding of its numbers. */
type Mark = (size: number, round: (value: number) => number) => string;

const polygon = (points: readonly Pair[], round: (value: number) => number): string =>
  `M${points.map((point) => point.map(round).join()).join('L')}Z`;

export const symbolCircle: Mark = (size, round) => {
  const r = Math.sqrt(size / Math.PI);
  const half = (to: number): string => `A${round(r)},${round(r)},0,1,1,${round(to)},0`;
  return `M${round(r)},0${half(-r)}${half(r)}`;
};

export const symbolDiamond: Mark = (size, round) => {
  const y = Math.sqrt(size / (2 * Math.sqrt(1 / 3)));
  const x = y * Math.sqrt(1 / 3);
  return polygon(
    [
      ...([
        [0, -y],
        [x, 0],
        [0, y],
        [-x, 0],
      ] as const),
    ],
    round,
  );
};

export const symbolSquare: Mark = (size, round) => {
  const [w, x] = [round(Math.sqrt(size)), round(-Math.sqrt(size) / 2)];
  return `M${x},${x}h${w}v${w}h${-w}Z`;
};

export const symbolTriangle: Mark = (size, round) => {
  const y = -Math.sqrt(size / (3 * Math.sqrt(3)));
  return polygon(
    [
      ...([
        [0, 2 * y],
        [-Math.sqrt(3) * y, -y],
        [Math.sqrt(3) * y, -y],
      ] as const),
    ],
    round,
  );
};

export const symbol = (mark: Mark, size: number) => ({ digits: (digits: number) => () => mark(size, (value) => rounded(value, digits)) });
