// A layer in which single neurons have another f than the rest (book, chapter 2, the exercise on one modified neuron): in BP1
// and BP2 their σ' becomes their own f', and nothing else changes. Their column of z, a or e is taken out, mapped as a row by
// the kernel of their own f, and put back: so each has the bits that a whole layer of that f would have.

import { type ActivationKernel, type Kernels, stride } from '../kernels/kernels.js';

/** One neuron's own f. */
export interface OtherNeuron {
  /** Column of the neuron, from 0. */
  readonly column: number;
  readonly f: ActivationKernel;
}

/** Bytes of scratch memory that `mixedActivation` takes for so many rows and other neurons. */
export function columnBytes(rows: number, others: number): number {
  return (2 + others) * stride(rows) * 4;
}

/** @param scratch address of columnBytes(rows, others.length) that no other thread uses, all zeros */
export function mixedActivation(
  kernels: Kernels,
  usual: ActivationKernel,
  others: readonly OtherNeuron[],
  scratch: number,
  rows: number,
): ActivationKernel {
  const size = stride(rows) * 4;
  const [zs, as, es] = [scratch, scratch + size, scratch + 2 * size];
  return {
    forward(S, O, z, a) {
      const step = stride(O) * 4;
      usual.forward(S, O, z, a);
      for (let k = 0; k < others.length; k++) {
        const { column, f } = others[k];
        kernels.gatherColumn(S, step, z + column * 4, zs);
        f.forward(1, S, zs, as);
        kernels.scatterColumn(S, step, as, a + column * 4);
      }
    },
    backward(S, O, z, a, e) {
      const step = stride(O) * 4;
      // The usual f' multiplies whole rows, so the others' e are kept aside.
      for (let k = 0; k < others.length; k++) kernels.gatherColumn(S, step, e + others[k].column * 4, es + k * size);
      usual.backward(S, O, z, a, e);
      for (let k = 0; k < others.length; k++) {
        const { column, f } = others[k];
        kernels.gatherColumn(S, step, z + column * 4, zs);
        kernels.gatherColumn(S, step, a + column * 4, as);
        f.backward(1, S, zs, as, es + k * size);
        kernels.scatterColumn(S, step, es + k * size, e + column * 4);
      }
    },
  };
}
