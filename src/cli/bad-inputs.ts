// Inputs that are bad or odd. One bad input of many, as file tools have it: an `error:` line for each, whatever the others give; the
// exit code is then 1, and 2 where no input could be used at all. What is odd about one that can be used is a warning.

/** Lines for standard error. */
export function warningLines(warnings: readonly string[]): string {
  return warnings.map((warning) => `warning   ${warning}\n`).join('');
}

/** Messages that are remembered: a stream of rows may have any number of bad ones. */
const MOST_REMEMBERED = 1000;

/** The bad ones of a command's inputs. */
export class BadInputs {
  readonly #said = new Set<string>();

  /** Says what is wrong with one, once. */
  add({ message }: Error): void {
    if (!this.#said.has(message)) process.stderr.write(`error: ${message}\n`);
    if (this.#said.size < MOST_REMEMBERED) this.#said.add(message);
  }

  /** Sets the exit code, given how many inputs were good. */
  end(good: number): void {
    if (this.#said.size > 0) process.exitCode = good > 0 ? 1 : 2;
  }
}
