// Activations and costs that a user brings: modules that each thread imports by their address and registers beside the
// built-in ones. What a module says of f' and ∂C/∂a is checked against finite differences when it is registered, because a
// wrong derivative still trains, only badly, and nothing else would show it.
//
// A module exports `activations`, `costs` or both:
//
//   export const activations = { cubed: { f: (z) => z ** 3, derivative: (z) => 3 * z * z } };
//   export const costs = { fourth: { term: (a, y) => (a - y) ** 4, gradient: (a, y) => 4 * (a - y) ** 3, outputs: ['linear'] } };

import { asError, NablaError, wrongValue } from '../errors.js';
import { systemText } from '../system-errors.js';
import { ACTIVATION_NAMES, type Activation, ELEMENTWISE } from './activations.js';
import { COST_NAMES, type Cost, costRow } from './costs.js';

const ownActivations = new Map<string, Activation>();
const ownCosts = new Map<string, Cost>();
const loading = new Map<string, Promise<void>>();

/** Names of all activations, own ones last; the softmax, which maps a whole row, is among them. */
export function activationNames(): readonly string[] {
  return [...ACTIVATION_NAMES, ...ownActivations.keys()];
}

export function costNames(): readonly string[] {
  return [...COST_NAMES, ...ownCosts.keys()];
}

/** f and f' by name. */
export function activationNamed(name: string): Activation {
  const found = ownActivations.get(name) ?? (ELEMENTWISE as Readonly<Record<string, Activation>>)[name];
  if (!found) throw wrongValue('activation', 'the name of a function of one number', name);
  return found;
}

/** The same where it is one that a user has brought. */
export function ownActivation(name: string): Activation | undefined {
  return ownActivations.get(name);
}

export function costNamed(name: string): Cost {
  const found = ownCosts.get(name) ?? costRow(name);
  if (!found) throw wrongValue('cost', 'the name of a cost', name);
  return found;
}

export function ownCost(name: string): Cost | undefined {
  return ownCosts.get(name);
}

/**
 * Imports and registers modules by their URLs, each once a thread.
 * @throws {NablaError} BAD_DATA where one cannot be imported, offers nothing, or a derivative is wrong
 */
export async function loadFunctions(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const load = loading.get(url) ?? importFunctions(url);
    loading.set(url, load);
    // A module that failed may be corrected and tried again.
    await load.catch((error) => {
      loading.delete(url);
      throw error;
    });
  }
}

async function importFunctions(url: string): Promise<void> {
  let module: Record<string, unknown>;
  try {
    // An address that only the user knows: bundlers are to leave it alone.
    module = await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
  } catch (error) {
    throw new NablaError('BAD_DATA', `functions: ${url} cannot be imported: ${whyNotImported(asError(error), url)}.`);
  }
  registerFunctions(module, url);
}

/** In words: Node's name this file, not the user's, and no line. */
function whyNotImported(error: Error, url: string): string {
  const [message] = error.message.split('\n');
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_MODULE_NOT_FOUND') {
    const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1] ?? 'a module';
    const isItself = decodeURIComponent(url).endsWith(missing.replaceAll('\\', '/'));
    return isItself ? 'there is no such file' : `'${missing}', which it imports, cannot be found`;
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' || code === 'ERR_IMPORT_ATTRIBUTE_MISSING') return 'expected a module, whose name ends in .mjs or .js';
  if (error instanceof SyntaxError) return `its JavaScript has a fault: ${message.replace(/\.$/, '')}`;
  return systemText(error).split('\n')[0];
}

/** All entries of a module, or none where one of them is refused. */
function registerFunctions({ activations, costs }: Record<string, unknown>, where: string): void {
  const entries = (table: unknown): [string, unknown][] => (typeof table === 'object' && table !== null ? Object.entries(table) : []);
  const [ownA, ownC] = [entries(activations), entries(costs)];
  if (ownA.length + ownC.length === 0) {
    throw new NablaError('BAD_DATA', `functions: ${where}: expected exports 'activations' or 'costs', tables of functions by name; got neither.`);
  }
  const checkedA = ownA.map(([name, entry]) => [name, checkedActivation(where, name, entry)] as const);
  const checkedC = ownC.map(([name, entry]) => [name, checkedCost(where, name, entry)] as const);
  for (const [name, activation] of checkedA) ownActivations.set(name, activation);
  for (const [name, cost] of checkedC) ownCosts.set(name, cost);
}

function checkedActivation(where: string, name: string, entry: unknown): Activation {
  checkName(where, name, activationNames());
  const { f, derivative } = functionsOf(where, name, entry, ['f', 'derivative']);
  checkDerivative(where, `activation '${name}'`, POINTS, f, derivative);
  return { f, derivative };
}

function checkedCost(where: string, name: string, entry: unknown): Cost {
  checkName(where, name, costNames());
  const { term, gradient } = functionsOf(where, name, entry, ['term', 'gradient']);
  for (const y of [0, 1]) {
    checkDerivative(
      where,
      `cost '${name}' for y = ${y}`,
      SHARES,
      (a) => term(a, y),
      (a) => gradient(a, y),
    );
  }
  const { outputs = activationNames() } = entry as Partial<Cost>;
  if (!Array.isArray(outputs) || outputs.some((output) => typeof output !== 'string')) {
    throw new NablaError('BAD_DATA', `functions: ${where}: expected 'outputs' of '${name}' to be a list of names.`);
  }
  return { term, gradient, outputs };
}

function checkName(where: string, name: string, taken: readonly string[]): void {
  if (taken.includes(name)) throw new NablaError('BAD_DATA', `functions: ${where}: expected a new name, got '${name}', which there is already.`);
  if (!/^[a-z][\w-]*$/i.test(name)) {
    throw new NablaError('BAD_DATA', `functions: ${where}: expected a name of letters, digits, - and _, got '${name}'.`);
  }
}

type Numeric = (...values: number[]) => number;

/** The functions of an entry by their names. Errors that they throw name the user's module, not this file. */
function functionsOf<N extends string>(where: string, name: string, entry: unknown, parts: readonly N[]): Record<N, Numeric> {
  const table = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const guarded = parts.map((part) => {
    const given = table[part];
    if (typeof given !== 'function') throw new NablaError('BAD_DATA', `functions: ${where}: '${name}' has no function '${part}'.`);
    const call: Numeric = (...values) => {
      try {
        return given(...values);
      } catch (error) {
        throw new NablaError('BAD_DATA', `functions: ${where}: '${part}' of '${name}' failed for ${values.join(', ')}: ${asError(error).message}.`);
      }
    };
    return [part, call];
  });
  return Object.fromEntries(guarded) as Record<N, Numeric>;
}

/** Weighted inputs, and outputs inside (0, 1), where all costs are defined; none of them where functions usually have a kink. */
const POINTS = Array.from({ length: 41 }, (_, k) => (k - 20) * 0.293 + 0.0137);
const SHARES = Array.from({ length: 19 }, (_, k) => 0.0513 + k * 0.0497);
/** Step of the differences, and the error that they may have; two one-sided ones that are 100 times that apart mean a kink. */
const STEP = 1e-5;
const TOLERANCE = 1e-4;

/** Central differences, except where the one-sided ones disagree: there is a kink, and f' may be anything between them. */
function checkDerivative(where: string, what: string, points: readonly number[], f: (v: number) => number, derivative: (v: number) => number): void {
  for (const v of points) {
    const [left, right] = [(f(v) - f(v - STEP)) / STEP, (f(v + STEP) - f(v)) / STEP];
    const slope = derivative(v);
    const scale = Math.max(1, Math.abs(left), Math.abs(right));
    if (Math.abs(left - right) > 100 * TOLERANCE * scale) continue;
    const expected = (left + right) / 2;
    if (Math.abs(slope - expected) <= TOLERANCE * scale) continue;
    throw new NablaError(
      'BAD_DATA',
      `functions: ${where}: the derivative of ${what} at ${v.toPrecision(4)} is given as ${slope}, but finite differences say ${expected.toPrecision(6)}.`,
    );
  }
}
