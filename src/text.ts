// A number with what it counts, as sentences and reports have it.

/** '1 epoch', '30 epochs', '0 epochs'. */
export function plural(n: number, one: string, more = `${one}s`): string {
  return `${n} ${n === 1 ? one : more}`;
}
