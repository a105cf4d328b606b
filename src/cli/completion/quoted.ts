// Text in a shell script: within single quotes, in which bash, zsh and fish take every other character as it is.

/** A word of bash and zsh; plain ones stay as they are. */
export function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word of fish, where a backslash counts within single quotes too. */
export function fishQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
