// What a file is by its first bytes, whatever its name: the kinds that people give in place of what was asked for, with what to do
// about each. Formats that a reader knows are its own affair (see data/formats.ts); it asks here where none of them fits.

/** What was found, with its article, and the next step as a whole sentence. */
export interface FileKind {
  readonly what: string;
  readonly next?: string;
}

/** Bytes that are looked at: the mark of a tar archive ends at 262. */
const LOOKED_AT = 512;

const UNPACK = 'Unpack it first.';
const AS_PARQUET = 'Save it as Parquet; in pandas: pd.read_feather(path).to_parquet(path).';
const AS_CSV = 'Save a sheet of it as CSV.';
const AGAIN = 'A server has sent it in place of the file: download that again.';

/** Whether a file begins like that; its beginning has a character a byte. */
type Begins = string | ((start: string) => boolean);

/** 'a' in UTF-16 is a byte with a zero after it or before it. */
const isUtf16 = (start: string): boolean => /^(?:\xff\xfe|\xfe\xff)/.test(start) || /^(?:[\t-~]\0){2}|^(?:\0[\t-~]){2}/.test(start);
const isMarkup = (tags: string) => (start: string) => new RegExp(`^(?:\\xef\\xbb\\xbf)?\\s*<(?:${tags})\\b`, 'i').test(start);
/** P and a digit, then a number or a comment. */
const isNetpbm = (digits: string) => (start: string) => new RegExp(`^P[${digits}]\\s+[\\d#]`).test(start);
/** The length of a header, a small number of eight bytes, and the header. */
const isSafetensors = (start: string): boolean => start.slice(3, 9) === '\0\0\0\0\0{';
/** A mark, the length of the first message, and where its root stands: small numbers of four bytes. */
const isArrowStream = (start: string): boolean =>
  start.startsWith('\xff\xff\xff\xff') && start.slice(6, 8) === '\0\0' && start.slice(9, 12) === '\0\0\0';
/** ZIP archives by the name of their first file, which stands 30 bytes on. */
const isZipOf =
  (first: RegExp) =>
  (start: string): boolean =>
    start.startsWith('PK\x03\x04') && first.test(start.slice(30));
/** Two zero bytes, a type, a number of dimensions. */
const isIdx = (start: string): boolean => start.startsWith('\0\0') && start.charCodeAt(2) >= 8 && start.charCodeAt(2) <= 14;

const KINDS: readonly (readonly [begins: Begins, kind: FileKind])[] = [
  // Readers are given what was unpacked once.
  ['\x1f\x8b', { what: 'a gzip file in a gzip file', next: 'Unpack it once: gunzip.' }],
  [isMarkup('!doctype\\s+html|html|head|body'), { what: 'an HTML page', next: AGAIN }],
  [isMarkup('\\?xml'), { what: 'an XML document', next: AGAIN }],
  ['version https://git-lfs.', { what: 'a Git LFS pointer, not the file itself', next: 'git lfs pull fetches that.' }],
  [isZipOf(/^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/)/), { what: 'an Excel workbook, or another Office document', next: AS_CSV }],
  [isZipOf(/^mimetypeapplication\/vnd\.oasis\.opendocument/), { what: 'an OpenDocument file', next: AS_CSV }],
  ['\xd0\xcf\x11\xe0', { what: 'an Excel workbook of the old kind, or another Office document', next: AS_CSV }],
  ['PK\x03\x04', { what: 'a ZIP archive', next: UNPACK }],
  [(start) => start.startsWith('ustar', 257), { what: 'a tar archive', next: UNPACK }],
  ['BZh', { what: 'a bzip2 file', next: UNPACK }],
  ['\xfd7zXZ\0', { what: 'an xz file', next: UNPACK }],
  ['\x28\xb5\x2f\xfd', { what: 'a Zstandard file', next: UNPACK }],
  ['7z\xbc\xaf', { what: 'a 7z archive', next: UNPACK }],
  [isUtf16, { what: 'text in UTF-16', next: 'Save it as UTF-8.' }],
  [isSafetensors, { what: 'a safetensors file' }],
  [isIdx, { what: 'an IDX file' }],
  ['\x93NUMPY', { what: 'a NumPy array' }],
  ['\x89HDF', { what: 'an HDF5 file' }],
  ['ARROW1', { what: 'an Arrow or Feather file', next: AS_PARQUET }],
  [isArrowStream, { what: 'an Arrow stream', next: AS_PARQUET }],
  ['FEA1', { what: 'a Feather file', next: AS_PARQUET }],
  ['PAR1', { what: 'a Parquet file' }],
  ['\x89PNG', { what: 'a PNG picture' }],
  ['\xff\xd8\xff', { what: 'a JPEG picture' }],
  ['GIF8', { what: 'a GIF picture' }],
  [(start) => start.startsWith('RIFF') && start.startsWith('WEBP', 8), { what: 'a WebP picture' }],
  [(start) => start.startsWith('BM') && start.slice(6, 10) === '\0\0\0\0', { what: 'a BMP picture' }],
  ['II*\0', { what: 'a TIFF picture' }],
  ['MM\0*', { what: 'a TIFF picture' }],
  [(start) => /^ftyp(?:hei|mif|avi)/.test(start.slice(4)), { what: 'a HEIF or AVIF picture' }],
  [isNetpbm('14'), { what: 'a PBM picture' }],
  [isNetpbm('25'), { what: 'a PGM picture' }],
  [isNetpbm('36'), { what: 'a PPM picture' }],
  ['%PDF', { what: 'a PDF document' }],
];

/** Undefined for an empty file, and for any that is none of these. */
export function kindOf(bytes: Uint8Array): FileKind | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(LOOKED_AT, bytes.length)).toString('latin1');
  return KINDS.find(([begins]) => (typeof begins === 'string' ? start.startsWith(begins) : begins(start)))?.[1];
}
