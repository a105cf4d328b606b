// Addresses of the arena as indices of its floats.

/** The index, in an array of 32-bit numbers over the whole memory, of what lies at a byte address. */
export const at = (address: number): number => address >>> 2;
