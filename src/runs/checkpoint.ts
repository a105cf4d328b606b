// A checkpoint: all that a run needs to be resumed, as a file: parameters and the optimiser's states as tensors, where in
// which epoch it is, how it has gone so far, and a checksum over all of it. There is no state of a random generator in it: the order of an
// epoch, dropout and initial parameters are functions of the seed, the epoch and the step.
//
// The file is a safetensors file: `layer2.weight` … in the book's orientation, `state1.layer2.weight` … the same of the
// optimiser; the rest is JSON in the metadata. Of the history it has the last epoch, and how long metrics.jsonl is with which
// hash: a run of a hundred thousand epochs has 40 MB of them.

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { NablaError } from '../errors.js';
import { layoutOf } from '../model/layout.js';
import { decodeTensors, encodeTensors, parametersOf, parameterTensors, type Tensors } from './formats/safetensors.js';

const FORMAT = 1;

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Positive = v.pipe(v.number(), v.finite(), v.minValue(0));

/** How far a run has come. */
const Position = v.object({
  /** The current epoch, from 1; one more than the run has, after the last. */
  epoch: v.pipe(Count, v.minValue(1)),
  /** Samples of it that have been trained on; all of them where only its evaluation is left. */
  samples: Count,
  /** Sum of C_x over them. */
  cost: v.pipe(v.number(), v.finite()),
  /** Hits among them. */
  correct: Count,
  /** What the weights of a sparse first layer have yet to be multiplied with (see EpochState). */
  factor: v.pipe(v.number(), v.finite()),
  /** Steps of the whole run. */
  steps: Count,
  /** Seconds of the run, and of the epoch's training. */
  seconds: Positive,
  epochSeconds: Positive,
});
export type Position = v.InferOutput<typeof Position>;

const Share = v.nullable(v.number());
/** How good the network of an epoch is. JSON has null for a cost that is infinite. */
const Measured = v.object({
  epoch: Count,
  trainingCost: Share,
  trainingAccuracy: Share,
  validationCost: Share,
  validationAccuracy: Share,
  testCost: Share,
  testAccuracy: Share,
});

/** State of the decisions about η and the end of the run (see RateAndStopping). */
const RateState = v.object({
  halvings: Count,
  /** The best epoch so far: its number, its figure, the larger the better, and all its figures, which older checkpoints lack. */
  best: v.optional(v.object({ epoch: Count, figure: v.pipe(v.number(), v.finite()), measured: v.optional(Measured) })),
  sinceBest: Count,
  sinceChange: Count,
  /** Whether the consequences of the last epoch for η and the end have been drawn (see `judge` of RateAndStopping). */
  judged: v.boolean(),
  /** Why the run ends here, if it does. */
  stopped: v.optional(v.string()),
});
export type RateState = v.InferOutput<typeof RateState>;

/** The lines of metrics.jsonl so far. */
const History = v.object({
  bytes: Count,
  sha256: v.string(),
  /** The last epoch's. */
  last: v.optional(v.looseObject({ event: v.literal('epoch'), epoch: Count, epochs: Count, trainingCost: v.nullable(v.number()) })),
});
/** The last epoch is an EpochEvent. */
export type History = v.InferOutput<typeof History>;

const State = v.object({
  format: v.literal(FORMAT),
  layers: v.array(Count),
  states: Count,
  position: Position,
  pace: RateState,
  history: History,
  /** Networks that the mean is of, where the run takes one. */
  averaged: v.optional(v.pipe(Count, v.minValue(1))),
});

export interface Checkpoint {
  readonly layers: readonly number[];
  readonly position: Position;
  readonly pace: RateState;
  /** [P] in the book's order; in the middle of an epoch as they are before `position.factor` is multiplied in. */
  readonly parameters: Float32Array;
  /** What the optimiser keeps of each, in the same order. */
  readonly states: readonly Float32Array[];
  /** The mean of so many networks, where the run takes one: [P] in the book's order. */
  readonly averaged?: { readonly networks: number; readonly parameters: Float32Array };
  readonly history: History;
}

/** Whether a safetensors file is one. */
export function isCheckpoint(metadata: Readonly<Record<string, string>>): boolean {
  return metadata.checkpoint !== undefined;
}

const AVERAGED = 'averaged.';
const prefixOf = (k: number): string => `state${k + 1}.`;

/** The file of a checkpoint, in pieces that follow one another. */
export function encodeCheckpoint({ layers, position, pace, parameters, states, averaged, history }: Checkpoint): Uint8Array[] {
  const tensors: Tensors = Object.assign(
    parameterTensors(layers, parameters),
    ...states.map((state, k) => parameterTensors(layers, state, prefixOf(k))),
    averaged && parameterTensors(layers, averaged.parameters, AVERAGED),
  );
  const state = JSON.stringify({ format: FORMAT, layers, states: states.length, position, pace, history, averaged: averaged?.networks });
  return encodeTensors(tensors, { checkpoint: state, sha256: checksum(state, tensors) });
}

/**
 * Reads a checkpoint of a network of these sizes, whose optimiser keeps so many states.
 * @throws {NablaError} BAD_DATA where it is none, damaged, or of another network
 */
export function decodeCheckpoint(path: string, bytes: Uint8Array, sizes: readonly number[], states: number): Checkpoint {
  const bad = (what: string): NablaError => new NablaError('BAD_DATA', `${path}: ${what}`);
  const { tensors, metadata } = decodeTensors(path, bytes);
  const { checkpoint, sha256 } = metadata;
  if (!isCheckpoint(metadata) || sha256 === undefined) throw bad('this is no checkpoint.');
  if (checksum(checkpoint, tensors) !== sha256) throw bad('damaged: its checksum is not that of its content.');
  const parsed = v.safeParse(State, parse(checkpoint));
  if (!parsed.success) throw bad(`expected a checkpoint of format ${FORMAT}, but ${v.getDotPath(parsed.issues[0])}: ${parsed.issues[0].message}`);
  const { layers, position, pace, history, averaged, states: kept } = parsed.output;
  if (String(layers) !== String(sizes)) throw bad(`expected a checkpoint of ${sizes.join('-')}, got one of ${layers.join('-')}.`);
  if (kept !== states) throw bad(`expected ${states} numbers kept by the optimiser of each parameter, got ${kept}.`);
  return {
    layers,
    position,
    pace,
    parameters: parametersOf(path, tensors, sizes),
    states: Array.from({ length: states }, (_, k) => parametersOf(path, tensors, sizes, prefixOf(k))),
    ...(averaged && { averaged: { networks: averaged, parameters: parametersOf(path, tensors, sizes, AVERAGED) } }),
    history,
  };
}

/**
 * The network that a run stands for here: the mean, where it takes one, or the parameters as they are with what was yet to be multiplied
 * in. [P] in the book's order.
 */
export function weightsOf({ layers, parameters, averaged, position: { factor } }: Omit<Checkpoint, 'pace' | 'states' | 'history'>): Float32Array {
  if (averaged) return averaged.parameters;
  if (factor === 1) return parameters;
  const { I, O } = layoutOf(layers).layers[0];
  return parameters.map((value, k) => (k < I * O ? value * factor : value));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** SHA-256 over the state and all tensors, each with its name and length. */
function checksum(state: string, tensors: Tensors): string {
  const hash = createHash('sha256').update(state);
  for (const name of Object.keys(tensors).sort()) {
    const { bytes } = tensors[name];
    hash.update(`\n${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}
