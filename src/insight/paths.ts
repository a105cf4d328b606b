// The big picture of the book's chapter 2: a change of one weight or bias travels along every path from it to the cost, each
// edge of a path multiplies it by a rate factor, and ∂C/∂w is the sum over all paths. Here the paths of a small network are
// counted, written out and added up; nothing is kept between calls, and nothing is read but the float64 reference.
//
//   ∂C/∂w^l_jk = Σ  ∂C/∂a^L_r · ∂a^L_r/∂a^{L-1}_p · … · ∂a^{l+1}_q/∂a^l_j · ∂a^l_j/∂w^l_jk
//
// A softmax couples its outputs: every z^L_q changes every a^L_r. So its last step is cut in two, from a^{L-1}_p to z^L_q and
// from there to a^L_r, and a path has one more neuron to choose.

import { layerwiseActivation } from '../functions/activations.js';
import { costNamed } from '../functions/custom.js';
import { feedForward, type GivenParameters, timesDerivative } from '../model/reference.js';
import type { NetworkSpecification } from '../model/specification.js';

/** A weight w^l_jk, or a bias b^l_j where there is no input. All is counted from 1, as in the book; layer 1 is the input. */
export interface Place {
  /** l, from 2 on. */
  readonly layer: number;
  /** j */
  readonly neuron: number;
  /** k, a neuron of layer l - 1. */
  readonly input?: number;
}

/** 'w²_{5,3}' or 'b²_5', as the book numbers them. */
export function placeName({ layer, neuron, input }: Place): string {
  return input === undefined ? `b${superscript(layer)}_${neuron}` : `w${superscript(layer)}_{${neuron},${input}}`;
}

/** The entry of w or b, or of ∇w or ∇b, at a place. */
export function valueAt({ w, b }: GivenParameters, { layer, neuron, input }: Place): number {
  return input === undefined ? b[layer - 2][neuron - 1] : w[layer - 2][neuron - 1][input - 1];
}

/** The neurons that a path can pass through at one point: activations, weighted inputs, or the cost. */
interface Column {
  readonly symbol: 'a' | 'z' | 'C';
  readonly layer: number;
}

/** All edges from one column to the next. */
export interface Stage {
  /** What its rate factors are: '∂a³/∂a²'. */
  readonly name: string;
  readonly from: Column;
  readonly to: Column;
  /** [neurons of `to`][neurons of `from`] */
  readonly rates: readonly (readonly number[])[];
}

/** Everything that a path is made of. */
export interface RateFactors {
  /** ∂a^l_j/∂w^l_jk = a^{l-1}_k f'(z^l_j); where layer l is a softmax, ∂z^l_j/∂w^l_jk = a^{l-1}_k. For a bias without a^{l-1}_k. */
  readonly first: { readonly name: string; readonly rate: number };
  /** j, counted from 1: where every path starts. */
  readonly start: number;
  /** In order; the last one goes to the cost. */
  readonly stages: readonly Stage[];
}

export interface Path {
  /** The neuron in each column from the first on, counted from 1; without the cost. */
  readonly route: readonly number[];
  /** The first factor and one for each stage. */
  readonly factors: readonly number[];
  /** The path's own rate factor: their product. */
  readonly product: number;
}

/** Paths from a weight or bias of layer l to the cost: one neuron of every later layer, and of a softmax one more. Exact. */
export function countPaths(spec: NetworkSpecification, l: number): bigint {
  const { layers } = spec;
  const later = layers.slice(l).reduce((count, size) => count * BigInt(size), 1n);
  return endsInSoftmax(spec) ? later * BigInt(layers[layers.length - 1]) : later;
}

/** The rate factors of all edges that a change at `place` may pass through, for one sample. */
export function rateFactors(
  spec: NetworkSpecification,
  parameters: GivenParameters,
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  place: Place,
): RateFactors {
  const { zs, activations } = feedForward(spec, parameters, x);
  const L = spec.layers.length;
  const { layer: l, neuron: j, input: k } = place;
  const symbol = (m: number): 'a' | 'z' => (m === L && endsInSoftmax(spec) ? 'z' : 'a');
  // What a change of z^m becomes in the column of layer m: f'(z) times as large; z itself where the softmax is still to come.
  const slopes = (m: number): number[] => (symbol(m) === 'z' ? zs[m - 2].map(() => 1) : slopesOf(spec, m, zs[m - 2], activations[m - 1]));
  // ∂a^m_q/∂a^{m-1}_p = f'(z^m_q) w^m_qp, or ∂z^m_q/∂a^{m-1}_p = w^m_qp
  const between = spec.layers.slice(l).map((_, i) => {
    const m = l + 1 + i;
    const f = slopes(m);
    const rates = parameters.w[m - 2].map((row, q) => Array.from(row, (wqp) => f[q] * wqp));
    return stage({ symbol: 'a', layer: m - 1 }, { symbol: symbol(m), layer: m }, rates);
  });
  const input = k === undefined ? 1 : activations[l - 2][k - 1];
  return {
    first: { name: `∂${symbol(l)}${superscript(l)}/∂${k === undefined ? 'b' : 'w'}`, rate: input * slopes(l)[j - 1] },
    start: j,
    stages: [...between, ...lastStages(spec, zs[L - 2], activations[L - 1], y)],
  };
}

/** From the output to the cost, and before it through the softmax where there is one. */
function lastStages(spec: NetworkSpecification, z: number[], a: number[], y: readonly number[]): Stage[] {
  const L = spec.layers.length;
  const output: Column = { symbol: 'a', layer: L };
  const nablaC = a.map((ar, r) => costNamed(spec.cost).gradient(ar, y[r]));
  const toCost = stage(output, { symbol: 'C', layer: L }, [nablaC]);
  return endsInSoftmax(spec) ? [stage({ symbol: 'z', layer: L }, output, jacobian(spec, z, a)), toCost] : [toCost];
}

/** Every path with its factors; countPaths says beforehand how many there are. */
export function pathsOf({ first, start, stages }: RateFactors): Path[] {
  let paths: Path[] = [{ route: [start], factors: [first.rate], product: first.rate }];
  for (const { to, rates } of stages) {
    paths = paths.flatMap(({ route, factors, product }) => {
      const p = route[route.length - 1] - 1;
      return rates.map((row, q) => ({
        route: to.symbol === 'C' ? route : [...route, q + 1],
        factors: [...factors, row[p]],
        product: product * row[p],
      }));
    });
  }
  return paths;
}

/** Σ over the paths' products, in their order: ∂C/∂w. `absolute` adds up their sizes, against which rounding is to be judged. */
export function sumOf(paths: readonly Path[]): { sum: number; absolute: number } {
  return paths.reduce(({ sum, absolute }, { product }) => ({ sum: sum + product, absolute: absolute + Math.abs(product) }), { sum: 0, absolute: 0 });
}

/** f'(z) of each neuron of layer m; of a softmax ∂a_j/∂z_j. */
export function slopesOf(spec: NetworkSpecification, m: number, z: number[], a: number[]): number[] {
  if (layerwiseActivation(spec.activations[m - 2])) return jacobian(spec, z, a).map((row, j) => row[j]);
  return timesDerivative(
    spec,
    m - 2,
    z,
    a,
    z.map(() => 1),
  );
}

/** A number as it stands above a symbol: a², w³. */
export function superscript(n: number): string {
  return [...String(n)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}

function endsInSoftmax({ activations }: NetworkSpecification): boolean {
  return layerwiseActivation(activations[activations.length - 1]) !== undefined;
}

/** ∂a_r/∂z_q of the softmax output as [r][q]: what comes back to the z_q when the cost changes with a_r alone. */
function jacobian(spec: NetworkSpecification, z: number[], a: number[]): number[][] {
  return a.map((_, r) =>
    timesDerivative(
      spec,
      spec.layers.length - 2,
      z,
      a,
      a.map((_, q) => (q === r ? 1 : 0)),
    ),
  );
}

function stage(from: Column, to: Column, rates: readonly (readonly number[])[]): Stage {
  const symbol = (column: Column): string => (column.symbol === 'C' ? 'C' : `${column.symbol}${superscript(column.layer)}`);
  return { name: `∂${symbol(to)}/∂${symbol(from)}`, from, to, rates };
}
