// Stand-in.
import type { TableOptions } from '../options.js';
import type { Tables } from '../table.js';
export async function readPictureFolder(path: string, _: TableOptions): Promise<Tables> {
  throw new Error(path);
}
