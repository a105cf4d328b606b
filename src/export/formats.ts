// The formats that a network can be written in, for software that is not nabla: one entry each, with the file that owns it.

import { wrongValue } from '../errors.js';
import { countNetworks } from '../model/parameter-sets.js';
import type { NetworkSpecification } from '../model/specification.js';
import { encodeBookJson } from '../runs/formats/book-json-text.js';
import { encodeJsModule } from './js-module.js';
import { encodeJson } from './json.js';
import type { LayerFunctions, ModelMetadata } from './metadata.js';
import { encodeOnnx } from './onnx.js';
import { isPrepared } from './preparation.js';
import { encodeTensors } from './safetensors.js';

export interface ExportFormat {
  /** What it is, for the help. */
  readonly what: string;
  /** How the name of its file ends where the user names none. */
  readonly extension: string;
  /** What other tools call it. */
  readonly also?: readonly string[];
  /** What a user may expect in such a file and will not find, as a warning. */
  lacks?(metadata: ModelMetadata): string | undefined;
  /**
   * The content of the file.
   * @param parameters in the book's order, finite; of several networks those of one after another, and the file gives the mean of their outputs
   * @param metadata what is known besides; a format without room for it leaves it out
   * @throws {RangeError} naming what of the network the format cannot represent
   */
  encode(network: NetworkSpecification, parameters: Float32Array, metadata: ModelMetadata): string | Uint8Array;
}

const NO_PREPARATION =
  "The book's JSON has the network alone: it takes inputs that are prepared as in training, and gives outputs as it learned them. For a model of the data's own columns: --to onnx, js or json.";

const SEVERAL = 'Name one of its members, FOLDER/members/1, or take --to onnx, js or json, which average them.';

export const EXPORT_FORMATS = {
  book: {
    extension: '.book.json',
    also: ['network2', 'nielsen'],
    what: "the JSON that the book's network2.py saves and loads",
    lacks: ({ preparation }) => (isPrepared(preparation) ? NO_PREPARATION : undefined),
    encode(network, parameters, { networks }) {
      const count = countNetworks<LayerFunctions>({ network, networks, parameters });
      if (count > 1) throw wrongValue('the network', "one alone for the book's JSON", `the average of ${count}`, SEVERAL);
      return encodeBookJson(network, parameters);
    },
  },
  onnx: {
    extension: '.onnx',
    also: ['onnxruntime', 'ort'],
    what: 'a model for ONNX Runtime and all else that reads ONNX (opset 13)',
    encode: encodeOnnx,
  },
  safetensors: {
    extension: '.safetensors',
    also: ['tensors', 'safe-tensor'],
    what: 'weights and biases as tensors by name, for Python and others',
    encode: encodeTensors,
  },
  json: { extension: '.json', also: ['text'], what: 'sizes, functions, weights and biases in JSON that explains itself', encode: encodeJson },
  js: {
    extension: '.mjs',
    also: ['javascript', 'mjs', 'esm', 'module'],
    what: 'a JavaScript module with predict(x) that needs nothing else',
    encode: encodeJsModule,
  },
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type ExportFormatName = keyof typeof EXPORT_FORMATS;
export const EXPORT_FORMAT_NAMES = Object.keys(EXPORT_FORMATS) as ExportFormatName[];
