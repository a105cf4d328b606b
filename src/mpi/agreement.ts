// What all ranks must come to together before the first step of a run, or of a measurement: each says what it has found, or why it cannot go on, and all of
// them draw the same conclusion. One message names rank and host; rank 0 has it, and the others end without a word.

import { asError, type ErrorCode, isBadInput, NablaError } from '../errors.js';
import type { World } from './world.js';

/** An error as plain data. */
export interface PackedError {
  readonly message: string;
  readonly code?: ErrorCode;
  /** Whether it is the user's to mend. */
  readonly bad: boolean;
}

const told = new WeakSet<object>();

/** Whether another process has already told the user of an error. */
export function isTold(error: unknown): boolean {
  return told.has(error as object);
}

export function packed(thrown: unknown): PackedError {
  const error = asError(thrown);
  return { message: error.message, ...(error instanceof NablaError && { code: error.code }), bad: isBadInput(error) };
}

/** The error of another rank, as this one throws it. */
export function unpacked({ message, code, bad }: PackedError): NablaError {
  return new NablaError(bad ? 'BAD_DATA' : (code ?? 'RANK_LOST'), message);
}

/** An error that rank 0 tells the user of; on any other rank it is silent. */
export function forAll(world: World, error: NablaError): NablaError {
  world.settle();
  if (world.rank > 0) told.add(error);
  return error;
}

/** The same before the ranks have joined each other. */
export function forAllApart(rank: number, error: Error): Error {
  if (rank > 0) told.add(error);
  return error;
}

type Said<T> = { readonly value: T } | { readonly error: PackedError };

/**
 * Waits for work of this rank, and until all ranks are done with theirs.
 * @param says what the others are told of it, as plain data
 * @returns this rank's result, and what each rank said
 * @throws the error of the first rank that has one, on all of them
 */
export async function agreeOn<T, S>(world: World, work: Promise<T>, says: (result: T) => S): Promise<{ mine: T; said: S[] }> {
  let failure: Error | undefined;
  const tried = work.catch((thrown: unknown) => {
    failure = asError(thrown);
    return undefined;
  });
  const { mine, texts } = await world.whileAll(tried, (result) =>
    JSON.stringify(failure ? { error: packed(failure) } : { value: says(result as T) }),
  );
  const said = texts.map((text) => JSON.parse(text) as Said<S>);
  const rank = said.findIndex((one) => 'error' in one);
  if (rank < 0) return { mine: mine as T, said: said.map((one) => (one as { value: S }).value) };
  const { error } = said[rank] as { error: PackedError };
  // What all ranks say is nobody's in particular.
  const isCommon = said.every((one) => 'error' in one && one.error.message === error.message);
  if (world.rank === 0 && rank === 0) {
    world.settle();
    throw isCommon ? failure : named(world, failure as Error);
  }
  throw forAll(world, unpacked(isCommon ? error : { ...error, message: `${world.nameOf(rank)}: ${error.message}` }));
}

/** An error of this rank's own, with its name. */
export function named(world: World, error: Error): Error {
  const message = `${world.nameOf(world.rank)}: ${error.message}`;
  if (error instanceof NablaError) return new NablaError(error.code, message, { cause: error, next: error.next });
  error.message = message;
  return error;
}

/** Refuses the run on all ranks, where one of them cannot begin. @throws always; the same on all ranks */
export async function refuseTogether(world: World, error: unknown): Promise<never> {
  await agreeOn(world, Promise.reject(error), () => undefined);
  throw error;
}

/** Refuses, on all ranks, what another rank has otherwise than rank 0. @param differs says in words what a rank has and rank 0 has, if so */
export function refuseDifference<S>(world: World, said: readonly S[], differs: (other: S, first: S) => string | undefined): void {
  for (let rank = 1; rank < said.length; rank++) {
    const difference = differs(said[rank], said[0]);
    if (difference !== undefined) throw forAll(world, new NablaError('BAD_DATA', `${world.nameOf(rank)} ${difference}`));
  }
}
