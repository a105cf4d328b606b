// The space that a search looks in: for each option its choices, or a range; and of options that are lists, such as layers, the same for
// each entry. A point of the space is a setting: options of a run. Drawn settings hang on the seed and their number alone.

import { checkFields, checkInteger, checkList, checkNumber, checkObject, reading } from '../../check.js';
import { wrongKind, wrongValue } from '../../errors.js';
import { rowsForPeople } from '../../option-row.js';
import type { ConfigTable } from '../../options/config-writer.js';
import { OPTIONS, type OptionName, type TrainOptions } from '../../options/table.js';
import { checkKnown } from '../../options/unknown-option.js';
import { Random } from '../../random.js';

/** All numbers from `from` to `to`, by their logarithms where `log` says so. */
export interface RangeOf {
  readonly from: number;
  readonly to: number;
  readonly log?: boolean;
  /** How many values of it a grid takes, ends included. Default: 5. */
  readonly steps?: number;
}

/** Of a list, what each entry may be: a number, choices, or a range. */
export interface EntriesOf {
  readonly each: readonly (number | readonly number[] | RangeOf)[];
}

/** Choices as a list, a range, or what the entries of a list may be. */
export type ValuesOf = readonly unknown[] | RangeOf | EntriesOf;

/** What is looked for, by options: those of the network, of training and of learning. */
export type SearchSpace = { readonly [Name in SearchedOption]?: ValuesOf };

/** Options that a space may have. */
type SearchedOption = Exclude<OptionName, (typeof NEVER)[number]>;

/** What of a setting is looked for: an option, or an entry of one. */
export interface Dimension {
  /** 'maxNorm', or 'layers[1]'. */
  readonly name: string;
  /** The same as files and the command line write it: 'max-norm'. */
  readonly key: string;
  readonly values: readonly unknown[] | RangeOf;
  /** Whether values are whole numbers. */
  readonly whole: boolean;
}

/** Options of a run, without those that all runs have. */
export type Setting = TrainOptions;

/** Where a run reads and writes, how it is watched, and what only this machine's speed hangs on: the same for all runs. */
const NEVER = [
  ...(['data', 'test', 'validation', 'split', 'splitSeed', 'transpose', 'size', 'colours', 'target', 'task', 'features', 'drop'] as const),
  ...(['categorical', 'missing', 'header', 'separator', 'decimal', 'scale', 'preset', 'from', 'functions', 'neurons', 'seed'] as const),
  ...(['workers', 'shards', 'gradient', 'across', 'mpi', 'input', 'kernels', 'blas', 'reproducible'] as const),
  ...(['run', 'runs', 'resume', 'checkpointEvery', 'keepCheckpoints', 'diagnose', 'trace', 'traceSteps', 'timeout', 'onEvent', 'signal'] as const),
] as const satisfies readonly OptionName[];

/** Names of the options that a space may have. */
export const SEARCHED_OPTIONS: readonly string[] = rowsForPeople(OPTIONS)
  .map(([name]) => name)
  .filter((name) => !(NEVER as readonly string[]).includes(name));

/** More settings than that are no search. */
export const MOST_SETTINGS = 10_000;
const USUAL_STEPS = 5;
/** Digits of a number that is drawn or stepped to: they make it readable, and are the same on every machine. */
const DIGITS = 4;
const MOST_DIGITS = 15;
/** How often a setting is drawn anew that was drawn before, before there are taken to be no others. */
const MOST_REDRAWS = 1000;

/** One option of a space, and how its value is made of those of its dimensions. */
interface SpaceOption {
  readonly option: string;
  readonly dimensions: readonly Dimension[];
  make(values: readonly unknown[]): unknown;
}

export class Space {
  readonly #options: readonly SpaceOption[];
  readonly dimensions: readonly Dimension[];

  /** @throws {TypeError | RangeError} for what is no space */
  constructor(given: SearchSpace) {
    const space = checkSpace(given);
    this.#options = Object.entries(space).map(([option, values]) => optionOf(option, values as ValuesOf));
    this.dimensions = this.#options.flatMap(({ dimensions }) => dimensions);
  }

  /** How many settings there are; Infinity where a range has no end of numbers. */
  get size(): number {
    return this.dimensions.reduce((product, dimension) => product * sizeOf(dimension), 1);
  }

  /** How many settings a grid has. */
  get gridSize(): number {
    return this.dimensions.reduce((product, dimension) => product * gridValues(dimension).length, 1);
  }

  /** All settings of the grid; the last dimension changes first. */
  grid(): Setting[] {
    const size = this.gridSize;
    if (size > MOST_SETTINGS) throw wrongValue('space', `at most ${MOST_SETTINGS} settings in a grid`, size, 'Draw some of them: strategy random.');
    let points: unknown[][] = [[]];
    for (const dimension of this.dimensions) points = points.flatMap((point) => gridValues(dimension).map((value) => [...point, value]));
    return points.map((point) => this.#setting(point));
  }

  /** So many settings, all different, drawn by the seed: the first of them are the same however many are drawn. Fewer where there are no more. */
  draw(count: number, seed: number): Setting[] {
    const seen = new Set<string>();
    const settings: Setting[] = [];
    for (let number = 0, redrawn = 0; settings.length < Math.min(count, this.size) && redrawn < MOST_REDRAWS; number++) {
      const stream = Random.stream(seed, 'search', number);
      const point = this.dimensions.map((dimension) => drawn(dimension, stream.uniform()));
      const text = JSON.stringify(point);
      if (seen.has(text)) redrawn++;
      else {
        seen.add(text);
        settings.push(this.#setting(point));
        redrawn = 0;
      }
    }
    return settings;
  }

  /** Settings at the ends of each dimension, all others at their first value: what cannot be at all shows there. */
  corners(): Setting[] {
    const first = this.dimensions.map((dimension) => ends(dimension)[0]);
    return this.dimensions.flatMap((dimension, k) => ends(dimension).map((value) => this.#setting(first.with(k, value))));
  }

  /** The values of a setting's dimensions. */
  point(setting: Setting): readonly unknown[] {
    return this.dimensions.map(({ name }) => valueAt(setting, name));
  }

  #setting(point: readonly unknown[]): Setting {
    const rest = [...point];
    return Object.fromEntries(this.#options.map(({ option, dimensions, make }) => [option, make(rest.splice(0, dimensions.length))]));
  }
}

/** The value of a dimension, by its name, in a setting. */
export function valueAt(setting: Setting, name: string): unknown {
  const [, option, entry] = /^(\w+)(?:\[(\d+)\])?$/.exec(name) ?? [];
  const value = (setting as Readonly<Record<string, unknown>>)[option];
  return entry === undefined ? value : (value as readonly unknown[])[Number(entry)];
}

/** The same by its key, in options as a file has them. */
export function valueOfKey(options: ConfigTable, key: string): unknown {
  const [, option, entry] = /^([^[]+)(?:\[(\d+)\])?$/.exec(key) ?? [];
  const value = options[option];
  return entry === undefined ? value : (value as readonly unknown[] | undefined)?.[Number(entry)];
}

function keyOf(name: string): string {
  const [option, entry] = name.split('[');
  const row = OPTIONS[option as OptionName];
  return `${'key' in row ? row.key : option}${entry === undefined ? '' : `[${entry}`}`;
}

function checkSpace(given: SearchSpace): SearchSpace {
  const space = checkObject('space', given, 'an object with options and what they may be');
  const never = Object.keys(space).find((name) => (NEVER as readonly string[]).includes(name));
  if (never !== undefined)
    throw wrongValue('space', 'options of the network, of training and of learning', never, 'It is the same for all runs of a search.');
  checkKnown(space, SEARCHED_OPTIONS);
  if (Object.keys(space).length === 0) throw wrongValue('space', 'at least one option', 'none');
  return space;
}

function optionOf(option: string, values: ValuesOf): SpaceOption {
  const what = `space.${option}`;
  if (isGivenList(what, values)) return { option, dimensions: [choicesOf(option, values)], make: ([value]) => value };
  const fields = checkObject(what, values, RANGE);
  if ('each' in fields) return entriesOf(option, fields);
  return { option, dimensions: [rangeOf(option, fields, isWhole(option))], make: ([value]) => value };
}

const isList = (values: unknown): values is readonly unknown[] => Array.isArray(values);

/** The same of what a user gives, which may be a proxy. */
const isGivenList = (what: string, values: unknown): values is readonly unknown[] => reading(what, values, () => isList(values));

function choicesOf(name: string, values: readonly unknown[]): Dimension {
  const choices = checkList(`space.${name}`, values, 'a list of choices', MOST_SETTINGS);
  if (choices.length === 0) throw wrongValue(`space.${name}`, 'at least one choice', 'none');
  const texts = reading(`space.${name}`, values, () => choices.map((choice) => JSON.stringify(choice)));
  const none = choices.find((_, k) => texts[k] === undefined);
  if (texts.includes(undefined as never)) throw wrongKind(`space.${name}`, 'choices that are values', none);
  const twice = choices.find((_, k) => texts.indexOf(texts[k]) !== k);
  if (twice !== undefined) throw wrongValue(`space.${name}`, 'choices that differ', twice, 'It is there twice.');
  return { name, key: keyOf(name), values: choices, whole: false };
}

const RANGE = 'a list of choices, or a range: { from, to } with log or steps';

function rangeOf(name: string, given: RangeOf, whole: boolean): Dimension {
  const what = `space.${name}`;
  const { from, to, log = false, steps } = checkFields(what, checkObject(what, given, RANGE), ['from', 'to', 'log', 'steps']);
  checkNumber(`${what}.from`, from);
  checkNumber(`${what}.to`, to);
  if (from >= to) throw wrongValue(what, 'a range from a smaller number to a larger one', `${from} to ${to}`);
  if (!Number.isFinite(to - from)) throw wrongValue(what, 'a range that is no wider than a number can be', `${from} to ${to}`);
  if (typeof log !== 'boolean') throw wrongKind(`${what}.log`, 'true or false', log);
  if (log && from <= 0) throw wrongValue(`${what}.from`, 'a number above 0, for a range by logarithms', from);
  if (log && !Number.isFinite(to / from)) throw wrongValue(what, 'ends whose ratio is a number, for a range by logarithms', `${from} to ${to}`);
  if (steps !== undefined) checkInteger(`${what}.steps`, steps, 2, MOST_SETTINGS);
  for (const [end, value] of Object.entries({ from, to })) {
    if (whole && !Number.isSafeInteger(value)) throw wrongValue(`${what}.${end}`, 'a whole number', value);
  }
  return { name, key: keyOf(name), values: { from, to, log, ...(steps !== undefined && { steps }) }, whole };
}

function entriesOf(option: string, given: EntriesOf): SpaceOption {
  const { each } = checkFields(`space.${option}`, given, ['each']);
  const entries = checkList(`space.${option}.each`, each, 'a list with a number, choices or a range for each entry');
  const whole = isWholeList(option);
  const dimensions = entries.flatMap((entry, k) => {
    const name = `${option}[${k}]`;
    if (typeof entry === 'number') return [];
    return [isGivenList(`space.${name}`, entry) ? choicesOf(name, entry) : rangeOf(name, entry as RangeOf, whole)];
  });
  if (dimensions.length === 0) throw wrongValue(`space.${option}.each`, 'an entry that has choices or a range', 'none');
  return {
    option,
    dimensions,
    make: (values) => {
      let at = 0;
      return entries.map((entry) => (typeof entry === 'number' ? entry : values[at++]));
    },
  };
}

/** Whether the values of an option are whole numbers: its own check refuses a half. */
function isWhole(option: string): boolean {
  const row = OPTIONS[option as OptionName];
  if (!('kind' in row) || row.kind !== 'number' || !('plain' in row)) return false;
  return !passes(() => row.plain.of(option, 1.5 as never)) && passes(() => row.plain.of(option, 1 as never));
}

const isWholeList = (option: string): boolean => option === 'layers' || option === 'hidden';

function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

export const isRange = (values: Dimension['values']): values is RangeOf => !isList(values);

function sizeOf({ values, whole }: Dimension): number {
  if (!isRange(values)) return values.length;
  return whole ? values.to - values.from + 1 : Number.POSITIVE_INFINITY;
}

const ends = ({ values }: Dimension): readonly unknown[] => (isRange(values) ? [values.from, values.to] : values);

/** The value at a share of a dimension, from 0 to below 1. */
function drawn({ values, whole }: Dimension, share: number): unknown {
  if (!isRange(values)) return values[Math.floor(share * values.length)];
  if (!whole) return rounded(values, share);
  // Each whole number has the stretch up to the next one.
  const { from, to, log = false } = values;
  return Math.min(to, Math.floor(between({ from, to: to + 1, log }, share)));
}

function gridValues({ values, whole }: Dimension): readonly unknown[] {
  if (!isRange(values)) return values;
  const { from, to, steps = whole ? Math.min(USUAL_STEPS, to - from + 1) : USUAL_STEPS } = values;
  const inside = (share: number): number => (whole ? Math.round(between(values, share)) : rounded(values, share));
  return [...new Set(Array.from({ length: steps }, (_, k) => (k === 0 ? from : k === steps - 1 ? to : inside(k / (steps - 1)))))];
}

function between({ from, to, log = false }: RangeOf, share: number): number {
  return log ? from * (to / from) ** share : from + (to - from) * share;
}

/**
 * The number at a share of a range, with few digits, so that it reads well, and so that the last bit of a power, which may differ between
 * machines, is of no account; with more where the range is narrow. By logarithms each number has as many digits, else as many decimals.
 */
function rounded(range: RangeOf, share: number): number {
  const { from, to, log = false } = range;
  const value = between(range, share);
  if (value === 0) return value;
  const largest = Math.max(Math.abs(from), Math.abs(to));
  const digits = log
    ? Math.max(0, Math.floor(Math.log10(largest / (to - from))))
    : 1 + Math.floor(Math.log10(Math.abs(value))) - Math.ceil(Math.log10(to - from));
  const short = Number(value.toPrecision(Math.min(MOST_DIGITS, Math.max(1, DIGITS + digits))));
  return Math.min(to, Math.max(from, short));
}
