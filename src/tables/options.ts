// What a user can say of how files are read as tables, and what a reader tells while it reads.

/** What a user can say of how a file is read. Each reader takes what concerns it. */
export interface TableOptions {
  /** Columns that hold words, whatever they look like. */
  readonly categorical: readonly string[];
  /** What divides the columns of a text. Default: what its first lines are divided by most evenly. */
  readonly separator?: string;
  /** Of numbers in texts. Default: '.'. */
  readonly decimal?: '.' | ',';
  /** Whether the first row of a text holds names. 'auto': where none of its fields is a number, or those that are count from 0. */
  readonly header: 'auto' | 'yes' | 'no';
  /** Whether pictures are stored column by column. */
  readonly transpose: boolean;
  /** What pictures are scaled to. Default: they must all have one size. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Numbers of a pixel: 1 makes colours grey. Default: as they are, grey where all are grey. */
  readonly channels?: 1 | 3;
  /** Whether what takes long to read is kept in the cache folder, and taken from there. Default: true. */
  readonly cache?: boolean;
  /** Told now and then how far the reading is. */
  readonly progress?: (at: ReadingProgress) => void;
  /** Gives up between pieces. */
  readonly signal?: AbortSignal;
}

export interface ReadingProgress {
  readonly file: string;
  /** Bytes, rows or pictures that are read, and all of them where that is known. */
  readonly done: number;
  readonly of?: number;
  readonly unit: 'bytes' | 'rows' | 'pictures';
}
