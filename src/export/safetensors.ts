// A network as a safetensors file: the tensors of a run's weights (see runs/formats/safetensors.ts), with all that is known of the
// network as metadata. Activations are names there and nothing is computed, so that own functions are no obstacle.

import type { NetworkSpecification } from '../model/specification.js';
import { encodeSafetensors } from '../runs/formats/safetensors.js';
import { type ModelMetadata, metadataTexts } from './metadata.js';

/**
 * The file's bytes.
 * @param parameters [P] in the book's order
 */
export function encodeTensors(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): Uint8Array {
  return encodeSafetensors(network.layers, parameters, metadataTexts(network, metadata));
}
