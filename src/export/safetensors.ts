// A network as a safetensors file: the tensors of a run's weights (see runs/formats/safetensors.ts), with all that is known of the
// network as metadata; of several networks, those of each under a name of its own. Activations are names there and nothing is computed, so that own functions are no obstacle.

import { networksOf } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { encodeTensors as encodeFile, encodeSafetensors, parameterTensors } from '../runs/formats/safetensors.js';
import { type LayerFunctions, type ModelMetadata, metadataTexts } from './metadata.js';

/**
 * The file's bytes.
 * @param parameters in the book's order, of one network after another
 */
export function encodeTensors(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): Uint8Array {
  const texts = metadataTexts(network, metadata);
  const all = networksOf<LayerFunctions>({ network, networks: metadata.networks, parameters });
  if (all.length === 1) return encodeSafetensors(network.layers, parameters, texts);
  const tensors = Object.assign({}, ...all.map((one, k) => parameterTensors(one.network.layers, one.parameters, `member${k + 1}.`)));
  return Buffer.concat(encodeFile(tensors, texts));
}
