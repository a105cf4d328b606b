// What the system, Node and zlib say about a file, in words that a user can act on. Every message about a file that cannot be
// opened, read, written or unpacked takes its reason from here; the code stays behind the words, to search for.

/** By the error's code. Each fits after 'cannot be read: ' and 'cannot be written: '. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'its path leads through something that is no folder',
  EISDIR: 'this is a folder',
  EACCES: 'permission is denied',
  EPERM: 'this is not permitted',
  EEXIST: 'there is something of that name already',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links in its path lead round in a circle',
  EROFS: 'the file system can only be read',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the quota of disk space is used up',
  EFBIG: 'it is larger than a file may be here',
  EMFILE: 'this process has too many files open; raise the limit (ulimit -n)',
  ENFILE: 'the system has too many files open',
  EIO: 'the disk reports an error',
  ENXIO: 'nothing is there to take or give it',
  EBUSY: 'something else is using it',
  ETXTBSY: 'a program that is running is in it',
  ENOMEM: 'there is too little memory',
  EPIPE: 'nobody reads it any more',
  EADDRINUSE: 'something else is using it',
  ENOTFOUND: 'no address is known for this name',
  EAI_AGAIN: 'its name cannot be looked up here',
  ECONNREFUSED: 'nobody answers there',
  ECONNRESET: 'it has closed the connection',
  ENETUNREACH: 'there is no way to its network',
  EHOSTUNREACH: 'there is no way to it',
  ERR_INVALID_ARG_VALUE: 'the name holds a zero byte',
  ERR_UNSUPPORTED_DIR_IMPORT: 'this is a folder',
  ERR_STRING_TOO_LONG: 'it is too large',
  ERR_BUFFER_TOO_LARGE: 'what is packed in it is larger than can be read',
  Z_BUF_ERROR: 'the packed data end too early, as of a download that was cut short',
  Z_DATA_ERROR: 'the packed data are damaged',
};

/** The reason, without a full stop; the message itself where the error is none of the system's. */
export function systemText(thrown: unknown): string {
  const { code, message } = (thrown ?? {}) as Partial<NodeJS.ErrnoException>;
  // "ENXIO: no such device or address, open '/dev/tty9'": the system's own words for what stands in no row.
  const words = WORDS[code ?? ''] ?? /^[A-Z\d]+: ([^,]+), \w+/.exec(message ?? '')?.[1];
  return words === undefined ? String(message ?? thrown).replace(/\.$/, '') : `${words} (${code})`;
}
