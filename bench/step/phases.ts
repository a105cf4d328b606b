// Where the time of a step goes, on one core: the trainer's step, phase by phase, with a clock between them. The clock
// itself takes about 0.05 µs a phase.

import { columns } from '../../src/kernels/kernels.js';
import type { Core } from './core.js';
import { hasOptimiser, optimiserStep } from './optimiser.js';

export interface Phase {
  readonly name: string;
  /** Per step. */
  readonly microseconds: number;
}

interface Part {
  readonly name: string;
  readonly run: (order: number) => void;
}

/** The parts of a step of gradient 'owned' by a single worker, which owns all slices. */
function phasesOf(core: Core): Part[] {
  const { options, kernels, network, batch } = core;
  const { arena } = options;
  const { layers, sparse } = network;
  const rows = sparse ? arena.entries[0][0] : arena.rows;
  const gather = (order: number): void => {
    if (sparse) sparse.gather(rows, 0, batch, order);
    else network.input.gather(rows, 0, batch, order);
    kernels.gatherOneHot(batch, layers[layers.length - 1].O, order, arena.labels, rows.y);
  };
  return [
    { name: 'gather', run: gather },
    {
      name: 'forward, first layer',
      run: () => (sparse ? sparse.forwardColumns(rows, 0, batch, 0, columns(layers[0].O)) : network.input.forward(rows, 0, batch)),
    },
    { name: 'activations and later layers', run: () => network.forwardFromZ(rows, 0, batch) },
    { name: 'cost', run: () => network.cost(rows, 0, batch) },
    { name: 'backward', run: () => network.backward(rows, 0, batch) },
    ...(hasOptimiser(core) ? optimiserParts(core) : descentParts(core)),
  ];
}

/** Gradient and update of a layer at once. */
function descentParts({ options, network, batch, rate }: Core): Part[] {
  const { layers, sparse } = network;
  const [[entries]] = options.arena.entries;
  const rows = sparse ? entries : options.arena.rows;
  const descent = { rate, keep: 1 };
  const update = (l: number): void => {
    const { I, O } = layers[l];
    if (l === 0 && sparse) sparse.update(entries, batch, 0, columns(O), descent);
    else network.weightUpdate(rows, l, 0, I, 0, batch, descent);
    network.biasUpdate(rows, l, 0, columns(O), 0, batch, descent);
  };
  return inParts('update', layers.length, update);
}

/** The gradient of all layers, then the optimiser over all parameters. */
function optimiserParts(core: Core): Part[] {
  const { options, network, session, batch } = core;
  const { sparse } = network;
  const { entries, gradient, rows: shared } = options.arena;
  const rows = sparse ? entries[0][0] : shared;
  const toGradient = (l: number): void => {
    const { I, O, w, b } = session.layout.layers[l];
    const [dw, db] = [gradient + w * 4, gradient + b * 4];
    if (l === 0 && sparse) sparse.gradientColumns(entries[0][0], batch, 0, columns(O), dw);
    else network.weightGradient(rows, l, 0, I, 0, batch, dw);
    network.biasGradient(rows, l, 0, columns(O), 0, batch, db);
  };
  return [...inParts('gradient', network.layers.length, toGradient), { name: `step of ${options.learning.optimiser}`, run: optimiserStep(core) }];
}

/** What is done to every layer, the first one apart. */
function inParts(what: string, count: number, run: (l: number) => void): Part[] {
  const later = Array.from({ length: count - 1 }, (_, l) => l + 1);
  return [
    { name: `${what}, first layer`, run: () => run(0) },
    { name: `${what}, later layers`, run: () => later.forEach(run) },
  ];
}

/** Means over the first `steps` steps of the order drawn. */
export function profile(core: Core, steps: number): Phase[] {
  const phases = phasesOf(core);
  const totals = new Float64Array(phases.length);
  for (let step = 0; step < steps; step++) {
    const order = core.options.arena.orders[0] + step * core.batch * 4;
    let before = performance.now();
    for (let k = 0; k < phases.length; k++) {
      phases[k].run(order);
      const now = performance.now();
      totals[k] += now - before;
      before = now;
    }
  }
  return phases.map(({ name }, k) => ({ name, microseconds: (totals[k] / steps) * 1000 }));
}
