// What the three WebAssembly modules export. Built from one text: `simd.wasm`, plain SIMD with IEEE arithmetic, `relaxed.wasm`, with
// fused multiply-adds, and `wide.wasm`, the same in pairs of vectors. All addresses are byte offsets into the arena that the module imports.
// Each file with exports has its plain counterpart of the same name in ../scalar, function for function.

export * from './activations';
export * from './augment';
export * from './bias';
export * from './blocks';
export * from './costs';
export * from './dropout';
export { gatherSparseBytes, gatherSparseFloats, groupEntries, packEntries, spreadEntries } from './entries';
export * from './gather';
export * from './norms';
export * from './optimisers';
export * from './products';
export * from './scale';
export { setScratch } from './scratch';
export { setTileRows } from './tile';
export { groupedUpdate, sparseForward, sparseGradient, sparseUpdate } from './sparse';
