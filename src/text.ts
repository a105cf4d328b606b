// Words and figures as messages, reports and pages have them, so that all say the same thing in the same way: what counts, shares
// and sizes look like, and how much of a file's text a message repeats. It knows nothing else of the project.

/** '1 epoch', '30 epochs', '0 epochs'. */
export function plural(n: number, one: string, more = `${one}s`): string {
  return `${n} ${noun(n, one, more)}`;
}

/** The word alone, where the number before it is written in another way. */
export function noun(n: number, one: string, more = `${one}s`): string {
  return n === 1 ? one : more;
}

/** 'a', 'a and b', 'a, b and c'. */
export function listed(items: readonly string[], last = 'and'): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${last} ${items[items.length - 1]}`;
}

/** Formats by their decimals: `toLocaleString` makes a new one each time, which took half of the time of a page. */
const FORMATS = new Map<number, Intl.NumberFormat>();

/** A number with this many decimals, and commas between thousands. */
export function fixed(value: number | bigint, decimals: number): string {
  let format = FORMATS.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    FORMATS.set(decimals, format);
  }
  return format.format(value);
}

/** '12,345': a whole number. */
export function count(value: number | bigint): string {
  return fixed(value, 0);
}

/** '97.4 %' for 0.974. */
export function percent(share: number, decimals = 1): string {
  return `${fixed(100 * share, decimals)} %`;
}

/** '1,024 MB' of 2^20 bytes, rounded up: what is needed, beside what there is. */
export function megabytes(bytes: number): string {
  return `${count(Math.ceil(bytes / 2 ** 20))} MB`;
}

/** What is sent: '900 bytes', '42 kB', '7.7 MB' of 10^6 bytes, as the speed of a line is counted. */
export function sentText(bytes: number): string {
  if (bytes < 1000) return plural(Math.round(bytes), 'byte');
  const [value, unit] = bytes < 999_500 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${fixed(value, value < 9.95 ? 1 : 0)} ${unit}`;
}

/** Time that is left: '12 s', '5 min', '2.5 h'. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.ceil(seconds)} s`;
  if (seconds < 5970) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** What something took: '3.3 s', and of short ones '0.043 s'. */
export function secondsText(seconds: number): string {
  return `${fixed(seconds, seconds < 0.1 ? 3 : 1)} s`;
}

/** The beginning of a text, with '…' where more follows. */
export function beginning(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** What of a text in UTF-8 a message repeats: in one line, and without what could steer a terminal. */
export function printable(text: string, most: number): string {
  return beginning(text, most).replace(/\p{C}/gu, '?');
}

/** The same where the file may be in any encoding, or none: characters outside ASCII become '?'. */
export function printableAscii(text: string, most: number): string {
  return text.slice(0, most).replace(/[^\x20-\x7e]/g, '?');
}

/**
 * The shortest decimal that gives back the same float32, whether a reader takes it for a float32 at once or for a float64 first:
 * the float64 is not on the border between two float32, where the two ways could part.
 */
export function shortestDecimal(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isInteger(value) && Math.abs(value) < 1000) return String(value);
  // Nine digits are always enough (IEEE 754). Where so many fit, one more fits too: that is plain for all but powers of two, whose
  // neighbour below is nearer than that above, and tried out for those.
  let digits = 9;
  while (digits > 1 && fits(value, digits - 1)) digits--;
  return String(Number(value.toPrecision(digits)));
}

function fits(value: number, digits: number): boolean {
  const decimal = Number(value.toPrecision(digits));
  return Math.fround(decimal * (1 - Number.EPSILON)) === value && Math.fround(decimal * (1 + Number.EPSILON)) === value;
}
