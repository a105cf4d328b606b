// A network as a safetensors file: the tensors of a run's weights (see runs/formats/safetensors.ts), with all that is known of the
// network as metadata; of several networks, those of each under a name of its own. Activations are names there and nothing is computed, so that own functions are no obstacle.

import { setsOf } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { encodeTensors as encodeFile, encodeSafetensors, parameterTensors } from '../runs/formats/safetensors.js';
import { type ModelMetadata, metadataTexts } from './metadata.js';

/**
 * The file's bytes.
 * @param parameters [K][P], each in the book's order
 */
export function encodeTensors(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): Uint8Array {
  const texts = metadataTexts(network, metadata);
  const sets = setsOf(network.layers, parameters);
  if (sets.length === 1) return encodeSafetensors(network.layers, parameters, texts);
  const tensors = Object.assign({}, ...sets.map((set, k) => parameterTensors(network.layers, set, `member${k + 1}.`)));
  return Buffer.concat(encodeFile(tensors, texts));
}
