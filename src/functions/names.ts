// Helpers for names of functions such as `leaky-relu`: a table with a value for each name, and a name as an identifier in code.

/** An object with a value for each name. */
export function byName<N extends string, T>(names: readonly N[], make: (name: N) => T): Record<N, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<N, T>;
}

/** leaky-relu as leakyRelu */
export function identifier(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
