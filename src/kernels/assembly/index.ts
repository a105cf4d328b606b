// What the two WebAssembly modules export. Built twice from the same text: `simd.wasm`, plain SIMD with IEEE arithmetic,
// and `relaxed.wasm`, with fused multiply-adds. All addresses are byte offsets into the arena that the module imports.

export * from './activations';
export * from './bias';
export * from './costs';
export { gatherSparseBytes, gatherSparseFloats, groupEntries } from './entries';
export * from './memory';
export * from './products';
export { setScratch } from './scratch';
export * from './sparse';
export * from './updates';
