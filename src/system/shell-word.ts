// Words of a command line as a shell takes them, for messages that say what to type next: on Windows in double quotes, which both of
// its shells take, elsewhere as POSIX has it.

/** What no shell reads anything into. A `~` is a home folder at the beginning of a word only. */
const PLAIN = /^(?!~)[\w@%+=:,./~-]+$/;
/** The same on Windows: paths have backslashes, and `%` begins a variable. */
const PLAIN_ON_WINDOWS = /^[\w+:./\\~-]+$/;

/** A text as one word. */
export function shellWord(text: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return PLAIN_ON_WINDOWS.test(text) ? text : `"${text}"`;
  if (PLAIN.test(text)) return text;
  // A line break within plain quotes would make two lines of a message.
  if (/\p{Cc}/u.test(text)) return `$'${text.replace(/[\\']/g, '\\$&').replace(/\p{Cc}/gu, octal)}'`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path as one word that no command takes for an option. */
export function shellPath(path: string, platform?: NodeJS.Platform): string {
  return shellWord(path.startsWith('-') ? `./${path}` : path, platform);
}

function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
