// What the two WebAssembly modules export. Built twice from the same text: `simd.wasm`, plain SIMD with IEEE arithmetic,
// and `relaxed.wasm`, with fused multiply-adds. All addresses are byte offsets into the arena that the module imports.
// Each file with exports has its plain counterpart of the same name in ../scalar, function for function.

export * from './activations';
export * from './bias';
export * from './blocks';
export * from './costs';
export * from './dropout';
export { gatherSparseBytes, gatherSparseFloats, groupEntries } from './entries';
export * from './gather';
export * from './norms';
export * from './optimisers';
export * from './products';
export * from './scale';
export { setScratch } from './scratch';
export { setTileRows } from './tile';
export { groupedUpdate, sparseForward, sparseGradient, sparseUpdate } from './sparse';
