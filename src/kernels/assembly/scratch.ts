// The scratch memory, an instance's own piece of the shared memory: first the table of constants (vector.ts), after it whatever a kernel packs while
// it runs. Nothing there outlives a call.

import { fillTable, TABLE_BYTES } from './vector';

/** Bytes of an instance's scratch memory; `kernels.ts` reserves as much. */
const SCRATCH_BYTES: usize = 1 << 19;
/** Bytes of it that panels may take. */
export const PANEL_SPACE: usize = SCRATCH_BYTES - TABLE_BYTES;

let panels: usize = 0;

/** Gives this instance its own SCRATCH_BYTES at `address`. */
export function setScratch(address: usize): void {
  fillTable(address);
  panels = address + TABLE_BYTES;
}

/** Where packed panels begin. */
// @ts-ignore: decorator
@inline
export function panelSpace(): usize {
  return panels;
}
