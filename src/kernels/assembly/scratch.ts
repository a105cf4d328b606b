// The scratch memory, an instance's own piece of the shared memory: first the table of constants (vector.ts), then two rows of a panel, and after them
// whatever a kernel packs while it runs. Nothing there outlives a call.

import { fillTable, TABLE_BYTES } from './vector';

/** Bytes of an instance's scratch memory; `kernels.ts` reserves as much. */
const SCRATCH_BYTES: usize = 1 << 19;
/** Bytes of two rows of a packed panel: one of zeros, and one for a sum. */
const ROWS_BYTES: usize = 256;
/** Bytes of it that panels may take. */
export const PANEL_SPACE: usize = SCRATCH_BYTES - TABLE_BYTES - ROWS_BYTES;

let panels: usize = 0;

/** Gives this instance its own SCRATCH_BYTES at `address`. */
export function setScratch(address: usize): void {
  fillTable(address);
  memory.fill(address + TABLE_BYTES, 0, ROWS_BYTES);
  panels = address + TABLE_BYTES + ROWS_BYTES;
}

/** A row of zeros. */
// @ts-ignore: decorator
@inline
export function zeroRow(): usize {
  return panels - ROWS_BYTES;
}

/** A row for a sum. */
// @ts-ignore: decorator
@inline
export function sumRow(): usize {
  return panels - ROWS_BYTES / 2;
}

/** Where packed panels begin. */
// @ts-ignore: decorator
@inline
export function panelSpace(): usize {
  return panels;
}
